package import Models

/// The smallest request that makes a config what the person wants, made from a re-read of this very moment; pure.
///
/// A config is replaced as a whole, so every key that the server showed goes back as the exact text it came in, except:
/// a masked secret is left out, because the server fills it in again; an attachment's descriptor is left out, because
/// stored back it would outlive the file. A new file alone goes without `config`, which then stays as it is. One that is
/// taken away goes with it: a descriptor that somebody stored back earlier would shine through from then on.
/// - Source: docs/api.md, "Writing a config".
package struct ConfigWrite: Sendable {
    /// The two forms of a request; only a form can carry `config`.
    package enum Body: Sendable {
        /// `enabled` and `order` alone: JSON, which the server ignores for `config`.
        case json(JSONValue)
        /// Form fields in order, then files; `config` is the complete object as JSON text.
        case form([(name: String, value: String)], files: [FilePart] = [])
    }

    /// The server's limit for the form fields of one request, with room for the rest of the body.
    static let maximumConfigBytes = 20 * 1024 * 1024 - 64 * 1024

    /// One file of a form.
    package struct FilePart: Sendable {
        /// `add_attachment[KEY]`.
        package let name: String
        /// With its bytes, which no description shows.
        package let file: NewFile
    }

    /// Holds secrets in clear: never stored, never printed.
    package let body: Body
    /// What the config must read back as.
    package let expected: ConfigContent

    /// - Parameters:
    ///   - current: The config object as the server just showed it, secrets in clear where it shows them so.
    ///   - content: The same, redacted.
    ///   - secrets: The values behind the edits' references.
    ///   - files: The contents behind them.
    package init(
        changing current: JSONObject, content: ConfigContent, schema: ConfigSchema, edits: [Edit],
        secrets: [String: Secret], files: [String: [UInt8]] = [:], redaction: SecretRedaction
    ) throws(WriteRefusal) {
        let editedKeys = Set(edits.compactMap { if case .key(let key) = $0.field { key } else { nil } })
        let removed = ConfigWrite.removedFiles(edits, current)
        let parts = try ConfigWrite.fileParts(edits, files)
        var expected = content
        let maskedKeys = ConfigWrite.maskedKeys(schema, in: current)
        guard !editedKeys.isEmpty || !removed.isEmpty else {
            for edit in edits { expected.apply(edit, maskedKeys: maskedKeys) }
            self.expected = expected
            let plain = ConfigWrite.plainFields(edits)
            body = parts.isEmpty ? .json(plain) : .form(ConfigWrite.texts(plain), files: parts)
            return
        }
        var outgoing = try ConfigWrite.kept(current, schema: schema, editedKeys: editedKeys)
        for edit in edits {
            try ConfigWrite.apply(
                edit, to: &outgoing, &expected, maskedKeys: maskedKeys, secrets: secrets, redaction: redaction)
        }
        self.expected = expected
        body = .form(try ConfigWrite.form(outgoing, edits: edits) + removed, files: parts)
    }

    /// The keys that this server masks: none before 1.23, which a secret in clear gives away.
    private static func maskedKeys(_ schema: ConfigSchema, in current: JSONObject) -> Set<String> {
        let isClear = schema.maskedKeys.contains { key in
            guard let text = current[key]?.string else { return false }
            return !text.isEmpty && text != Secret.mask
        }
        return isClear ? [] : schema.maskedKeys
    }

    /// The body that creates a config, always disabled: it is enabled only after it was read back.
    ///
    /// The server wants an `order`; without an edit of it the config comes first.
    package init(
        creating plugin: PluginID, schema: ConfigSchema, edits: [Edit], secrets: [String: Secret],
        files: [String: [UInt8]] = [:], redaction: SecretRedaction
    ) throws(WriteRefusal) {
        var outgoing = JSONObject()
        var expected = ConfigContent(enabled: false, order: 0)
        for edit in edits where edit.field != .enabled {
            try ConfigWrite.apply(
                edit, to: &outgoing, &expected, maskedKeys: schema.maskedKeys, secrets: secrets, redaction: redaction)
        }
        let placed = edits.filter { $0.field != .enabled && $0.field != .order }
        let head = [("plugin", plugin.description), ("order", String(expected.order ?? 0)), ("enabled", "false")]
        self.expected = expected
        body = .form(head + (try ConfigWrite.form(outgoing, edits: placed)), files: try ConfigWrite.fileParts(edits, files))
    }
}

extension ConfigWrite.Body {
    /// Names of the fields that the request carries, for the journal.
    package var fieldNames: [String] {
        switch self {
        case .json(let value): value.object?.keys ?? []
        case .form(let fields, let files): fields.map(\.name) + files.map(\.name)
        }
    }
}

extension ConfigWrite {
    /// The keys that go back as they are.
    private static func kept(
        _ current: JSONObject, schema: ConfigSchema, editedKeys: Set<String>
    ) throws(WriteRefusal) -> JSONObject {
        var kept: [JSONObject.Member] = []
        for member in current.members where !editedKeys.contains(member.key) {
            if AttachmentInfo(member.value) != nil || member.key.hasSuffix("::nan") || member.key.hasSuffix("::inf") { continue }
            if member.value == .string(Secret.mask) {
                guard schema.maskedKeys.contains(member.key) else {
                    throw WriteRefusal(code: .maskOutsideSchema, key: member.key)
                }
                continue
            }
            kept.append(member)
        }
        return JSONObject(kept)
    }

    private static func apply(
        _ edit: Edit, to outgoing: inout JSONObject, _ expected: inout ConfigContent, maskedKeys: Set<String>,
        secrets: [String: Secret], redaction: SecretRedaction
    ) throws(WriteRefusal) {
        expected.apply(edit, maskedKeys: maskedKeys)
        guard case .key(let key) = edit.field else { return }
        switch edit.value {
        // Of a secret that is left out or null the server keeps the old value; an empty text clears it.
        case .unset where maskedKeys.contains(key), .value(.null) where maskedKeys.contains(key):
            outgoing[key] = ""
            expected.values[key] = ""
        case .value(let value): outgoing[key] = value
        case .unset: outgoing[key] = nil
        case .secret(let reference):
            guard let secret = secrets[reference] else { throw WriteRefusal(code: .secretMissing, key: key) }
            let clear = JSONValue.string(secret.reveal())
            outgoing[key] = clear
            // A schema that masks nothing will show the secret; it is compared by its digest then.
            if !maskedKeys.contains(key) { expected.values[key] = redaction.redacted(clear) }
        case .file: preconditionFailure("a file is the edit of an attachment")
        }
    }

    private static func form(_ outgoing: JSONObject, edits: [Edit]) throws(WriteRefusal) -> [(name: String, value: String)] {
        for member in outgoing.members {
            if member.value == .string(Secret.mask) { throw WriteRefusal(code: .maskInBody, key: member.key) }
            if AttachmentInfo(member.value) != nil { throw WriteRefusal(code: .descriptorInBody, key: member.key) }
        }
        let text = JSONValue.object(outgoing).text
        guard text.utf8.count <= maximumConfigBytes else { throw WriteRefusal(code: .tooLarge, key: "") }
        return texts(plainFields(edits)) + [(name: "config", value: text)]
    }

    private static func texts(_ plain: JSONValue) -> [(name: String, value: String)] {
        plain.object?.members.map { (name: $0.key, value: $0.value.text) } ?? []
    }

    private static func plainFields(_ edits: [Edit]) -> JSONValue {
        var fields = JSONObject()
        for edit in edits {
            guard case .value(let value) = edit.value else { continue }
            switch edit.field {
            case .enabled: fields["enabled"] = value
            case .order: fields["order"] = value
            case .key, .attachment, .deleted: continue
            }
        }
        return .object(fields)
    }
}
