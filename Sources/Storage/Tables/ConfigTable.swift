package import Models

/// A config as the mirror has it, its JSON still text.
package struct ConfigRow: Sendable, Equatable {
    /// Negative for a draft.
    package let id: PluginConfigID
    /// The plugin that it configures.
    package let pluginID: PluginID
    /// The project that it is of.
    package let projectID: ProjectID
    /// The redacted JSON of the base; nil for a draft.
    package let baseText: String?
    /// The redacted JSON that the remote served last; nil for a draft.
    package let remoteText: String?
    /// Digest of the remote's writable content; nil for a draft.
    package let remoteDigest: String?
    /// When a pull found that the remote has it no more; nil while it has.
    package let removedAt: Timestamp?
    /// When the remote's writable content last changed, as far as pulls have seen.
    package let changedAt: Timestamp
}

/// What becomes of the base when a config's remote is stored.
package enum BaseUpdate: Sendable, Equatable {
    /// The base follows the remote: first sight, or nothing of ours is in the way.
    case followsRemote
    /// The base stays; of a config that is new to the mirror it follows.
    case stays
    /// The base becomes this: the server's object with what both sides agree on.
    case becomes(JSONValue)
}

/// The configs: remote and base as the server's own JSON, beside the columns that lists need.
///
/// The plugin and the project of a config need not be in the mirror: a list may hide them by lack of permission, and
/// the config is still there. So neither is a foreign key.
package struct ConfigTable {
    let transaction: MirrorTransaction

    /// Stores what the remote served; a config that was marked as removed is back.
    ///
    /// `changed_at` moves only with the writable content. Edits are never touched. Values of keys that have become secret
    /// since `config` was decoded are redacted here. The error that the config shows is recorded: the remote keeps only the
    /// last one.
    @discardableResult
    package func store(_ pulled: PluginConfig, base: BaseUpdate, at time: Timestamp) throws(MirrorError) -> Stored {
        precondition(!pulled.id.isDraft, "the remote has no drafts")
        let secretKeys = try transaction.plugins.secretKeys(pulled.pluginID)
        let remote = try redacted(pulled.json, secretKeys)
        if let error = PluginError(pulled) { try transaction.errors.record(error, at: time) }
        let known = try row(pulled.id)
        let remoteText = remote.text
        let baseText =
            switch base {
            case .followsRemote: remoteText
            case .stays: known?.baseText ?? remoteText
            case .becomes(let json): try redacted(json, secretKeys).text
            }
        if let known, known.removedAt == nil, known.pluginID == pulled.pluginID, known.projectID == pulled.projectID,
            same(known.remoteText, remoteText), same(known.baseText, baseText)
        {
            return .unchanged
        }
        let config = PluginConfig(
            id: pulled.id, pluginID: pulled.pluginID, projectID: pulled.projectID, json: remote, secretKeys: secretKeys)
        let digest = config.content.digest
        let changedAt = known?.remoteDigest == digest ? known?.changedAt ?? time : time
        if let known, known.remoteDigest != digest { try transaction.switchOffs.note(pulled, before: known, at: time) }
        try transaction.execute(
            """
            INSERT INTO config (id, plugin_id, project_id, enabled, position, base_json, remote_json, remote_digest, changed_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (id) DO UPDATE SET plugin_id = ?2, project_id = ?3, enabled = ?4, position = ?5, base_json = ?6,
                remote_json = ?7, remote_digest = ?8, removed_at = NULL, changed_at = ?9
            """, SQLiteValue(config.id.rawValue), SQLiteValue(config.pluginID.rawValue),
            SQLiteValue(config.projectID.rawValue), SQLiteValue(config.content.enabled),
            SQLiteValue(config.content.order), SQLiteValue(baseText), SQLiteValue(remoteText), SQLiteValue(digest),
            SQLiteValue(changedAt))
        return known == nil ? .inserted : .changed
    }

    /// Marks it gone from the remote; the row, its versions and its edits stay. False when it was marked already.
    @discardableResult
    package func markRemoved(_ id: PluginConfigID, at time: Timestamp) throws(MirrorError) -> Bool {
        try transaction.execute(
            "UPDATE config SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL AND remote_json IS NOT NULL",
            SQLiteValue(id.rawValue), SQLiteValue(time)) > 0
    }

    /// The config as it lies in the table, its JSON unread; drafts and removed ones too.
    package func row(_ id: PluginConfigID) throws(MirrorError) -> ConfigRow? {
        try transaction.first("SELECT * FROM config WHERE id = ?1", SQLiteValue(id.rawValue), decode: ConfigRow.init)
    }

    /// The remote as it was pulled; nil when the config is unknown or a draft.
    package func remote(_ id: PluginConfigID) throws(MirrorError) -> PluginConfig? {
        guard let row = try row(id) else { return nil }
        return try config(row, row.remoteText)
    }

    /// The version both sides last agreed on, with all its fields; nil when the config is unknown or a draft.
    package func base(_ id: PluginConfigID) throws(MirrorError) -> PluginConfig? {
        guard let row = try row(id) else { return nil }
        return try config(row, row.baseText)
    }

    private func config(_ row: ConfigRow, _ text: String?) throws(MirrorError) -> PluginConfig? {
        guard let text else { return nil }
        return PluginConfig(
            id: row.id, pluginID: row.pluginID, projectID: row.projectID,
            json: try transaction.json(text, of: row.id.subject),
            secretKeys: try transaction.plugins.secretKeys(row.pluginID))
    }

    /// Configs of the project that the remote had at the last look: no drafts, none marked as removed.
    package func presentIDs(project: ProjectID) throws(MirrorError) -> Set<PluginConfigID> {
        Set(try transaction.rows(
            "SELECT id FROM config WHERE project_id = ?1 AND removed_at IS NULL AND remote_json IS NOT NULL",
            SQLiteValue(project.rawValue)
        ) { (row) throws(SQLiteError) in PluginConfigID(try row.integer("id")) })
    }

    private func redacted(_ json: JSONValue, _ secretKeys: Set<String>) throws(MirrorError) -> JSONValue {
        guard !secretKeys.isEmpty, var object = json.object, let values = object["config"]?.object else { return json }
        object["config"] = .object(try transaction.meta.redaction().redacted(values, secretKeys: secretKeys))
        return .object(object)
    }

    private func same(_ left: String?, _ right: String) -> Bool {
        left?.hasSameBytes(as: right) ?? false
    }
}

extension ConfigRow {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: PluginConfigID(try row.integer("id")), pluginID: PluginID(try row.integer("plugin_id")),
            projectID: ProjectID(try row.integer("project_id")), baseText: try row.optionalText("base_json"),
            remoteText: try row.optionalText("remote_json"), remoteDigest: try row.optionalText("remote_digest"),
            removedAt: try row.optionalTime("removed_at"), changedAt: try row.time("changed_at"))
    }
}
