package import Models

/// Edits of plugin code that no push has confirmed yet; at most one per plugin and file.
package struct SourceEditTable {
    let transaction: MirrorTransaction

    /// Replaces whatever edit the file had; the new one is pending and has a version that no edit ever had.
    ///
    /// The plugin's code must be in the mirror. Keys that a new `plugin.json` makes secret count as secret from now on: a plan
    /// that holds both the code and values must not have one of them in clear.
    @discardableResult
    package func put(
        _ id: PluginID, _ file: String, _ value: SourceEdit.Value, at time: Timestamp
    ) throws(MirrorError) -> SourceEdit {
        if file == PluginManifest.fileName, let schema = value.text.flatMap({ PluginManifest($0) })?.schema {
            try transaction.plugins.learnSecretKeys(schema.secretKeys, of: id)
        }
        let digest: String? = if let text = value.text { try transaction.sourceTexts.put(text) } else { nil }
        let isReplacing = try edit(id, file) != nil
        let version = try transaction.nextNumber("edit")
        try transaction.execute(
            """
            INSERT INTO source_edit (plugin_id, name, kind, digest, version, made_at, state)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending')
            ON CONFLICT (plugin_id, name) DO UPDATE SET kind = ?3, digest = ?4, version = ?5, made_at = ?6, state = 'pending'
            """, SQLiteValue(id.rawValue), SQLiteValue(file), SQLiteValue(digest == nil ? "deletion" : "text"),
            SQLiteValue(digest), SQLiteValue(version), SQLiteValue(time))
        if isReplacing { try transaction.sourceTexts.sweep() }
        return SourceEdit(pluginID: id, file: file, value: value, version: version, madeAt: time, state: .pending)
    }

    /// Removes the file's edit only if it still has that version: one made meanwhile stays.
    ///
    /// - Returns: Whether it was removed.
    @discardableResult
    package func remove(_ id: PluginID, _ file: String, version: Int64) throws(MirrorError) -> Bool {
        let count = try transaction.execute(
            "DELETE FROM source_edit WHERE plugin_id = ?1 AND name = ?2 AND version = ?3", SQLiteValue(id.rawValue),
            SQLiteValue(file), SQLiteValue(version))
        if count > 0 { try transaction.sourceTexts.sweep() }
        return count > 0
    }

    /// Marks exactly these edits in flight; one that has another version by now is left alone.
    ///
    /// - Returns: How many were marked.
    @discardableResult
    package func markInFlight(_ edits: [SourceEdit]) throws(MirrorError) -> Int {
        try setState(.inFlight, of: edits)
    }

    /// Returns exactly these edits to pending.
    @discardableResult
    package func release(_ edits: [SourceEdit]) throws(MirrorError) -> Int {
        try setState(.pending, of: edits)
    }

    private func setState(_ state: Edit.State, of edits: [SourceEdit]) throws(MirrorError) -> Int {
        var count = 0
        for edit in edits {
            count += try transaction.execute(
                "UPDATE source_edit SET state = ?4 WHERE plugin_id = ?1 AND name = ?2 AND version = ?3",
                SQLiteValue(edit.pluginID.rawValue), SQLiteValue(edit.file), SQLiteValue(edit.version),
                SQLiteValue(state.rawValue))
        }
        return count
    }

    /// The edit of one file; nil when it is as the base has it.
    package func edit(_ id: PluginID, _ file: String) throws(MirrorError) -> SourceEdit? {
        try transaction.first(
            "SELECT * FROM source_edit LEFT JOIN source_text USING (digest) WHERE plugin_id = ?1 AND name = ?2",
            SQLiteValue(id.rawValue), SQLiteValue(file), decode: SourceEdit.init)
    }

    /// The edits of one plugin's code, in the order they were made.
    package func list(_ id: PluginID) throws(MirrorError) -> [SourceEdit] {
        try transaction.rows(
            "SELECT * FROM source_edit LEFT JOIN source_text USING (digest) WHERE plugin_id = ?1 ORDER BY version",
            SQLiteValue(id.rawValue), decode: SourceEdit.init)
    }

    /// Every edit of code, in the order they were made.
    package func all() throws(MirrorError) -> [SourceEdit] {
        try transaction.rows(
            "SELECT * FROM source_edit LEFT JOIN source_text USING (digest) ORDER BY version", decode: SourceEdit.init)
    }

    /// The plugins whose code is edited, by id.
    package func pluginIDs() throws(MirrorError) -> [PluginID] {
        try transaction.rows(
            "SELECT DISTINCT plugin_id FROM source_edit ORDER BY plugin_id"
        ) { (row) throws(SQLiteError) in PluginID(try row.integer("plugin_id")) }
    }
}

extension SourceEdit {
    init(_ row: Row) throws(SQLiteError) {
        self.init(
            pluginID: PluginID(try row.integer("plugin_id")), file: try row.text("name"),
            value: try row.text("kind") == "text" ? .text(try row.text("text")) : .deletion,
            version: try row.integer("version"), madeAt: try row.time("made_at"),
            state: try row.closed("state", Edit.State.init))
    }
}
