import Models

/// Why something could not be done: fit to be shown, never with a secret in it.
public struct KitError: Error, Sendable, Equatable {
    /// What an app does about it.
    public enum Kind: String, Sendable, CaseIterable {
        case failed
        /// Local and remote both changed; a person has to decide.
        case conflict
        /// The key is wrong or may not do this.
        case permission
        /// A push stopped in its middle; what is left is kept, and the next push settles it first.
        case partlyApplied
        /// The remote, or what is edited, is no longer what the plan was made for; nothing was written.
        case moved
        /// Values don't fit the plugin's schema.
        case invalid
        /// The call asks for something that does not exist.
        case usage
        /// Offline, rate limited or locked: safe to repeat.
        case temporary
        case interrupted
    }

    public let kind: Kind
    /// Stable and for programs, in lower case with hyphens: "mirror-locked".
    public let code: String
    /// The entity it is about: "config:12"; empty when it is the whole call.
    public let subject: String
    /// One or two sentences: what failed and why.
    public let message: String

    init(_ problem: Problem) {
        kind =
            switch problem.kind {
            case .notice, .failed: .failed
            case .conflict: .conflict
            case .permission: .permission
            case .partlyApplied: .partlyApplied
            case .moved: .moved
            case .invalid: .invalid
            case .usage: .usage
            case .temporary: .temporary
            case .interrupted: .interrupted
            }
        code = problem.code
        subject = problem.subject
        message = problem.message
    }

    init(_ kind: Kind, code: String, subject: String = "", message: String) {
        self.kind = kind
        self.code = code
        self.subject = subject
        self.message = message
    }
}
