import Models
import Storage
import Sync

/// `resolve --edit`: conflicts in the person's editor.
struct ResolveEditor {
    let context: CommandContext
    let mirror: Mirror
    /// Of the instance.
    let origin: String

    func run(_ find: @Sendable (MirrorTransaction) throws -> ResolveSelection) async throws(Problem) -> CommandResult {
        let (selection, notes) = try mirror.look { mirror in
            (try find(mirror), try ConflictNotes(try Edited.all(in: mirror), in: mirror))
        }
        switch selection {
        case .source(let input, let edits): return try await source(input, edits)
        case .config(let target, let id, let conflicts): return try await config(target, id, conflicts, notes)
        case .draft(_, let title): throw unfit(title, "a create that left no config has no text")
        }
    }

    private func source(_ input: SourceInput, _ edits: [SourceEdit]) async throws(Problem) -> CommandResult {
        guard edits.count == 1 else {
            throw unfit(input.plugin.name, "several files are in conflict, \(edits.map(\.file).joined(separator: ", ")): name one")
        }
        let edit = edits[0]
        guard let document = SourceConflictText(input, edit) else {
            throw unfit(edit.file, "the file is there on one side only; settle it with --local or --remote")
        }
        let now = context.now()
        let session = try EditorSession(context, document, editor: try editor(), origin: origin)
        let settled: Void? = try await session.run { (text) async throws(Problem) in
            try await mirror.writing { mirror in
                guard try mirror.sources.versions(input.id) == input.versions else { throw moved(document.title) }
                _ = try TypedResolution.apply(text, toFile: edit.file, of: input.id, in: mirror, at: now)
            }
        }
        guard settled != nil else { throw untouched(document.title) }
        return result("the code of \(input.plugin.name)", [.init(edit)])
    }

    private func config(
        _ target: EditTarget, _ id: PluginConfigID, _ conflicts: [Conflict], _ notes: ConflictNotes
    ) async throws(Problem) -> CommandResult {
        let shown = conflicts.filter(ConflictDocument.canShow)
        let hidden = conflicts.filter { !ConflictDocument.canShow($0) }.map(\.field.label).joined(separator: ", ")
        guard !shown.isEmpty else { throw unfit(target.title, "\(hidden) can't stand in a text; settle it with --local or --remote") }
        let document = ConflictDocument(target: target, conflicts: shown, notes: notes)
        let now = context.now()
        let session = try EditorSession(context, document, editor: try editor(), origin: origin)
        let settled: Void? = try await session.run { (values) async throws(Problem) in
            try await mirror.writing { mirror in
                guard try mirror.configs.versions(id) == target.versions else { throw moved(document.title) }
                _ = try TypedResolution.apply(values, to: id, in: mirror, at: now)
            }
        }
        guard settled != nil else { throw untouched(document.title) }
        if !hidden.isEmpty {
            context.report.add([
                Problem(
                    .notice, code: "not-in-text", subject: id.subject, message: "\(hidden) can't stand in a text and is still in conflict",
                    next: "phsync diff \(id.subject)")
            ])
        }
        return result(target.title, shown.map { .init($0.field) })
    }

    private func result(_ title: String, _ names: [ResolveCommand.Name]) -> CommandResult {
        ResolveCommand.result(title, names, "as you typed; what the remote lacks, a push will send", "phsync plan")
    }

    private func editor() throws(Problem) -> String {
        try EditorChoice.line(context, for: "resolve", instead: "Say --local or --remote", needsTerminal: false)
    }

    private func unfit(_ subject: String, _ message: String) -> Problem {
        Problem(.usage, code: "not-editable", subject: subject, message: message, next: "phsync diff")
    }

    private func moved(_ title: String) -> Problem {
        Problem(
            .failed, code: "moved-meanwhile", subject: title,
            message: "\(title) changed in the mirror while you edited it, so nothing was settled", next: "phsync diff")
    }

    private func untouched(_ title: String) -> Problem {
        Problem(.conflict, code: "not-settled", subject: title, message: "\(title) is as it was: the text was not changed", next: "phsync diff")
    }
}
