package import Models

/// Sample events of each project, for dry runs: personal data, kept for a while only.
package struct EventTable {
    let transaction: MirrorTransaction

    /// Events of one project that are kept at most, the newest.
    package static let maximumCount = 1000

    /// Stores the events that are new, as the server served them.
    ///
    /// - Returns: How many were.
    @discardableResult
    package func store(_ events: [SampleEvent], project: ProjectID, at time: Timestamp) throws(MirrorError) -> Int {
        var inserted = 0
        for event in events {
            inserted += try transaction.execute(
                """
                INSERT INTO event (project_id, id, event, distinct_id, at, stored_at, json)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING
                """, SQLiteValue(project.rawValue), SQLiteValue(event.id), SQLiteValue(event.event),
                SQLiteValue(event.distinctID), SQLiteValue(Timestamp(iso8601: event.atText) ?? time), SQLiteValue(time),
                SQLiteValue(event.json.text))
        }
        try transaction.execute(
            """
            DELETE FROM event WHERE project_id = ?1 AND rowid NOT IN (
                SELECT rowid FROM event WHERE project_id = ?1 ORDER BY at DESC, rowid DESC LIMIT ?2)
            """, SQLiteValue(project.rawValue), SQLiteValue(Int64(EventTable.maximumCount)))
        return inserted
    }

    /// The newest events of a project, the newest first.
    package func latest(_ project: ProjectID, limit: Int) throws(MirrorError) -> [SampleEvent] {
        try transaction.rows(
            "SELECT json FROM event WHERE project_id = ?1 ORDER BY at DESC, rowid DESC LIMIT ?2",
            SQLiteValue(project.rawValue), SQLiteValue(Int64(limit))
        ) { (row) throws(SQLiteError) in try row.json("json") }.compactMap { SampleEvent($0) }
    }

    /// The time of the newest event of a project; nil when there is none.
    package func latestTime(_ project: ProjectID) throws(MirrorError) -> Timestamp? {
        try transaction.first(
            "SELECT max(at) AS at FROM event WHERE project_id = ?1", SQLiteValue(project.rawValue)
        ) { (row) throws(SQLiteError) in try row.optionalTime("at") } ?? nil
    }

    /// How many events are stored.
    package func count() throws(MirrorError) -> Int {
        try transaction.first(
            "SELECT count(*) AS count FROM event"
        ) { (row) throws(SQLiteError) in Int(try row.integer("count")) } ?? 0
    }

    /// Forgets what was stored before `time`, or everything.
    ///
    /// - Returns: How many are gone.
    @discardableResult
    package func forget(storedBefore time: Timestamp?) throws(MirrorError) -> Int {
        let count = try transaction.execute("DELETE FROM event WHERE ?1 IS NULL OR stored_at < ?1", SQLiteValue(time))
        // As with secrets: what was taken out must not linger in the log.
        if count > 0 { transaction.hasScrubbed = true }
        return count
    }
}
