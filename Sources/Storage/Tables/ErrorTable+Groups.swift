package import Models

/// An error group in a list.
package struct ErrorGroupRow: Sendable, Equatable {
    package let id: ErrorGroupID
    package let pluginID: PluginID
    /// "plugin 7" when no list has shown the plugin.
    package let pluginName: String
    /// Of the latest occurrence; nil for an error of the plugin as such.
    package let configID: PluginConfigID?
    package let projectName: String?
    /// Projects that it was seen in.
    package let projectCount: Int
    package let name: String
    /// The latest occurrence's, with its variable parts.
    package let message: String
    /// Occurrences that the mirror has.
    package let count: Int
    /// Whether the server counts more of them than it shows.
    package let hasMore: Bool
    package let firstSeen: Timestamp
    package let lastSeen: Timestamp
    /// Whether a config or plugin that had it is still there.
    package let isPresent: Bool
}

/// Which groups a person wants to see.
package struct ErrorFilter: Sendable, Equatable {
    /// Only occurrences in that project count.
    package var project: ProjectID?
    /// Only groups with an occurrence since then.
    package var since: Timestamp?
    /// Only groups with an occurrence that has all these words in name, message or stack.
    package var search: String?
    package var id: ErrorGroupID?

    package init(project: ProjectID? = nil, since: Timestamp? = nil, search: String? = nil, id: ErrorGroupID? = nil) {
        self.project = project
        self.since = since
        self.search = search
        self.id = id
    }

    /// The search as FTS5 takes it: every word quoted, as the beginning of a word; nil when it holds no word at all.
    var match: String? {
        guard let search else { return nil }
        let words = search.split { !($0.isLetter || $0.isNumber) }
        return words.isEmpty ? nil : words.map { "\"\($0)\"*" }.joined(separator: " ")
    }
}

extension ErrorTable {
    /// The groups that the filter takes, the latest first.
    package func groups(_ filter: ErrorFilter = ErrorFilter()) throws(MirrorError) -> [ErrorGroupRow] {
        // A search without a word in it finds nothing.
        if filter.search != nil, filter.match == nil { return [] }
        return try transaction.rows(
            """
            SELECT error_group.id, error_group.plugin_id, count(*) AS count, min(error.at) AS first_seen,
                max(error.at) AS last_seen, count(DISTINCT error.project_id) AS projects,
                coalesce(plugin.name, 'plugin ' || error_group.plugin_id) AS plugin_name,
                latest.config_id, latest.name, latest.message,
                CASE WHEN latest.project_id IS NULL THEN NULL
                    ELSE coalesce(project.name, 'project ' || latest.project_id) END AS project_name,
                max(CASE WHEN error.config_id IS NULL THEN plugin.removed_at IS NULL
                    ELSE config.id IS NOT NULL AND config.removed_at IS NULL END) AS is_present,
                EXISTS (SELECT 1 FROM (SELECT DISTINCT config_id, category, type FROM error WHERE group_id = error_group.id) AS one
                    JOIN error_type USING (config_id, category, type)
                    WHERE error_type.count > (SELECT count(*) FROM error AS same WHERE same.config_id = one.config_id
                        AND same.category = one.category AND same.type = one.type)) AS has_more
            FROM error_group JOIN error ON error.group_id = error_group.id AND (?1 IS NULL OR error.project_id = ?1)
                JOIN error AS latest ON latest.id = (SELECT id FROM error WHERE group_id = error_group.id
                    AND (?1 IS NULL OR project_id = ?1) ORDER BY at DESC, id DESC LIMIT 1)
                LEFT JOIN plugin ON plugin.id = error_group.plugin_id
                LEFT JOIN config ON config.id = error.config_id
                LEFT JOIN project ON project.id = latest.project_id
            WHERE (?4 IS NULL OR error_group.id = ?4) AND (?3 IS NULL OR error_group.id IN (
                SELECT group_id FROM error WHERE id IN (SELECT rowid FROM error_text WHERE error_text MATCH ?3)))
            GROUP BY error_group.id HAVING ?2 IS NULL OR max(error.at) >= ?2
            ORDER BY last_seen DESC, error_group.id DESC
            """, SQLiteValue(filter.project?.rawValue), SQLiteValue(filter.since), SQLiteValue(filter.match),
            SQLiteValue(filter.id?.rawValue), decode: ErrorGroupRow.init)
    }

    /// The group of that id; nil when there never was one.
    package func group(_ id: ErrorGroupID) throws(MirrorError) -> ErrorGroupRow? {
        try groups(ErrorFilter(id: id)).first
    }

    /// How many groups have an occurrence in a config or plugin that is still there, and when the last one was.
    package func summary() throws(MirrorError) -> (count: Int, lastSeen: Timestamp?) {
        let summary = try transaction.first(
            """
            SELECT count(DISTINCT group_id) AS count, max(error.at) AS last_seen
            FROM error LEFT JOIN config ON config.id = error.config_id LEFT JOIN plugin ON plugin.id = error.plugin_id
            WHERE CASE WHEN error.config_id IS NULL THEN plugin.removed_at IS NULL
                ELSE config.id IS NOT NULL AND config.removed_at IS NULL END
            """
        ) { (row) throws(SQLiteError) in (count: Int(try row.integer("count")), lastSeen: try row.optionalTime("last_seen")) }
        return summary ?? (0, nil)
    }
}

extension ErrorGroupRow {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: ErrorGroupID(try row.integer("id")), pluginID: PluginID(try row.integer("plugin_id")),
            pluginName: try row.text("plugin_name"), configID: try row.optionalInteger("config_id").map { PluginConfigID($0) },
            projectName: try row.optionalText("project_name"), projectCount: Int(try row.integer("projects")),
            name: try row.text("name"), message: try row.text("message"), count: Int(try row.integer("count")),
            hasMore: try row.bool("has_more"), firstSeen: try row.time("first_seen"), lastSeen: try row.time("last_seen"),
            isPresent: try row.bool("is_present"))
    }
}
