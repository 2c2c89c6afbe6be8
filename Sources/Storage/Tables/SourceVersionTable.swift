package import Models

/// One version of a plugin's code, without its texts.
package struct SourceVersionRow: Sendable, Equatable {
    /// The plugin that it is the code of.
    package let pluginID: PluginID
    /// 1, 2, 3, … for each plugin.
    package let version: Int64
    /// By this machine's clock: when it was seen, not when it was written.
    package let recordedAt: Timestamp
    /// What brought it here.
    package let origin: HistoryRow.Origin
    /// The pull or push that recorded it; nil for what no run did.
    package let runID: Int64?
    /// Digest of the bytes of all files.
    package let digest: String
}

/// The versions of plugin code that were pulled or pushed, as long as they are kept; equal texts are stored once.
package struct SourceVersionTable {
    let transaction: MirrorTransaction

    /// Adds a version when the files differ from the plugin's latest one.
    ///
    /// - Returns: Whether a version was added.
    @discardableResult
    package func record(
        _ files: SourceFiles, of id: PluginID, origin: HistoryRow.Origin, runID: Int64?, at time: Timestamp
    ) throws(MirrorError) -> Bool {
        let digest = SourceVersionTable.digest(files)
        let latest = try transaction.first(
            "SELECT version, digest FROM source_version WHERE plugin_id = ?1 ORDER BY version DESC LIMIT 1",
            SQLiteValue(id.rawValue)
        ) { (row) throws(SQLiteError) in (version: try row.integer("version"), digest: try row.text("digest")) }
        if latest?.digest == digest { return false }
        let version = (latest?.version ?? 0) + 1
        try transaction.execute(
            """
            INSERT INTO source_version (plugin_id, version, recorded_at, origin, run_id, digest)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """, SQLiteValue(id.rawValue), SQLiteValue(version), SQLiteValue(time), SQLiteValue(origin.rawValue),
            SQLiteValue(runID), SQLiteValue(digest))
        for name in files.names {
            let digest: String? = if let text = files[name] { try transaction.sourceTexts.put(text) } else { nil }
            try transaction.execute(
                "INSERT INTO source_version_file (plugin_id, version, name, digest) VALUES (?1, ?2, ?3, ?4)",
                SQLiteValue(id.rawValue), SQLiteValue(version), SQLiteValue(name), SQLiteValue(digest))
        }
        return true
    }

    /// All versions of one plugin's code, the newest first.
    package func list(_ id: PluginID) throws(MirrorError) -> [SourceVersionRow] {
        try transaction.rows(
            "SELECT * FROM source_version WHERE plugin_id = ?1 ORDER BY version DESC", SQLiteValue(id.rawValue)
        ) { (row) throws(SQLiteError) in
            SourceVersionRow(
                pluginID: id, version: try row.integer("version"), recordedAt: try row.time("recorded_at"),
                origin: try row.closed("origin", HistoryRow.Origin.init), runID: try row.optionalInteger("run_id"),
                digest: try row.text("digest"))
        }
    }

    /// The files of one version; none when there is no such version.
    package func files(_ id: PluginID, version: Int64) throws(MirrorError) -> SourceFiles {
        let pairs = try transaction.rows(
            """
            SELECT name, text FROM source_version_file LEFT JOIN source_text USING (digest)
            WHERE plugin_id = ?1 AND version = ?2
            """, SQLiteValue(id.rawValue), SQLiteValue(version)
        ) { (row) throws(SQLiteError) in (name: try row.text("name"), text: try row.optionalText("text")) }
        return SourceFiles(pairs)
    }

    static func digest(_ files: SourceFiles) -> String {
        let members = files.names.map { JSONObject.Member(key: $0, value: JSONValue(files[$0].map(SourceForm.digest))) }
        return JSONValue.object(JSONObject(members)).digest
    }
}
