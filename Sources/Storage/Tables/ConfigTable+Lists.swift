package import Models

/// A config in a list, with the local state of what can be edited.
package struct ConfigListRow: Sendable, Equatable {
    /// Negative for a draft.
    package let id: PluginConfigID
    /// Also where no list has shown that plugin.
    package let pluginID: PluginID
    /// "plugin 7" when no list has shown the plugin.
    package let pluginName: String
    /// The project that it is of.
    package let projectID: ProjectID
    /// "project 7" when no list has shown the project.
    package let projectName: String
    /// As the remote has it.
    package let enabled: Bool
    /// Its order as the remote has it; nil where it has none.
    package let position: Int64?
    /// With the person's edits.
    package let localEnabled: Bool
    /// Edits that wait, one for each field.
    package let editCount: Int
    /// When a pull found that the remote has it no more; nil while it has.
    package let removedAt: Timestamp?
    /// When its writable content last changed, as far as pulls have seen.
    package let changedAt: Timestamp

    package var isDraft: Bool { id.isDraft }
}

/// A config that something was recorded about.
package struct ChangedConfigRow: Sendable, Equatable {
    package let id: PluginConfigID
    package let pluginID: PluginID
    package let enabled: Bool
    /// Whether it comes before the other in the order of their project.
    package let isBefore: Bool
}

/// Numbers for `status`.
package struct MirrorCounts: Sendable, Equatable {
    /// Without removed ones.
    package let projects: Int
    /// Without removed ones.
    package let plugins: Int
    /// Without removed ones and drafts.
    package let configs: Int
    /// As the remote has them.
    package let enabledConfigs: Int
    /// Configs that a push will create.
    package let drafts: Int
    /// Configs with an edit, drafts included.
    package let editedConfigs: Int
    /// Plugins whose code is edited.
    package let editedSources: Int
    /// Of configs and of code.
    package let edits: Int
    /// Edits that a push has taken along and not settled.
    package let editsInFlight: Int
    /// Steps that were sent and whose outcome is not known.
    package let unsettledSteps: Int
}

extension ConfigTable {
    /// Configs by plugin name, project and position, drafts included, removed ones only when they have edits.
    ///
    /// - Parameter project: nil for all projects.
    package func list(project: ProjectID? = nil) throws(MirrorError) -> [ConfigListRow] {
        try transaction.rows(
            """
            SELECT config.id, config.plugin_id, config.project_id, config.enabled, config.position, config.removed_at,
                config.changed_at, coalesce(plugin.name, 'plugin ' || config.plugin_id) AS plugin_name,
                coalesce(project.name, 'project ' || config.project_id) AS project_name,
                (SELECT count(*) FROM edit WHERE edit.config_id = config.id) AS edits,
                (SELECT value_json = 'true' FROM edit WHERE edit.config_id = config.id AND field = 'enabled') AS wanted
            FROM config LEFT JOIN plugin ON plugin.id = config.plugin_id
                LEFT JOIN project ON project.id = config.project_id
            WHERE (?1 IS NULL OR config.project_id = ?1)
                AND (config.removed_at IS NULL OR EXISTS (SELECT 1 FROM edit WHERE edit.config_id = config.id))
            ORDER BY plugin_name COLLATE NOCASE, config.project_id, config.position IS NULL, config.position, config.id
            """, SQLiteValue(project?.rawValue)
        ) { (row) throws(SQLiteError) in
            let enabled = try row.bool("enabled")
            let wanted = try row.optionalInteger("wanted")
            return ConfigListRow(
                id: PluginConfigID(try row.integer("id")), pluginID: PluginID(try row.integer("plugin_id")),
                pluginName: try row.text("plugin_name"), projectID: ProjectID(try row.integer("project_id")),
                projectName: try row.text("project_name"), enabled: enabled,
                position: try row.optionalInteger("position"), localEnabled: wanted.map { $0 != 0 } ?? enabled,
                editCount: Int(try row.integer("edits")), removedAt: try row.optionalTime("removed_at"),
                changedAt: try row.time("changed_at"))
        }
    }

    /// The other configs of a config's project about which, or about whose plugin, something was recorded since then.
    package func changed(since time: Timestamp, beside config: PluginConfigID) throws(MirrorError) -> [ChangedConfigRow] {
        try transaction.rows(
            """
            SELECT config.id, config.plugin_id, config.enabled,
                coalesce(config.position, 9223372036854775807) < coalesce(own.position, 9223372036854775807) AS is_before
            FROM config AS own JOIN config ON config.project_id = own.project_id AND config.id <> own.id
            WHERE own.id = ?1 AND config.id > 0 AND config.removed_at IS NULL AND (
                EXISTS (SELECT 1 FROM history WHERE kind = 'config' AND entity_id = config.id AND version > 1 AND recorded_at >= ?2)
                OR EXISTS (SELECT 1 FROM history WHERE kind = 'plugin' AND entity_id = config.plugin_id AND version > 1
                    AND recorded_at >= ?2)
                OR EXISTS (SELECT 1 FROM source_version WHERE plugin_id = config.plugin_id AND version > 1 AND recorded_at >= ?2)
                OR EXISTS (SELECT 1 FROM activity WHERE item_id = CAST(config.id AS TEXT) AND at >= ?2)
                OR EXISTS (SELECT 1 FROM activity WHERE item_id = CAST(config.plugin_id AS TEXT) AND at >= ?2))
            ORDER BY config.position IS NULL, config.position, config.id
            """, SQLiteValue(config.rawValue), SQLiteValue(time)
        ) { (row) throws(SQLiteError) in
            ChangedConfigRow(
                id: PluginConfigID(try row.integer("id")), pluginID: PluginID(try row.integer("plugin_id")),
                enabled: try row.bool("enabled"), isBefore: try row.bool("is_before"))
        }
    }

    /// Counts without reading any JSON; removed ones are not counted.
    package func counts() throws(MirrorError) -> MirrorCounts {
        let counts = try transaction.first(
            """
            SELECT (SELECT count(*) FROM project WHERE removed_at IS NULL) AS projects,
                (SELECT count(*) FROM plugin WHERE removed_at IS NULL) AS plugins,
                (SELECT count(*) FROM config INDEXED BY config_present WHERE removed_at IS NULL AND id > 0) AS configs,
                (SELECT count(*) FROM config INDEXED BY config_present WHERE removed_at IS NULL AND id > 0 AND enabled = 1) AS enabled,
                (SELECT count(*) FROM config WHERE id < 0) AS drafts,
                (SELECT count(DISTINCT config_id) FROM edit) AS edited,
                (SELECT count(DISTINCT plugin_id) FROM source_edit) AS edited_sources,
                (SELECT count(*) FROM edit) + (SELECT count(*) FROM source_edit) AS edits,
                (SELECT count(*) FROM edit WHERE state = 'in flight')
                    + (SELECT count(*) FROM source_edit WHERE state = 'in flight') AS in_flight,
                (SELECT count(*) FROM journal WHERE state IN ('sent', 'unknown')
                    AND (state = 'sent' OR settled_at IS NULL)) AS unsettled
            """
        ) { (row) throws(SQLiteError) in
            MirrorCounts(
                projects: Int(try row.integer("projects")), plugins: Int(try row.integer("plugins")),
                configs: Int(try row.integer("configs")), enabledConfigs: Int(try row.integer("enabled")),
                drafts: Int(try row.integer("drafts")), editedConfigs: Int(try row.integer("edited")),
                editedSources: Int(try row.integer("edited_sources")), edits: Int(try row.integer("edits")), editsInFlight: Int(try row.integer("in_flight")),
                unsettledSteps: Int(try row.integer("unsettled")))
        }
        guard let counts else { preconditionFailure("a SELECT without FROM has exactly one row") }
        return counts
    }
}
