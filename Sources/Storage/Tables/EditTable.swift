package import Models

/// The outbox: what the person wants and no push has confirmed yet; at most one edit per config and field.
package struct EditTable {
    /// What a person wants a field to be, with a new secret or file still in hand.
    package enum Input: Sendable, Equatable {
        case value(JSONValue)
        case unset
        case secret(Secret)
        /// Of an attachment only.
        case file(NewFile)
    }

    let transaction: MirrorTransaction

    /// Replaces whatever edit the field had; the new one is pending and has a version that no edit ever had.
    ///
    /// A secret or file is on disk in its own file before the row is written. The config must be in the mirror.
    @discardableResult
    package func put(
        _ configID: PluginConfigID, _ field: ConfigField, _ input: Input, at time: Timestamp
    ) throws(MirrorError) -> Edit {
        let replaced = try edit(configID, field)
        let value = try stored(input)
        if case .file(let file) = replaced?.value { try transaction.attachments.remove(file.reference) }
        let version = try transaction.nextNumber("edit")
        try transaction.execute(
            """
            INSERT INTO edit (config_id, field, kind, value_json, secret_reference, version, made_at, state)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending')
            ON CONFLICT (config_id, field) DO UPDATE SET kind = ?3, value_json = ?4, secret_reference = ?5, version = ?6,
                made_at = ?7, state = 'pending'
            """, SQLiteValue(configID.rawValue), SQLiteValue(field.text), SQLiteValue(value.kind),
            SQLiteValue(value.json), SQLiteValue(value.reference), SQLiteValue(version), SQLiteValue(time))
        if case .file(let file) = value { try transaction.attachments.put(file) }
        if let reference = replaced?.value.reference { transaction.removeSecretAfterCommit(reference) }
        return Edit(
            configID: configID, field: field, value: value, version: version, madeAt: time, state: .pending)
    }

    /// Removes the field's edit only if it still has that version: one made meanwhile stays.
    ///
    /// Its private file goes after the transaction is committed.
    /// - Returns: Whether it was removed.
    @discardableResult
    package func remove(_ configID: PluginConfigID, _ field: ConfigField, version: Int64) throws(MirrorError) -> Bool {
        guard let edit = try edit(configID, field), edit.version == version else { return false }
        try transaction.execute(
            "DELETE FROM edit WHERE config_id = ?1 AND field = ?2 AND version = ?3", SQLiteValue(configID.rawValue),
            SQLiteValue(field.text), SQLiteValue(version))
        if let reference = edit.value.reference { transaction.removeSecretAfterCommit(reference) }
        return true
    }

    /// Marks exactly these edits in flight; one that has another version by now is left alone.
    ///
    /// - Returns: How many were marked.
    @discardableResult
    package func markInFlight(_ edits: [Edit]) throws(MirrorError) -> Int {
        try setState(.inFlight, of: edits)
    }

    /// Returns exactly these edits to pending.
    @discardableResult
    package func release(_ edits: [Edit]) throws(MirrorError) -> Int {
        try setState(.pending, of: edits)
    }

    private func setState(_ state: Edit.State, of edits: [Edit]) throws(MirrorError) -> Int {
        var count = 0
        for edit in edits {
            count += try transaction.execute(
                "UPDATE edit SET state = ?4 WHERE config_id = ?1 AND field = ?2 AND version = ?3",
                SQLiteValue(edit.configID.rawValue), SQLiteValue(edit.field.text), SQLiteValue(edit.version),
                SQLiteValue(state.rawValue))
        }
        return count
    }

    /// The edit of one field; nil when it is as the base has it.
    package func edit(_ configID: PluginConfigID, _ field: ConfigField) throws(MirrorError) -> Edit? {
        try transaction.first(
            """
            SELECT edit.*, name, content_type, size_bytes FROM edit LEFT JOIN attachment ON reference = secret_reference
            WHERE config_id = ?1 AND field = ?2
            """, SQLiteValue(configID.rawValue),
            SQLiteValue(field.text), decode: Edit.init)
    }

    /// The config's edits in the order they were made.
    package func list(_ configID: PluginConfigID) throws(MirrorError) -> [Edit] {
        try transaction.rows(
            """
            SELECT edit.*, name, content_type, size_bytes FROM edit LEFT JOIN attachment ON reference = secret_reference
            WHERE config_id = ?1 ORDER BY version
            """, SQLiteValue(configID.rawValue), decode: Edit.init)
    }

    /// Every edit, in the order they were made.
    package func all() throws(MirrorError) -> [Edit] {
        try transaction.rows(
            """
            SELECT edit.*, name, content_type, size_bytes FROM edit LEFT JOIN attachment ON reference = secret_reference
            ORDER BY version
            """, decode: Edit.init)
    }

    /// The configs that have edits, by id.
    package func configIDs() throws(MirrorError) -> [PluginConfigID] {
        try transaction.rows(
            "SELECT DISTINCT config_id FROM edit ORDER BY config_id"
        ) { (row) throws(SQLiteError) in PluginConfigID(try row.integer("config_id")) }
    }

    /// References of every secret and file that an edit still waits with.
    package func secretReferences() throws(MirrorError) -> Set<String> {
        Set(try transaction.rows(
            "SELECT secret_reference FROM edit WHERE kind = 'secret'"
        ) { (row) throws(SQLiteError) in try row.text("secret_reference") })
    }

    private func stored(_ input: Input) throws(MirrorError) -> Edit.Value {
        switch input {
        case .value(let value): .value(value)
        case .unset: .unset
        case .secret(let secret): .secret(reference: try transaction.putSecret(secret))
        case .file(let file):
            .file(
                WaitingFile(
                    reference: try transaction.putFile(file.bytes), name: file.name, contentType: file.contentType,
                    sizeBytes: Int64(file.bytes.count)))
        }
    }
}

extension Edit.Value {
    fileprivate var kind: String {
        switch self {
        case .value: "value"
        case .unset: "unset"
        case .secret, .file: "secret"
        }
    }

    fileprivate var json: String? {
        if case .value(let value) = self { value.text } else { nil }
    }

    fileprivate var reference: String? {
        switch self {
        case .secret(let reference): reference
        case .file(let file): file.reference
        case .value, .unset: nil
        }
    }
}

extension Edit {
    init(_ row: Row) throws(SQLiteError) {
        let field = try row.closed("field", ConfigField.init(text:))
        let value: Value =
            switch try row.text("kind") {
            case "unset": .unset
            case "secret": try Edit.waiting(field, row)
            default: .value(try row.json("value_json"))
            }
        self.init(
            configID: PluginConfigID(try row.integer("config_id")), field: field, value: value,
            version: try row.integer("version"), madeAt: try row.time("made_at"), state: try row.closed("state", State.init))
    }

    private static func waiting(_ field: ConfigField, _ row: Row) throws(SQLiteError) -> Value {
        let reference = try row.text("secret_reference")
        guard case .attachment = field else { return .secret(reference: reference) }
        return .file(
            WaitingFile(
                reference: reference, name: try row.text("name"), contentType: try row.text("content_type"),
                sizeBytes: try row.integer("size_bytes")))
    }
}
