package import Models

/// An error type whose details are to be read.
package struct ErrorTypeRow: Sendable, Equatable {
    /// The config that it was counted for.
    package let configID: PluginConfigID
    /// The plugin of that config.
    package let pluginID: PluginID
    /// The project of that config.
    package let projectID: ProjectID
    /// "processEvent", …: as the server counts it.
    package let category: String
    /// The error's class, as the server groups them.
    package let type: String
}

/// What the metrics last said of each error type, to know which details are new.
package struct ErrorTypeTable {
    let transaction: MirrorTransaction

    /// Takes in the counts that came with a series; a type that has moved waits for its details to be read.
    ///
    /// Counts of different ranges can't be compared, so a smaller count with the same last time is nothing new unless it was
    /// counted from the same day.
    ///
    /// - Parameter from: The day from which the server counted.
    package func store(
        _ counts: [ErrorTypeCount], config: PluginConfigID, category: String, from: String
    ) throws(MirrorError) {
        for count in counts {
            try transaction.execute(
                """
                INSERT INTO error_type (config_id, category, type, count, last_seen, counted_from, is_read)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)
                ON CONFLICT (config_id, category, type) DO UPDATE SET count = ?4, last_seen = ?5, counted_from = ?6,
                    is_read = is_read AND last_seen = ?5 AND (count >= ?4 AND (count = ?4 OR counted_from <> ?6))
                WHERE count <> ?4 OR last_seen <> ?5 OR counted_from <> ?6
                """, SQLiteValue(config.rawValue), SQLiteValue(category), SQLiteValue(count.type), SQLiteValue(count.count),
                SQLiteValue(count.lastSeen), SQLiteValue(from))
        }
    }

    /// Records that the details that the type has now are stored.
    package func markRead(_ row: ErrorTypeRow) throws(MirrorError) {
        try transaction.execute(
            "UPDATE error_type SET is_read = 1 WHERE config_id = ?1 AND category = ?2 AND type = ?3",
            SQLiteValue(row.configID.rawValue), SQLiteValue(row.category), SQLiteValue(row.type))
    }

    /// The types whose details wait to be read, of configs that are still there, the latest first.
    package func unread() throws(MirrorError) -> [ErrorTypeRow] {
        try transaction.rows(
            """
            SELECT error_type.config_id, config.plugin_id, config.project_id, category, type FROM error_type
                JOIN config ON config.id = error_type.config_id
            WHERE is_read = 0 AND config.removed_at IS NULL ORDER BY last_seen DESC, error_type.config_id, category, type
            """
        ) { (row) throws(SQLiteError) in
            ErrorTypeRow(
                configID: PluginConfigID(try row.integer("config_id")), pluginID: PluginID(try row.integer("plugin_id")),
                projectID: ProjectID(try row.integer("project_id")), category: try row.text("category"),
                type: try row.text("type"))
        }
    }
}
