package import Models

/// Which log entries to list.
package struct LogQuery: Sendable {
    /// nil for every config.
    package var config: PluginConfigID?
    /// nil for every project.
    package var project: ProjectID?
    /// This level and the more severe ones.
    package var level: LogLevel
    /// That moment included; nil for all.
    package var since: ServerTime?
    /// Words that all have to be in the message, the last one as the start of a word; see `LogSearch`.
    package var search: LogSearch?
    /// The most entries; the newest are taken.
    package var limit: Int

    package init(
        config: PluginConfigID? = nil, project: ProjectID? = nil, level: LogLevel = .debug, since: ServerTime? = nil,
        search: LogSearch? = nil, limit: Int
    ) {
        precondition(limit > 0, "a list of nothing is no list")
        self.config = config
        self.project = project
        self.level = level
        self.since = since
        self.search = search
        self.limit = limit
    }
}

/// What to look for in messages: nothing in it is syntax.
package struct LogSearch: Sendable, Equatable {
    private let phrases: [String]

    /// Splits at white space; nil when there is no letter or digit to look for.
    ///
    /// A word with marks inside, "api.example.com", is the row of its parts.
    package init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).filter { word in
            word.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        }
        guard !words.isEmpty else { return nil }
        phrases = words.map { "\"\($0.replacing("\"", with: "\"\""))\"" }
    }

    /// The full-text query; the config is in the index as well, so that a frequent word is quickly found in a small log.
    func match(in config: PluginConfigID?) -> String {
        let words = "message : (\(phrases.joined(separator: " ")) *)"
        return config.map { "config_id : \"\($0.rawValue)\" AND \(words)" } ?? words
    }
}

extension LogTable {
    /// The newest entries that fit the query, the newest first.
    package func newest(_ query: LogQuery) throws(MirrorError) -> [LogEntry] {
        if query.search == nil, let config = query.config { return try newest(of: config, query) }
        var collector = NewestFirst(limit: query.limit)
        let take: (Row) throws(SQLiteError) -> Bool = { (row) throws(SQLiteError) in
            let span = try row.integer("number") >> 24
            guard collector.wants(span) else { return false }
            collector.take(try LogEntry(row), span)
            return true
        }
        let first = SQLiteValue(query.since.map { LogNumber.range(of: LogNumber.span(of: $0)).lowerBound } ?? .min)
        let since = SQLiteValue(query.since?.microseconds ?? .min)
        let (level, project) = (SQLiteValue(query.level.rawValue), SQLiteValue(query.project?.rawValue))
        if let search = query.search {
            try transaction.visit(
                """
                SELECT log.* FROM log_text CROSS JOIN log ON log.number = log_text.rowid
                WHERE log_text MATCH ?1 AND log_text.rowid >= ?2 AND log.at >= ?3 AND log.level >= ?4
                    AND (?5 IS NULL OR log.config_id IN (SELECT id FROM config WHERE project_id = ?5))
                    AND (?6 IS NULL OR log.config_id = ?6)
                ORDER BY log_text.rowid DESC
                """, SQLiteValue(search.match(in: query.config)), first, since, level, project,
                SQLiteValue(query.config?.rawValue), each: take)
        } else if query.level >= .warn {
            try transaction.visit(
                """
                SELECT * FROM log INDEXED BY log_trouble WHERE level >= 3 AND number >= ?1 AND at >= ?2 AND level >= ?3
                    AND (?4 IS NULL OR config_id IN (SELECT id FROM config WHERE project_id = ?4))
                ORDER BY number DESC
                """, first, since, level, project, each: take)
        } else {
            try transaction.visit(
                """
                SELECT * FROM log WHERE number >= ?1 AND at >= ?2 AND level >= ?3
                    AND (?4 IS NULL OR config_id IN (SELECT id FROM config WHERE project_id = ?4))
                ORDER BY number DESC
                """, first, since, level, project, each: take)
        }
        return collector.entries
    }

    private func newest(of config: PluginConfigID, _ query: LogQuery) throws(MirrorError) -> [LogEntry] {
        try transaction.rows(
            """
            SELECT * FROM log INDEXED BY log_entry WHERE config_id = ?1 AND at >= ?2 AND level >= ?3
                AND (?4 IS NULL OR config_id IN (SELECT id FROM config WHERE project_id = ?4))
            ORDER BY at DESC, id DESC LIMIT ?5
            """, SQLiteValue(config.rawValue), SQLiteValue(query.since?.microseconds ?? .min),
            SQLiteValue(query.level.rawValue), SQLiteValue(query.project?.rawValue), SQLiteValue(Int64(query.limit)),
            decode: LogEntry.init)
    }
}

extension LogTable {
    /// The newest entries of an error group, the newest first as far as their numbers tell.
    func entries(of group: ErrorGroupID, limit: Int) throws(MirrorError) -> [LogEntry] {
        try transaction.rows(
            """
            SELECT log.* FROM error_log CROSS JOIN log ON log.number = error_log.number
            WHERE error_log.group_id = ?1 ORDER BY error_log.number DESC LIMIT ?2
            """, SQLiteValue(group.rawValue), SQLiteValue(Int64(limit)), decode: LogEntry.init)
    }

    /// Entries of level ERROR in the order of their numbers.
    func errors(after number: Int64, limit: Int) throws(MirrorError) -> [(number: Int64, entry: LogEntry)] {
        try transaction.rows(
            "SELECT * FROM log INDEXED BY log_trouble WHERE level >= 3 AND level = 4 AND number > ?1 ORDER BY number LIMIT ?2",
            SQLiteValue(number), SQLiteValue(Int64(limit))
        ) { (row) throws(SQLiteError) in (try row.integer("number"), try LogEntry(row)) }
    }

    /// Entries of one config around a moment, the oldest first: at most `limit` on each side, what is of the moment counts
    /// with those before.
    package func around(_ time: ServerTime, config: PluginConfigID, limit: Int) throws(MirrorError) -> [LogEntry] {
        let before = try transaction.rows(
            "SELECT * FROM log INDEXED BY log_entry WHERE config_id = ?1 AND at <= ?2 ORDER BY at DESC, id DESC LIMIT ?3",
            SQLiteValue(config.rawValue), SQLiteValue(time.microseconds), SQLiteValue(Int64(limit)), decode: LogEntry.init)
        let after = try transaction.rows(
            "SELECT * FROM log INDEXED BY log_entry WHERE config_id = ?1 AND at > ?2 ORDER BY at, id LIMIT ?3",
            SQLiteValue(config.rawValue), SQLiteValue(time.microseconds), SQLiteValue(Int64(limit)), decode: LogEntry.init)
        return before.reversed() + after
    }
}

extension LogTable {
    /// An entry and its neighbours in its config's log, the oldest first: at most `limit` on each side.
    package func around(_ entry: LogEntry, limit: Int) throws(MirrorError) -> [LogEntry] {
        let id = SQLiteValue.blob(LogID.bytes(entry.id))
        let before = try transaction.rows(
            """
            SELECT * FROM log INDEXED BY log_entry WHERE config_id = ?1 AND (at, id) < (?2, ?3) ORDER BY at DESC, id DESC LIMIT ?4
            """, SQLiteValue(entry.configID.rawValue), SQLiteValue(entry.time.microseconds), id, SQLiteValue(Int64(limit)),
            decode: LogEntry.init)
        let after = try transaction.rows(
            "SELECT * FROM log INDEXED BY log_entry WHERE config_id = ?1 AND (at, id) > (?2, ?3) ORDER BY at, id LIMIT ?4",
            SQLiteValue(entry.configID.rawValue), SQLiteValue(entry.time.microseconds), id, SQLiteValue(Int64(limit)),
            decode: LogEntry.init)
        return before.reversed() + [entry] + after
    }
}

/// Collects the newest entries from rows whose spans of time descend but which are in no order within a span.
private struct NewestFirst {
    let limit: Int
    private var found: [LogEntry] = []
    /// The span that has filled the limit: the rest of it is still needed, older ones are not.
    private var last: Int64?

    init(limit: Int) {
        self.limit = limit
    }

    func wants(_ span: Int64) -> Bool { last.map { span >= $0 } ?? true }

    mutating func take(_ entry: LogEntry, _ span: Int64) {
        found.append(entry)
        if last == nil, found.count >= limit { last = span }
    }

    var entries: [LogEntry] {
        Array(found.sorted { ($0.time, $0.id) > ($1.time, $1.id) }.prefix(limit))
    }
}

extension LogEntry {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            id: LogID.text(try row.blob("id")), configID: PluginConfigID(try row.integer("config_id")),
            time: ServerTime(microseconds: try row.integer("at")), level: LogLevel(rawValue: try row.integer("level")) ?? .other,
            source: LogSource(rawValue: try row.integer("source")) ?? .other, message: try row.text("message"),
            instanceID: try row.optionalBlob("instance_id").flatMap { UUIDBytes(bytes: $0) },
            extra: try row.optionalJSON("extra")?.object ?? JSONObject())
    }
}
