import Models
import Storage
import Sync

/// `phsync resolve`: settles conflicts one way or the other.
enum ResolveCommand {
    static let command = Command(
        "resolve", summary: "settles conflicts: keeps your value, the remote's, or what you type",
        details: [
            "--edit opens PHSYNC_EDITOR, VISUAL or EDITOR on what is in conflict, yours and the remote's between markers. A text"
                + " that still has a marker is refused and kept; the next --edit offers it.",
            "How a conflict was settled is remembered, but for secrets and files. When the very same one comes back, diff and status"
                + " say so, and --as-before settles it the same way.",
        ],
        positionals: [CommandContext.selector, Positional("KEY", "one field, or a file of plugin:5; all in conflict without it", isRequired: false)],
        flags: [
            Flag("local", "keep your edit; a push replaces the remote's value"), Flag("remote", "give your edit up"),
            Flag("edit", "type what it is to be, in your editor"), Flag("as-before", "as the same conflict was settled before"),
        ],
        exclusive: [["local", "remote", "edit", "as-before"]],
        examples: [
            Example("phsync resolve 12 region --local", "your value"), Example("phsync resolve 12 --remote", "theirs, everywhere"),
            Example("phsync resolve 12 region --edit", "something else"),
            Example("phsync resolve plugin:5 index.ts --local", "your version of a file"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let arguments = context.arguments
        let flags = ["local", "remote", "edit", "as-before"].filter(arguments.has)
        guard let flag = flags.first else {
            throw Problem(
                .usage, code: "missing-side", message: "say how to settle it: --local, --remote, --edit or --as-before", next: "phsync diff")
        }
        let instance = try context.instance()
        let mirror = try context.mirrorToEdit(instance)
        let (key, project) = (arguments.positional("KEY"), instance.project)
        let selector = arguments.positional("SELECTOR") ?? ""
        if flag == "edit" {
            let editor = ResolveEditor(context: context, mirror: mirror, origin: "\(instance.origin)")
            return try await editor.run { mirror in try ResolveSelection.find(selector, key: key, project: project, in: mirror) }
        }
        let now = context.now()
        return try await mirror.writing { mirror in
            let selection = try ResolveSelection.find(selector, key: key, project: project, in: mirror)
            if flag == "as-before" { return try ResolveAgain(selection: selection, now: now).apply(in: mirror) }
            return try settle(selection, flag == "local" ? .local : .remote, in: mirror, at: now)
        }
    }

    private static func settle(
        _ selection: ResolveSelection, _ side: Resolution, in mirror: MirrorTransaction, at now: Timestamp
    ) throws(MirrorError) -> CommandResult {
        let end = side == .local ? "yours; a push will send it" : "the remote's"
        let next = "phsync \(side == .local ? "plan" : "status")"
        switch selection {
        case .source(let input, let edits):
            for edit in edits { _ = try side.apply(toSourceOf: input.id, file: edit.file, in: mirror, at: now) }
            return result("the code of \(input.plugin.name)", edits.map { Name($0) }, end, next)
        case .config(let target, let id, let conflicts):
            let fields = try side.apply(to: id, fields: Set(conflicts.map(\.field)), in: mirror, at: now)
            return result(target.title, fields.map { Name($0) }, end, next)
        case .draft(let id, let title):
            switch side {
            case .local: _ = try mirror.journal.reopen(id)
            case .remote: try mirror.configs.discardDraft(id)
            }
            let line = side == .local ? "\(title): a push will send it again." : "\(title): the draft is given up."
            return CommandResult(outcome: "resolved", result: ["fields": ["create"]], text: [.line(Line(line))], next: next)
        }
    }

    /// What was settled, as a person reads it and as JSON has it.
    struct Name {
        let label: String
        let text: String

        init(_ field: ConfigField) { (label, text) = (field.label, field.text) }
        init(_ edit: SourceEdit) { (label, text) = (edit.file, "source.\(edit.file)") }
    }

    static func result(_ title: String, _ names: [Name], _ end: String, _ next: String) -> CommandResult {
        let list = names.map(\.label).joined(separator: ", ")
        return CommandResult(
            outcome: "resolved", result: ["fields": .array(names.map { .string($0.text) })],
            text: [.line(Line("\(title): \(list) \(names.count == 1 ? "is" : "are") now \(end)."))], next: next)
    }
}
