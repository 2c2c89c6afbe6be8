package import Models

/// What the mirror knows about itself: whose it is, since when, and the key of its redactions.
package struct MetaTable {
    let transaction: MirrorTransaction

    /// Whose mirror this is; nil until the first pull has bound it.
    package func identity() throws(MirrorError) -> Identity? {
        guard let origin = try text("origin"), let organization = try text("organization_id"),
            let user = try text("user_id")
        else { return nil }
        return Identity(
            origin: origin, organizationID: OrganizationID(rawValue: organization),
            organizationName: try text("organization_name") ?? "", userID: user, userEmail: try text("user_email") ?? "")
    }

    /// Binds a new mirror to `identity`; of a bound one it only follows renames.
    ///
    /// - Throws: `MirrorError` with `.otherIdentity` when origin, organization or user differ; nothing was written then.
    package func bind(_ identity: Identity) throws(MirrorError) {
        if let bound = try self.identity(), !bound.isSame(as: identity) {
            throw MirrorError(.otherIdentity(bound: bound, asked: identity), path: transaction.path)
        }
        try set("origin", identity.origin)
        try set("organization_id", identity.organizationID.rawValue)
        try set("organization_name", identity.organizationName)
        try set("user_id", identity.userID)
        try set("user_email", identity.userEmail)
    }

    /// In which form the server serves configs, as the last pull found it: a word of `Sync`'s.
    package func apiProfile() throws(MirrorError) -> String? { try text("api_profile") }

    /// Remembers how a pull has found that this server is asked.
    package func setAPIProfile(_ profile: String) throws(MirrorError) { try set("api_profile", profile) }

    /// What the instance last said it holds `posthogVersion` against; nil when it never did, or checks none.
    package func versionToMeet() throws(MirrorError) -> String? { try text("version_to_meet") }

    /// Remembers what the instance said of its version.
    package func setVersionToMeet(_ version: String?) throws(MirrorError) {
        guard let version else { return try remove("version_to_meet") }
        try set("version_to_meet", version)
    }

    /// Since when the instance offers no plugins any more, so that this mirror is all there is; nil while it does.
    package func archivedAt() throws(MirrorError) -> Timestamp? { try text("archived_at").flatMap(Int64.init).map { Timestamp(milliseconds: $0) } }

    /// A mark that is there stays: it says since when.
    package func setArchived(_ time: Timestamp?) throws(MirrorError) {
        guard let time else { return try remove("archived_at") }
        if try archivedAt() == nil { try set("archived_at", String(time.milliseconds)) }
    }

    /// The project that a pull has switched the user away from, and to which one; nil when none is switched.
    package func projectSwitch() throws(MirrorError) -> (from: ProjectID, to: ProjectID)? {
        guard let from = try text("switched_from").flatMap(Int64.init), let to = try text("switched_to").flatMap(Int64.init)
        else { return nil }
        return (from: ProjectID(from), to: ProjectID(to))
    }

    /// Written before the switch is asked for, so that a crash can't leave the user in another project for good.
    package func setProjectSwitch(from: ProjectID, to: ProjectID) throws(MirrorError) {
        try set("switched_from", from.description)
        try set("switched_to", to.description)
    }

    /// Forgets the project to go back to: the user has it again.
    package func clearProjectSwitch() throws(MirrorError) {
        try remove("switched_from")
        try remove("switched_to")
    }

    /// Where the next look for versions that are too old goes on; nil for the start.
    package func historyCursor() throws(MirrorError) -> HistoryCursor? { try text("history_cursor").flatMap(HistoryCursor.init(text:)) }

    /// Remembers where letting old versions go continues; nil when it is through.
    package func setHistoryCursor(_ cursor: HistoryCursor?) throws(MirrorError) {
        guard let cursor else { return try remove("history_cursor") }
        try set("history_cursor", cursor.text)
    }

    /// The number of the last log entry whose failure is in a group, of those from before there were groups; nil when all are.
    func groupedLogs() throws(MirrorError) -> Int64? { try text("grouped_logs").flatMap(Int64.init) }

    func setGroupedLogs(_ number: Int64?) throws(MirrorError) {
        guard let number else { return try remove("grouped_logs") }
        try set("grouped_logs", String(number))
    }

    /// Redacts with this mirror's own key, so that digests of equal secrets differ from mirror to mirror.
    package func redaction() throws(MirrorError) -> SecretRedaction {
        if let known = transaction.redaction { return known }
        guard let key = try text("redaction_key").flatMap(Hexadecimal.bytes) else {
            throw MirrorError(.damaged, path: transaction.path, detail: "its redaction key is missing")
        }
        let redaction = SecretRedaction(key: key)
        transaction.redaction = redaction
        return redaction
    }

    private func text(_ key: String) throws(MirrorError) -> String? {
        try transaction.first(
            "SELECT value FROM meta WHERE key = ?1", SQLiteValue(key)
        ) { (row) throws(SQLiteError) in try row.text("value") }
    }

    private func remove(_ key: String) throws(MirrorError) {
        try transaction.execute("DELETE FROM meta WHERE key = ?1", SQLiteValue(key))
    }

    private func set(_ key: String, _ value: String) throws(MirrorError) {
        try transaction.execute(
            """
            INSERT INTO meta (key, value) VALUES (?1, ?2)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value
            """, SQLiteValue(key), SQLiteValue(value))
    }
}

extension Identity {
    /// Whether both are the same account on the same instance, whatever it is called now.
    package func isSame(as other: Identity) -> Bool {
        origin == other.origin && organizationID == other.organizationID && userID == other.userID
    }
}
