package import Models

extension ErrorTable {
    /// Puts entries of logs that are stored just now into groups, those of level ERROR; the others tell of no failure.
    ///
    /// - Parameter entries: Each with its number.
    func group(_ entries: some Sequence<(number: Int64, entry: LogEntry)>, at time: Timestamp) throws(MirrorError) {
        let grouping = ErrorGrouping(transaction, at: time)
        var reader = LoggedFailures(count: entries.underestimatedCount)
        var members: [(group: ErrorGroupID, number: Int64)] = []
        for (number, entry) in entries where entry.level == .error {
            guard let owner = try owner(of: entry.configID, &reader) else { continue }
            for failure in reader.failures(entry, of: owner) { members.append((try grouping.add(failure), number)) }
        }
        guard !members.isEmpty else { return }
        try transaction.executeEach(
            "INSERT INTO error_log (group_id, number) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            members.sorted { ($0.group, $0.number) < ($1.group, $1.number) },
            { [.integer($0.group.rawValue), .integer($0.number)] }
        ) { _ in }
        try grouping.finish()
    }

    private func owner(of config: PluginConfigID, _ reader: inout LoggedFailures) throws(MirrorError) -> LoggedFailures.Owner? {
        if let known = reader.owners[config] { return known }
        let owner = try transaction.first(
            "SELECT plugin_id, project_id FROM config WHERE id = ?1", SQLiteValue(config.rawValue)
        ) { (row) throws(SQLiteError) in
            LoggedFailures.Owner(plugin: PluginID(try row.integer("plugin_id")), project: ProjectID(try row.integer("project_id")))
        }
        reader.owners[config] = .some(owner)
        return owner
    }

    /// Groups entries that an older program has stored, at most `limit` of them; repeat until nothing is left.
    ///
    /// - Returns: Whether something may be left.
    package func groupOlderLogs(limit: Int, at time: Timestamp) throws(MirrorError) -> Bool {
        guard let start = try transaction.meta.groupedLogs() else { return false }
        let entries = try transaction.logs.errors(after: start, limit: limit)
        try group(entries, at: time)
        try transaction.meta.setGroupedLogs(entries.count < limit ? nil : entries.last?.number)
        return entries.count >= limit
    }

    /// Takes out what points at entries that have gone; the figures stay.
    package func forgetRemovedLogs() throws(MirrorError) {
        try transaction.execute(
            "DELETE FROM error_log WHERE number < (SELECT coalesce(min(number), 9223372036854775807) FROM log)")
    }
}

/// Reads failures out of log entries; the same text of a config is read once.
private struct LoggedFailures {
    struct Owner {
        let plugin: PluginID
        let project: ProjectID
    }

    private struct Key: Hashable {
        let config: PluginConfigID
        let source: LogSource
        let message: String
    }

    private struct Reading {
        let fingerprint: ErrorFingerprint
        let error: LoggedError
    }

    var owners: [PluginConfigID: Owner?] = [:]
    private var readings: [Key: Reading] = [:]
    private var places = StackPlaces()

    init(count: Int) {
        readings.reserveCapacity(count)
    }

    /// The failure that the entry tells of, and that the server has switched the config off for it.
    mutating func failures(_ entry: LogEntry, of owner: Owner) -> [Failure] {
        let reading = reading(entry, of: owner)
        let error = Failure(
            source: .log, fingerprint: reading.fingerprint, message: reading.error.message, stack: reading.error.stack,
            configID: entry.configID, projectID: owner.project, at: entry.time.timestamp)
        guard reading.error.isSwitchOff else { return [error] }
        let off = Failure(
            kind: .switchedOff, source: .log,
            fingerprint: ErrorFingerprint(config: entry.configID, of: owner.plugin, kind: .switchedOff), message: entry.message,
            stack: nil, configID: entry.configID, projectID: owner.project, at: entry.time.timestamp)
        return [error, off]
    }

    private mutating func reading(_ entry: LogEntry, of owner: Owner) -> Reading {
        let key = Key(config: entry.configID, source: entry.source, message: entry.message)
        if let known = readings[key] { return known }
        let error = LoggedError(entry.message, source: entry.source, &places)
        let reading = Reading(
            fingerprint: ErrorFingerprint(
                pluginID: owner.plugin, name: error.name, messageShape: MessageShape.of(error.message), function: error.function,
                method: error.method ?? ""),
            error: error)
        readings[key] = reading
        return reading
    }
}
