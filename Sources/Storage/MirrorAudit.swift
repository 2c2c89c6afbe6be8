import Models

/// Something in a mirror that is not as it must be.
package struct AuditFinding: Sendable, Equatable {
    /// What kind of damage it is, and so what can be done about it.
    package enum Code: String, Sendable {
        /// The file itself: SQLite's own checks.
        case file
        /// A stored row does not have the digest that is stored with it.
        case digest
        /// An edit's secret is not in its file any more: it has to be typed again.
        case secret
    }

    /// What kind of damage it is, which decides whether a pull can mend it.
    package let code: Code
    /// "config:12", a table, or the file.
    package let subject: String
    /// For people; never a value.
    package let detail: String
}

extension MirrorTransaction {
    /// Checks the whole mirror: the file, every row's digest, every waiting secret. Reads all of it.
    ///
    /// - Parameter progress: Called with the rows that were checked so far.
    package func audit(progress: (Int) -> Void) throws(MirrorError) -> [AuditFinding] {
        var findings = try auditFile()
        guard findings.isEmpty else { return findings }
        var checked = 0
        for (kind, id) in try auditedEntities() {
            if let finding = try kind == "config" ? auditConfig(PluginConfigID(id)) : auditPlugin(PluginID(id)) { findings.append(finding) }
            checked += 1
            progress(checked)
        }
        return try findings + auditHistory() + auditSecrets()
    }

    private func auditedEntities() throws(MirrorError) -> [(String, Int64)] {
        try rows(
            "SELECT 'plugin' AS kind, id FROM plugin UNION ALL SELECT 'config', id FROM config WHERE remote_json IS NOT NULL"
        ) { (row) throws(SQLiteError) in (try row.text("kind"), try row.integer("id")) }
    }

    private func auditFile() throws(MirrorError) -> [AuditFinding] {
        let damage = try rows("SELECT * FROM pragma_integrity_check") { (row) throws(SQLiteError) in try row.text("integrity_check") }
        let orphans = try rows("SELECT \"table\", parent FROM pragma_foreign_key_check") { (row) throws(SQLiteError) in
            "a row of \(try row.text("table")) refers to none of \(try row.text("parent"))"
        }
        return (damage.filter { $0 != "ok" } + orphans).map { AuditFinding(code: .file, subject: path, detail: $0) }
    }

    private func auditConfig(_ id: PluginConfigID) throws(MirrorError) -> AuditFinding? {
        guard let row = try configs.row(id) else { return nil }
        for (side, text) in [("remote", row.remoteText), ("base", row.baseText)] where text.map({ !isJSON($0) }) ?? false {
            return AuditFinding(code: .digest, subject: id.subject, detail: "what is stored of its \(side) is not JSON")
        }
        guard let remote = try configs.remote(id) else { return nil }
        guard row.remoteDigest != remote.content.digest else { return nil }
        return AuditFinding(code: .digest, subject: id.subject, detail: "what is stored of the remote is not what was pulled")
    }

    private func auditPlugin(_ id: PluginID) throws(MirrorError) -> AuditFinding? {
        guard let row = try plugins.row(id), row.digest != row.plugin.writableContent.digest else { return nil }
        return AuditFinding(code: .digest, subject: id.subject, detail: "what is stored of it is not what was pulled")
    }

    private func auditHistory() throws(MirrorError) -> [AuditFinding] {
        try rows("SELECT kind, entity_id, version, digest, content FROM history") { (row) throws(SQLiteError) -> AuditFinding? in
            guard try row.json("content").digest != row.text("digest") else { return nil }
            let subject = "\(try row.text("kind")):\(try row.integer("entity_id"))"
            return AuditFinding(code: .digest, subject: subject, detail: "version \(try row.integer("version")) is not what was recorded")
        }.compactMap(\.self)
    }

    private func auditSecrets() throws(MirrorError) -> [AuditFinding] {
        var findings: [AuditFinding] = []
        for edit in try edits.all() where try isMissing(edit.value) {
            let isFile = if case .file = edit.value { true } else { false }
            findings.append(
                AuditFinding(
                    code: .secret, subject: "\(edit.configID.subject) \(edit.field.label)",
                    detail: "the \(isFile ? "file" : "secret") that waits for a push is not in its place any more"))
        }
        return findings
    }

    private func isMissing(_ value: Edit.Value) throws(MirrorError) -> Bool {
        do {
            switch value {
            case .secret(let reference): return try secrets.read(reference) == nil
            case .file(let file): return try files.read(file.reference)?.count != Int(file.sizeBytes)
            case .value, .unset: return false
            }
        } catch {
            throw MirrorError(error)
        }
    }

    private func isJSON(_ text: String) -> Bool {
        do {
            _ = try JSONValue(parsing: text)
            return true
        } catch {
            return false
        }
    }
}

extension MirrorTransaction {
    /// Makes the next pull store again what was found to be other than it was pulled, also where the remote's text is the same.
    ///
    /// A space more is the same JSON and another text. Of what is no JSON any more the other side takes the place.
    package func distrust(_ findings: [AuditFinding]) throws(MirrorError) {
        for finding in findings where finding.code == .digest {
            let number = finding.subject.split(separator: ":").last.flatMap { Int64($0) }
            guard let number else { continue }
            if finding.subject.hasPrefix("plugin:") {
                try execute("UPDATE plugin SET json = json || ' ' WHERE id = ?1", SQLiteValue(number))
            } else if let row = try configs.row(PluginConfigID(number)), let remote = row.remoteText, let base = row.baseText {
                let remoteText = isJSON(remote) ? remote : isJSON(base) ? base : "{}"
                try execute(
                    "UPDATE config SET remote_json = ?2 || ' ', base_json = ?3 WHERE id = ?1", SQLiteValue(number),
                    SQLiteValue(remoteText), SQLiteValue(isJSON(base) ? base : remoteText))
            }
        }
    }
}
