/// Why the sandbox could not be used at all; what a plugin does in it is never an error but a report.
package struct SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// There is no program to start.
        case missing
        /// The system did not start it.
        case notStarted
        /// It is of another version, or no phsync-sandbox.
        case mismatch
        /// The system does not enforce what it should, and the person has not allowed that.
        case unprotected
        /// It ended before it did anything.
        case died
        case cancelled
    }

    package let code: Code
    /// The program's path.
    package let subject: String
    /// A sentence for the person.
    package let message: String

    package init(_ code: Code, subject: String, message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    package var description: String { message }
}
