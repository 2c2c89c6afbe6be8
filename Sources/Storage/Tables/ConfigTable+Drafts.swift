package import Models

/// Configs that exist only here until a push creates them.
extension ConfigTable {
    /// Makes a draft: disabled, without values; what the person wants of it are edits.
    ///
    /// - Returns: A negative id that no draft of this mirror ever had.
    package func createDraft(plugin: PluginID, project: ProjectID, at time: Timestamp) throws(MirrorError) -> PluginConfigID {
        let id = PluginConfigID(-(try transaction.nextNumber("draft")))
        try transaction.execute(
            "INSERT INTO config (id, plugin_id, project_id, enabled, changed_at) VALUES (?1, ?2, ?3, 0, ?4)",
            SQLiteValue(id.rawValue), SQLiteValue(plugin.rawValue), SQLiteValue(project.rawValue), SQLiteValue(time))
        return id
    }

    /// The drafts of a plugin in a project, by id.
    package func drafts(plugin: PluginID, project: ProjectID) throws(MirrorError) -> [PluginConfigID] {
        try transaction.rows(
            "SELECT id FROM config WHERE plugin_id = ?1 AND project_id = ?2 AND remote_json IS NULL ORDER BY id",
            SQLiteValue(plugin.rawValue), SQLiteValue(project.rawValue)
        ) { (row) throws(SQLiteError) in PluginConfigID(try row.integer("id")) }
    }

    /// The config that the remote has for a plugin in a project, the lowest id of several; nil when it had none at the last look.
    package func existing(plugin: PluginID, project: ProjectID) throws(MirrorError) -> PluginConfigID? {
        try transaction.first(
            """
            SELECT id FROM config WHERE plugin_id = ?1 AND project_id = ?2 AND remote_json IS NOT NULL AND removed_at IS NULL
            ORDER BY id LIMIT 1
            """, SQLiteValue(plugin.rawValue), SQLiteValue(project.rawValue)
        ) { (row) throws(SQLiteError) in PluginConfigID(try row.integer("id")) }
    }

    /// Forgets a draft with all its edits.
    ///
    /// - Returns: False when there is no such draft.
    @discardableResult
    package func discardDraft(_ id: PluginConfigID) throws(MirrorError) -> Bool {
        guard id.isDraft else { return false }
        for edit in try transaction.edits.list(id) {
            try transaction.edits.remove(id, edit.field, version: edit.version)
        }
        return try transaction.execute("DELETE FROM config WHERE id = ?1", SQLiteValue(id.rawValue)) > 0
    }

    /// Puts the config that the remote has created in the draft's place; edits move to it, with their versions and states.
    ///
    /// When a pull has stored the config already, an edit that somebody has made to it since stays, and the draft's edit
    /// of the same field goes.
    package func replaceDraft(_ draft: PluginConfigID, with config: PluginConfig, at time: Timestamp) throws(MirrorError) {
        precondition(draft.isDraft, "only a draft is replaced")
        try store(config, base: .followsRemote, at: time)
        for edit in try transaction.edits.list(draft) {
            if try transaction.edits.edit(config.id, edit.field) != nil {
                try transaction.edits.remove(draft, edit.field, version: edit.version)
            }
        }
        try transaction.execute(
            "UPDATE edit SET config_id = ?2 WHERE config_id = ?1", SQLiteValue(draft.rawValue),
            SQLiteValue(config.id.rawValue))
        try transaction.execute("DELETE FROM config WHERE id = ?1", SQLiteValue(draft.rawValue))
    }
}
