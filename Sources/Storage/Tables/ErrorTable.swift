package import Models

/// The id of an error group, which a person writes `E12`; given at first sight and never to another one.
package struct ErrorGroupID: EntityID {
    /// The number after the E.
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
        try record([error], at: time) > 0 ? .inserted : .unchanged
    }

    /// The same for many at once, which costs less.
    ///
    /// - Returns: How many were new.
    @discardableResult
    package func record(_ errors: some Sequence<PluginError>, at time: Timestamp) throws(MirrorError) -> Int {
        let grouping = ErrorGrouping(transaction, at: time)
        var inserted = 0
        for error in errors where try !isKnown(error) {
            let failure = error.failure(at: Timestamp(iso8601: error.atText) ?? time)
            try insert(error, at: failure.at, into: try grouping.add(failure))
            inserted += 1
        }
        try grouping.finish()
        return inserted
    }

    private func isKnown(_ error: PluginError) throws(MirrorError) -> Bool {
        let known = try transaction.first(
            "SELECT message FROM error WHERE key = ?1", SQLiteValue(error.key)
        ) { (row) throws(SQLiteError) in try row.text("message") }
        guard let known else { return false }
        // Figures of a day that is going on still move.
        if error.source == .figures, known != error.message {
            try transaction.execute(
                "UPDATE error SET message = ?2, details = ?3 WHERE key = ?1", SQLiteValue(error.key), SQLiteValue(error.message),
                SQLiteValue(error.details.text))
        }
        return true
    }

    private func insert(_ error: PluginError, at time: Timestamp, into group: ErrorGroupID) throws(MirrorError) {
        precondition(error.source != .log, "entries of logs are stored as such")
        try transaction.execute(
            """
            INSERT INTO error (key, group_id, source, plugin_id, config_id, project_id, category, type, name, message, at,
                at_text, details)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """, SQLiteValue(error.key), SQLiteValue(group.rawValue), SQLiteValue(error.source.rawValue),
            SQLiteValue(error.pluginID.rawValue), SQLiteValue(error.configID?.rawValue),
            SQLiteValue(error.projectID?.rawValue), SQLiteValue(error.category), SQLiteValue(error.type),
            SQLiteValue(error.name), SQLiteValue(error.message), SQLiteValue(time), SQLiteValue(error.atText),
            SQLiteValue(error.details.text))
    }
}

extension PluginError {
    func failure(at time: Timestamp) -> Failure {
        Failure(
            kind: kind, source: source, fingerprint: fingerprint, message: message, stack: stack, configID: configID, projectID: projectID,
            at: time)
    }
}
