/// What a person wants a field to be; waits in the outbox until a push has confirmed it.
package struct Edit: Sendable, Equatable {
    /// What the field is to become; contents of secrets and files are in files of their own, known by a reference.
    package enum Value: Sendable, Equatable {
        case value(JSONValue)
        /// The key is to be removed; for a secret, cleared.
        case unset
        /// A new secret; the value itself waits in a file of its own, known by this reference.
        case secret(reference: String)
        /// A new file in the attachment's place.
        case file(WaitingFile)
    }

    /// Whether a push has taken the edit along; one that is under way is not given up.
    package enum State: String, Sendable {
        case pending
        case inFlight = "in flight"
    }

    package let configID: PluginConfigID
    package let field: ConfigField
    package let value: Value
    /// Grows with every edit of the mirror, so that a confirmation can't remove an edit made meanwhile.
    package let version: Int64
    package let madeAt: Timestamp
    package let state: State

    package init(
        configID: PluginConfigID, field: ConfigField, value: Value, version: Int64, madeAt: Timestamp, state: State
    ) {
        self.configID = configID
        self.field = field
        self.value = value
        self.version = version
        self.madeAt = madeAt
        self.state = state
    }
}
