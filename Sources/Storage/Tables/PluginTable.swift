package import Models

/// A plugin as the mirror has it.
package struct PluginRow: Sendable, Equatable {
    /// As the list last showed it.
    package let plugin: Plugin
    /// Digest of the writable content.
    package let digest: String
    /// When a pull found that the remote has it no more; nil while it has.
    package let removedAt: Timestamp?
    /// When the writable content last changed, as far as pulls have seen.
    package let changedAt: Timestamp
}

/// A plugin in a list, without its schema.
package struct PluginListRow: Sendable, Equatable {
    /// By the server.
    package let id: PluginID
    /// As the list last showed it.
    package let name: String
    /// "repository", "source", "local", …; nil where the server doesn't say.
    package let type: String?
    /// The installed version; nil where it has none.
    package let tag: String?
    /// The newest version that the server knows of; nil where it has none.
    package let latestTag: String?
    /// Of all projects.
    package let configCount: Int
    /// Configs that are enabled on the remote.
    package let enabledCount: Int
    /// When a pull found that the remote has it no more; nil while it has.
    package let removedAt: Timestamp?
}

/// The plugins that the remote has shown, and every key of theirs that was ever secret.
package struct PluginTable {
    let transaction: MirrorTransaction

    /// Stores the plugin as the remote has it, and learns its secret keys.
    ///
    /// When a key is secret for the first time, its clear values are taken out of everything that was stored before, in
    /// this transaction. An error that the plugin shows is recorded, as a config's is.
    @discardableResult
    package func store(_ plugin: Plugin, at time: Timestamp) throws(MirrorError) -> Stored {
        try learnSecretKeys(plugin.schema.secretKeys, of: plugin.id)
        if let error = PluginError(plugin) { try transaction.errors.record(error, at: time) }
        let text = plugin.json.text
        let digest = plugin.writableContent.digest
        let known = try transaction.first(
            "SELECT json, digest, removed_at FROM plugin WHERE id = ?1", SQLiteValue(plugin.id.rawValue)
        ) { (row) throws(SQLiteError) in
            (text: try row.text("json"), digest: try row.text("digest"), removed: try row.optionalInteger("removed_at"))
        }
        if let known, known.removed == nil, known.text.hasSameBytes(as: text) { return .unchanged }
        try transaction.execute(
            """
            INSERT INTO plugin (id, name, type, tag, latest_tag, json, digest, changed_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, type = excluded.type, tag = excluded.tag,
                latest_tag = excluded.latest_tag, json = excluded.json, digest = excluded.digest, removed_at = NULL,
                changed_at = iif(digest = excluded.digest, changed_at, excluded.changed_at)
            """, SQLiteValue(plugin.id.rawValue), SQLiteValue(plugin.name), SQLiteValue(plugin.type),
            SQLiteValue(plugin.tag), SQLiteValue(plugin.latestTag), SQLiteValue(text), SQLiteValue(digest),
            SQLiteValue(time))
        return known == nil ? .inserted : .changed
    }

    /// Marks it gone from the remote; its configs and edits stay. False when it was marked already or is unknown.
    @discardableResult
    package func markRemoved(_ id: PluginID, at time: Timestamp) throws(MirrorError) -> Bool {
        try transaction.execute(
            "UPDATE plugin SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL", SQLiteValue(id.rawValue),
            SQLiteValue(time)) > 0
    }

    /// The plugin as it was last pulled, removed ones too; nil when it was never seen.
    package func row(_ id: PluginID) throws(MirrorError) -> PluginRow? {
        let found = try transaction.first(
            "SELECT json, digest, removed_at, changed_at FROM plugin WHERE id = ?1", SQLiteValue(id.rawValue)
        ) { (row) throws(SQLiteError) in
            (
                json: try row.json("json"), digest: try row.text("digest"),
                removed: try row.optionalTime("removed_at"), changed: try row.time("changed_at")
            )
        }
        guard let found else { return nil }
        do {
            return PluginRow(
                plugin: try Plugin(found.json), digest: found.digest, removedAt: found.removed, changedAt: found.changed)
        } catch {
            throw MirrorError(.damaged, path: transaction.path, detail: "\(id.subject): \(error)")
        }
    }

    /// Whether a list or a config has ever shown the plugin.
    package func contains(_ id: PluginID) throws(MirrorError) -> Bool {
        try transaction.first(
            "SELECT 1 AS found FROM plugin WHERE id = ?1", SQLiteValue(id.rawValue)
        ) { (_) throws(SQLiteError) in true } ?? false
    }

    /// The ids of all plugins that are not marked as removed.
    package func presentIDs() throws(MirrorError) -> Set<PluginID> {
        Set(try transaction.rows(
            "SELECT id FROM plugin WHERE removed_at IS NULL"
        ) { (row) throws(SQLiteError) in PluginID(try row.integer("id")) })
    }

    /// All plugins by name, removed ones included, with counts of their configs.
    package func list() throws(MirrorError) -> [PluginListRow] {
        try transaction.rows(
            """
            SELECT plugin.id, name, type, tag, latest_tag, plugin.removed_at,
                count(config.id) AS configs, coalesce(sum(config.enabled), 0) AS enabled
            FROM plugin LEFT JOIN config ON config.plugin_id = plugin.id AND config.removed_at IS NULL
            GROUP BY plugin.id ORDER BY name COLLATE NOCASE, plugin.id
            """
        ) { (row) throws(SQLiteError) in
            PluginListRow(
                id: PluginID(try row.integer("id")), name: try row.text("name"), type: try row.optionalText("type"),
                tag: try row.optionalText("tag"), latestTag: try row.optionalText("latest_tag"),
                configCount: Int(try row.integer("configs")), enabledCount: Int(try row.integer("enabled")),
                removedAt: try row.optionalTime("removed_at"))
        }
    }

    /// Every key that any known schema of the plugin ever marked secret.
    package func secretKeys(_ id: PluginID) throws(MirrorError) -> Set<String> {
        Set(try transaction.rows(
            "SELECT key FROM plugin_secret_key WHERE plugin_id = ?1", SQLiteValue(id.rawValue)
        ) { (row) throws(SQLiteError) in try row.text("key") })
    }

    /// The same for all plugins at once, for a page of configs.
    package func allSecretKeys() throws(MirrorError) -> [PluginID: Set<String>] {
        let pairs = try transaction.rows(
            "SELECT plugin_id, key FROM plugin_secret_key"
        ) { (row) throws(SQLiteError) in (id: PluginID(try row.integer("plugin_id")), key: try row.text("key")) }
        return Dictionary(grouping: pairs, by: \.id).mapValues { Set($0.map(\.key)) }
    }

    /// Adds keys to those that were ever secret, also of a plugin that no list has shown, and scrubs what is stored.
    ///
    /// - Returns: The keys that are new.
    @discardableResult
    package func learnSecretKeys(_ keys: Set<String>, of id: PluginID) throws(MirrorError) -> Set<String> {
        let new = keys.subtracting(try secretKeys(id))
        guard !new.isEmpty else { return [] }
        for key in new.sorted() {
            try transaction.execute(
                "INSERT INTO plugin_secret_key (plugin_id, key) VALUES (?1, ?2)", SQLiteValue(id.rawValue),
                SQLiteValue(key))
        }
        try Scrubber(transaction: transaction).scrub(new, of: id)
        return new
    }
}
