package import Models

/// How a conflict was settled once.
package struct ResolutionRow: Sendable, Equatable {
    /// What the person decided for.
    package enum Side: String, Sendable {
        case local, remote
        /// By something else, that a person typed.
        case edit
    }

    /// What was kept.
    package let side: Side
    /// With `.edit`: what was typed; nil where the field or file was taken away.
    package let result: JSONValue?
    /// Where: "config:12" or "plugin:5".
    package let subject: String
    /// When somebody decided.
    package let settledAt: Timestamp

    package init(side: Side, result: JSONValue?, subject: String, settledAt: Timestamp) {
        self.side = side
        self.result = result
        self.subject = subject
        self.settledAt = settledAt
    }
}

/// The three values of a conflict; nil where a side has none. Never those of a secret or a file's contents.
package struct ConflictSides: Sendable, Equatable {
    /// What kind of thing was in conflict: digests of the two are never compared.
    package enum Kind: String, Sendable {
        case config, source
    }

    /// A config's field or a file of code.
    package let kind: Kind
    /// As stored, "config.KEY", or a file of a plugin's code.
    package let field: String
    /// nil for absent.
    package let base: JSONValue?
    /// nil for absent.
    package let local: JSONValue?
    /// nil for absent.
    package let remote: JSONValue?

    package init(kind: Kind, field: String, base: JSONValue?, local: JSONValue?, remote: JSONValue?) {
        self.kind = kind
        self.field = field
        self.base = base
        self.local = local
        self.remote = remote
    }
}

/// Conflicts that were settled, by the digests of their three values.
package struct ResolutionTable {
    /// Older ones are forgotten.
    static let keptMilliseconds: Int64 = 180 * 86_400_000

    let transaction: MirrorTransaction

    /// Remembers the decision; a later one about the same three values takes its place.
    package func put(_ sides: ConflictSides, _ row: ResolutionRow) throws(MirrorError) {
        let digests = try digests(sides)
        try transaction.execute(
            "DELETE FROM resolution WHERE settled_at < ?1",
            SQLiteValue(row.settledAt.milliseconds - ResolutionTable.keptMilliseconds))
        try transaction.execute(
            """
            INSERT INTO resolution (kind, field, base_digest, local_digest, remote_digest, side, result_json, subject, settled_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT DO UPDATE SET side = ?6, result_json = ?7, subject = ?8, settled_at = ?9
            """, SQLiteValue(sides.kind.rawValue), SQLiteValue(sides.field), SQLiteValue(digests[0]), SQLiteValue(digests[1]),
            SQLiteValue(digests[2]), SQLiteValue(row.side.rawValue), SQLiteValue(row.result?.text), SQLiteValue(row.subject),
            SQLiteValue(row.settledAt))
    }

    /// How the very same conflict was settled before; nil when it was not.
    package func row(_ sides: ConflictSides) throws(MirrorError) -> ResolutionRow? {
        let digests = try digests(sides)
        return try transaction.first(
            """
            SELECT * FROM resolution
            WHERE kind = ?1 AND field = ?2 AND base_digest = ?3 AND local_digest = ?4 AND remote_digest = ?5
            """, SQLiteValue(sides.kind.rawValue), SQLiteValue(sides.field), SQLiteValue(digests[0]), SQLiteValue(digests[1]),
            SQLiteValue(digests[2])
        ) { (row) throws(SQLiteError) in
            ResolutionRow(
                side: try row.closed("side", ResolutionRow.Side.init),
                result: try row.optionalText("result_json") == nil ? nil : try row.json("result_json"),
                subject: try row.text("subject"), settledAt: try row.time("settled_at"))
        }
    }

    /// Forgets what was settled about keys that have become secret.
    func scrub(_ keys: Set<String>) throws(MirrorError) {
        for key in keys.sorted() {
            let removed = try transaction.execute(
                "DELETE FROM resolution WHERE field = ?1", SQLiteValue(ConfigField.key(key).text))
            if removed > 0 { transaction.hasScrubbed = true }
        }
    }

    private func digests(_ sides: ConflictSides) throws(MirrorError) -> [String] {
        let redaction = try transaction.meta.redaction()
        return [sides.base, sides.local, sides.remote].map { redaction.digest($0) }
    }
}
