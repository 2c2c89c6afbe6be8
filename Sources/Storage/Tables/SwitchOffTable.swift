package import Models

/// Configs that were found switched off and of which it is not judged yet whose doing that was.
package struct SwitchOffTable {
    let transaction: MirrorTransaction

    /// Notes that a config which was on is off now; called before the new state is stored.
    func note(_ pulled: PluginConfig, before: ConfigRow, at time: Timestamp) throws(MirrorError) {
        guard !pulled.content.enabled, let text = before.remoteText else { return }
        let old = try transaction.json(text, of: pulled.id.subject)
        guard old["enabled"]?.bool == true else { return }
        try transaction.execute(
            """
            INSERT INTO switch_off (config_id, after, seen_at, updated_before, updated_after) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (config_id) DO UPDATE SET after = ?2, seen_at = ?3, updated_before = ?4, updated_after = ?5
            """, SQLiteValue(pulled.id.rawValue), SQLiteValue(before.changedAt), SQLiteValue(time),
            SQLiteValue(SwitchOffTable.saved(old)), SQLiteValue(SwitchOffTable.saved(pulled.json)))
    }

    /// When the config was saved last; "null" of one that never was since servers note it, nil where they don't.
    private static func saved(_ config: JSONValue) -> String? {
        config["updated_at"].map { $0.string ?? $0.text }
    }

    /// All that wait, by config.
    package func waiting() throws(MirrorError) -> [SwitchOff] {
        try transaction.rows("SELECT * FROM switch_off ORDER BY config_id") { (row) throws(SQLiteError) in
            SwitchOff(
                configID: PluginConfigID(try row.integer("config_id")), after: try row.time("after"), seenAt: try row.time("seen_at"),
                updatedBefore: try row.optionalText("updated_before"), updatedAfter: try row.optionalText("updated_after"))
        }
    }

    /// Judges all that wait by what the mirror knows, and records those that the server did by itself.
    ///
    /// - Returns: The configs that it switched off.
    @discardableResult
    package func judge(at time: Timestamp) throws(MirrorError) -> [PluginConfigID] {
        var found: [PluginConfigID] = []
        for off in try waiting() {
            if let row = try transaction.configs.row(off.configID), off.isByServer(try evidence(off)) {
                try transaction.errors.record(PluginError(off, of: row.pluginID, in: row.projectID), at: time)
                found.append(off.configID)
            }
            try transaction.execute("DELETE FROM switch_off WHERE config_id = ?1", SQLiteValue(off.configID.rawValue))
        }
        return found
    }

    private func evidence(_ off: SwitchOff) throws(MirrorError) -> SwitchOff.Evidence {
        let config = off.configID
        let isOurs = try transaction.first(
            "SELECT 1 AS one FROM history WHERE kind = 'config' AND entity_id = ?1 AND origin <> 'pull' AND recorded_at BETWEEN ?2 AND ?3 LIMIT 1",
            SQLiteValue(config.rawValue), SQLiteValue(off.seenAt.adding(seconds: -60)), SQLiteValue(off.seenAt.adding(seconds: 60))
        ) { (row) throws(SQLiteError) in try row.integer("one") } != nil
        // The instance's clock may be a little off ours.
        let entries = try transaction.activity.list(item: config.rawValue, scope: "PluginConfig").filter {
            $0.at >= off.after.adding(seconds: -300) && $0.at <= off.seenAt.adding(seconds: 300)
        }
        let hasFailed = try transaction.first(
            """
            SELECT 1 AS one FROM error_place JOIN error_group ON error_group.id = error_place.group_id
            WHERE error_place.config_id = ?1 AND error_place.last_seen >= ?2 AND error_group.kind <> 'delivery' LIMIT 1
            """, SQLiteValue(config.rawValue), SQLiteValue(off.after)
        ) { (row) throws(SQLiteError) in try row.integer("one") } != nil
        return SwitchOff.Evidence(
            isOurs: isOurs, isInActivity: entries.contains { ["disabled", "config_updated"].contains($0.activity) }, hasFailed: hasFailed)
    }
}
