import Models
import Storage
import Sync

/// Fields of a config in conflict as a text for an editor: each with its three sides, yours and the remote's between markers.
struct ConflictDocument: Sendable {
    let target: EditTarget
    let conflicts: [Conflict]
    let notes: ConflictNotes

    /// Fields that have a value which may stand in a text.
    static func canShow(_ conflict: Conflict) -> Bool {
        guard name(conflict.field) != nil else { return false }
        return [conflict.base, conflict.local, conflict.remote].allSatisfy { side in
            switch side {
            case .absent, .value: true
            case .secret, .newSecret, .file: false
            }
        }
    }

    private static func name(_ field: ConfigField) -> DocumentEntry.Name? {
        switch field {
        case .enabled: .enabled
        case .order: .position
        case .key(let key): .key(key)
        case .attachment, .deleted: nil
        }
    }

    private func comment(_ text: String) -> [String] {
        Wrap.lines(TerminalEscape.line(text), width: 76, indent: 2).map { "# \($0)" }
    }

    private func block(_ conflict: Conflict) -> [String] {
        guard let name = Self.name(conflict.field) else { return [] }
        func lines(_ side: ShownValue) -> [String] {
            guard case .value(let value) = side else { return ["# \(name.text) is not set"] }
            return DocumentWriter.lines(name, value)
        }
        func short(_ side: ShownValue) -> String {
            if case .value(let value) = side { DocumentWriter.short(value) } else { side.text }
        }
        let origin = notes[subjectID, conflict.field.text].origin.map { "; the remote's was \($0.text)" } ?? ""
        return [""] + comment("\(name.text): the base has \(short(conflict.base))\(origin)")
            + [ConflictMarkers.local] + lines(conflict.local) + [ConflictMarkers.middle] + lines(conflict.remote)
            + [ConflictMarkers.remote]
    }

    private var subjectID: String { target.versions?.id.subject ?? "" }
}

extension ConflictDocument: EditorText {
    var title: String { "the conflict in \(target.title)" }
    var subject: String { "resolve \(subjectID) \(conflicts.map(\.field.text).joined(separator: " "))" }
    var fileName: String { "conflict-\(target.versions?.id.description ?? "new").conf" }
    var keptNote: String { "" }

    var text: String {
        let head = comment("Conflict in \(target.title) (\(subjectID))") + ["#"]
            + comment(
                "Leave one value of each key, or type another, and take the lines with <<<<<<<, ======= and >>>>>>> away. KEY = text"
                    + " is a text, KEY := JSON anything else. A key without a value is removed. Unchanged or emptied, the text settles"
                    + " nothing.")
        return (head + conflicts.flatMap(block)).joined(separator: "\n") + "\n"
    }

    func verdict(_ saved: [UInt8]) throws(Problem) -> EditorVerdict<[(field: ConfigField, value: JSONValue?)]> {
        let text = String(decoding: saved, as: UTF8.self)
        if text.trimmingSpace.isEmpty { return .givenUp }
        let left = ConflictMarkers.lines(in: text, of: sideTexts)
        guard left.isEmpty else { throw refusal("line \(left[0]) still has a marker", code: "markers-left") }
        let parser = DocumentParser(text)
        if let mistake = parser.mistakes.first { throw refusal("line \(mistake.line + 1): \(mistake.message)") }
        return .taken(try values(parser.entries))
    }

    func kept(_ saved: [UInt8]) -> [UInt8] { saved }

    func next(_ path: String) -> String? { "phsync resolve \(subjectID) --edit" }

    /// Texts that may have lines like markers themselves.
    private var sideTexts: [String?] {
        conflicts.flatMap { [$0.local, $0.remote] }.map { if case .value(let value) = $0 { value.string } else { nil } }
    }

    private func values(_ entries: [DocumentEntry]) throws(Problem) -> [(field: ConfigField, value: JSONValue?)] {
        let names = conflicts.compactMap { Self.name($0.field) }
        if let other = entries.first(where: { !names.contains($0.name) }) {
            throw refusal("\(other.name.text) is not in conflict here; change it with phsync edit-config \(subjectID)")
        }
        var values: [(field: ConfigField, value: JSONValue?)] = []
        for conflict in conflicts {
            let entry = entries.first { $0.name == Self.name(conflict.field) }
            values.append((conflict.field, try entry.map { (entry) throws(Problem) in try value(entry, conflict) }))
        }
        let issues = target.issues(with: values.map { ($0.field, $0.value.map(EditTable.Input.value) ?? .unset) })
        if let wrong = issues.first(where: \.refusesEdit) { throw refusal(wrong.message) }
        return values
    }

    private func value(_ entry: DocumentEntry, _ conflict: Conflict) throws(Problem) -> JSONValue {
        let value = entry.value
        switch conflict.field {
        case .enabled:
            if let wanted = value.bool ?? (value == "true" ? true : value == "false" ? false : nil) { return .bool(wanted) }
            throw refusal("enabled is true or false")
        case .order:
            if let wanted = value.int ?? value.string.flatMap({ Int64($0) }), (0...2_147_483_647).contains(wanted) { return JSONValue(wanted) }
            throw refusal("position is a whole number from 0 to 2147483647")
        case .key, .attachment, .deleted:
            if value == .string(Secret.mask) { throw refusal("that is the text of PostHog's mask") }
            let sides = [conflict.base, conflict.local, conflict.remote]
            let isText = sides.contains { if case .value(let side) = $0 { side.string != nil } else { false } }
            guard entry.isTyped || isText else { throw refusal("\(entry.name.text) is no text; write \(entry.name.text) := JSON") }
            return value
        }
    }

    private func refusal(_ what: String, code: String = "invalid-value") -> Problem {
        Problem(
            .invalid, code: code, subject: subjectID, message: "\(target.title): \(what). Nothing was settled.",
            next: "phsync resolve \(subjectID) --edit")
    }
}
