import Models
import Storage
import Sync

/// Makes the edits that bring the code of one plugin back to a version.
struct CodeRestorer {
    let context: CommandContext
    let mirror: Mirror
    let code: CodeHistory
    let number: Int64
    /// The files to look at; none for all.
    let names: [String]

    private struct State: Sendable {
        let plugin: Plugin
        let versions: SourceVersions
    }

    func run() async throws(Problem) -> CommandResult {
        guard let version = code.version(number) else { preconditionFailure("the number is of one of these versions") }
        let state = try state()
        let then = version.files
        let local = state.versions.local
        let all = Set(then.names).union(local.names)
        if let unknown = names.first(where: { !all.contains($0) }) {
            throw Problem(
                .usage, code: "no-such-file", subject: unknown, message: "neither version \(number) nor the code of now has a file \(unknown)",
                next: "phsync source \(state.plugin.id.subject)")
        }
        let files = all.sorted().filter { (names.isEmpty || names.contains($0)) && then[$0].map(SourceForm.digest) != local[$0].map(SourceForm.digest) }
        let replaced = state.versions.edits.filter { files.contains($0.file) }
        let kept = try keep(replaced)
        try await store(files, then, state)
        return try result(version, files, replaced, kept, state.plugin)
    }

    private func state() throws(Problem) -> State {
        let id = code.plugin.id
        let (row, versions) = try mirror.look { mirror in (try mirror.plugins.row(id), try mirror.sources.versions(id)) }
        guard let row, row.removedAt == nil else {
            throw Problem(
                .failed, code: "plugin-gone", subject: id.subject, message: "\(code.plugin.name) is gone from the remote", next: "phsync plugins")
        }
        guard let versions else {
            throw Problem(
                .failed, code: "no-code", subject: id.subject,
                message: "the mirror does not have today's code of \(code.plugin.name), so an edit of it could not be pushed", next: "phsync pull")
        }
        guard !versions.edits.contains(where: { $0.state == .inFlight }) else {
            throw Problem(
                .failed, code: "in-flight", subject: id.subject,
                message: "\(code.plugin.name) is part of a push that is under way or was interrupted; settle that first.", next: "phsync push")
        }
        return State(plugin: row.plugin, versions: versions)
    }

    /// Puts the texts of edits that are replaced into files: they are a person's work.
    ///
    /// - Returns: The folder; nil when there was nothing to keep.
    private func keep(_ edits: [SourceEdit]) throws(Problem) -> String? {
        let texts = edits.compactMap { edit in edit.value.text.map { (edit, $0) } }
        guard !texts.isEmpty else { return nil }
        let folder = "\(try context.places().stateDirectory)/kept/code-\(context.now().milliseconds)-\(edits.map(\.version).max() ?? 0)"
        do throws(FileError) {
            try context.files.makePrivateDirectory(folder)
            for (index, (edit, text)) in texts.enumerated() {
                let last = edit.file.split(separator: "/").last.map(String.init) ?? "text"
                try context.files.replace("\(folder)/\(texts.count > 1 ? "\(index + 1)-" : "")\(last)", with: Array(text.utf8))
            }
        } catch {
            throw error.problem
        }
        return folder
    }

    /// All files or none; one that changed in the mirror since it was compared stops it.
    private func store(_ files: [String], _ then: SourceFiles, _ state: State) async throws(Problem) {
        let now = context.now()
        try await mirror.writing { mirror in
            for file in files {
                let editor = SourceEditor(plugin: state.plugin, form: state.versions.form, file: file, seen: state.versions.local[file])
                _ = try editor.store(then[file].map(SourceEdit.Value.text) ?? .deletion, in: mirror, at: now)
            }
            // A file in conflict may have got the remote's text: then it is in conflict no more.
            try SourceRebase.again(state.plugin, in: mirror, at: now)
        }
    }

    private func result(
        _ version: CodeHistory.Version, _ files: [String], _ replaced: [SourceEdit], _ kept: String?, _ plugin: Plugin
    ) throws(Problem) -> CommandResult {
        let input = try mirror.look { mirror in try SourceInput.all(in: mirror) }.first { $0.id == plugin.id }
        let difference = input.map { SourceDifference($0) }
        let seen = TimeText.timestamp(version.row.recordedAt.milliseconds)
        var text: [Block] = [.line(Line("\(code.title), back to version \(number), first seen \(seen)", .bold))]
        if !replaced.isEmpty {
            let list = replaced.map(\.file).joined(separator: ", ")
            text.append(.line(Line("Replaces your edits of \(list)\(kept.map { "; they are kept in \($0)" } ?? "")", .warning)))
        }
        if files.isEmpty {
            text.append(.line("It is as it was then; nothing was edited."))
        } else if let difference {
            text += difference.blocks.dropFirst()
        } else {
            text.append(.line("With that it is as the remote has it: there is nothing to push."))
        }
        let json: JSONValue = [
            "plugin": .string(plugin.id.subject), "title": .string(code.title), "version": JSONValue(number),
            "first_seen_at": .string(version.row.recordedAt.iso8601), "restored": .array(files.map(JSONValue.string)), "left": [],
            "replaced": .array(replaced.map { .string($0.file) }), "kept_in": JSONValue(kept),
            "changes": .array(difference?.changes.map(\.json) ?? []), "conflicts": difference?.json["conflicts"] ?? [],
        ]
        let next = difference.map { $0.conflicts.isEmpty ? "phsync plan" : "phsync diff \(plugin.id.subject)" }
        return CommandResult(outcome: files.isEmpty ? "unchanged" : "restored", result: json, text: text, next: next)
    }
}
