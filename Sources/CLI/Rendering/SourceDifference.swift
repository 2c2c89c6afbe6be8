import Models
import Sync

/// What is edited in the code of one plugin: files against the base, and those that clash with the remote.
struct SourceDifference: Sendable {
    struct FileConflict: Sendable {
        let file: String
        let local: FileDifference
        let remote: FileDifference
        /// The places that clash; none where the file itself is there on one side only.
        let places: [TextMerge.Conflict]
        let note: ConflictNote
    }

    let subject: String
    let title: String
    let changes: [FileDifference]
    let conflicts: [FileConflict]

    init(_ input: SourceInput, notes: ConflictNotes = .none) {
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
                remote: FileDifference(file: edit.file, before: base, after: versions.remote[edit.file]),
                places: FileMerge(edit.file, of: versions, local: edit.value.text)?.merge.conflicts ?? [],
                note: notes[versions.pluginID.subject, edit.file])
        }
    }

    var blocks: [Block] {
        [.line(Line("\(title) (\(subject))", .bold))] + changes.flatMap(\.blocks) + conflicts.flatMap { $0.blocks(subject) }
    }

    /// The conflicts alone, without their lines.
    var conflictBlocks: [Block] { conflicts.flatMap { [.line($0.heading)] + $0.note.lines(subject, $0.file) } }

    var json: JSONValue {
        [
            "plugin": .string(subject), "title": .string(title), "changes": .array(changes.map(\.json)),
            "conflicts": .array(conflicts.map { $0.json(subject) }),
        ]
    }
}

extension SourceDifference.FileConflict {
    fileprivate var heading: Line {
        let count = places.isEmpty ? "" : ", \(places.count.counted("place"))"
        return Line("  \(file): ") + Line("conflict\(count)", .warning)
    }

    /// Clashing places between markers; both sides against the base where there are none.
    fileprivate func blocks(_ subject: String) -> [Block] {
        let head = [Block.line(heading)] + note.lines(subject, file)
        guard places.isEmpty else { return head + places.flatMap(Self.lines) }
        return head + [.line("  yours, since the base:")] + local.lines + [.line("  the remote's, since the base:")] + remote.lines
    }

    private static func lines(_ place: TextMerge.Conflict) -> [Block] {
        let all = ConflictMarkers.block(place)
        let shown = all.prefix(FileDifference.maximumLines).map { Block.line(Line("    \(FileDifference.cut($0))")) }
        let rest = all.count - shown.count
        return [.line(Line("    @@ line \(place.baseLine) of the base @@", .dim))] + shown
            + (rest > 0 ? [.line(Line("    … \(rest) more lines", .dim))] : [])
    }

    fileprivate func json(_ subject: String) -> JSONValue {
        let places: [JSONValue] = places.map {
            ["base_line": JSONValue($0.baseLine), "base": .string($0.base), "local": .string($0.local), "remote": .string($0.remote)]
        }
        let members: JSONValue = ["file": .string(file), "local": local.json, "remote": remote.json, "places": .array(places)]
        return .object(JSONObject((members.object?.members ?? []) + note.json(subject, file)))
    }
}
