import Models
import Sync

/// A file of a plugin's code in conflict, for an editor: what is clear is merged, the rest stands between markers.
struct SourceConflictText: EditorText {
    let editor: SourceEditor
    let local: String
    let remote: String
    private let merge: TextMerge

    /// - Returns: nil where a side has no such file: there is nothing to choose lines from.
    init?(_ input: SourceInput, _ edit: SourceEdit) {
        let file = edit.file
        guard let local = edit.value.text, let remote = input.versions.remote[file] else { return nil }
        self.local = local
        self.remote = remote
        merge = FileMerge(file, of: input.versions, local: local)?.merge ?? TextMerge(base: "", local: local, remote: remote)
        editor = SourceEditor(plugin: input.plugin, form: input.versions.form, file: file, seen: local)
    }

    var title: String { "the conflict in \(editor.file) of \(editor.plugin.name)" }
    var subject: String { "resolve \(editor.plugin.id.subject) \(editor.file)" }
    var fileName: String { editor.file.split(separator: "/").last.map(String.init) ?? "code" }
    var text: String { ConflictMarkers.text(merge) }
    var keptNote: String { "" }

    func verdict(_ saved: [UInt8]) throws(Problem) -> EditorVerdict<String> {
        if saved.isEmpty { return .givenUp }
        let left = ConflictMarkers.lines(in: String(decoding: saved, as: UTF8.self), of: [local, remote])
        guard left.isEmpty else {
            throw Problem(
                .invalid, code: "markers-left", subject: "\(editor.plugin.id.subject) \(editor.file)",
                message: "line \(left[0]) still has a marker. Nothing was settled.", next: next(""))
        }
        return .taken(ConflictMarkers.settled(try editor.checked(saved), local: local, remote: remote))
    }

    func kept(_ saved: [UInt8]) -> [UInt8] { saved }

    func next(_ path: String) -> String? { "phsync resolve \(editor.plugin.id.subject) \(editor.file.shellQuoted) --edit" }
}
