package import Models

/// The id of an error group, which a person writes `E12`; given at first sight and never to another one.
package struct ErrorGroupID: EntityID {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }

    package var subject: String { "E\(rawValue)" }
}

/// Every error that a pull has ever seen, in groups; the server keeps only the last ones, the mirror all.
package struct ErrorTable {
    let transaction: MirrorTransaction

    /// Stores an occurrence unless it is known; a new mistake gets a group of its own.
    ///
    /// - Parameter time: When it was read; it stands for the time of an error that has none.
    @discardableResult
    package func record(_ error: PluginError, at time: Timestamp) throws(MirrorError) -> Stored {
        let known = try transaction.first(
            "SELECT id FROM error WHERE key = ?1", SQLiteValue(error.key)
        ) { (row) throws(SQLiteError) in try row.integer("id") }
        if known != nil { return .unchanged }
        let group = try group(of: error, at: time)
        let at = Timestamp(iso8601: error.atText) ?? time
        let id = try transaction.first(
            """
            INSERT INTO error (key, group_id, source, plugin_id, config_id, project_id, category, type, name, message, at,
                at_text, details)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) RETURNING id
            """, SQLiteValue(error.key), SQLiteValue(group.rawValue), SQLiteValue(error.source.rawValue),
            SQLiteValue(error.pluginID.rawValue), SQLiteValue(error.configID?.rawValue),
            SQLiteValue(error.projectID?.rawValue), SQLiteValue(error.category), SQLiteValue(error.type),
            SQLiteValue(error.name), SQLiteValue(error.message), SQLiteValue(at), SQLiteValue(error.atText),
            SQLiteValue(error.details.text)
        ) { (row) throws(SQLiteError) in try row.integer("id") }
        try transaction.execute(
            "INSERT INTO error_text (rowid, name, message, stack) VALUES (?1, ?2, ?3, ?4)", SQLiteValue(id),
            SQLiteValue(error.name), SQLiteValue(error.message), SQLiteValue(error.stack ?? ""))
        return .inserted
    }

    private func group(of error: PluginError, at time: Timestamp) throws(MirrorError) -> ErrorGroupID {
        let fingerprint = error.fingerprint.digest
        let known = try transaction.first(
            "SELECT id FROM error_group WHERE fingerprint = ?1", SQLiteValue(fingerprint)
        ) { (row) throws(SQLiteError) in ErrorGroupID(try row.integer("id")) }
        if let known { return known }
        // Not an upsert: one that meets a known group would use up a number all the same.
        let id = try transaction.first(
            "INSERT INTO error_group (fingerprint, plugin_id, created_at) VALUES (?1, ?2, ?3) RETURNING id",
            SQLiteValue(fingerprint), SQLiteValue(error.pluginID.rawValue), SQLiteValue(time)
        ) { (row) throws(SQLiteError) in ErrorGroupID(try row.integer("id")) }
        guard let id else { preconditionFailure("an INSERT with RETURNING has a row") }
        return id
    }
}

/// One occurrence as it is stored.
package struct ErrorRow: Sendable, Equatable {
    package let source: PluginError.Source
    package let configID: PluginConfigID?
    package let projectID: ProjectID?
    package let category: String?
    package let name: String
    package let message: String
    package let at: Timestamp
    /// The server's object, whole.
    package let details: JSONValue
}

extension ErrorTable {
    /// The latest occurrences of a group, the newest first.
    package func occurrences(_ group: ErrorGroupID, limit: Int) throws(MirrorError) -> [ErrorRow] {
        try transaction.rows(
            "SELECT * FROM error WHERE group_id = ?1 ORDER BY at DESC, id DESC LIMIT ?2", SQLiteValue(group.rawValue),
            SQLiteValue(Int64(limit))
        ) { (row) throws(SQLiteError) in
            ErrorRow(
                source: try row.closed("source", PluginError.Source.init),
                configID: try row.optionalInteger("config_id").map { PluginConfigID($0) },
                projectID: try row.optionalInteger("project_id").map { ProjectID($0) },
                category: try row.optionalText("category"), name: try row.text("name"), message: try row.text("message"),
                at: try row.time("at"), details: try row.json("details"))
        }
    }
}
