package import Models

/// What the server says of a config's last 24 hours.
package enum DeliveryRate: Sendable, Equatable {
    /// The server has no such field, or what is stored is no JSON that SQLite can read.
    case unknown
    /// Nothing was counted at all.
    case nothing
    case perfect
    case failing
}

/// A config as the planning of metrics sees it.
package struct DeliveryRow: Sendable, Equatable {
    /// Never of a draft.
    package let id: PluginConfigID
    /// The plugin that it configures.
    package let pluginID: PluginID
    /// The project that it is of.
    package let projectID: ProjectID
    /// As the remote has it.
    package let enabled: Bool
    /// Of the last 24 hours before the remote was last stored.
    package let rate: DeliveryRate

    package init(id: PluginConfigID, pluginID: PluginID, projectID: ProjectID, enabled: Bool, rate: DeliveryRate) {
        self.id = id
        self.pluginID = pluginID
        self.projectID = projectID
        self.enabled = enabled
        self.rate = rate
    }
}

extension ConfigTable {
    /// All configs that the remote had at the last look, with their delivery rates, by id.
    package func deliveries() throws(MirrorError) -> [DeliveryRow] {
        // SQLite may read JSON here, because only the kind of the value and its side of 1 matter.
        try transaction.rows(
            """
            SELECT id, plugin_id, project_id, enabled,
                CASE WHEN json_valid(remote_json) THEN coalesce(json_type(remote_json, '$.delivery_rate_24h'), '') ELSE '' END AS kind,
                CASE WHEN json_valid(remote_json) THEN coalesce(json_extract(remote_json, '$.delivery_rate_24h') < 1, 0) ELSE 0 END
                    AS is_failing
            FROM config WHERE removed_at IS NULL AND remote_json IS NOT NULL ORDER BY id
            """
        ) { (row) throws(SQLiteError) in
            let kind = try row.text("kind")
            let isFailing = try row.bool("is_failing")
            return DeliveryRow(
                id: PluginConfigID(try row.integer("id")), pluginID: PluginID(try row.integer("plugin_id")),
                projectID: ProjectID(try row.integer("project_id")), enabled: try row.bool("enabled"),
                rate: kind == "null" ? .nothing : ["real", "integer"].contains(kind) ? (isFailing ? .failing : .perfect) : .unknown)
        }
    }
}

/// The delivery rate of a config's last 24 hours.
package struct DeliveryRateRow: Sendable, Equatable {
    /// Never of a draft.
    package let id: PluginConfigID
    /// The plugin that it configures.
    package let pluginID: PluginID
    /// The project that it is of.
    package let projectID: ProjectID
    /// As the remote has it.
    package let enabled: Bool
    /// nil when nothing was handled, or the server does not say.
    package let rate: Double?
}

extension ConfigTable {
    /// All configs that the remote had at the last look, with their rates as the server said them, by id.
    ///
    /// Where it has no such figure, the last two days that it served are added up.
    package func deliveryRates() throws(MirrorError) -> [DeliveryRateRow] {
        // As a whole number: a rate is compared and shown, never written back.
        try transaction.rows(
            """
            SELECT id, plugin_id, project_id, enabled, CASE
                WHEN NOT json_valid(remote_json) THEN NULL
                WHEN json_type(remote_json, '$.delivery_rate_24h') IN ('real', 'integer')
                    THEN CAST(json_extract(remote_json, '$.delivery_rate_24h') * 100000 AS INTEGER)
                WHEN json_type(remote_json, '$.delivery_rate_24h') IS NOT NULL THEN NULL
                ELSE (SELECT (100000 * sum(successes + successes_on_retry)) / nullif(sum(successes + successes_on_retry + failures), 0)
                    FROM metric WHERE config_id = config.id AND granularity = 'day' AND bucket >= (
                        SELECT date(max(substr(bucket, 1, 10)), '-1 day') FROM metric WHERE config_id = config.id))
                END AS rate
            FROM config WHERE removed_at IS NULL AND remote_json IS NOT NULL ORDER BY id
            """
        ) { (row) throws(SQLiteError) in
            DeliveryRateRow(
                id: PluginConfigID(try row.integer("id")), pluginID: PluginID(try row.integer("plugin_id")),
                projectID: ProjectID(try row.integer("project_id")), enabled: try row.bool("enabled"),
                rate: try row.optionalInteger("rate").map { Double($0) / 100_000 })
        }
    }
}
