/// When the remote said that it took a write: one that it shows no trace of was set back by somebody, and did not get lost.
enum Migration011 {
    static let sql: StaticString = """
        ALTER TABLE journal ADD COLUMN acknowledged_at INTEGER;
        """
}
