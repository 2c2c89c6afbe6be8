package import Models

/// What alerts remember between pulls.
package struct AlertTable {
    let transaction: MirrorTransaction

    package func memory() throws(MirrorError) -> AlertMemory {
        let rows = try transaction.rows("SELECT * FROM alert_state") { (row) throws(SQLiteError) in
            (
                key: AlertMemory.Key(rule: try row.text("rule"), subject: try row.text("subject")),
                held: AlertMemory.Held(since: try row.time("since"), toldAt: try row.optionalTime("told_at"))
            )
        }
        return AlertMemory(Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0.held) }))
    }

    /// Replaces what was remembered.
    package func setMemory(_ memory: AlertMemory) throws(MirrorError) {
        let before = try self.memory()
        for key in before.held.keys where memory.held[key] == nil {
            try transaction.execute("DELETE FROM alert_state WHERE rule = ?1 AND subject = ?2", SQLiteValue(key.rule), SQLiteValue(key.subject))
        }
        for (key, held) in memory.held where before.held[key] != held {
            try transaction.execute(
                """
                INSERT INTO alert_state (rule, subject, since, told_at) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (rule, subject) DO UPDATE SET since = ?3, told_at = ?4
                """, SQLiteValue(key.rule), SQLiteValue(key.subject), SQLiteValue(held.since), SQLiteValue(held.toldAt))
        }
    }
}

/// What the inbox held at a moment: what is beyond it afterwards is new.
package struct InboxMark: Sendable, Equatable {
    /// The highest id that was ever given.
    package let lastGroup: Int64
    /// When each group that came back did so.
    package let returned: [ErrorGroupID: Timestamp]
    /// When each switched-off config was last seen so.
    package let switchedOff: [ErrorGroupID: Timestamp]
    /// Whether a pull had come to its end before.
    package let hasPulled: Bool
}

extension ErrorTable {
    package func mark() throws(MirrorError) -> InboxMark {
        let last = try transaction.first("SELECT coalesce(max(id), 0) AS id FROM error_group") { (row) throws(SQLiteError) in
            try row.integer("id")
        }
        let returned = try times("SELECT id, returned_at AS at FROM error_group WHERE state = 'came back'")
        let off = try times("SELECT id, last_seen AS at FROM error_group WHERE kind = 'switched off'")
        let pulls = try transaction.first(
            "SELECT 1 AS one FROM run WHERE kind = 'pull' AND outcome IN ('pulled', 'partly pulled') LIMIT 1"
        ) { (row) throws(SQLiteError) in try row.integer("one") }
        return InboxMark(lastGroup: last ?? 0, returned: returned, switchedOff: off, hasPulled: pulls != nil)
    }

    private func times(_ sql: StaticString) throws(MirrorError) -> [ErrorGroupID: Timestamp] {
        let rows = try transaction.rows(sql) { (row) throws(SQLiteError) in
            (ErrorGroupID(try row.integer("id")), try row.optionalTime("at") ?? Timestamp(milliseconds: 0))
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    /// The groups that are new, came back or were switched off once more since the mark, by id.
    package func changed(since mark: InboxMark) throws(MirrorError) -> [ErrorGroupID] {
        let new = try transaction.rows(
            "SELECT id FROM error_group WHERE id > ?1 ORDER BY id", SQLiteValue(mark.lastGroup)
        ) { (row) throws(SQLiteError) in ErrorGroupID(try row.integer("id")) }
        let now = try self.mark()
        let returned = now.returned.filter { mark.returned[$0.key] != $0.value }.keys
        let off = now.switchedOff.filter { mark.switchedOff[$0.key] != $0.value }.keys
        return Set(new).union(returned).union(off).sorted()
    }
}
