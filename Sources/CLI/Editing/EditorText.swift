import Models

/// What a text in an editor is about, and what is to come of it.
protocol EditorText: Sendable {
    associatedtype Reading

    /// What the text is of, for people.
    var title: String { get }
    /// Tells it from every other text of the same instance.
    var subject: String { get }
    /// What the file is called: editors show it, and choose their colours by it.
    var fileName: String { get }
    /// What the person gets to see first.
    var text: String { get }

    /// - Throws: `Problem` for a text that is refused; it is kept then.
    func verdict(_ saved: [UInt8]) throws(Problem) -> EditorVerdict<Reading>
    /// The text as it may stay on the disk when it is not stored; empty when there is nothing worth keeping.
    func kept(_ saved: [UInt8]) -> [UInt8]
    /// ", without secrets," where `kept` leaves something out.
    var keptNote: String { get }
    /// The command that goes on with a text that was kept.
    func next(_ path: String) -> String?
}

enum EditorVerdict<Reading> {
    /// Differs in nothing that counts.
    case unchanged
    /// Emptied: the person gives up.
    case givenUp
    /// To be edited again, with remarks in it.
    case mistakes(String)
    case taken(Reading)
}

extension ConfigDocument: EditorText {
    var title: String { target.title }

    var subject: String { "edit \(target.versions?.id.subject ?? "\(target.selected.pluginID.subject)@\(target.selected.projectID)")" }

    var keptNote: String { ", without secrets," }

    var fileName: String { "config-\(target.versions?.id.description ?? "new").conf" }

    func verdict(_ saved: [UInt8]) -> EditorVerdict<DocumentReading> {
        let reading = reading(String(decoding: saved, as: UTF8.self))
        if reading.isEmpty { return .givenUp }
        if !reading.mistakes.isEmpty { return .mistakes(noted(reading)) }
        return reading.edits.isEmpty ? .unchanged : .taken(reading)
    }

    func kept(_ saved: [UInt8]) -> [UInt8] {
        let text = String(decoding: saved, as: UTF8.self)
        return reading(text).isEmpty ? [] : Array(withoutSecrets(text).utf8)
    }

    func next(_ path: String) -> String? { nil }
}

/// One file of a plugin's code in an editor.
struct SourceText: EditorText {
    let editor: SourceEditor

    var title: String { "\(editor.file) of \(editor.plugin.name)" }
    var subject: String { "edit \(editor.plugin.id.subject) \(editor.file)" }
    var fileName: String { editor.file.split(separator: "/").last.map(String.init) ?? "code" }
    var text: String { editor.seen ?? "" }
    var keptNote: String { "" }

    func verdict(_ saved: [UInt8]) throws(Problem) -> EditorVerdict<String> { .taken(try editor.checked(saved)) }

    func kept(_ saved: [UInt8]) -> [UInt8] { saved }

    func next(_ path: String) -> String? {
        "phsync edit-source \(editor.plugin.id.subject) --file \(editor.file.shellQuoted) --from \(path.shellQuoted)"
    }
}
