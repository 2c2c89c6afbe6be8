package import Models

/// What a version or a journal step is about.
package enum Entity: Sendable, Hashable {
    case config(PluginConfigID)
    case plugin(PluginID)

    var kind: String {
        switch self {
        case .config: "config"
        case .plugin: "plugin"
        }
    }

    var rawID: Int64 {
        switch self {
        case .config(let id): id.rawValue
        case .plugin(let id): id.rawValue
        }
    }
}

/// One version of an entity's writable content.
package struct HistoryRow: Sendable, Equatable {
    /// How the mirror came to know the version.
    package enum Origin: String, Sendable {
        case pull, push, create
    }

    /// What it is a version of.
    package let entity: Entity
    /// 1, 2, 3, … for each entity.
    package let version: Int64
    /// By this machine's clock: when it was seen, not when it was made.
    package let recordedAt: Timestamp
    /// What brought it here.
    package let origin: Origin
    /// The pull or push that recorded it; nil for what no run did.
    package let runID: Int64?
    /// Of `content`; equal digests are equal contents.
    package let digest: String
    /// The redacted writable content.
    package let content: JSONValue
}

/// The versions of writable content that were pulled or pushed, as long as they are kept.
package struct HistoryTable {
    let transaction: MirrorTransaction

    /// Adds a version when `content` differs from the entity's latest one.
    ///
    /// - Parameter content: Redacted: `ConfigContent.json` of a stored config, or `Plugin.writableContent`.
    /// - Returns: Whether a version was added.
    @discardableResult
    package func record(
        _ entity: Entity, content: JSONValue, origin: HistoryRow.Origin, runID: Int64?, at time: Timestamp
    ) throws(MirrorError) -> Bool {
        let digest = content.digest
        let latest = try transaction.first(
            "SELECT version, digest FROM history WHERE kind = ?1 AND entity_id = ?2 ORDER BY version DESC LIMIT 1",
            SQLiteValue(entity.kind), SQLiteValue(entity.rawID)
        ) { (row) throws(SQLiteError) in (version: try row.integer("version"), digest: try row.text("digest")) }
        if latest?.digest == digest { return false }
        try transaction.execute(
            """
            INSERT INTO history (kind, entity_id, version, recorded_at, origin, run_id, digest, content)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """, SQLiteValue(entity.kind), SQLiteValue(entity.rawID), SQLiteValue((latest?.version ?? 0) + 1),
            SQLiteValue(time), SQLiteValue(origin.rawValue), SQLiteValue(runID), SQLiteValue(digest),
            SQLiteValue(content.text))
        return true
    }

    /// All versions of one entity, the newest first.
    package func list(_ entity: Entity) throws(MirrorError) -> [HistoryRow] {
        try transaction.rows(
            "SELECT * FROM history WHERE kind = ?1 AND entity_id = ?2 ORDER BY version DESC",
            SQLiteValue(entity.kind), SQLiteValue(entity.rawID)
        ) { (row) throws(SQLiteError) in
            HistoryRow(
                entity: entity, version: try row.integer("version"), recordedAt: try row.time("recorded_at"),
                origin: try row.closed("origin", HistoryRow.Origin.init), runID: try row.optionalInteger("run_id"),
                digest: try row.text("digest"), content: try row.json("content"))
        }
    }
}
