import Models

/// Walks a list whose order may change while it is read, until every row was seen; a pure state machine.
///
/// The server's plugin list has no order at all, the config list one that moves with every change, so a page may repeat
/// rows and skip others. A pass is trusted when all its pages counted the same number of rows and it saw that many
/// different ids. Otherwise the list is walked again, at most three times. A page that answers 500 is cut in halves
/// until the row that the server can't render is found; then all others are read, and the walk is not complete.
package struct ListWalk: Sendable {
    /// How a walk over a whole list ended.
    package enum Outcome: Sendable, Equatable {
        /// Every row was seen: what is missing is not in the list.
        case complete(count: Int)
        /// Rows moved between pages each time.
        case shifting
        /// The server can't render these many rows.
        case unreadable(rows: Int)
    }

    static let maximumPasses = 3
    static let maximumSplits = 64

    /// Ids of this walk so far.
    package private(set) var seen: Set<Int64> = []
    /// nil while the walk goes on.
    package private(set) var outcome: Outcome?
    private var size = PageSize()
    private var pass = 1
    private var seenInPass: Set<Int64> = []
    private var counts: Set<Int> = []
    private var waiting: [PageRange]
    private var underWay: Set<PageRange> = []
    private var end: Int?
    private var unreadable = 0
    private var splits = 0

    /// - Parameters:
    ///   - offset: Where an interrupted walk goes on; what it saw before is `seen`.
    package init(from offset: Int = 0, seen: Set<Int64> = []) {
        self.seen = seen
        seenInPass = seen
        waiting = [PageRange(offset: offset, limit: PageSize.first)]
    }

    /// The next page to ask for, or nil when there is none right now: wait for one under way, or the walk is over.
    package mutating func next() -> PageRange? {
        guard outcome == nil, !waiting.isEmpty else { return nil }
        // Until the first page has told the size of the list there is nothing to ask for beside it.
        if end == nil, !underWay.isEmpty { return nil }
        let range = waiting.removeFirst()
        underWay.insert(range)
        return range
    }

    /// Takes in a page that was asked for.
    package mutating func received(_ range: PageRange, ids: [Int64], _ page: PageSummary) {
        underWay.remove(range)
        seen.formUnion(ids)
        seenInPass.formUnion(ids)
        counts.insert(page.count)
        if end == nil {
            end = page.count
            size.learn(rowCount: page.rowCount, bodyBytes: page.bodyBytes)
            waiting += ranges(from: range.offset + max(page.rowCount, 1), to: page.count)
        } else if page.rowCount < range.limit, range.offset + page.rowCount < page.count {
            // The server gives fewer rows a page than it was asked for.
            waiting += ranges(from: range.offset + max(page.rowCount, 1), to: range.offset + range.limit)
        }
        finishIfDone()
    }

    /// A page was larger than an answer may be, or the server could not render it.
    ///
    /// - Returns: False when the list as a whole is unreadable.
    package mutating func failed(_ range: PageRange) -> Bool {
        underWay.remove(range)
        splits += 1
        guard splits <= ListWalk.maximumSplits else { return false }
        if range.limit > 1 {
            let half = range.limit / 2
            waiting.insert(PageRange(offset: range.offset, limit: half), at: 0)
            waiting.insert(PageRange(offset: range.offset + half, limit: range.limit - half), at: 1)
            if end == nil { waiting = [PageRange(offset: range.offset, limit: half)] }
            return true
        }
        unreadable += 1
        if end == nil { waiting.insert(PageRange(offset: range.offset + 1, limit: 1), at: 0) }
        finishIfDone()
        return true
    }

    /// Rows that are stored and need not be read again by a later walk: everything before the first page not yet seen.
    package var resumeOffset: Int {
        (waiting + underWay).map(\.offset).min() ?? end ?? 0
    }

    package var total: Int? { end }
}

extension ListWalk {
    private func ranges(from start: Int, to end: Int) -> [PageRange] {
        stride(from: start, to: end, by: size.rows).map { PageRange(offset: $0, limit: min(size.rows, end - $0)) }
    }

    private mutating func finishIfDone() {
        guard waiting.isEmpty, underWay.isEmpty, let end else { return }
        if unreadable > 0 {
            outcome = .unreadable(rows: unreadable)
        } else if counts.count == 1, seenInPass.count == end {
            outcome = .complete(count: end)
        } else if pass == ListWalk.maximumPasses {
            outcome = .shifting
        } else {
            restart()
        }
    }

    private mutating func restart() {
        pass += 1
        seenInPass = []
        counts = []
        end = nil
        // One page for all, if it is not too large, can't shift.
        waiting = [PageRange(offset: 0, limit: max(1, size.rows))]
    }
}
