package import Models

/// One occurrence as it is stored.
package struct ErrorRow: Sendable, Equatable {
    /// Where the server told of it.
    package let source: PluginError.Source
    /// nil for the plugin as such.
    package let configID: PluginConfigID?
    /// nil where `configID` is.
    package let projectID: ProjectID?
    /// As the server counts it; nil where the source has none.
    package let category: String?
    /// The error's class: "TypeError".
    package let name: String
    /// With its variable parts.
    package let message: String
    /// By the instance's clock.
    package let at: Timestamp
    /// The server's object, whole; of a log entry an object with its stack.
    package let details: JSONValue
}

/// How often a group occurred on one day.
package struct ErrorDayCount: Sendable, Equatable {
    /// Days since 1970, on the clock of the project that it occurred in.
    package let day: Int64
    /// Of the occurrences that the mirror knows.
    package let count: Int

    package init(day: Int64, count: Int) {
        self.day = day
        self.count = count
    }
}

/// How often a group occurred on each of the last days, the oldest first, today last.
package struct ErrorSeries: Sendable, Equatable {
    /// Also those without an occurrence.
    package let days: [ErrorDayCount]
    /// Whose days they are; nil when each is that of the project it occurred in, and those have several zones.
    package let zone: ProjectZone?
}

extension ErrorTable {
    /// The latest occurrences of a group, the newest first, from whatever source.
    package func occurrences(_ group: ErrorGroupID, limit: Int) throws(MirrorError) -> [ErrorRow] {
        let told = try transaction.rows(
            "SELECT * FROM error WHERE group_id = ?1 ORDER BY at DESC, id DESC LIMIT ?2", SQLiteValue(group.rawValue),
            SQLiteValue(Int64(limit))
        ) { (row) throws(SQLiteError) in
            ErrorRow(
                source: try row.closed("source", PluginError.Source.init),
                configID: try row.optionalInteger("config_id").map { PluginConfigID($0) },
                projectID: try row.optionalInteger("project_id").map { ProjectID($0) },
                category: try row.optionalText("category"), name: try row.text("name"), message: try row.text("message"),
                at: try row.time("at"), details: try row.json("details"))
        }
        let logged = try logged(group, limit: limit)
        let all = (told + logged).enumerated().sorted { ($1.element.at, $0.offset) < ($0.element.at, $1.offset) }
        return Array(all.prefix(limit).map(\.element))
    }

    private func logged(_ group: ErrorGroupID, limit: Int) throws(MirrorError) -> [ErrorRow] {
        // Numbers go up with time span by span; within one the order is that of reading.
        let entries = try transaction.logs.entries(of: group, limit: limit)
        var projects: [PluginConfigID: ProjectID] = [:]
        for config in Set(entries.map(\.configID)) { projects[config] = try transaction.configs.row(config)?.projectID }
        return entries.map { entry in
            let error = LoggedError(entry.message, source: entry.source)
            return ErrorRow(
                source: .log, configID: entry.configID, projectID: projects[entry.configID], category: nil, name: error.name,
                message: error.message, at: entry.time.timestamp, details: ["stack": JSONValue(error.stack)])
        }
    }

    /// How often a group occurred on each of that many days up to today.
    ///
    /// - Parameter project: Only there; nil for all.
    package func series(
        _ group: ErrorGroupRow, days count: Int, now: Timestamp, project: ProjectID? = nil
    ) throws(MirrorError) -> ErrorSeries {
        var zones: [ProjectZone] = []
        for place in try places(group.id) where project == nil || place.projectID == project {
            zones.append(try transaction.projects.zone(place.projectID))
        }
        let today = (zones.isEmpty ? [.utc] : zones).map { $0.dayNumber(of: now) }.max() ?? 0
        let first = today - Int64(count) + 1
        let counts = Dictionary(try days(group.id, from: first, project: project).map { ($0.day, $0.count) }) { $0 + $1 }
        return ErrorSeries(
            days: (first...today).map { ErrorDayCount(day: $0, count: counts[$0] ?? 0) },
            zone: zones.allSatisfy { $0 == zones[0] } ? zones.first ?? .utc : nil)
    }

    /// How often a group occurred on each day from `day` on; a day without an occurrence is missing.
    ///
    /// - Parameter project: nil for all.
    package func days(_ group: ErrorGroupID, from day: Int64, project: ProjectID? = nil) throws(MirrorError) -> [ErrorDayCount] {
        try transaction.rows(
            """
            SELECT day, sum(count) AS count FROM (
                SELECT day, config_id, max(count) AS count FROM error_day WHERE group_id = ?1 AND day >= ?2
                    AND (?3 IS NULL OR config_id IN (SELECT config_id FROM error_place WHERE group_id = ?1 AND project_id = ?3))
                GROUP BY day, config_id)
            GROUP BY day ORDER BY day
            """, SQLiteValue(group.rawValue), SQLiteValue(day), SQLiteValue(project?.rawValue)
        ) { (row) throws(SQLiteError) in
            ErrorDayCount(day: try row.integer("day"), count: Int(try row.integer("count")))
        }
    }

    /// Where a group occurred.
    package struct Place: Sendable, Equatable {
        /// nil for the plugin as such.
        package let configID: PluginConfigID?
        /// nil where `configID` is.
        package let projectID: ProjectID?
        /// The earliest occurrence there.
        package let firstSeen: Timestamp
        /// The latest occurrence there.
        package let lastSeen: Timestamp
    }

    /// All configs that a group occurred in, the latest first.
    package func places(_ group: ErrorGroupID) throws(MirrorError) -> [Place] {
        try transaction.rows(
            "SELECT * FROM error_place WHERE group_id = ?1 ORDER BY last_seen DESC, config_id", SQLiteValue(group.rawValue)
        ) { (row) throws(SQLiteError) in
            let config = try row.integer("config_id")
            return Place(
                configID: config == 0 ? nil : PluginConfigID(config), projectID: try row.optionalInteger("project_id").map { ProjectID($0) },
                firstSeen: try row.time("first_seen"), lastSeen: try row.time("last_seen"))
        }
    }
}
