import Models
import Sync

/// What is edited in the code of one plugin: files against the base, and those that clash with the remote.
struct SourceDifference: Sendable {
    struct FileConflict: Sendable {
        let file: String
        let local: FileDifference
        let remote: FileDifference
    }

    let subject: String
    let title: String
    let changes: [FileDifference]
    let conflicts: [FileConflict]

    init(_ input: SourceInput) {
        let versions = input.versions
        subject = versions.pluginID.subject
        title = "code of \(input.plugin.name)"
        let merge = input.merge
        let clashing = Set(merge.clashing.map(\.file))
        let edits = versions.edits.sorted { $0.file < $1.file }
        changes = edits.filter { !clashing.contains($0.file) }.map { edit in
            guard merge.combined.contains(edit.file) else {
                return FileDifference(file: edit.file, before: versions.base[edit.file], after: edit.value.text)
            }
            return FileDifference(file: edit.file, before: versions.remote[edit.file], after: merge.merged[edit.file])
        }
        conflicts = edits.filter { clashing.contains($0.file) }.map { edit in
            let base = versions.base[edit.file]
            return FileConflict(
                file: edit.file, local: FileDifference(file: edit.file, before: base, after: edit.value.text),
                remote: FileDifference(file: edit.file, before: base, after: versions.remote[edit.file]))
        }
    }

    var blocks: [Block] {
        [.line(Line("\(title) (\(subject))", .bold))] + changes.flatMap(\.blocks) + conflicts.flatMap(\.blocks)
    }

    var json: JSONValue {
        [
            "plugin": .string(subject), "title": .string(title), "changes": .array(changes.map(\.json)),
            "conflicts": .array(conflicts.map { ["file": .string($0.file), "local": $0.local.json, "remote": $0.remote.json] }),
        ]
    }
}

extension SourceDifference.FileConflict {
    fileprivate var blocks: [Block] {
        let head = Line("  \(file): ") + Line("conflict", .warning)
        return [.line(head), .line("  yours, since the base:")] + local.lines + [.line("  the remote's, since the base:")] + remote.lines
    }
}
