package import Models

/// An error group in a list.
package struct ErrorGroupRow: Sendable, Equatable {
    /// Given at first sight, never reused.
    package let id: ErrorGroupID
    /// A failure of the plugin, or a config that was switched off or delivers less.
    package let kind: Failure.Kind
    /// A group is of one plugin.
    package let pluginID: PluginID
    /// "plugin 7" when no list has shown the plugin.
    package let pluginName: String
    /// Of the latest occurrence; nil for an error of the plugin as such.
    package let configID: PluginConfigID?
    /// nil where `configID` is, or no list has shown the project.
    package let projectName: String?
    /// Projects that it was seen in.
    package let projectCount: Int
    /// The error's class: "TypeError".
    package let name: String
    /// The latest occurrence's, with its variable parts.
    package let message: String
    /// The function of the plugin's own source that it comes from; "" when nothing tells.
    package let function: String
    /// "processEvent", …; "" when nothing tells.
    package let method: String
    /// Occurrences that the mirror knows of, in the filter's project where it names one.
    package let count: Int
    /// Whether the server counts more of them than it shows.
    package let hasMore: Bool
    /// The earliest occurrence, by the instance's clock.
    package let firstSeen: Timestamp
    /// The latest occurrence, by the instance's clock.
    package let lastSeen: Timestamp
    /// Whether a config or plugin that had it is still there.
    package let isPresent: Bool
    /// What somebody decided about it.
    package let state: InboxState
    /// When it got that state by somebody's hand; when it was first seen here until then.
    package let stateAt: Timestamp
    /// The first occurrence after it was resolved, the last time that it came back.
    package let returnedAt: Timestamp?
    /// What somebody wrote down about it; "" for nothing.
    package let note: String
}

/// Which groups a person wants to see.
package struct ErrorFilter: Sendable, Equatable {
    /// Only occurrences in that project count.
    package var project: ProjectID?
    /// nil for every plugin.
    package var plugin: PluginID?
    /// nil for every config.
    package var config: PluginConfigID?
    /// Only groups with an occurrence since then.
    package var since: Timestamp?
    /// Only groups with a text that has all these words in name, message or stack.
    package var search: String?
    /// nil for every group.
    package var id: ErrorGroupID?
    /// Leaves out what is muted or resolved, and what is of configs and plugins that are gone.
    package var isListedOnly: Bool
    /// The most groups; nil for all.
    package var limit: Int?

    package init(
        project: ProjectID? = nil, plugin: PluginID? = nil, config: PluginConfigID? = nil, since: Timestamp? = nil, search: String? = nil,
        id: ErrorGroupID? = nil, isListedOnly: Bool = false, limit: Int? = nil
    ) {
        self.project = project
        self.plugin = plugin
        self.config = config
        self.since = since
        self.search = search
        self.id = id
        self.isListedOnly = isListedOnly
        self.limit = limit
    }

    /// The search as FTS5 takes it: every word quoted, as the beginning of a word; nil when it holds no word at all.
    var match: String? {
        guard let search else { return nil }
        let words = search.split { !($0.isLetter || $0.isNumber) }
        return words.isEmpty ? nil : words.map { "\"\($0)\"*" }.joined(separator: " ")
    }
}

extension ErrorTable {
    /// The groups that the filter takes: what nobody has looked at first, then by time, the latest first.
    package func groups(_ filter: ErrorFilter = ErrorFilter()) throws(MirrorError) -> [ErrorGroupRow] {
        // A search without a word in it finds nothing.
        if filter.search != nil, filter.match == nil { return [] }
        if let id = filter.id { return try row(id, filter.project).map { [$0] } ?? [] }
        var rows: [ErrorGroupRow] = []
        for id in try ids(filter) { if let row = try row(id, filter.project) { rows.append(row) } }
        return rows
    }

    /// The group of that id; nil when there never was one.
    package func group(_ id: ErrorGroupID) throws(MirrorError) -> ErrorGroupRow? { try row(id, nil) }

    func ids(_ filter: ErrorFilter) throws(MirrorError) -> [ErrorGroupID] {
        let found = try filter.match.map { match throws(MirrorError) in try matches(match) }
        let limit = filter.limit ?? .max
        var ids: [ErrorGroupID] = []
        try transaction.visit(
            """
            SELECT id FROM error_group WHERE (?1 IS NULL OR plugin_id = ?1)
                AND (?2 IS NULL OR EXISTS (SELECT 1 FROM error_place WHERE group_id = error_group.id AND config_id = ?2))
                AND (?3 IS NULL OR EXISTS (SELECT 1 FROM error_place WHERE group_id = error_group.id AND project_id = ?3
                    AND last_seen >= ?4))
                AND (?3 IS NOT NULL OR last_seen >= ?4)
                AND (?5 = 0 OR (state IN ('new', 'seen', 'came back') AND EXISTS (
                    SELECT 1 FROM error_place LEFT JOIN config ON config.id = error_place.config_id
                        LEFT JOIN plugin ON plugin.id = error_group.plugin_id
                    WHERE error_place.group_id = error_group.id AND CASE WHEN error_place.config_id = 0 THEN plugin.removed_at IS NULL
                        ELSE config.id IS NOT NULL AND config.removed_at IS NULL END)))
            ORDER BY state IN ('new', 'came back') DESC, last_seen DESC, id DESC
            """, SQLiteValue(filter.plugin?.rawValue), SQLiteValue(filter.config?.rawValue), SQLiteValue(filter.project?.rawValue),
            SQLiteValue(filter.since?.milliseconds ?? .min), SQLiteValue(filter.isListedOnly)
        ) { (row) throws(SQLiteError) in
            let id = ErrorGroupID(try row.integer("id"))
            if found?.contains(id.rawValue) ?? true { ids.append(id) }
            return ids.count < limit
        }
        return ids
    }

    private func matches(_ match: String) throws(MirrorError) -> Set<Int64> {
        var found: Set<Int64> = []
        try transaction.visit(
            "SELECT rowid FROM error_text WHERE error_text MATCH ?1", SQLiteValue(match)
        ) { (row) throws(SQLiteError) in
            found.insert(try row.integer("rowid") >> 4)
            return true
        }
        return found
    }

    private func row(_ id: ErrorGroupID, _ project: ProjectID?) throws(MirrorError) -> ErrorGroupRow? {
        try transaction.first(
            """
            SELECT error_group.*, coalesce(plugin.name, 'plugin ' || error_group.plugin_id) AS plugin_name,
                CASE WHEN error_group.project_id IS NULL THEN NULL
                    ELSE coalesce(project.name, 'project ' || error_group.project_id) END AS project_name,
                (SELECT count(DISTINCT project_id) FROM error_place WHERE group_id = ?1) AS projects,
                (SELECT coalesce(sum(count), 0) FROM (SELECT max(error_day.count) AS count FROM error_day
                    WHERE error_day.group_id = ?1 AND (?2 IS NULL OR error_day.config_id IN (
                        SELECT config_id FROM error_place WHERE group_id = ?1 AND project_id = ?2))
                    GROUP BY day, config_id)) AS count,
                EXISTS (SELECT 1 FROM error_place LEFT JOIN config ON config.id = error_place.config_id
                    WHERE error_place.group_id = ?1 AND CASE WHEN error_place.config_id = 0 THEN plugin.removed_at IS NULL
                        ELSE config.id IS NOT NULL AND config.removed_at IS NULL END) AS is_present,
                EXISTS (SELECT 1 FROM error_place JOIN error_type ON error_type.config_id = error_place.config_id
                        AND error_type.type = error_group.name
                    WHERE error_place.group_id = ?1 AND error_type.count > (SELECT coalesce(sum(count), 0) FROM (
                        SELECT max(error_day.count) AS count FROM error_day
                        WHERE error_day.group_id = ?1 AND error_day.config_id = error_place.config_id GROUP BY day))
                        AND error_type.count > (SELECT count(*) FROM error
                        WHERE error.config_id = error_type.config_id AND error.category = error_type.category
                            AND error.type = error_type.type)) AS has_more
            FROM error_group LEFT JOIN plugin ON plugin.id = error_group.plugin_id
                LEFT JOIN project ON project.id = error_group.project_id
            WHERE error_group.id = ?1
            """, SQLiteValue(id.rawValue), SQLiteValue(project?.rawValue), decode: ErrorGroupRow.init)
    }
}

/// What the inbox holds, for `status`.
package struct InboxSummary: Sendable, Equatable {
    /// Groups that occur in what is still there.
    package let count: Int
    /// Those of them that nobody has looked at, muted and resolved ones aside.
    package let unseen: Int
    /// nil when there is none.
    package let lastSeen: Timestamp?
}

extension ErrorTable {
    package func summary() throws(MirrorError) -> InboxSummary {
        let summary = try transaction.first(
            """
            SELECT count(*) AS count, coalesce(sum(state IN ('new', 'came back')), 0) AS unseen, max(last_seen) AS last_seen FROM error_group
            WHERE EXISTS (SELECT 1 FROM error_place LEFT JOIN config ON config.id = error_place.config_id
                    LEFT JOIN plugin ON plugin.id = error_group.plugin_id
                WHERE error_place.group_id = error_group.id AND CASE WHEN error_place.config_id = 0 THEN plugin.removed_at IS NULL
                    ELSE config.id IS NOT NULL AND config.removed_at IS NULL END)
            """
        ) { (row) throws(SQLiteError) in
            InboxSummary(
                count: Int(try row.integer("count")), unseen: Int(try row.integer("unseen")), lastSeen: try row.optionalTime("last_seen"))
        }
        return summary ?? InboxSummary(count: 0, unseen: 0, lastSeen: nil)
    }
}

extension ErrorGroupRow {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: ErrorGroupID(try row.integer("id")), kind: try row.closed("kind", Failure.Kind.init),
            pluginID: PluginID(try row.integer("plugin_id")), pluginName: try row.text("plugin_name"),
            configID: try row.optionalInteger("config_id").map { PluginConfigID($0) },
            projectName: try row.optionalText("project_name"), projectCount: Int(try row.integer("projects")),
            name: try row.text("name"), message: try row.text("message"), function: try row.text("function"),
            method: try row.text("method"), count: Int(try row.integer("count")), hasMore: try row.bool("has_more"),
            firstSeen: try row.time("first_seen"), lastSeen: try row.time("last_seen"), isPresent: try row.bool("is_present"),
            state: try row.closed("state", InboxState.init), stateAt: try row.time("state_at"),
            returnedAt: try row.optionalTime("returned_at"), note: try row.text("note"))
    }
}
