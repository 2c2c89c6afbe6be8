package import Models

/// An event that failed and was kept, to be run with every dry run from then on: personal data.
package struct FixtureRow: Sendable, Equatable {
    /// Given in the order of saving.
    package let id: Int64
    /// The plugin that it is a sample for.
    package let pluginID: PluginID
    /// nil for any config of the plugin.
    package let configID: PluginConfigID?
    /// The error that it was saved from; nil for any other event.
    package let groupID: ErrorGroupID?
    /// "processEvent", …
    package let method: String
    /// One event as the plugin server takes it.
    package let event: JSONValue
    /// When somebody saved it.
    package let savedAt: Timestamp
}

/// The events that were kept.
package struct FixtureTable {
    let transaction: MirrorTransaction

    /// Keeps an event; the same event of the same method is kept once.
    ///
    /// - Returns: Whether it is new.
    @discardableResult
    package func save(
        _ event: JSONValue, plugin: PluginID, config: PluginConfigID?, group: ErrorGroupID?, method: String, at time: Timestamp
    ) throws(MirrorError) -> Bool {
        try transaction.execute(
            """
            INSERT INTO fixture (plugin_id, config_id, group_id, method, event, saved_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (plugin_id, method, event) DO NOTHING
            """, SQLiteValue(plugin.rawValue), SQLiteValue(config?.rawValue), SQLiteValue(group?.rawValue), SQLiteValue(method),
            SQLiteValue(event.text), SQLiteValue(time)) > 0
    }

    /// Those that a run of this config of the plugin takes, the oldest first.
    ///
    /// - Parameter config: nil takes those of all its configs.
    package func list(plugin: PluginID, config: PluginConfigID?) throws(MirrorError) -> [FixtureRow] {
        try transaction.rows(
            "SELECT * FROM fixture WHERE plugin_id = ?1 AND (?2 IS NULL OR config_id IS NULL OR config_id = ?2) ORDER BY id",
            SQLiteValue(plugin.rawValue), SQLiteValue(config?.rawValue), decode: FixtureRow.init)
    }

    /// Forgets those of an error group, without a trace in the file.
    ///
    /// - Returns: How many there were.
    @discardableResult
    package func forget(group: ErrorGroupID) throws(MirrorError) -> Int {
        let count = try transaction.execute("DELETE FROM fixture WHERE group_id = ?1", SQLiteValue(group.rawValue))
        if count > 0 { transaction.hasScrubbed = true }
        return count
    }
}

extension FixtureRow {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: try row.integer("id"), pluginID: PluginID(try row.integer("plugin_id")),
            configID: try row.optionalInteger("config_id").map { PluginConfigID($0) },
            groupID: try row.optionalInteger("group_id").map { ErrorGroupID($0) }, method: try row.text("method"),
            event: try row.json("event"), savedAt: try row.time("saved_at"))
    }
}
