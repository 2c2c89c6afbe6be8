/// A failed SQLite call: its code, its words and the statement, never a bound value.
struct SQLiteError: Error, Sendable, Equatable, CustomStringConvertible {
    let code: ResultCode
    let extendedCode: Int32
    let message: String
    /// Constant text of ours; empty outside a statement.
    let sql: String

    var description: String {
        let statement = sql.isEmpty ? "" : ", in: " + sql.split(separator: "\n").joined(separator: " ").prefix(80)
        return "SQLite \(extendedCode): \(message)\(statement)"
    }
}
