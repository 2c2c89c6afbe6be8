import Models
import Storage
import Sync

/// `phsync resolve`: settles conflicts one way or the other.
enum ResolveCommand {
    static let command = Command(
        "resolve", summary: "settles conflicts: keeps your value or the remote's",
        positionals: [CommandContext.selector, Positional("KEY", "one field, or a file of plugin:5; all in conflict without it", isRequired: false)],
        flags: [Flag("local", "keep your edit; a push replaces the remote's value"), Flag("remote", "give your edit up")],
        exclusive: [["local", "remote"]],
        examples: [
            Example("phsync resolve 12 region --local", "your value"), Example("phsync resolve 12 --remote", "theirs, everywhere"),
            Example("phsync resolve plugin:5 index.ts --local", "your version of a file"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let arguments = context.arguments
        guard arguments.has("local") || arguments.has("remote") else {
            throw Problem(.usage, code: "missing-side", message: "say which side wins: --local or --remote", next: "phsync diff")
        }
        let instance = try context.instance()
        let mirror = try context.mirrorToEdit(instance)
        let key = arguments.positional("KEY")
        let side: Resolution = arguments.has("local") ? .local : .remote
        let project = instance.project
        let selector = arguments.positional("SELECTOR") ?? ""
        let (title, names) = try await mirror.writing { mirror in
            if let settled = try source(selector, file: key, side, in: mirror) { return settled }
            let selected = try Selector.config(selector, project: project, for: "resolve", in: mirror)
            guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: "resolve") }
            if id.isDraft, let decided = try draft(id, side, selected.title, in: mirror) { return decided }
            let wanted = key.map { key -> Set<ConfigField> in [.key(key), .attachment(key), ConfigField(text: key) ?? .key(key)] }
            let fields = try side.apply(to: id, fields: wanted, in: mirror, at: context.now())
            return (selected.title, fields.map { (label: $0.label, text: $0.text) })
        }
        guard !names.isEmpty else {
            throw Problem(
                .usage, code: "no-conflict", subject: selector,
                message: "\(title) has no conflict\(key.map { " in \($0)" } ?? "")", next: "phsync diff")
        }
        let list = names.map(\.label).joined(separator: ", ")
        return CommandResult(
            outcome: "resolved", result: ["fields": .array(names.map { .string($0.text) })],
            text: [.line(Line(names[0].text == "create" ? draftLine(title, side) : line(title, list, names.count, side)))],
            next: "phsync \(side == .local ? "plan" : "status")")
    }

    private static func line(_ title: String, _ list: String, _ count: Int, _ side: Resolution) -> String {
        "\(title): \(list) \(count == 1 ? "is" : "are") now \(side == .local ? "yours; a push will send it" : "the remote's")."
    }

    private static func draftLine(_ title: String, _ side: Resolution) -> String {
        side == .local ? "\(title): a push will send it again." : "\(title): the draft is given up."
    }

    /// Decides about a draft whose create has left no config: it may be sent again, or it is given up. nil for any other.
    private static func draft(
        _ id: PluginConfigID, _ side: Resolution, _ title: String, in mirror: MirrorTransaction
    ) throws(MirrorError) -> (String, [(label: String, text: String)])? {
        guard try mirror.journal.fate(of: id) != nil else { return nil }
        switch side {
        case .local: _ = try mirror.journal.reopen(id)
        case .remote: try mirror.configs.discardDraft(id)
        }
        return (title, [(label: "the create", text: "create")])
    }

    /// Settles the code of a plugin; nil when the selector or the key means a config.
    private static func source(
        _ selector: String, file: String?, _ side: Resolution, in mirror: MirrorTransaction
    ) throws(MirrorError) -> (title: String, names: [(label: String, text: String)])? {
        let sources = try SourceInput.all(in: mirror)
        guard let id = try Selector.editedSource(selector, of: sources, in: mirror), let input = sources.first(where: { $0.id == id })
        else { return nil }
        let clashing = input.merge.clashing.map(\.file)
        guard file.map(clashing.contains) ?? !clashing.isEmpty else { return nil }
        let files = try side.apply(toSourceOf: id, file: file, in: mirror, at: Timestamp(milliseconds: 0))
        return ("the code of \(input.plugin.name)", files.map { ($0, "source.\($0)") })
    }
}
