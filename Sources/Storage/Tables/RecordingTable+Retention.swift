package import Models

/// Which versions are kept.
package struct HistoryRetention: Sendable, Equatable {
    /// Versions recorded since then stay.
    package let since: Timestamp
    /// So many of the newest versions of each thing stay, however old they are.
    package let newest: Int

    package init(since: Timestamp, newest: Int) {
        precondition(newest > 0, "the latest version of a thing is never removed")
        self.since = since
        self.newest = newest
    }
}

/// How far a look for versions that are too old has come.
package struct HistoryCursor: Sendable, Equatable {
    /// Of the thing that was looked at last.
    package let kind: Recording.Kind
    /// The id of that thing; those after it are still to be looked at.
    package let entityID: Int64

    package init(kind: Recording.Kind, entityID: Int64) {
        self.kind = kind
        self.entityID = entityID
    }

    var text: String { "\(kind.rawValue):\(entityID)" }

    init?(text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let kind = Recording.Kind(rawValue: String(parts[0])), let id = Int64(parts[1]) else { return nil }
        self.init(kind: kind, entityID: id)
    }
}

/// One thing of which old versions may go.
package struct OutgrownHistory: Sendable, Equatable {
    /// Where the next look goes on.
    package let place: HistoryCursor
    /// The latest version that may go.
    package let through: Int64
}

extension RecordingTable {
    /// Looks at the next things after `cursor` in one kind.
    ///
    /// - Returns: How many were looked at, the last of them, and those with versions that may go.
    package func outgrown(
        _ kind: Recording.Kind, after id: Int64, limit: Int, _ retention: HistoryRetention
    ) throws(MirrorError) -> (seen: Int, last: Int64, outgrown: [OutgrownHistory]) {
        let rows = kind == .code ? try codeSizes(after: id, limit) : try contentSizes(kind, after: id, limit)
        let outgrown = rows.compactMap { row -> OutgrownHistory? in
            let through = row.latest - Int64(retention.newest)
            guard through > 0, row.oldest <= through, row.oldestAt < retention.since else { return nil }
            return OutgrownHistory(place: HistoryCursor(kind: kind, entityID: row.id), through: through)
        }
        return (rows.count, rows.last?.id ?? id, outgrown)
    }

    /// Removes versions that are too old, except the one that edits stand on; at most `limit`.
    ///
    /// - Returns: How many went.
    package func remove(_ history: OutgrownHistory, _ retention: HistoryRetention, limit: Int) throws(MirrorError) -> Int {
        let id = history.place.entityID
        switch history.place.kind {
        case .code: return try removeCode(PluginID(id), history.through, retention, limit)
        case .config:
            let base = try transaction.edits.list(PluginConfigID(id)).isEmpty
                ? nil : try transaction.configs.versions(PluginConfigID(id))?.base
            return try removeContents("config", id, history.through, retention, besides: base?.digest ?? "", limit)
        case .plugin: return try removeContents("plugin", id, history.through, retention, besides: "", limit)
        }
    }

    private typealias Size = (id: Int64, latest: Int64, oldest: Int64, oldestAt: Timestamp)

    private func contentSizes(_ kind: Recording.Kind, after id: Int64, _ limit: Int) throws(MirrorError) -> [Size] {
        try transaction.rows(
            """
            SELECT sizes.id AS id, latest, oldest, recorded_at FROM (
                SELECT entity_id AS id, max(version) AS latest, min(version) AS oldest FROM history
                WHERE kind = ?1 AND entity_id > ?2 GROUP BY entity_id ORDER BY entity_id LIMIT ?3) AS sizes
            CROSS JOIN history ON kind = ?1 AND entity_id = sizes.id AND version = oldest ORDER BY sizes.id
            """, SQLiteValue(kind.rawValue), SQLiteValue(id), SQLiteValue(Int64(limit)), decode: RecordingTable.size)
    }

    private func codeSizes(after id: Int64, _ limit: Int) throws(MirrorError) -> [Size] {
        try transaction.rows(
            """
            SELECT sizes.id AS id, latest, oldest, recorded_at FROM (
                SELECT plugin_id AS id, max(version) AS latest, min(version) AS oldest FROM source_version
                WHERE plugin_id > ?1 GROUP BY plugin_id ORDER BY plugin_id LIMIT ?2) AS sizes
            CROSS JOIN source_version ON plugin_id = sizes.id AND version = oldest ORDER BY sizes.id
            """, SQLiteValue(id), SQLiteValue(Int64(limit)), decode: RecordingTable.size)
    }

    private static func size(_ row: Row) throws(SQLiteError) -> Size {
        (try row.integer("id"), try row.integer("latest"), try row.integer("oldest"), try row.time("recorded_at"))
    }

    private func removeContents(
        _ kind: String, _ id: Int64, _ through: Int64, _ retention: HistoryRetention, besides base: String, _ limit: Int
    ) throws(MirrorError) -> Int {
        try transaction.execute(
            """
            DELETE FROM history WHERE rowid IN (
                SELECT rowid FROM history WHERE kind = ?1 AND entity_id = ?2 AND version <= ?3 AND recorded_at < ?4
                    AND digest <> ?5 ORDER BY version LIMIT ?6)
            """, SQLiteValue(kind), SQLiteValue(id), SQLiteValue(through), SQLiteValue(retention.since), SQLiteValue(base),
            SQLiteValue(Int64(limit)))
    }

    private func removeCode(
        _ id: PluginID, _ through: Int64, _ retention: HistoryRetention, _ limit: Int
    ) throws(MirrorError) -> Int {
        let hasEdits = try !transaction.sourceEdits.list(id).isEmpty
        let base = hasEdits ? SourceVersionTable.digest(try transaction.sources.files(.base, of: id)) : ""
        let versions = try transaction.rows(
            """
            SELECT version FROM source_version WHERE plugin_id = ?1 AND version <= ?2 AND recorded_at < ?3 AND digest <> ?4
            ORDER BY version LIMIT ?5
            """, SQLiteValue(id.rawValue), SQLiteValue(through), SQLiteValue(retention.since), SQLiteValue(base),
            SQLiteValue(Int64(limit))
        ) { (row) throws(SQLiteError) in try row.integer("version") }
        for version in versions {
            try transaction.execute(
                "DELETE FROM source_version_file WHERE plugin_id = ?1 AND version = ?2", SQLiteValue(id.rawValue), SQLiteValue(version))
            try transaction.execute(
                "DELETE FROM source_version WHERE plugin_id = ?1 AND version = ?2", SQLiteValue(id.rawValue), SQLiteValue(version))
        }
        if !versions.isEmpty { try transaction.sourceTexts.sweep() }
        return versions.count
    }
}
