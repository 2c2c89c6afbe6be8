import Models
import Sync

/// A config as text for an editor: every field of the schema with its hint and its value, then keys that the schema does
/// not know. Secrets and files are named, never shown. Pure; `edits` reads what came back.
struct ConfigDocument: Sendable {
    let target: EditTarget
    /// Columns that comments are wrapped to.
    var width = 78

    var schema: ConfigSchema { target.schema }
    /// What is shown, and what the text that comes back is compared with.
    var shown: ConfigContent { target.local }

    /// A value that stands in the text: no file, no secret, nothing that only stands for a secret.
    func visible(_ key: String) -> JSONValue? {
        guard let value = shown.values[key], !target.secretKeys.contains(key), shown.attachments[key] == nil,
            value != .string(Secret.mask), !SecretRedaction.isRedacted(value)
        else { return nil }
        return value
    }

    func isFile(_ key: String) -> Bool {
        schema.attachmentKeys.contains(key) || shown.attachments[key] != nil
    }

    var text: String {
        let others = Set(shown.values.effective.map(\.key) + Array(shown.attachments.keys)).filter { schema[$0] == nil }.sorted()
        var lines = head + switches
        for field in uniqueFields { lines += [""] + remarks(field.key, field) + line(field.key) }
        if !others.isEmpty { lines += ["", "# Not in the plugin's schema:"] }
        for key in others { lines += remarks(key, nil) + line(key) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A schema may name a key twice; the first counts.
    private var uniqueFields: [ConfigSchema.Field] {
        var seen: Set<String> = []
        return schema.fields.filter { seen.insert($0.key).inserted }
    }
}

// MARK: Text

extension ConfigDocument {
    private var head: [String] {
        let id = target.versions?.id.subject ?? "a new config"
        return comment("\(target.title) (\(id))", 0)
            + [
                "#", "# KEY = text      a text as it stands, up to the end of the line",
                "# KEY := JSON     a number, true, false, null, a list, an object, or a text in quotes",
                "# KEY = <<END     a text of several lines, up to a line that is only END",
            ]
            + comment(
                "A line that is taken out removes its key. Lines that begin with # are comments. What is saved is stored in the"
                    + " mirror; nothing is sent before a push. Unchanged or emptied, the text changes nothing.", 0)
            + [""]
    }

    private var switches: [String] {
        let isEdited = [ConfigField.enabled, .order].map(difference)
        return isEdited[0] + DocumentWriter.lines(.enabled, .bool(shown.enabled)) + isEdited[1]
            + (shown.order.map { DocumentWriter.lines(.position, JSONValue($0)) } ?? ["#position :="])
    }

    private func line(_ key: String) -> [String] {
        if isFile(key) { return [] }
        let name = DocumentEntry.Name.key(key)
        if let value = visible(key) { return DocumentWriter.lines(name, value) }
        return ["#\(name.text) ="]
    }

    /// What a person needs to know to edit the key, as comments above its line.
    private func remarks(_ key: String, _ field: ConfigSchema.Field?) -> [String] {
        var lines: [String] = []
        let name = field?.name.flatMap { $0.isEmpty ? nil : $0 } ?? key
        if let field { lines += comment("\(name): \(traits(field).joined(separator: ", "))", 2) }
        for part in (field?.hint ?? "").split(whereSeparator: \.isNewline) { lines += comment(String(part), 2, indent: "  ") }
        return lines + state(key) + difference(.key(key)) + difference(.attachment(key))
    }

    private func traits(_ field: ConfigSchema.Field) -> [String] {
        var traits = [field.type.text]
        if field.isRequired { traits.append("required") }
        if target.secretKeys.contains(field.key) { traits.append("secret") }
        if !field.choices.isEmpty {
            traits.append("one of " + field.choices.map { $0.string ?? $0.text }.joined(separator: " | "))
        }
        if let value = field.defaultValue, !value.isNull, value != "", !target.secretKeys.contains(field.key) {
            traits.append("default \(value.string ?? value.text)")
        }
        return traits
    }

    /// How things stand with a key that has no value in the text.
    private func state(_ key: String) -> [String] {
        let word = DocumentEntry.Name.key(key).text
        let edit = target.versions?.edits.first { $0.field == .key(key) || $0.field == .attachment(key) }
        if isFile(key) {
            let value = edit.flatMap { $0.value == .unset ? nil : $0.shown(isSecret: $0.isSecret(among: target.secretKeys)) }
                ?? ShownValue(shown.attachments[key]?.json, isSecret: target.secretKeys.contains(key))
            let selector = target.versions?.id.subject ?? target.title.shellQuoted
            return comment("\(word) is a file: \(value.text). phsync edit-config \(selector) --attach \("\(key)=PATH".shellQuoted)", 2)
        }
        guard visible(key) == nil else { return [] }
        guard target.secretKeys.contains(key) else {
            return shown.values[key] == nil ? comment("\(word) is not set", 2) : comment("\(word) holds the text of PostHog's mask", 2)
        }
        let isSet = ShownValue(shown.values[key], isSecret: true) == .secret(isSet: true)
        let state = if case .secret = edit?.value { "has a new value that waits for a push" } else { isSet ? "is set" : "is not set" }
        return comment("\(word) \(state) (secret): type a new value as  \(word) = …  or leave it", 2)
    }

    /// Base and remote, where they are not what is shown.
    private func difference(_ field: ConfigField) -> [String] {
        guard let versions = target.versions, let base = versions.base, let remote = versions.remote else { return [] }
        let isSecret = field.isSecret(among: target.secretKeys)
        func text(_ content: ConfigContent) -> String {
            switch ShownValue(content[field], isSecret: isSecret) {
            case .value(let value): DocumentWriter.short(value)
            case let other: other.text
            }
        }
        let isEdited = versions.edits.contains { $0.field == field }
        if base[field] != remote[field], isEdited {
            return comment("conflict: it was \(text(base)), the remote has \(text(remote)), below is yours", 2)
        }
        if base[field] != remote[field] { return comment("the remote has \(text(remote)) by now", 2) }
        return isEdited ? comment("edited here; the remote has \(text(remote))", 2) : []
    }

    private func comment(_ text: String, _ hanging: Int, indent: String = "") -> [String] {
        Wrap.lines(TerminalEscape.line(text), width: width - 2 - indent.count, indent: indent.isEmpty ? hanging : 0)
            .map { "# \(indent)\($0)" }
    }
}

extension DocumentWriter {
    /// A value in a remark: on one line, and not too long.
    static func short(_ value: JSONValue) -> String {
        let text = value.string ?? value.text
        let shown = text.count > 60 ? text.prefix(60) + "…" : text[...]
        return value.string == nil ? String(shown) : "\"\(shown)\""
    }
}
