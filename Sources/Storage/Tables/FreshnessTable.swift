package import Models

/// How much of a collection the mirror has, and of when.
package struct FreshnessRow: Sendable, Equatable {
    /// How the last walk over the collection ended.
    package enum State: String, Sendable {
        /// The last walk saw all of it.
        case complete
        /// The last walk was interrupted or could not be trusted; `checkedAt` is of an earlier one.
        case incomplete
        /// The key or the network did not let us see it.
        case unreachable
    }

    /// "projects", "plugins", "configs:3".
    package let collection: String
    /// How the latest attempt ended.
    package let state: State
    /// The end of the last complete walk; nil when there never was one.
    package let checkedAt: Timestamp?
    /// When the latest attempt began, however it ended.
    package let attemptedAt: Timestamp
    /// Rows that the last complete walk saw.
    package let count: Int
    /// Why it is not complete, for people; empty when it is.
    package let detail: String
}

/// The freshness of each collection.
package struct FreshnessTable {
    let transaction: MirrorTransaction

    /// Records a walk that saw everything.
    package func markComplete(_ collection: String, count: Int, at time: Timestamp) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO freshness (collection, state, checked_at, attempted_at, count, detail)
            VALUES (?1, 'complete', ?2, ?2, ?3, '')
            ON CONFLICT (collection) DO UPDATE SET state = 'complete', checked_at = ?2, attempted_at = ?2, count = ?3,
                detail = ''
            """, SQLiteValue(collection), SQLiteValue(time), SQLiteValue(Int64(count)))
    }

    /// Records a walk that did not; the time and count of the last complete one stay.
    ///
    /// - Parameter state: Anything but `.complete`.
    package func markAttempted(
        _ collection: String, _ state: FreshnessRow.State, detail: String, at time: Timestamp
    ) throws(MirrorError) {
        precondition(state != .complete, "a complete walk has a count")
        try transaction.execute(
            """
            INSERT INTO freshness (collection, state, attempted_at, count, detail) VALUES (?1, ?2, ?3, 0, ?4)
            ON CONFLICT (collection) DO UPDATE SET state = ?2, attempted_at = ?3, detail = ?4
            """, SQLiteValue(collection), SQLiteValue(state.rawValue), SQLiteValue(time), SQLiteValue(detail))
    }

    /// What is known about the collection; nil when it was never walked.
    package func row(_ collection: String) throws(MirrorError) -> FreshnessRow? {
        try transaction.first("SELECT * FROM freshness WHERE collection = ?1", SQLiteValue(collection), decode: FreshnessRow.init)
    }

    /// All collections by name.
    package func all() throws(MirrorError) -> [FreshnessRow] {
        try transaction.rows("SELECT * FROM freshness ORDER BY collection", decode: FreshnessRow.init)
    }
}

extension FreshnessRow {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            collection: try row.text("collection"), state: try row.closed("state", State.init),
            checkedAt: try row.optionalTime("checked_at"), attemptedAt: try row.time("attempted_at"),
            count: Int(try row.integer("count")), detail: try row.text("detail"))
    }
}
