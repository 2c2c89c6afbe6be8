import Models
import Storage
import Sync

/// What a pull or another phsync did to a config while it was open in an editor.
struct Meanwhile: Sendable {
    private let target: EditTarget
    /// Edited fields whose base is another one by now: the person has not seen what the remote has.
    private let moved: [ConfigField]
    /// Fields that nobody edited here and that have changed: they stay as they are now.
    private let changed: [ConfigField]
    /// Edited fields that somebody has edited here as well.
    private let replaced: [ConfigField]

    init(_ target: EditTarget, _ fields: [ConfigField], in mirror: MirrorTransaction) throws {
        self.target = target
        guard let seen = target.versions else {
            (moved, changed, replaced) = ([], [], [])
            return
        }
        guard let now = try mirror.configs.versions(seen.id) else {
            throw Problem(
                .moved, code: "gone-meanwhile", subject: seen.id.subject,
                message: "\(target.title) was created or discarded while the editor was open; open it again", next: "phsync status")
        }
        // What another phsync has pushed meanwhile was shown as the person's own.
        moved = fields.filter { now.base?[$0] != seen.base?[$0] && now.base?[$0] != seen.local[$0] }
        changed = now.local.differingFields(from: seen.local).filter { !fields.contains($0) }
        replaced = fields.filter { field in
            let edit = now.edits.first { $0.field == field }
            return edit != nil && edit?.version != seen.edits.first { $0.field == field }?.version
        }
    }

    /// Gives those fields the base that the person saw, so that the edit meets the remote's change as a conflict, not unseen.
    func keepWhatWasSeen(_ id: PluginConfigID, in mirror: MirrorTransaction, at now: Timestamp) throws {
        let clashing = try moved.filter { try mirror.edits.edit(id, $0) != nil }
        guard !clashing.isEmpty, let seen = target.base?.json, var base = try mirror.configs.base(id)?.json,
            let remote = try mirror.configs.remote(id)
        else { return }
        for field in clashing { base = Resolution.adopting(field, of: seen, into: base) }
        let wasRemoved = try mirror.configs.row(id)?.removedAt
        try mirror.configs.store(remote, base: .becomes(base), at: now)
        if let wasRemoved { try mirror.configs.markRemoved(id, at: wasRemoved) }
    }

    func problems(_ id: PluginConfigID, _ inputs: [PlannerInput]) -> [Problem] {
        var problems: [Problem] = []
        let conflicts = inputs.first { $0.versions.id == id }.map { ConfigDifference($0).conflicts.map(\.field) } ?? []
        let clashing = moved.filter(conflicts.contains)
        if !clashing.isEmpty {
            problems.append(
                Problem(
                    .conflict, code: "changed-meanwhile", subject: id.subject,
                    message: "\(subject(clashing)) changed on the remote while the editor was open: your edit is"
                        + " stored, and needs a decision", next: "phsync diff \(id.subject)"))
        }
        problems += notice("changed-meanwhile", id, changed, "changed while the editor was open, and stays as it is now")
        return problems + notice("edited-meanwhile", id, replaced, "edited here while the editor was open; what you typed replaces it")
    }

    private func notice(_ code: String, _ id: PluginConfigID, _ fields: [ConfigField], _ text: String) -> [Problem] {
        if fields.isEmpty { return [] }
        return [Problem(.notice, code: code, subject: id.subject, message: "\(subject(fields)) \(text)")]
    }

    /// "a, b and c of TITLE were".
    private func subject(_ fields: [ConfigField]) -> String {
        let labels = fields.map(\.label)
        let names = labels.count < 2 ? labels.joined() : "\(labels.dropLast().joined(separator: ", ")) and \(labels[labels.count - 1])"
        return "\(names) of \(target.title) \(labels.count == 1 ? "was" : "were")"
    }
}
