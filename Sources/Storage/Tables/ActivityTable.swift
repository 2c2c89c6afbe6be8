package import Models

/// One line of the activity log as it is stored.
package struct ActivityRow: Sendable, Equatable {
    /// By the instance's clock.
    package let at: Timestamp
    /// The server's word: "config_updated", "enabled", …
    package let activity: String
    /// Redacted: values of keys that were ever secret are not in it.
    package let json: JSONValue
}

/// The instance's activity log of plugins and configs.
package struct ActivityTable {
    let transaction: MirrorTransaction

    /// Whether this entry is stored, by its key.
    package func isKnown(_ entry: ActivityEntry) throws(MirrorError) -> Bool {
        try transaction.first(
            "SELECT 1 AS one FROM activity WHERE key = ?1", SQLiteValue(entry.key)
        ) { (row) throws(SQLiteError) in try row.integer("one") } != nil
    }

    /// Stores the entry, without the values of any key that a known schema ever marked secret.
    @discardableResult
    package func store(_ entry: ActivityEntry, at time: Timestamp) throws(MirrorError) -> Stored {
        if try isKnown(entry) { return .unchanged }
        let json = entry.redacted(try transaction.meta.redaction(), secretKeys: try secretKeys())
        try transaction.execute(
            "INSERT INTO activity (key, scope, item_id, activity, at, json) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            SQLiteValue(entry.key), SQLiteValue(entry.scope), SQLiteValue(entry.itemID), SQLiteValue(entry.activity),
            SQLiteValue(Timestamp(iso8601: entry.atText) ?? time), SQLiteValue(json.text))
        return .inserted
    }

    /// The latest entry about the config or its plugin up to a moment: what was changed just before.
    package func latest(config: PluginConfigID?, plugin: PluginID, until time: Timestamp) throws(MirrorError) -> ActivityRow? {
        try transaction.first(
            """
            SELECT at, activity, json FROM activity
            WHERE at <= ?3 AND ((item_id = ?1 AND (scope = 'PluginConfig' OR activity = 'order_changed'))
                OR (item_id = ?2 AND scope = 'Plugin' AND activity <> 'order_changed'))
            ORDER BY at DESC LIMIT 1
            """, SQLiteValue(config.map { String($0.rawValue) } ?? ""), SQLiteValue(String(plugin.rawValue)), SQLiteValue(time),
            decode: ActivityRow.init)
    }

    /// The latest entries about one plugin or config, newest first.
    ///
    /// - Parameter scope: "Plugin" or "PluginConfig"; a change of order counts as the config's.
    package func list(item: Int64, scope: String, limit: Int = 100) throws(MirrorError) -> [ActivityRow] {
        try transaction.rows(
            """
            SELECT at, activity, json FROM activity
            WHERE item_id = ?1 AND (CASE activity WHEN 'order_changed' THEN 'PluginConfig' ELSE scope END) = ?2
            ORDER BY at DESC LIMIT ?3
            """, SQLiteValue(String(item)), SQLiteValue(scope), SQLiteValue(Int64(limit)), decode: ActivityRow.init)
    }

    /// How many entries are stored.
    package func count() throws(MirrorError) -> Int {
        try transaction.first(
            "SELECT count(*) AS count FROM activity"
        ) { (row) throws(SQLiteError) in Int(try row.integer("count")) } ?? 0
    }

    /// Entries name a field but not always whose: a key that is secret anywhere counts as secret in all of them.
    private func secretKeys() throws(MirrorError) -> Set<String> {
        try transaction.plugins.allSecretKeys().values.reduce(into: []) { $0.formUnion($1) }
    }

    /// Takes values of keys that have become secret out of what is stored.
    func scrub(_ keys: Set<String>) throws(MirrorError) {
        let redaction = try transaction.meta.redaction()
        let rows = try transaction.rows(
            "SELECT key, json FROM activity"
        ) { (row) throws(SQLiteError) in (key: try row.text("key"), text: try row.text("json")) }
        for row in rows {
            guard let entry = ActivityEntry(try transaction.json(row.text, of: "activity")) else { continue }
            let scrubbed = entry.redacted(redaction, secretKeys: keys).text
            if scrubbed == row.text { continue }
            try transaction.execute(
                "UPDATE activity SET json = ?2 WHERE key = ?1", SQLiteValue(row.key), SQLiteValue(scrubbed))
            transaction.hasScrubbed = true
        }
    }
}

extension ActivityRow {
    init(_ row: Row) throws(SQLiteError) {
        self.init(at: try row.time("at"), activity: try row.text("activity"), json: try row.json("json"))
    }
}
