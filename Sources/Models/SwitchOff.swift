/// A config that a pull found switched off and that was on before, and what is known of how it came about.
package struct SwitchOff: Sendable, Equatable {
    package let configID: PluginConfigID
    /// When the pull before saw it switched on last, as far as a version tells; it went off between the two.
    package let after: Timestamp
    package let seenAt: Timestamp
    /// The config's `updated_at` on both sides: every save moves it, what the plugin server does by itself does not.
    package let updatedBefore: String?
    package let updatedAfter: String?

    package init(configID: PluginConfigID, after: Timestamp, seenAt: Timestamp, updatedBefore: String?, updatedAfter: String?) {
        self.configID = configID
        self.after = after
        self.seenAt = seenAt
        self.updatedBefore = updatedBefore
        self.updatedAfter = updatedAfter
    }

    /// What else the mirror knows about the time in question.
    package struct Evidence: Sendable, Equatable {
        /// Whether a push of ours switched it off.
        package var isOurs = false
        /// Whether the activity log has somebody switch it off, or save it.
        package var isInActivity = false
        /// Whether the config has an error, or its log an entry that says it was switched off.
        package var hasFailed = false

        package init(isOurs: Bool = false, isInActivity: Bool = false, hasFailed: Bool = false) {
            self.isOurs = isOurs
            self.isInActivity = isInActivity
            self.hasFailed = hasFailed
        }
    }

    /// Whether the server did it by itself.
    ///
    /// Where the server says when a config was saved, that decides. Elsewhere it takes both: nobody who is known to have
    /// done it, and a failure that the server switches configs off for.
    package func isByServer(_ evidence: Evidence) -> Bool {
        if evidence.isOurs || evidence.isInActivity { return false }
        if let updatedBefore, let updatedAfter { return updatedBefore == updatedAfter }
        return evidence.hasFailed
    }
}
