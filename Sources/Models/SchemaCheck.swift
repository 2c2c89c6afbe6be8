/// Holds a config's values against the plugin's schema, which the server never does.
package struct SchemaCheck: Sendable {
    private let schema: ConfigSchema
    private let secretKeys: Set<String>

    /// - Parameter secretKeys: Every key that was ever secret, so that no message shows such a value.
    package init(schema: ConfigSchema, secretKeys: Set<String>) {
        self.schema = schema
        self.secretKeys = secretKeys.union(schema.secretKeys)
    }

    /// All issues: first the schema's fields in their order, then keys that it does not know.
    package func issues(in content: ConfigContent) -> [ValidationIssue] {
        let known = schema.fields.flatMap { field in
            issues(
                of: field, value: content.values[field.key], isAttached: content.attachments[field.key] != nil,
                isRequired: field.isRequired(in: content.values))
        }
        let unknown = content.values.effective.filter { schema[$0.key] == nil }
        return known + unknown.flatMap { member in unknownKey(member.key) + unstorable(member.value, key: member.key) }
    }

    private func issues(of field: ConfigSchema.Field, value: JSONValue?, isAttached: Bool, isRequired: Bool) -> [ValidationIssue] {
        guard let value, !value.isNull, value != "" else {
            return isRequired && !isAttached ? [missing(field)] : []
        }
        if secretKeys.contains(field.key), value == .string(Secret.mask) || SecretRedaction.isRedacted(value) { return [] }
        return wrongType(field, value) + unstorable(value, key: field.key)
    }

    private func wrongType(_ field: ConfigSchema.Field, _ value: JSONValue) -> [ValidationIssue] {
        switch field.type {
        case .choice: choice(field, value)
        case .json: json(field, value)
        case .attachment:
            [error("attachment", field.key, "is a file: attach one instead of giving it a value", fix: "--attach \(field.key)=PATH")]
        case .string, .other:
            value.string != nil ? [] : [warning("type", field.key, "is \(value.kindInWords); the schema asks for a string", fix: "write it as a text, in double quotes")]
        }
    }

    private func choice(_ field: ConfigSchema.Field, _ value: JSONValue) -> [ValidationIssue] {
        guard !field.choices.isEmpty, !field.choices.contains(value) else { return [] }
        let choices = field.choices.map { $0.string ?? $0.text }.joined(separator: ", ")
        let shown = secretKeys.contains(field.key) ? "its value" : "\"\(value.string ?? value.text)\""
        return [error("choice", field.key, "can't be \(shown); choose one of: \(choices)", fix: "choose one of them, in the same spelling")]
    }

    private func json(_ field: ConfigSchema.Field, _ value: JSONValue) -> [ValidationIssue] {
        guard let text = value.string else { return [] }
        do {
            _ = try JSONValue(parsing: text)
            return []
        } catch {
            return [self.error("json", field.key, "must be JSON, but is \(error)", fix: "the value is a text, and that text has to be JSON")]
        }
    }

    private func missing(_ field: ConfigSchema.Field) -> ValidationIssue {
        error("required", field.key, "is required and not set", fix: "give it a value")
    }

    private func unknownKey(_ key: String) -> [ValidationIssue] {
        let nearest = NearestWord.find(key, in: schema.fields.map(\.key))
        let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
        let fix = nearest.map { "call it \"\($0)\"" } ?? "take it out, or add it to \"config\" of plugin.json"
        return [warning("unknown-key", key, "is not in the plugin's schema\(hint)", fix: fix)]
    }

    private func unstorable(_ value: JSONValue, key: String) -> [ValidationIssue] {
        // The server's database can't hold either, and answers 500 when it is asked to.
        if value.containsNUL { return [error("nul", key, "holds a NUL character, which the server can't store", fix: "take the character out")] }
        if value.containsInfinity { return [error("too-large-number", key, "holds a number of more than 1.8e308, which the server can't store", fix: "write it as a text, or smaller")] }
        // Stored as a value it would be taken for a file from then on, also by the web page.
        guard AttachmentInfo(value) != nil else { return [] }
        return [error("descriptor", key, "has the form in which the instance shows a file, and is none: attach a file, or give another value", fix: "--attach \(key)=PATH")]
    }

    private func error(_ code: String, _ key: String, _ text: String, fix: String) -> ValidationIssue {
        ValidationIssue(.error, code: code, key: key, message: "\(key) \(text)", fix: fix)
    }

    private func warning(_ code: String, _ key: String, _ text: String, fix: String) -> ValidationIssue {
        ValidationIssue(.warning, code: code, key: key, message: "\(key) \(text)", fix: fix)
    }
}

extension JSONValue {
    /// Whether there is a number that the server, which reads all but integers as doubles, takes for infinite.
    var containsInfinity: Bool {
        switch self {
        case .number(let number): !number.isInteger && number.double?.isFinite == false
        case .array(let values): values.contains(where: \.containsInfinity)
        case .object(let object): object.members.contains { $0.value.containsInfinity }
        case .null, .bool, .string: false
        }
    }

    var containsNUL: Bool {
        switch self {
        case .string(let text): text.utf8.contains(0)
        case .array(let values): values.contains(where: \.containsNUL)
        case .object(let object): object.members.contains { $0.key.utf8.contains(0) || $0.value.containsNUL }
        case .null, .bool, .number: false
        }
    }
}
