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

/// How much of one config's log the mirror has: everything up to `through` but the gaps and what arrived late since.
package struct LogProgress: Sendable, Equatable {
    /// The newest entry that was read, or the moment of reading if the entry claims to be from later; nil before any.
    package var through: ServerTime?
    /// What an interrupted walk has not read yet, in the order to read it.
    package var gaps: [LogGap]

    package init(through: ServerTime? = nil, gaps: [LogGap] = []) {
        self.through = through
        self.gaps = gaps
    }
}
