/// A span of the server's time whose entries are not all read; both ends are outside of it.
package struct LogGap: Sendable, Equatable {
    /// nil: since ever.
    package var after: ServerTime?
    /// nil: until now.
    package var before: ServerTime?

    package init(after: ServerTime?, before: ServerTime?) {
        self.after = after
        self.before = before
    }

    /// Whether no moment fits between the ends.
    package var isEmpty: Bool {
        guard let after, let before else { return false }
        return before.microseconds - after.microseconds < 2
    }
}

/// How much of one config's log the mirror has: everything up to `through` but the gap and what arrived late since.
package struct LogProgress: Sendable, Equatable {
    /// The newest entry that was read, or the moment of reading if the entry claims to be from later; nil before any.
    package var through: ServerTime?
    /// What an interrupted walk has not read yet, and when that walk began to read what was new.
    package var gap: LogGap?
    package var gapBegan: Timestamp?
    /// The moment up to which all is read but what arrived late: when the last walk that has no gap left began.
    package var completeAt: Timestamp?

    package init(
        through: ServerTime? = nil, gap: LogGap? = nil, gapBegan: Timestamp? = nil, completeAt: Timestamp? = nil
    ) {
        self.through = through
        self.gap = gap
        self.gapBegan = gapBegan
        self.completeAt = completeAt
    }
}
