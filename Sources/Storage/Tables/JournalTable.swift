package import Models

/// One step of a push as it was written down before it was sent; its shape and the redacted
/// contents around it, never a secret.
package struct JournalStep: Sendable, Equatable {
    /// How far a step has come.
    package enum State: String, Sendable, CaseIterable {
        /// Written down, not sent.
        case planned
        /// On its way, or the program died while it was.
        case sent
        /// The remote has shown what was meant.
        case applied
        /// Re-reading the remote has shown something else than what was meant, or it was refused; its edits wait again.
        case refused
        /// Whether it was taken can't be told from outside; settled, and a person decides.
        case unknown
        /// Never sent, because an earlier step stopped the push; or taken back since.
        case skipped
    }

    /// Which edit a step carries; only that version is confirmed by it.
    package struct EditReference: Sendable, Hashable {
        /// Of the step's own config.
        package let field: ConfigField
        /// Another one means that the field was edited again since.
        package let version: Int64

        package init(field: ConfigField, version: Int64) {
            self.field = field
            self.version = version
        }
    }

    /// Which edit of a plugin's code a step carries.
    package struct FileReference: Sendable, Hashable {
        /// Of the step's own plugin.
        package let file: String
        /// Another one means that the file was edited again since.
        package let version: Int64

        package init(file: String, version: Int64) {
            self.file = file
            self.version = version
        }
    }

    /// What the step is about, and which edits it carries.
    package enum Subject: Sendable, Equatable {
        /// The id is negative for a draft that the step creates.
        case config(PluginConfigID, ProjectID, [EditReference])
        /// The code of the plugin.
        case source([FileReference])
    }

    /// The push that it is a step of.
    package let runID: Int64
    /// 1, 2, 3, … in the run.
    package let ordinal: Int64
    /// `.source` exactly if the subject is one.
    package let kind: PlanStep.Kind
    /// Of a step about a config the plugin that it configures.
    package let pluginID: PluginID
    /// A create is about the draft until it is settled.
    package let subject: Subject
    /// "POST" or "PATCH".
    package let method: String
    /// Without the origin; of a create the list's.
    package let path: String
    /// Names of the form fields or files that the request carries.
    package let fields: [String]
    /// The remote right before: a config's redacted writable content (`ConfigContent.json`), of code the digests
    /// (`SourceState.json`); nil for a create, until it is sent, and once it is settled.
    package let before: JSONValue?
    /// The same as the remote must show it afterwards; nil until it is sent, and once it is settled.
    package let expected: JSONValue?
    /// Never goes back, but from sent to planned when it was too early.
    package let state: State
    /// When it was marked as sent; nil before.
    package let sentAt: Timestamp?
    /// When the remote said that it took the write; nil while it has said nothing like that.
    package let acknowledgedAt: Timestamp?
    /// The server's stamp of the config right before; nil where it gives out none, and until it is sent.
    package let stampBefore: String?
    /// Of the newest entry of the activity log that the mirror knew when it was sent, by the remote's clock; nil when it knew none.
    package let activityBefore: Timestamp?
    /// When its outcome was stored; nil before.
    package let settledAt: Timestamp?
    /// Names of the fields or files of which the remote still had what was sent, when somebody had saved over the step; nil where
    /// the state says it all.
    package let left: [String]?
    /// Why, for people; never a value.
    package let detail: String

    package init(
        runID: Int64, ordinal: Int64, kind: PlanStep.Kind, pluginID: PluginID, subject: Subject, method: String,
        path: String, fields: [String], before: JSONValue?, expected: JSONValue?, state: State = .planned, sentAt: Timestamp? = nil,
        acknowledgedAt: Timestamp? = nil, stampBefore: String? = nil, activityBefore: Timestamp? = nil, settledAt: Timestamp? = nil, left: [String]? = nil, detail: String = ""
    ) {
        self.runID = runID
        self.ordinal = ordinal
        self.kind = kind
        self.pluginID = pluginID
        self.subject = subject
        self.method = method
        self.path = path
        self.fields = fields
        self.before = before
        self.expected = expected
        self.state = state
        self.sentAt = sentAt
        self.acknowledgedAt = acknowledgedAt
        self.stampBefore = stampBefore
        self.activityBefore = activityBefore
        self.settledAt = settledAt
        self.left = left
        self.detail = detail
    }
}

/// The journal: every write to the remote is a row here before it is a request.
package struct JournalTable {
    let transaction: MirrorTransaction

    /// Writes a step down, in the transaction that claims its edits.
    package func append(_ step: JournalStep) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO journal (run_id, ordinal, kind, config_id, plugin_id, project_id, method, path, fields, edits,
                before_json, expected_json, state, sent_at, acknowledged_at, settled_at, detail)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """, SQLiteValue(step.runID), SQLiteValue(step.ordinal), SQLiteValue(step.kind.rawValue),
            SQLiteValue(step.subject.configID?.rawValue), SQLiteValue(step.pluginID.rawValue),
            SQLiteValue(step.subject.projectID?.rawValue), SQLiteValue(step.method), SQLiteValue(step.path),
            SQLiteValue(JSONValue.array(step.fields.map(JSONValue.string)).text),
            SQLiteValue(step.subject.edits.text), SQLiteValue(step.before?.text),
            SQLiteValue(step.expected?.text), SQLiteValue(step.state.rawValue), SQLiteValue(step.sentAt),
            SQLiteValue(step.acknowledgedAt), SQLiteValue(step.settledAt), SQLiteValue(step.detail))
    }

    /// Fills in what is only known right before sending: the request's shape and the remote as it was re-read.
    ///
    /// - Parameters:
    ///   - configID: The config that it turned out to be about; nil leaves it.
    ///   - stamp: The server's stamp of the config, where it has one.
    package func markSent(
        run: Int64, ordinal: Int64, configID: PluginConfigID? = nil, fields: [String], before: JSONValue?, stamp: String? = nil,
        expected: JSONValue, at time: Timestamp
    ) throws(MirrorError) {
        let count = try transaction.execute(
            """
            UPDATE journal SET state = 'sent', fields = ?3, before_json = ?4, expected_json = ?5, sent_at = ?6,
                config_id = coalesce(?7, config_id), stamp_before = ?8, activity_before = (SELECT max(at) FROM activity)
            WHERE run_id = ?1 AND ordinal = ?2 AND state = 'planned'
            """, SQLiteValue(run), SQLiteValue(ordinal), SQLiteValue(JSONValue.array(fields.map(JSONValue.string)).text),
            SQLiteValue(before?.text), SQLiteValue(expected.text), SQLiteValue(time), SQLiteValue(configID?.rawValue), SQLiteValue(stamp))
        precondition(count == 1, "only a planned step is sent, and only once")
    }

    /// Keeps that the remote has said that it took a step, before anything is asked about it: a later look can't tell a write
    /// that somebody has set back from one that never arrived.
    package func markAcknowledged(run: Int64, ordinal: Int64, at time: Timestamp) throws(MirrorError) {
        let count = try transaction.execute(
            "UPDATE journal SET acknowledged_at = ?3 WHERE run_id = ?1 AND ordinal = ?2 AND state = 'sent'", SQLiteValue(run),
            SQLiteValue(ordinal), SQLiteValue(time))
        precondition(count == 1, "only what was sent is answered")
    }

    /// Takes back that a step was sent: the remote has said that it was too early. Its edits stay with it.
    package func markUnsent(run: Int64, ordinal: Int64) throws(MirrorError) {
        let count = try transaction.execute(
            """
            UPDATE journal SET state = 'planned', before_json = NULL, expected_json = NULL, sent_at = NULL,
                stamp_before = NULL, activity_before = NULL
            WHERE run_id = ?1 AND ordinal = ?2 AND state = 'sent'
            """, SQLiteValue(run), SQLiteValue(ordinal))
        precondition(count == 1, "only what was sent is taken back")
    }

    /// Records what became of a step. The contents around it go: nobody asks for them again, and a key of theirs may become
    /// secret later.
    ///
    /// - Parameters:
    ///   - createdID: The id that the remote gave to a created config; the step is about it from then on.
    ///   - left: What the remote still has of a step that somebody has saved over.
    package func settle(
        run: Int64, ordinal: Int64, as state: JournalStep.State, detail: String = "",
        createdID: PluginConfigID? = nil, left: [String]? = nil, at time: Timestamp
    ) throws(MirrorError) {
        let count = try transaction.execute(
            """
            UPDATE journal SET state = ?3, detail = ?4, settled_at = ?5, config_id = coalesce(?6, config_id),
                before_json = NULL, expected_json = NULL, left = ?7
            WHERE run_id = ?1 AND ordinal = ?2
            """, SQLiteValue(run), SQLiteValue(ordinal), SQLiteValue(state.rawValue), SQLiteValue(detail),
            SQLiteValue(time), SQLiteValue(createdID?.rawValue), SQLiteValue(left.map { JSONValue.array($0.map(JSONValue.string)).text }))
        precondition(count == 1, "a step is written down before it is settled")
    }

    /// Steps of any run that were sent and whose outcome is not known, the oldest first.
    package func unsettled() throws(MirrorError) -> [JournalStep] {
        // As its index says it; what is 'unknown' was settled as that.
        try transaction.rows(
            """
            SELECT * FROM journal WHERE state IN ('sent', 'unknown') AND (state = 'sent' OR settled_at IS NULL)
            ORDER BY run_id, ordinal
            """, decode: JournalStep.init)
    }

    /// Whether a push has sent something of the config whose outcome is not known: what the remote has then, nobody can tell.
    package func holds(_ id: PluginConfigID) throws(MirrorError) -> Bool {
        try transaction.first(
            """
            SELECT 1 AS held FROM journal WHERE state IN ('sent', 'unknown') AND (state = 'sent' OR settled_at IS NULL)
                AND kind <> 'source' AND config_id = ?1
            """, SQLiteValue(id.rawValue)
        ) { (row) throws(SQLiteError) in try row.integer("held") } != nil
    }

    /// The same for the code of a plugin.
    package func holds(codeOf id: PluginID) throws(MirrorError) -> Bool {
        try transaction.first(
            """
            SELECT 1 AS held FROM journal WHERE state IN ('sent', 'unknown') AND (state = 'sent' OR settled_at IS NULL)
                AND kind = 'source' AND plugin_id = ?1
            """, SQLiteValue(id.rawValue)
        ) { (row) throws(SQLiteError) in try row.integer("held") } != nil
    }

    /// How the create of a draft ended that was taken, or may have been, and left no config; nil when none was.
    package func fate(of draft: PluginConfigID) throws(MirrorError) -> DraftFate? {
        try transaction.first(
            """
            SELECT state FROM journal WHERE kind = 'create' AND config_id = ?1
                AND (state = 'applied' OR state = 'unknown' AND settled_at IS NOT NULL)
            ORDER BY run_id DESC, ordinal DESC LIMIT 1
            """, SQLiteValue(draft.rawValue)
        ) { (row) throws(SQLiteError) in try row.text("state") == "applied" ? .handedOver : .untraceable }
    }

    /// Lets a draft be sent again whose create may have been taken: the person has looked.
    ///
    /// - Returns: False when nothing kept it from being sent.
    package func reopen(_ draft: PluginConfigID) throws(MirrorError) -> Bool {
        guard draft.isDraft else { return false }
        return try transaction.execute(
            """
            UPDATE journal SET state = 'refused', detail = 'the person decided that it is to be sent again'
            WHERE kind = 'create' AND config_id = ?1 AND (state = 'applied' OR state = 'unknown' AND settled_at IS NOT NULL)
            """, SQLiteValue(draft.rawValue)) > 0
    }

    /// One step; nil when there is none of that number.
    package func step(run: Int64, ordinal: Int64) throws(MirrorError) -> JournalStep? {
        try transaction.first(
            "SELECT * FROM journal WHERE run_id = ?1 AND ordinal = ?2", SQLiteValue(run), SQLiteValue(ordinal), decode: JournalStep.init)
    }

    /// The steps of one run in their order.
    package func steps(run: Int64) throws(MirrorError) -> [JournalStep] {
        try transaction.rows(
            "SELECT * FROM journal WHERE run_id = ?1 ORDER BY ordinal", SQLiteValue(run), decode: JournalStep.init)
    }
}

extension JournalStep {
    /// "config:12" or "plugin:3".
    package var subjectName: String { subject.configID?.subject ?? pluginID.subject }
}

extension JournalStep.Subject {
    package var configID: PluginConfigID? {
        if case .config(let id, _, _) = self { id } else { nil }
    }

    /// nil for the code of a plugin, which belongs to no project.
    package var projectID: ProjectID? {
        if case .config(_, let id, _) = self { id } else { nil }
    }

    /// The edits of a config that it carries; none for code.
    package var configEdits: [JournalStep.EditReference] {
        if case .config(_, _, let edits) = self { edits } else { [] }
    }

    /// The edits of a plugin's code that it carries; none for a config.
    package var files: [JournalStep.FileReference] {
        if case .source(let files) = self { files } else { [] }
    }

    fileprivate var edits: JSONValue {
        switch self {
        case .config(_, _, let edits): .array(edits.map { ["field": .string($0.field.text), "version": JSONValue($0.version)] })
        case .source(let files): .array(files.map { ["file": .string($0.file), "version": JSONValue($0.version)] })
        }
    }

    fileprivate init(_ row: Row) throws(SQLiteError) {
        guard let config = try row.optionalInteger("config_id") else {
            self = .source(try row.list("edits", JournalStep.FileReference.init))
            return
        }
        self = .config(
            PluginConfigID(config), ProjectID(try row.integer("project_id")),
            try row.list("edits", JournalStep.EditReference.init))
    }
}

extension JournalStep.EditReference {
    fileprivate init?(_ json: JSONValue) {
        guard let field = json["field"]?.string.flatMap(ConfigField.init(text:)), let version = json["version"]?.int
        else { return nil }
        self.init(field: field, version: version)
    }
}

extension JournalStep.FileReference {
    fileprivate init?(_ json: JSONValue) {
        guard let file = json["file"]?.string, let version = json["version"]?.int else { return nil }
        self.init(file: file, version: version)
    }
}

extension JournalStep {
    fileprivate init(_ row: Row) throws(SQLiteError) {
        self.init(
            runID: try row.integer("run_id"), ordinal: try row.integer("ordinal"),
            kind: try row.closed("kind", PlanStep.Kind.init), pluginID: PluginID(try row.integer("plugin_id")),
            subject: try Subject(row), method: try row.text("method"), path: try row.text("path"),
            fields: try row.list("fields") { $0.string }, before: try row.optionalJSON("before_json"),
            expected: try row.optionalJSON("expected_json"), state: try row.closed("state", State.init),
            sentAt: try row.optionalTime("sent_at"), acknowledgedAt: try row.optionalTime("acknowledged_at"),
            stampBefore: try row.optionalText("stamp_before"), activityBefore: try row.optionalTime("activity_before"), settledAt: try row.optionalTime("settled_at"),
            left: try row.optionalText("left") == nil ? nil : try row.list("left") { $0.string }, detail: try row.text("detail"))
    }
}
