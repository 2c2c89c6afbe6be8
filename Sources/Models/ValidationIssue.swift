/// A way in which a config does not fit its plugin's schema, or a plugin can't work as it is written.
package struct ValidationIssue: Sendable, Equatable {
    /// Whether a push stops at it.
    package enum Severity: String, Sendable {
        /// The plugin can't work with it, or the server can't store it.
        case error
        /// Unusual, but it may be meant.
        case warning
    }

    /// Where in a file; line and column from 1.
    package struct Position: Sendable, Equatable {
        package let file: String
        package let line: Int?
        package let column: Int?

        package init(file: String, line: Int? = nil, column: Int? = nil) {
            self.file = file
            self.line = line
            self.column = column
        }
    }

    package let severity: Severity
    package let code: String
    /// The config key that it is about; "" when it is about none.
    package let key: String
    /// A sentence without the config's name; never the value of a secret.
    package let message: String
    package let position: Position?
    /// What to do about it, as an imperative; nil when the message says it.
    package let fix: String?

    package init(
        _ severity: Severity, code: String, key: String, message: String, position: Position? = nil, fix: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.key = key
        self.message = message
        self.position = position
        self.fix = fix
    }

    package var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "code": .string(code), "key": key.isEmpty ? .null : .string(key),
            "file": JSONValue(position?.file), "line": position?.line.map { JSONValue($0) } ?? .null,
            "column": position?.column.map { JSONValue($0) } ?? .null, "message": .string(message), "fix": JSONValue(fix),
        ]
    }
}
