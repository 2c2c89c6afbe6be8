package import Models

/// A config whose log may have grown since it was read.
package struct LogCandidate: Sendable, Equatable {
    /// Never a draft.
    package let config: PluginConfigID
    /// The project of that config.
    package let project: ProjectID
    /// What of its log is read.
    package let progress: LogProgress

    package init(config: PluginConfigID, project: ProjectID, progress: LogProgress) {
        self.config = config
        self.project = project
        self.progress = progress
    }
}

/// How far each config's log is read, and of when that is.
package struct LogWalkTable {
    let transaction: MirrorTransaction

    /// How long after its time an entry may still appear in the server's answers: they come through a queue.
    package static let overlapSeconds: Int64 = 600

    /// How much of the config's log is read; nothing when it was never asked for.
    package func progress(of config: PluginConfigID) throws(MirrorError) -> LogProgress {
        try transaction.first(
            "SELECT * FROM log_walk WHERE config_id = ?1", SQLiteValue(config.rawValue), decode: LogProgress.init) ?? LogProgress()
    }

    /// Stores how far a walk has come, with the page that brought it there.
    package func save(_ progress: LogProgress, of config: PluginConfigID, at time: Timestamp) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO log_walk (config_id, through, attempted_at, complete_at, config_updated, has_gap, gap_after,
                gap_before, gap_began_at)
            VALUES (?1, ?2, ?3, ?4,
                iif(?5, NULL, (SELECT json_extract(remote_json, '$.updated_at') FROM config WHERE id = ?1)), ?5, ?6, ?7, ?8)
            ON CONFLICT (config_id) DO UPDATE SET through = ?2, attempted_at = ?3, complete_at = ?4, has_gap = ?5,
                gap_after = ?6, gap_before = ?7, gap_began_at = ?8,
                config_updated = iif(?5, config_updated, excluded.config_updated)
            """, SQLiteValue(config.rawValue), SQLiteValue(progress.through?.microseconds), SQLiteValue(time),
            SQLiteValue(progress.completeAt), SQLiteValue(progress.gap != nil), SQLiteValue(progress.gap?.after?.microseconds),
            SQLiteValue(progress.gap?.before?.microseconds), SQLiteValue(progress.gap == nil ? nil : progress.gapBegan))
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
            SELECT config.id, config.project_id, through, coalesce(has_gap, 0) AS has_gap, gap_after,
                gap_before, gap_began_at, complete_at FROM config LEFT JOIN log_walk ON log_walk.config_id = config.id
            WHERE config.removed_at IS NULL AND config.remote_json IS NOT NULL
                AND (config.enabled = 1 OR ?1 OR log_walk.complete_at IS NULL OR log_walk.has_gap = 1
                    OR log_walk.complete_at < config.changed_at + ?2
                    OR log_walk.config_updated IS NOT json_extract(config.remote_json, '$.updated_at'))
            ORDER BY config.enabled DESC, log_walk.complete_at, log_walk.attempted_at, config.id
            """, SQLiteValue(all), SQLiteValue(LogWalkTable.overlapSeconds * 1000)
        ) { (row) throws(SQLiteError) in
            LogCandidate(
                config: PluginConfigID(try row.integer("id")), project: ProjectID(try row.integer("project_id")),
                progress: try LogProgress(row))
        }
        return found.filter { wanted.contains($0.project) }
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

extension LogProgress {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            through: try row.optionalInteger("through").map(ServerTime.init(microseconds:)),
            gapBegan: try row.optionalTime("gap_began_at"), completeAt: try row.optionalTime("complete_at"))
        guard try row.bool("has_gap") else { return }
        gap = LogGap(
            after: try row.optionalInteger("gap_after").map(ServerTime.init(microseconds:)),
            before: try row.optionalInteger("gap_before").map(ServerTime.init(microseconds:)))
    }
}
