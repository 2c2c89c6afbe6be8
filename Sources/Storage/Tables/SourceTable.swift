package import Models

/// What the mirror knows about one plugin's code, without the texts.
package struct SourceRow: Sendable, Equatable {
    /// The plugin that it is the code of.
    package let pluginID: PluginID
    /// How that plugin's server keeps it.
    package let form: SourceForm
    /// When the remote's files were read as they are stored; nil when they never could be.
    package let readAt: Timestamp?
    /// Digest of the installed plugin that was read: another one means that the code may have changed. Empty when never read.
    package let readOf: String
    /// When the code was last asked for, however that ended.
    package let attemptedAt: Timestamp
    /// Why the last attempt did not give the files; empty when it did.
    package let detail: String
    /// When somebody gave the mirror code that the API does not show, and from where.
    package let givenAt: Timestamp?
    /// The file or folder that the person gave it from; nil when the server showed it.
    package let givenFrom: String?
}

/// The code of plugins: which files the base and the remote have, and what was given by hand.
package struct SourceTable {
    /// Whose files they are: agreed on, the remote's, or given by hand.
    package enum Side: String, Sendable {
        case base, remote
        /// Code that a person gave; for review and dry runs, never pushed.
        case given
    }

    let transaction: MirrorTransaction

    /// What is known about the plugin's code; nil when it was never asked for.
    package func row(_ id: PluginID) throws(MirrorError) -> SourceRow? {
        try transaction.first(
            "SELECT * FROM source WHERE plugin_id = ?1", SQLiteValue(id.rawValue), decode: SourceRow.init)
    }

    /// All rows at once, for a pull that decides what to read.
    package func all() throws(MirrorError) -> [PluginID: SourceRow] {
        let rows = try transaction.rows("SELECT * FROM source", decode: SourceRow.init)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.pluginID, $0) })
    }

    /// Stores the files that the remote has, and the base that goes with them; edits are never touched.
    ///
    /// - Parameter readOf: Digest of the plugin as it was when its code was read.
    /// - Returns: Whether the remote's files are others than before, by bytes.
    @discardableResult
    package func store(
        _ files: SourceFiles, base: SourceFiles, of id: PluginID, form: SourceForm, readOf: String, at time: Timestamp
    ) throws(MirrorError) -> Stored {
        let known = try row(id)
        let isRead = known?.readAt != nil
        let isSame = isRead ? try self.files(.remote, of: id) == files : false
        try mark(id, form: form, read: time, readOf: readOf, detail: "", at: time)
        if !isSame { try replace(.remote, files, of: id) }
        try storeBase(base, of: id)
        return !isRead ? .inserted : isSame ? .unchanged : .changed
    }

    /// Replaces the base alone, when a person has settled a conflict.
    package func storeBase(_ base: SourceFiles, of id: PluginID) throws(MirrorError) {
        if try files(.base, of: id) != base { try replace(.base, base, of: id) }
    }

    /// Notes that the code can't be read, and why; what was read before stays.
    package func markUnreadable(
        _ id: PluginID, form: SourceForm, detail: String, at time: Timestamp
    ) throws(MirrorError) {
        try mark(id, form: form, read: nil, readOf: nil, detail: detail, at: time)
    }

    /// Stores code that a person gave in the place of what was given before.
    package func storeGiven(
        _ files: SourceFiles, of id: PluginID, form: SourceForm, from origin: String, at time: Timestamp
    ) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO source (plugin_id, form, read_of, attempted_at, detail, given_at, given_from)
            VALUES (?1, ?2, '', ?3, 'never read from the instance', ?3, ?4)
            ON CONFLICT (plugin_id) DO UPDATE SET given_at = ?3, given_from = ?4
            """, SQLiteValue(id.rawValue), SQLiteValue(form.rawValue), SQLiteValue(time), SQLiteValue(origin))
        try replace(.given, files, of: id)
    }

    /// The files of one side; none when the side has no row.
    package func files(_ side: Side, of id: PluginID) throws(MirrorError) -> SourceFiles {
        let pairs = try transaction.rows(
            """
            SELECT name, text FROM source_file LEFT JOIN source_text USING (digest) WHERE plugin_id = ?1 AND side = ?2
            """, SQLiteValue(id.rawValue), SQLiteValue(side.rawValue)
        ) { (row) throws(SQLiteError) in (name: try row.text("name"), text: try row.optionalText("text")) }
        return SourceFiles(pairs)
    }

    private func mark(
        _ id: PluginID, form: SourceForm, read: Timestamp?, readOf: String?, detail: String, at time: Timestamp
    ) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO source (plugin_id, form, read_at, read_of, attempted_at, detail)
            VALUES (?1, ?2, ?3, coalesce(?4, ''), ?5, ?6)
            ON CONFLICT (plugin_id) DO UPDATE SET form = ?2, read_at = coalesce(?3, read_at),
                read_of = coalesce(?4, read_of), attempted_at = ?5, detail = ?6
            """, SQLiteValue(id.rawValue), SQLiteValue(form.rawValue), SQLiteValue(read), SQLiteValue(readOf),
            SQLiteValue(time), SQLiteValue(detail))
    }

    private func replace(_ side: Side, _ files: SourceFiles, of id: PluginID) throws(MirrorError) {
        let removed = try transaction.execute(
            "DELETE FROM source_file WHERE plugin_id = ?1 AND side = ?2", SQLiteValue(id.rawValue), SQLiteValue(side.rawValue))
        for name in files.names {
            let digest: String? = if let text = files[name] { try transaction.sourceTexts.put(text) } else { nil }
            try transaction.execute(
                "INSERT INTO source_file (plugin_id, side, name, digest) VALUES (?1, ?2, ?3, ?4)", SQLiteValue(id.rawValue),
                SQLiteValue(side.rawValue), SQLiteValue(name), SQLiteValue(digest))
        }
        if removed > 0 { try transaction.sourceTexts.sweep() }
    }
}

extension SourceTable {
    /// Base, remote and edits of one plugin's code; nil when it was never read from the remote.
    package func versions(_ id: PluginID) throws(MirrorError) -> SourceVersions? {
        guard let row = try row(id), row.readAt != nil else { return nil }
        return SourceVersions(
            pluginID: id, form: row.form, base: try files(.base, of: id), remote: try files(.remote, of: id),
            edits: try transaction.sourceEdits.list(id))
    }

    /// The same of every plugin whose code is edited, by id.
    package func versionsWithEdits() throws(MirrorError) -> [SourceVersions] {
        var result: [SourceVersions] = []
        for id in try transaction.sourceEdits.pluginIDs() {
            if let versions = try versions(id) { result.append(versions) }
        }
        return result
    }
}

extension SourceFiles {
    init(_ pairs: [(name: String, text: String?)]) {
        self.init(Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.text.map(Entry.text) ?? .null) }))
    }
}

extension SourceRow {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            pluginID: PluginID(try row.integer("plugin_id")), form: try row.closed("form", SourceForm.init),
            readAt: try row.optionalTime("read_at"), readOf: try row.text("read_of"),
            attemptedAt: try row.time("attempted_at"), detail: try row.text("detail"),
            givenAt: try row.optionalTime("given_at"), givenFrom: try row.optionalText("given_from"))
    }
}
