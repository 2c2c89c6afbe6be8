import Models

/// One transaction on the mirror, and the tables as they are in it.
///
/// Lives only as long as its closure. In `read` every write fails with `.readOnly`. After a failed statement the
/// transaction is lost: every later statement throws the same error, and nothing is committed.
package final class MirrorTransaction {
    let connection: Connection
    let secrets: PendingSecrets
    let files: PendingAttachments
    let zones: ZoneFiles
    /// Of the database, for errors.
    package let path: String
    /// References of secrets and files that were put on the disk for this transaction.
    private(set) var createdSecrets: [String] = []
    private(set) var secretsToRemove: [String] = []
    /// Set when secrets were taken out of rows: their old pages must not linger in the log.
    var hasScrubbed = false
    /// Read at the first use: storing a page asks for it with every config.
    var redaction: SecretRedaction?
    /// Read at the first use: each failure of a pull asks for its project's.
    var projectZones: [ProjectID: ProjectZone] = [:]
    private(set) var failure: MirrorError?

    init(connection: Connection, secrets: PendingSecrets, files: PendingAttachments, zones: ZoneFiles, path: String) {
        self.connection = connection
        self.secrets = secrets
        self.files = files
        self.zones = zones
        self.path = path
    }

    package var meta: MetaTable { MetaTable(transaction: self) }
    package var projects: ProjectTable { ProjectTable(transaction: self) }
    package var plugins: PluginTable { PluginTable(transaction: self) }
    package var configs: ConfigTable { ConfigTable(transaction: self) }
    package var edits: EditTable { EditTable(transaction: self) }
    package var sources: SourceTable { SourceTable(transaction: self) }
    package var sourceEdits: SourceEditTable { SourceEditTable(transaction: self) }
    package var sourceVersions: SourceVersionTable { SourceVersionTable(transaction: self) }
    var sourceTexts: SourceTextTable { SourceTextTable(transaction: self) }
    package var resolutions: ResolutionTable { ResolutionTable(transaction: self) }
    package var lostFields: LostFieldTable { LostFieldTable(transaction: self) }
    package var attachments: AttachmentTable { AttachmentTable(transaction: self) }
    package var history: HistoryTable { HistoryTable(transaction: self) }
    package var recordings: RecordingTable { RecordingTable(transaction: self) }
    package var freshness: FreshnessTable { FreshnessTable(transaction: self) }
    package var cursors: CursorTable { CursorTable(transaction: self) }
    package var runs: RunTable { RunTable(transaction: self) }
    package var journal: JournalTable { JournalTable(transaction: self) }
    package var metrics: MetricTable { MetricTable(transaction: self) }
    package var errorTypes: ErrorTypeTable { ErrorTypeTable(transaction: self) }
    package var errors: ErrorTable { ErrorTable(transaction: self) }
    package var fixtures: FixtureTable { FixtureTable(transaction: self) }
    package var alerts: AlertTable { AlertTable(transaction: self) }
    package var switchOffs: SwitchOffTable { SwitchOffTable(transaction: self) }
    package var activity: ActivityTable { ActivityTable(transaction: self) }
    package var events: EventTable { EventTable(transaction: self) }
    package var logs: LogTable { LogTable(transaction: self) }
    package var logWalks: LogWalkTable { LogWalkTable(transaction: self) }
}

extension MirrorTransaction {
    /// Removes private files that no edit refers to: what a crash between file and row has left behind.
    ///
    /// Only in `write`: the transaction keeps editors out, who write the file before the row.
    package func sweepSecrets() throws(MirrorError) {
        precondition(!connection.isReadOnly, "a sweep needs a write transaction")
        let keep = try edits.secretReferences().union(createdSecrets)
        do {
            try secrets.sweep(keeping: keep)
            try files.sweep(keeping: keep)
        } catch {
            throw MirrorError(error)
        }
    }

    func putSecret(_ secret: Secret) throws(MirrorError) -> String {
        do {
            let reference = try secrets.put(secret)
            createdSecrets.append(reference)
            return reference
        } catch {
            throw fail(MirrorError(error))
        }
    }

    func putFile(_ bytes: [UInt8]) throws(MirrorError) -> String {
        do {
            let reference = try files.put(bytes)
            createdSecrets.append(reference)
            return reference
        } catch {
            throw fail(MirrorError(error))
        }
    }

    /// Of a secret or of a file: a reference is in one of the two folders only.
    func removeSecretAfterCommit(_ reference: String) {
        secretsToRemove.append(reference)
    }

    /// The next number of a sequence that never goes back.
    func nextNumber(_ sequence: String) throws(MirrorError) -> Int64 {
        let next = try first(
            "UPDATE sequence SET value = value + 1 WHERE name = ?1 RETURNING value", SQLiteValue(sequence)
        ) { (row) throws(SQLiteError) in try row.integer("value") }
        guard let next else { throw fail(MirrorError(.damaged, path: path, detail: "a sequence is missing")) }
        return next
    }

    /// Stored JSON; what does not parse is damage.
    func json(_ text: String, of subject: String) throws(MirrorError) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw fail(MirrorError(.damaged, path: path, detail: "the stored JSON of \(subject) is not JSON"))
        }
    }
}

extension MirrorTransaction {
    /// Runs a statement that returns nothing.
    ///
    /// - Returns: How many rows it changed.
    @discardableResult
    func execute(_ sql: StaticString, _ values: SQLiteValue...) throws(MirrorError) -> Int {
        try attempt { () throws(SQLiteError) in
            try connection.withStatement(sql, values) { (statement) throws(SQLiteError) in
                while try statement.step() {}
            }
            return connection.changedRows
        }
    }

    func rows<T>(
        _ sql: StaticString, _ values: SQLiteValue..., decode: (Row) throws(SQLiteError) -> T
    ) throws(MirrorError) -> [T] {
        try attempt { () throws(SQLiteError) in
            try connection.withStatement(sql, values) { (statement) throws(SQLiteError) in
                var result: [T] = []
                while try statement.step() { result.append(try decode(Row(statement))) }
                return result
            }
        }
    }

    /// The first row, nil when there is none.
    func first<T>(
        _ sql: StaticString, _ values: SQLiteValue..., decode: (Row) throws(SQLiteError) -> T
    ) throws(MirrorError) -> T? {
        try attempt { () throws(SQLiteError) in
            try connection.withStatement(sql, values) { (statement) throws(SQLiteError) in
                guard try statement.step() else { return nil }
                let value = try decode(Row(statement))
                while try statement.step() {}
                return value
            }
        }
    }

    /// Runs one statement once for each item, prepared once; `done` is told how many rows each changed.
    func executeEach<Item>(
        _ sql: StaticString, _ items: some Sequence<Item>, _ values: (Item) -> [SQLiteValue], done: (Int) -> Void
    ) throws(MirrorError) {
        try attempt { () throws(SQLiteError) in try connection.runEach(sql, items, values, done: done) }
    }

    /// Hands over row by row until `each` wants no more.
    func visit(
        _ sql: StaticString, _ values: SQLiteValue..., each: (Row) throws(SQLiteError) -> Bool
    ) throws(MirrorError) {
        try attempt { () throws(SQLiteError) in
            try connection.withStatement(sql, values) { (statement) throws(SQLiteError) in
                while try statement.step() {
                    guard try each(Row(statement)) else { return }
                }
            }
        }
    }

    private func attempt<T>(_ body: () throws(SQLiteError) -> T) throws(MirrorError) -> T {
        if let failure { throw failure }
        do {
            return try body()
        } catch {
            throw fail(MirrorError(error, path: path))
        }
    }

    private func fail(_ error: MirrorError) -> MirrorError {
        failure = error
        return error
    }
}
