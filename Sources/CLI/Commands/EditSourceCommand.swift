import Glibc
import Models
import Storage
import Sync

/// `phsync edit-source`: changes the code of a plugin here; a push sends it.
enum EditSourceCommand {
    static let command = Command(
        "edit-source", summary: "changes the code of a plugin in the mirror; a push sends it",
        details: [
            "Without --from an editor is started on the file: PHSYNC_EDITOR, VISUAL or EDITOR. An editor that fails, or a text that is"
                + " left as it is, changes nothing.",
            "plugin.json is checked first: the server stores a broken one and fails then. At every push the server takes the plugin's"
                + " name and config_schema from it.",
            "The code of an installed plugin can be changed too; its next upgrade overwrites that.",
        ],
        positionals: [CommandContext.pluginSelector],
        flags: [
            Flag("file", .text("NAME"), "the file; index.ts without it. A new name makes a file"),
            Flag("from", .path("PATH"), "take the text from this file, or from stdin with -"), Flag("delete", "delete the file"),
        ],
        exclusive: [["from", "delete"]],
        examples: [
            Example("phsync edit-source plugin:5", "index.ts in your editor"),
            Example("phsync edit-source 'Rename events' --file plugin.json", "name and schema"),
            Example("phsync edit-source plugin:5 --from build/index.ts", "from a file"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToEdit(instance)
        let target = try target(context, mirror, project: instance.project)
        let editor = target.editor
        let now = context.now()
        let edit = { (value: SourceEdit.Value) async throws(Problem) -> CommandResult in
            let (isEdited, inputs) = try await mirror.writing { mirror in
                (try editor.store(value, in: mirror, at: now), try SourceInput.all(in: mirror))
            }
            if isEdited { context.report.add(editor.notices()) }
            return result(editor, inputs.first { $0.id == editor.plugin.id })
        }
        if context.arguments.has("delete") {
            guard editor.seen != nil else { throw noSuchFile(editor) }
            return try await edit(.deletion)
        }
        if let path = context.arguments.value("from") { return try await edit(.text(try editor.given(try read(path, context)))) }
        let line = try EditorChoice.line(
            context, for: "edit-source", instead: "Give the text with --from PATH", needsTerminal: false)
        let session = try EditorSession(context, SourceText(editor: editor), editor: line, origin: "\(instance.origin)")
        return try await session.run { (text) async throws(Problem) in try await edit(.text(text)) } ?? result(editor, target.input)
    }

    private struct Target: Sendable {
        let editor: SourceEditor
        let input: SourceInput?
    }

    /// The file to edit, provided that the mirror has the plugin's code from the instance and a push could write it.
    private static func target(_ context: CommandContext, _ mirror: Mirror, project: String?) throws(Problem) -> Target {
        let selector = context.arguments.positional("SELECTOR") ?? ""
        let wanted = context.arguments.value("file")
        let (selected, row, source, versions, organization, inputs) = try mirror.look { mirror in
            let selected = try Selector.plugin(selector, project: project, for: "edit-source", in: mirror)
            return (
                selected, try mirror.plugins.row(selected.id), try mirror.sources.row(selected.id), try mirror.sources.versions(selected.id),
                try mirror.meta.identity()?.organizationID, try SourceInput.all(in: mirror)
            )
        }
        if let notice = selected.notice { context.report.add([notice]) }
        guard let plugin = row?.plugin, row?.removedAt == nil else {
            throw Problem(.failed, code: "plugin-gone", subject: selected.id.subject, message: "\(selected.name) is gone from the remote", next: "phsync plugins")
        }
        if let organization, !plugin.mayShowCode(to: organization) {
            throw Problem(
                .permission, code: "foreign-plugin", subject: selected.id.subject,
                message: "the code of \(plugin.name) can't be written: another organization manages the plugin")
        }
        guard let versions else { throw unknownCode(plugin, source) }
        let file = wanted ?? versions.form.mainFile
        try SourceEditor.checkName(file, form: versions.form)
        let editor = SourceEditor(plugin: plugin, form: versions.form, file: file, seen: versions.local[file])
        return Target(editor: editor, input: inputs.first { $0.id == plugin.id })
    }

    private static func unknownCode(_ plugin: Plugin, _ source: SourceRow?) -> Problem {
        let why = source.map { $0.detail.isEmpty ? "it was never read" : $0.detail } ?? "it was never read"
        let given = source?.givenAt == nil ? "" : " Code that was given by hand is for review and dry runs."
        return Problem(
            .failed, code: "no-code", subject: plugin.id.subject,
            message: "the mirror does not have the code of \(plugin.name) from the instance (\(why)), so an edit of it could not be"
                + " pushed.\(given)", next: "phsync pull")
    }

    private static func noSuchFile(_ editor: SourceEditor) -> Problem {
        Problem(
            .usage, code: "no-such-file", subject: "\(editor.plugin.id.subject) \(editor.file)",
            message: "\(editor.plugin.name) has no file \(editor.file)", next: "phsync source \(editor.plugin.id.subject)")
    }

    private static func read(_ path: String, _ context: CommandContext) throws(Problem) -> [UInt8] {
        if path == "-" { return try Input.standard.all(limit: SourceLimits.fileBytes) }
        do throws(FileError) {
            guard let bytes = try context.files.read(path, limit: SourceLimits.fileBytes) else { throw FileError(operation: .open, path: path, code: ENOENT) }
            return bytes
        } catch {
            throw Problem(.usage, code: "unreadable-file", subject: path, message: "the text can't be read: \(error.problem.message)")
        }
    }

    private static func result(_ editor: SourceEditor, _ input: SourceInput?) -> CommandResult {
        guard let input else {
            return CommandResult(
                outcome: "unchanged", result: ["plugin": .string(editor.plugin.id.subject), "changes": [], "conflicts": []],
                text: [.line("The code of \(editor.plugin.name) is as the remote has it: there is nothing to push.")])
        }
        let difference = SourceDifference(input)
        return CommandResult(
            outcome: "edited", result: difference.json, text: difference.blocks + [.line(Line("Next: phsync plan", .dim))])
    }
}
