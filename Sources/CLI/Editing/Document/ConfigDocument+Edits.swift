import Models
import Storage

/// What came back from the editor, read.
struct DocumentReading {
    let parser: DocumentParser
    let edits: NewEdits
    /// In the order of their lines.
    let mistakes: [DocumentMistake]
    /// What is odd, and stored as it was meant.
    let issues: [ValidationIssue]

    /// Nothing but comments: the person gives up.
    var isEmpty: Bool { parser.entries.isEmpty && parser.mistakes.isEmpty }
}

extension ConfigDocument {
    /// The differences between what was shown and the text, held against the schema.
    func reading(_ text: String) -> DocumentReading {
        let parser = DocumentParser(text)
        var edits: NewEdits = []
        var mistakes = parser.mistakes
        for entry in parser.entries {
            do throws(DocumentRefusal) {
                if let edit = try edit(entry) { edits.append(edit) }
            } catch {
                mistakes.append(DocumentMistake(line: entry.lines.lowerBound, message: error.message))
            }
        }
        mistakes += pastedBelowSecrets(parser)
        edits += removals(Set(parser.entries.map(\.name)))
        var issues: [ValidationIssue] = []
        if mistakes.isEmpty {
            issues = target.issues(with: edits)
            mistakes = issues.filter(\.refusesEdit).map { mistake($0, parser) }
        }
        return DocumentReading(
            parser: parser, edits: edits, mistakes: mistakes.sorted { $0.line < $1.line }, issues: issues.filter { !$0.refusesEdit })
    }

    private func mistake(_ issue: ValidationIssue, _ parser: DocumentParser) -> DocumentMistake {
        let entry = parser.entries.first { $0.name == .key(issue.key) }
        return DocumentMistake(line: entry?.lines.lowerBound ?? 0, message: issue.message)
    }

    /// A key that nobody knows right below a secret: more likely the secret's second line ("QUJD=" reads like a key).
    private func pastedBelowSecrets(_ parser: DocumentParser) -> [DocumentMistake] {
        zip(parser.entries, parser.entries.dropFirst()).compactMap { above, entry in
            guard isSecret(above.name), !isKnown(entry.name),
                parser.lineAbove(entry.lines.lowerBound) == above.lines.upperBound - 1
            else { return nil }
            return DocumentMistake(
                line: entry.lines.lowerBound,
                message: "this is no known key and stands right below a secret; a secret of several lines stands between <<END and"
                    + " END, and a new key is set apart by an empty line")
        }
    }

    /// Keys whose line is gone. `enabled` and `position` can't be removed; secrets and files have no line to remove.
    private func removals(_ kept: Set<DocumentEntry.Name>) -> NewEdits {
        shown.values.effective.map(\.key).filter { visible($0) != nil && !kept.contains(.key($0)) }
            .map { (.key($0), .unset) }
    }

    private func edit(_ entry: DocumentEntry) throws(DocumentRefusal) -> (field: ConfigField, input: EditTable.Input)? {
        switch entry.name {
        case .enabled:
            guard let value = DocumentValue.bool(entry.value) else { throw DocumentRefusal("enabled is true or false") }
            return value == shown.enabled ? nil : (.enabled, .value(.bool(value)))
        case .position:
            guard let value = DocumentValue.position(entry.value) else {
                throw DocumentRefusal("position is a whole number from 0 to 2147483647")
            }
            return value == shown.order ? nil : (.order, .value(JSONValue(value)))
        case .key(let key):
            return try input(key, entry).map { (.key(key), $0) }
        }
    }

    private func input(_ key: String, _ entry: DocumentEntry) throws(DocumentRefusal) -> EditTable.Input? {
        if isFile(key) { throw DocumentRefusal("\(key) is a file: attach one with phsync edit-config … --attach \(key)=PATH") }
        if entry.value == .string(Secret.mask) {
            throw DocumentRefusal("that is the text of PostHog's mask; written back it would destroy \(key)")
        }
        if target.secretKeys.contains(key) { return try secret(key, entry) }
        guard let old = visible(key) else { return .value(entry.value) }
        if old == entry.value { return nil }
        if !entry.isTyped, old.string == nil, !old.isNull, !asksForText(key) {
            throw DocumentRefusal("\(key) is \(old.kindInWords); write \(entry.name.text) := JSON, with quotes if it is to be a text")
        }
        return .value(entry.value)
    }

    /// Where the schema wants a text, a number there is the odd one, and "=" sets it right.
    private func asksForText(_ key: String) -> Bool {
        switch schema[key]?.type {
        case .string, .choice: true
        case .json, .attachment, .other, nil: false
        }
    }

    /// An empty line must not clear a secret by accident.
    private func secret(_ key: String, _ entry: DocumentEntry) throws(DocumentRefusal) -> EditTable.Input {
        guard let text = entry.value.string else { throw DocumentRefusal("\(key) is secret, and a secret is a text") }
        guard text.isEmpty else { return .secret(Secret(text)) }
        guard entry.isTyped else {
            throw DocumentRefusal("\(key) is empty here: to clear the secret write \(entry.name.text) := \"\"; to leave it, take the line out")
        }
        return .value("")
    }
}

/// Why an assignment is not taken; never shows a value, which may be a secret in the wrong place.
struct DocumentRefusal: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

private enum DocumentValue {
    static func bool(_ value: JSONValue) -> Bool? {
        value.bool ?? (value == "true" ? true : value == "false" ? false : nil)
    }

    static func position(_ value: JSONValue) -> Int64? {
        guard let number = value.int ?? value.string.flatMap({ Int64($0) }), (0...2_147_483_647).contains(number) else { return nil }
        return number
    }
}
