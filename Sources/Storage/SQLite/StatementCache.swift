/// Prepared statements by the place of their text. One that is lent is out of the cache, so that the same can run nested.
///
/// SQL is written as literals, whose bytes never move: their address is found far quicker than their hash.
struct StatementCache {
    private var idle: [UnsafePointer<UInt8>: Statement] = [:]

    mutating func take(_ sql: StaticString) -> Statement? {
        idle.removeValue(forKey: sql.utf8Start)
    }

    /// Gives back a statement that did not fail.
    mutating func giveBack(_ statement: Statement, _ sql: StaticString) {
        statement.reset()
        idle[sql.utf8Start] = statement
    }

    mutating func removeAll() {
        idle = [:]
    }
}
