/// A failed SQLite call: its code, its words and the statement, never a bound value.
struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
    let code: ResultCode
    let extendedCode: Int32
    let message: String
    /// Constant text of ours; empty outside a statement.
    let sql: String

    /// Without the statement.
    var summary: String { "SQLite \(extendedCode): \(message)" }

    var description: String {
        sql.isEmpty ? summary : "\(summary), in: \(sql.split(separator: "\n").joined(separator: " ").prefix(80))"
    }
}
