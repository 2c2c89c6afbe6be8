package import Models

/// Where an interrupted walk over a collection goes on.
package struct CursorRow: Sendable, Equatable {
    /// "plugins", "configs:2", …: the name that freshness uses too.
    package let collection: String
    /// Rows that are stored already.
    package let offset: Int64
    /// When the walk began.
    package let startedAt: Timestamp
    /// The pull that has walked so far.
    package let runID: Int64

    package init(collection: String, offset: Int64, startedAt: Timestamp, runID: Int64) {
        self.collection = collection
        self.offset = offset
        self.startedAt = startedAt
        self.runID = runID
    }
}

/// The cursors of walks that are not finished; a page and its cursor are stored in one transaction.
package struct CursorTable {
    let transaction: MirrorTransaction

    /// Where the collection's walk goes on; nil when none was interrupted.
    package func row(_ collection: String) throws(MirrorError) -> CursorRow? {
        try transaction.first(
            "SELECT * FROM cursor WHERE collection = ?1", SQLiteValue(collection)
        ) { (row) throws(SQLiteError) in
            CursorRow(
                collection: try row.text("collection"), offset: try row.integer("position"),
                startedAt: try row.time("started_at"), runID: try row.integer("run_id"))
        }
    }

    /// Remembers where the walk goes on, in the transaction that stores what it has read.
    package func set(_ cursor: CursorRow) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO cursor (collection, position, started_at, run_id) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (collection) DO UPDATE SET position = ?2, started_at = ?3, run_id = ?4
            """, SQLiteValue(cursor.collection), SQLiteValue(cursor.offset), SQLiteValue(cursor.startedAt),
            SQLiteValue(cursor.runID))
    }

    /// Ends the walk.
    package func clear(_ collection: String) throws(MirrorError) {
        try transaction.execute("DELETE FROM cursor WHERE collection = ?1", SQLiteValue(collection))
    }
}
