package import Models

extension ConfigTable {
    /// Base, remote and edits of one config; nil when the mirror doesn't have it.
    package func versions(_ id: PluginConfigID) throws(MirrorError) -> Versions? {
        guard let row = try row(id) else { return nil }
        return try versions(row, secretKeys: try transaction.plugins.secretKeys(row.pluginID))
    }

    /// The versions of every config that has edits, and of every draft, by id; no other config's JSON is read.
    package func versionsWithEdits() throws(MirrorError) -> [Versions] {
        let ids = try transaction.rows(
            "SELECT DISTINCT config_id AS id FROM edit UNION SELECT id FROM config WHERE id < 0 ORDER BY id"
        ) { (row) throws(SQLiteError) in PluginConfigID(try row.integer("id")) }
        var result: [Versions] = []
        for id in ids {
            if let versions = try versions(id) { result.append(versions) }
        }
        return result
    }

    private func versions(_ row: ConfigRow, secretKeys: Set<String>) throws(MirrorError) -> Versions {
        Versions(
            id: row.id, pluginID: row.pluginID, projectID: row.projectID,
            base: try content(row.baseText, of: row, secretKeys),
            remote: row.removedAt == nil ? try content(row.remoteText, of: row, secretKeys) : nil,
            edits: try transaction.edits.list(row.id))
    }

    private func content(
        _ text: String?, of row: ConfigRow, _ secretKeys: Set<String>
    ) throws(MirrorError) -> ConfigContent? {
        guard let text else { return nil }
        let json = try transaction.json(text, of: row.id.subject)
        return PluginConfig(
            id: row.id, pluginID: row.pluginID, projectID: row.projectID, json: json, secretKeys: secretKeys
        ).content
    }
}
