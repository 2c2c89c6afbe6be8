import Models
import Storage
import Sync

/// `resolve --as-before`: settles conflicts as the very same ones were settled before; all of them or none.
struct ResolveAgain {
    let selection: ResolveSelection
    let now: Timestamp

    func apply(in mirror: MirrorTransaction) throws(MirrorError) -> CommandResult {
        let (title, names) = switch selection {
        case .source(let input, let edits): try source(input, edits, in: mirror)
        case .config(let target, let id, let conflicts): try config(target, id, conflicts, in: mirror)
        case .draft(_, let title): throw unknown(title)
        }
        return ResolveCommand.result(title, names, "settled as before", "phsync status")
    }

    private func source(
        _ input: SourceInput, _ edits: [SourceEdit], in mirror: MirrorTransaction
    ) throws(MirrorError) -> (String, [ResolveCommand.Name]) {
        for edit in edits {
            guard let row = try mirror.resolutions.row(input.versions.sides(of: edit)) else { throw unknown("\(edit.file) of \(input.plugin.name)") }
            if let side = Resolution(row.side) {
                _ = try side.apply(toSourceOf: input.id, file: edit.file, in: mirror, at: now)
            } else {
                _ = try TypedResolution.apply(row.result?.string, toFile: edit.file, of: input.id, in: mirror, at: now)
            }
        }
        return ("the code of \(input.plugin.name)", edits.map { ResolveCommand.Name($0) })
    }

    private func config(
        _ target: EditTarget, _ id: PluginConfigID, _ conflicts: [Conflict], in mirror: MirrorTransaction
    ) throws(MirrorError) -> (String, [ResolveCommand.Name]) {
        guard let versions = target.versions else { throw unknown(target.title) }
        for field in conflicts.map(\.field) {
            let sides = versions.edits.first { $0.field == field }.flatMap { versions.sides(of: $0, secretKeys: target.secretKeys) }
            guard let sides, let row = try mirror.resolutions.row(sides) else { throw unknown("\(field.label) of \(target.title)") }
            if let side = Resolution(row.side) {
                _ = try side.apply(to: id, fields: [field], in: mirror, at: now)
            } else {
                _ = try TypedResolution.apply([(field, row.result)], to: id, in: mirror, at: now)
            }
        }
        return (target.title, conflicts.map { ResolveCommand.Name($0.field) })
    }

    private func unknown(_ what: String) -> MirrorError {
        MirrorError(
            aborting: Problem(
                .usage, code: "not-settled-before", subject: what,
                message: "the conflict in \(what) was never settled before. Nothing was settled.", next: "phsync diff"))
    }
}

extension Resolution {
    /// nil for what a person typed.
    fileprivate init?(_ side: ResolutionRow.Side) {
        switch side {
        case .local: self = .local
        case .remote: self = .remote
        case .edit: return nil
        }
    }
}
