/// Something that a person has to know: what failed, on which entity, why, and the command to type next.
///
/// The one form in which every module hands trouble to the person; never holds a secret.
package struct Problem: Error, Sendable, Equatable {
    /// What the problem means for the exit status; the most severe one of a command wins.
    package enum Kind: Sendable, CaseIterable {
        /// Worth saying, but nothing went wrong.
        case notice
        /// The command could not do what was asked.
        case failed
        /// Local and remote both changed; a person has to decide.
        case conflict
        /// The key is wrong or may not do this.
        case permission
        /// A push stopped in its middle; the journal is kept.
        case partlyApplied
        /// The remote is no longer what the plan was made for; nothing was written.
        case moved
        /// Values don't fit the plugin's schema.
        case invalid
        /// The command line asks for something that does not exist.
        case usage
        /// Offline, rate limited or locked: safe to repeat.
        case temporary
        case interrupted
    }

    package let kind: Kind
    /// Stable and machine-readable, in lower case with hyphens: "mirror-locked".
    package let code: String
    /// The entity it is about: "config:12", "project:3", a file, a flag; empty when it is the whole command.
    package let subject: String
    /// One or two sentences: what failed and why.
    package let message: String
    /// The command to type next, or nil when there is none.
    package let next: String?

    package init(_ kind: Kind, code: String, subject: String = "", message: String, next: String? = nil) {
        self.kind = kind
        self.code = code
        self.subject = subject
        self.message = message
        self.next = next
    }
}
