import Models

/// Takes the clear values of keys that have become secret out of everything that is stored about a plugin's configs.
///
/// Base, remote, history, activity and open steps of the journal get the redaction in their place; an edit's value moves to a
/// file of its own and stays wanted.
struct Scrubber {
    let transaction: MirrorTransaction

    func scrub(_ keys: Set<String>, of plugin: PluginID) throws(MirrorError) {
        try transaction.activity.scrub(keys)
        try transaction.resolutions.scrub(keys)
        let redaction = try transaction.meta.redaction()
        try scrubJournal(plugin, keys, redaction)
        let ids = try transaction.rows(
            "SELECT id FROM config WHERE plugin_id = ?1", SQLiteValue(plugin.rawValue)
        ) { (row) throws(SQLiteError) in PluginConfigID(try row.integer("id")) }
        guard !ids.isEmpty else { return }
        let secretKeys = try transaction.plugins.secretKeys(plugin)
        for id in ids {
            try scrubRow(id, keys, secretKeys: secretKeys, redaction)
            try scrubHistory(id, keys, redaction)
            try scrubEdits(id, keys)
            try transaction.lostFields.scrub(keys, of: id)
        }
    }

    private func scrubRow(
        _ id: PluginConfigID, _ keys: Set<String>, secretKeys: Set<String>, _ redaction: SecretRedaction
    ) throws(MirrorError) {
        guard let row = try transaction.configs.row(id), let baseText = row.baseText, let remoteText = row.remoteText
        else { return }
        let base = scrubbed(try transaction.json(baseText, of: id.subject), keys, redaction)
        let remote = scrubbed(try transaction.json(remoteText, of: id.subject), keys, redaction)
        // The digest also moves without a value to hide: a null secret counts as absent.
        let config = PluginConfig(
            id: id, pluginID: row.pluginID, projectID: row.projectID, json: remote, secretKeys: secretKeys)
        let digest = config.content.digest
        if base.text == baseText, remote.text == remoteText, digest == row.remoteDigest { return }
        try transaction.execute(
            "UPDATE config SET base_json = ?2, remote_json = ?3, remote_digest = ?4 WHERE id = ?1",
            SQLiteValue(id.rawValue), SQLiteValue(base.text), SQLiteValue(remote.text), SQLiteValue(digest))
        transaction.hasScrubbed = true
    }

    private func scrubHistory(
        _ id: PluginConfigID, _ keys: Set<String>, _ redaction: SecretRedaction
    ) throws(MirrorError) {
        for version in try transaction.history.list(.config(id)) {
            let content = scrubbed(version.content, keys, redaction)
            if content.text == version.content.text { continue }
            try transaction.execute(
                "UPDATE history SET content = ?3, digest = ?4 WHERE kind = 'config' AND entity_id = ?1 AND version = ?2",
                SQLiteValue(id.rawValue), SQLiteValue(version.version), SQLiteValue(content.text),
                SQLiteValue(content.digest))
            transaction.hasScrubbed = true
        }
    }

    private func scrubJournal(
        _ plugin: PluginID, _ keys: Set<String>, _ redaction: SecretRedaction
    ) throws(MirrorError) {
        let steps = try transaction.rows(
            """
            SELECT run_id, ordinal, before_json, expected_json FROM journal
            WHERE plugin_id = ?1 AND kind <> 'source' AND expected_json IS NOT NULL
            """, SQLiteValue(plugin.rawValue)
        ) { (row) throws(SQLiteError) in
            (
                run: try row.integer("run_id"), ordinal: try row.integer("ordinal"), before: try row.optionalJSON("before_json"),
                expected: try row.json("expected_json")
            )
        }
        for step in steps {
            var before = step.before
            if let content = before { before = scrubbed(content, keys, redaction) }
            let expected = scrubbed(step.expected, keys, redaction)
            if before?.text == step.before?.text, expected.text == step.expected.text { continue }
            try transaction.execute(
                "UPDATE journal SET before_json = ?3, expected_json = ?4 WHERE run_id = ?1 AND ordinal = ?2",
                SQLiteValue(step.run), SQLiteValue(step.ordinal), SQLiteValue(before?.text), SQLiteValue(expected.text))
            transaction.hasScrubbed = true
        }
    }

    /// Every edit of such a key is another one from now on: a plan that was made before must not send it as it was shown.
    ///
    /// Only a string moves: a secret is a string on the server, and another kind could not be sent as what it was. An empty
    /// one tells nothing and clears the secret.
    private func scrubEdits(_ id: PluginConfigID, _ keys: Set<String>) throws(MirrorError) {
        for edit in try transaction.edits.list(id) {
            guard case .key(let key) = edit.field, keys.contains(key) else { continue }
            try renew(edit)
            guard case .value(.string(let text)) = edit.value, !text.isEmpty else { continue }
            let reference = try transaction.putSecret(Secret(text))
            try transaction.execute(
                """
                UPDATE edit SET kind = 'secret', value_json = NULL, secret_reference = ?3
                WHERE config_id = ?1 AND field = ?2
                """, SQLiteValue(id.rawValue), SQLiteValue(edit.field.text), SQLiteValue(reference))
            transaction.hasScrubbed = true
        }
    }

    private func renew(_ edit: Edit) throws(MirrorError) {
        try transaction.execute(
            "UPDATE edit SET version = ?3, state = 'pending' WHERE config_id = ?1 AND field = ?2",
            SQLiteValue(edit.configID.rawValue), SQLiteValue(edit.field.text), SQLiteValue(try transaction.nextNumber("edit")))
    }

    private func scrubbed(_ json: JSONValue, _ keys: Set<String>, _ redaction: SecretRedaction) -> JSONValue {
        guard var object = json.object, let config = object["config"]?.object else { return json }
        object["config"] = .object(redaction.redacted(config, secretKeys: keys))
        return .object(object)
    }
}
