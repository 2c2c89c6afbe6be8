package import Models

/// That a version of something was recorded, without its content.
package struct Recording: Sendable, Equatable {
    /// What the versions are of.
    package enum Kind: String, Sendable, CaseIterable {
        case config, plugin, code
    }

    /// A config or the code of a plugin.
    package let kind: Kind
    /// The config's or plugin's own id.
    package let entityID: Int64
    /// 1, 2, … of that entity.
    package let version: Int64
    /// By this machine's clock.
    package let recordedAt: Timestamp
}

/// The versions of everything, whichever table has them.
package struct RecordingTable {
    let transaction: MirrorTransaction

    /// The latest changes, the newest first; what the first whole pull found is none.
    ///
    /// - Parameter project: Leaves out configs of other projects; plugins belong to no project.
    package func latest(since: Timestamp?, project: ProjectID?, limit: Int) throws(MirrorError) -> [Recording] {
        let since = since ?? Timestamp(milliseconds: 0)
        let first = try firstRun()
        let contents = try transaction.rows(
            """
            SELECT history.kind AS kind, entity_id, version, recorded_at FROM history INDEXED BY history_recorded
                LEFT JOIN config ON history.kind = 'config' AND config.id = entity_id
            WHERE recorded_at >= ?1 AND (?2 IS NULL OR history.kind = 'plugin' OR config.project_id = ?2)
                AND NOT (version = 1 AND origin = 'pull' AND coalesce(run_id, 0) <= ?3)
            ORDER BY recorded_at DESC LIMIT ?4
            """, SQLiteValue(since), SQLiteValue(project?.rawValue), SQLiteValue(first), SQLiteValue(Int64(limit)),
            decode: Recording.init)
        let code = try transaction.rows(
            """
            SELECT 'code' AS kind, plugin_id AS entity_id, version, recorded_at FROM source_version
            WHERE recorded_at >= ?1 AND NOT (version = 1 AND origin = 'pull' AND coalesce(run_id, 0) <= ?2)
            ORDER BY recorded_at DESC LIMIT ?3
            """, SQLiteValue(since), SQLiteValue(first), SQLiteValue(Int64(limit)), decode: Recording.init)
        let all = (contents + code).sorted { Recording.isBefore($1, $0) }
        return Array(all.prefix(limit))
    }

    /// The first pull that came to its end; 0 when none has.
    private func firstRun() throws(MirrorError) -> Int64 {
        try transaction.first(
            "SELECT coalesce(min(id), 0) AS id FROM run WHERE kind = 'pull' AND outcome IN ('pulled', 'partly pulled')"
        ) { (row) throws(SQLiteError) in try row.integer("id") } ?? 0
    }
}

extension Recording {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            kind: try row.closed("kind", Kind.init), entityID: try row.integer("entity_id"), version: try row.integer("version"),
            recordedAt: try row.time("recorded_at"))
    }

    /// By time, and in one order at the same time.
    fileprivate static func isBefore(_ left: Recording, _ right: Recording) -> Bool {
        (left.recordedAt.milliseconds, left.kind.rawValue, left.entityID, left.version)
            < (right.recordedAt.milliseconds, right.kind.rawValue, right.entityID, right.version)
    }
}
