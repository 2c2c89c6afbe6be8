/// A way in which a config does not fit its plugin's schema.
package struct ValidationIssue: Sendable, Equatable {
    /// Whether a push stops at it.
    package enum Severity: Sendable {
        /// The plugin can't work with it, or the server can't store it.
        case error
        /// Unusual, but it may be meant.
        case warning
    }

    package let severity: Severity
    package let code: String
    package let key: String
    /// A sentence without the config's name; never the value of a secret.
    package let message: String

    package init(_ severity: Severity, code: String, key: String, message: String) {
        self.severity = severity
        self.code = code
        self.key = key
        self.message = message
    }

    package var json: JSONValue {
        [
            "severity": .string(severity == .error ? "error" : "warning"), "code": .string(code), "key": .string(key),
            "message": .string(message),
        ]
    }
}
