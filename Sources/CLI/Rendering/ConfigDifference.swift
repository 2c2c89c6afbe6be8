import Models
import Sync

/// What is edited in one config: edits against the base, and what clashes with the remote.
struct ConfigDifference: Sendable {
    let subject: String
    let title: String
    let changes: [Change]
    let conflicts: [Conflict]
    private let notes: ConflictNotes

    init(_ input: PlannerInput, notes: ConflictNotes = .none) {
        self.notes = notes
        let versions = input.versions
        subject = versions.id.subject
        title = input.title
        let merge = ThreeWayMerge(versions, secretKeys: input.secretKeys)
        conflicts = merge.conflicts
        let clashing = Set(conflicts.map(\.field))
        changes = versions.edits.filter { !clashing.contains($0.field) }.sorted { $0.field.text < $1.field.text }.map { edit in
            let isSecret = edit.isSecret(among: input.secretKeys)
            return Change(
                field: edit.field, before: ShownValue(versions.base?[edit.field], isSecret: isSecret),
                after: edit.shown(isSecret: isSecret))
        }
    }
}

extension ConfigDifference {
    var blocks: [Block] {
        [.line(Line("\(title) (\(subject))", .bold))] + changes.lines + conflictBlocks
    }

    var conflictBlocks: [Block] {
        conflicts.flatMap { $0.lines + notes[subject, $0.field.text].lines(subject, $0.field.label) }
    }

    var json: JSONValue {
        [
            "config": .string(subject), "title": .string(title), "changes": .array(changes.map(\.json)),
            "conflicts": .array(conflicts.map(json)),
        ]
    }

    private func json(_ conflict: Conflict) -> JSONValue {
        let members = conflict.json.object?.members ?? []
        return .object(JSONObject(members + notes[subject, conflict.field.text].json(subject, conflict.field.label)))
    }
}
