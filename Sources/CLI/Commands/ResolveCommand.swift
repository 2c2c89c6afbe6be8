import Models
import Storage
import Sync

/// `phsync resolve`: settles conflicts one way or the other.
enum ResolveCommand {
    static let command = Command(
        "resolve", summary: "settles conflicts: keeps your value or the remote's",
        positionals: [CommandContext.selector, Positional("KEY", "one field; all fields in conflict without it", isRequired: false)],
        flags: [Flag("local", "keep your edit; a push replaces the remote's value"), Flag("remote", "give your edit up")],
        exclusive: [["local", "remote"]],
        examples: [Example("phsync resolve 12 region --local", "your value"), Example("phsync resolve 12 --remote", "theirs, everywhere")],
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
        let (title, fields) = try await mirror.writing { mirror in
            let selected = try Selector.config(selector, project: project, for: "resolve", in: mirror)
            guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: "resolve") }
            let wanted = key.map { key -> Set<ConfigField> in [.key(key), .attachment(key), ConfigField(text: key) ?? .key(key)] }
            return (selected.title, try side.apply(to: id, fields: wanted, in: mirror, at: context.now()))
        }
        guard !fields.isEmpty else {
            throw Problem(
                .usage, code: "no-conflict", subject: selector,
                message: "\(title) has no conflict\(key.map { " in \($0)" } ?? "")", next: "phsync diff")
        }
        let names = fields.map(\.label).joined(separator: ", ")
        return CommandResult(
            outcome: "resolved", result: ["fields": .array(fields.map { .string($0.text) })],
            text: [.line("\(title): \(names) \(fields.count == 1 ? "is" : "are") now \(side == .local ? "yours; a push will send it" : "the remote's").")],
            next: "phsync \(side == .local ? "plan" : "status")")
    }
}
