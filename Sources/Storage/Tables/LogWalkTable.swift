package import Models

/// A config whose log may have grown since it was read.
package struct LogCandidate: Sendable, Equatable {
    package let config: PluginConfigID
    package let project: ProjectID
    package let progress: LogProgress
}

/// How far each config's log is read, and of when that is.
package struct LogWalkTable {
    let transaction: MirrorTransaction

    /// How long after its time an entry may still appear in the server's answers: they come through a queue.
    package static let overlapSeconds: Int64 = 600

    package func progress(of config: PluginConfigID) throws(MirrorError) -> LogProgress {
        let through = try transaction.first(
            "SELECT through FROM log_walk WHERE config_id = ?1", SQLiteValue(config.rawValue)
        ) { (row) throws(SQLiteError) in try row.optionalInteger("through") }
        let gaps = try transaction.rows(
            "SELECT after, before FROM log_gap WHERE config_id = ?1 ORDER BY ordinal", SQLiteValue(config.rawValue)
        ) { (row) throws(SQLiteError) in
            LogGap(
                after: try row.optionalInteger("after").map(ServerTime.init(microseconds:)),
                before: try row.optionalInteger("before").map(ServerTime.init(microseconds:)))
        }
        return LogProgress(through: (through ?? nil).map(ServerTime.init(microseconds:)), gaps: gaps)
    }

    /// Stores how far a walk has come, with the page that brought it there.
    ///
    /// - Parameters:
    ///   - startedAt: When the walk began; a walk without gaps is as fresh as that.
    package func save(_ progress: LogProgress, of config: PluginConfigID, startedAt: Timestamp) throws(MirrorError) {
        let isComplete = progress.gaps.isEmpty
        try transaction.execute(
            """
            INSERT INTO log_walk (config_id, through, attempted_at, complete_at, config_updated)
            VALUES (?1, ?2, ?3, iif(?4, ?3, NULL),
                iif(?4, (SELECT json_extract(remote_json, '$.updated_at') FROM config WHERE id = ?1), NULL))
            ON CONFLICT (config_id) DO UPDATE SET through = ?2, attempted_at = ?3,
                complete_at = coalesce(excluded.complete_at, complete_at),
                config_updated = iif(?4, excluded.config_updated, config_updated)
            """, SQLiteValue(config.rawValue), SQLiteValue(progress.through?.microseconds), SQLiteValue(startedAt),
            SQLiteValue(isComplete))
        try transaction.execute("DELETE FROM log_gap WHERE config_id = ?1", SQLiteValue(config.rawValue))
        for (ordinal, gap) in progress.gaps.enumerated() {
            try transaction.execute(
                "INSERT INTO log_gap (config_id, ordinal, after, before) VALUES (?1, ?2, ?3, ?4)",
                SQLiteValue(config.rawValue), SQLiteValue(Int64(ordinal)), SQLiteValue(gap.after?.microseconds),
                SQLiteValue(gap.before?.microseconds))
        }
    }

    /// The configs whose logs may have grown, the most needed first: enabled ones, and of those the longest not read.
    ///
    /// Only an enabled config writes. A disabled one is asked until a walk is complete that began later than an entry could
    /// still arrive after the config was last seen to change, or was saved on the server (2023-11 and later say when).
    ///
    /// - Parameter all: Asks disabled ones too, whatever is known.
    package func candidates(in projects: [ProjectID], all: Bool) throws(MirrorError) -> [LogCandidate] {
        let wanted = Set(projects)
        let found = try transaction.rows(
            """
            SELECT config.id, config.project_id FROM config LEFT JOIN log_walk ON log_walk.config_id = config.id
            WHERE config.removed_at IS NULL AND config.remote_json IS NOT NULL
                AND (config.enabled = 1 OR ?1 OR log_walk.complete_at IS NULL
                    OR log_walk.complete_at < config.changed_at + ?2
                    OR log_walk.config_updated IS NOT json_extract(config.remote_json, '$.updated_at')
                    OR EXISTS (SELECT 1 FROM log_gap WHERE log_gap.config_id = config.id))
            ORDER BY config.enabled DESC, log_walk.complete_at, log_walk.attempted_at, config.id
            """, SQLiteValue(all), SQLiteValue(LogWalkTable.overlapSeconds * 1000)
        ) { (row) throws(SQLiteError) in
            (id: PluginConfigID(try row.integer("id")), project: ProjectID(try row.integer("project_id")))
        }
        var candidates: [LogCandidate] = []
        for row in found where wanted.contains(row.project) {
            candidates.append(LogCandidate(config: row.id, project: row.project, progress: try progress(of: row.id)))
        }
        return candidates
    }

    /// When the last complete walk of that log began; nil when there was none.
    package func completeAt(_ config: PluginConfigID) throws(MirrorError) -> Timestamp? {
        let time = try transaction.first(
            "SELECT complete_at FROM log_walk WHERE config_id = ?1", SQLiteValue(config.rawValue)
        ) { (row) throws(SQLiteError) in try row.optionalTime("complete_at") }
        return time ?? nil
    }

    /// The age of the oldest log among the project's enabled configs; nil when one was never read to the end.
    package func completeAt(_ project: ProjectID) throws(MirrorError) -> Timestamp? {
        let time = try transaction.first(
            """
            SELECT iif(count(*) = count(log_walk.complete_at), min(log_walk.complete_at), NULL) AS complete_at
            FROM config LEFT JOIN log_walk ON log_walk.config_id = config.id
            WHERE config.project_id = ?1 AND config.removed_at IS NULL AND config.remote_json IS NOT NULL AND config.enabled = 1
            """, SQLiteValue(project.rawValue)
        ) { (row) throws(SQLiteError) in try row.optionalTime("complete_at") }
        return time ?? nil
    }
}
