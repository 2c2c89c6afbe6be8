/// Prepared statements by their text. One that is lent is out of the cache, so that the same text can run nested.
struct StatementCache {
    private var idle: [String: Statement] = [:]

    mutating func take(_ sql: String) -> Statement? {
        idle.removeValue(forKey: sql)
    }

    /// Gives back a statement that did not fail.
    mutating func giveBack(_ statement: Statement) {
        statement.reset()
        idle[statement.sql] = statement
    }

    mutating func removeAll() {
        idle = [:]
    }
}
