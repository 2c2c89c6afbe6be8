package import Models

/// What to ask for next of one config's log: entries between two moments, the newest first, at most so many.
package struct LogRange: Sendable, Equatable {
    /// Both ends are outside, as the server takes them.
    package let after: ServerTime?
    /// Only entries before that moment; nil for the newest.
    package let before: ServerTime?
    /// The most entries of one answer.
    package let limit: Int
}

/// Reads one config's log backwards through the time that is not read yet; a pure state machine.
///
/// The server gives the newest `limit` entries before a moment, and that moment itself is left out, so the next page is
/// asked for from one microsecond later than the oldest entry: entries of that moment which the limit cut off come then,
/// and those that come twice are known by their ids. When a page holds one moment only, a larger one gets past it.
/// `progress` is to be stored together with each page: whoever goes on from it misses nothing. What an interrupted walk has
/// left is read before anything newer, so that every page brings the walk on, however often it is interrupted.
package struct LogWalk: Sendable {
    /// Entries of a page: some 300 kB, so that eight of them under way stay small, and few requests of a limited number.
    package static let pageSize = 1000
    /// An instant with more entries than this is not read whole.
    package static let largestPage = 1 << 17

    /// What of the log is read, to be stored with the page.
    package private(set) var progress: LogProgress
    /// Moments that held more entries than one answer can: some of them are missing.
    package private(set) var cutInstants = 0
    private let pageSize: Int
    private let now: Timestamp
    private let overlapSeconds: Int64
    /// Whether the gap that is being read began now, so that nothing is left after it.
    private var reachesNow: Bool
    private var limit: Int
    /// The rows that the last page of the same range had, while a moment is being got past.
    private var stuckAt: Int?
    /// The largest page that is not too large for an answer.
    private var ceiling = LogWalk.largestPage

    /// - Parameters:
    ///   - stored: What earlier walks have left; everything is read again from an empty one.
    ///   - overlapSeconds: How much of what was read is read again, because entries arrive late.
    ///   - now: An entry that claims to be from later is taken for one of now: a worker's wrong clock must not hide what
    ///     others write until then.
    package init(
        from stored: LogProgress, pageSize: Int = LogWalk.pageSize, overlapSeconds: Int64, now: Timestamp
    ) {
        precondition(pageSize > 0, "a page of nothing never ends")
        self.pageSize = pageSize
        limit = pageSize
        self.now = now
        self.overlapSeconds = overlapSeconds
        progress = stored
        reachesNow = stored.gap.map { $0.before == nil } ?? true
        if stored.gap == nil { beginHead() }
        // Nothing of a gap that is open until now was read: it begins now.
        if reachesNow { progress.gapBegan = now }
    }

    /// From what may have arrived late until now.
    private mutating func beginHead() {
        progress.gap = LogGap(after: progress.through?.adding(seconds: -overlapSeconds), before: nil)
        progress.gapBegan = now
    }

    /// The next page to ask for; nil when all is read.
    package var next: LogRange? {
        progress.gap.map { LogRange(after: $0.after, before: $0.before, limit: limit) }
    }

    /// - Parameters:
    ///   - times: Of all entries of the page.
    ///   - isCut: Whether there may be more in that range.
    package mutating func received(_ times: [ServerTime], isCut: Bool) {
        guard var gap = progress.gap else { preconditionFailure("a page that was not asked for") }
        if gap.before == nil, let newest = times.max() {
            progress.through = max(progress.through ?? ServerTime(microseconds: .min), min(newest, ServerTime(now)))
        }
        guard isCut, let oldest = times.min() else { return leaveGap() }
        let onward = oldest.adding(microseconds: 1)
        if gap.before.map({ onward < $0 }) ?? true {
            gap.before = onward
            move(to: gap)
        } else if limit < ceiling, stuckAt.map({ times.count > $0 }) ?? true {
            stuckAt = times.count
            limit = min(limit * 2, ceiling)
        } else {
            cutInstants += 1
            gap.before = oldest
            move(to: gap)
        }
    }

    /// The page was larger than an answer may be.
    ///
    /// - Returns: False when a single entry is: the log can't be read then.
    package mutating func wasTooLarge() -> Bool {
        guard limit > 1 else { return false }
        limit /= 2
        ceiling = limit
        return true
    }

    private mutating func move(to gap: LogGap) {
        guard !gap.isEmpty else { return leaveGap() }
        progress.gap = gap
        forgetInstant()
    }

    private mutating func leaveGap() {
        progress.completeAt = progress.gapBegan
        progress.gap = nil
        progress.gapBegan = nil
        if !reachesNow { beginHead() }
        reachesNow = true
        forgetInstant()
    }

    private mutating func forgetInstant() {
        limit = min(pageSize, ceiling)
        stuckAt = nil
    }
}
