import Models
import Storage

/// `phsync history`: the versions of one config, or of one plugin's code, that were ever pulled or pushed.
enum HistoryCommand {
    static let command = Command(
        "history", summary: "lists the versions of a config, or of a plugin's code, that were pulled or pushed", positionals: [CommandContext.selector],
        examples: [
            Example("phsync history 12", "newest first, with the fields that changed"),
            Example("phsync history plugin:5", "of its code, with the files that changed"),
        ], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let selector = context.arguments.positional("SELECTOR") ?? ""
        let project = instance.project
        if selector.hasPrefix("plugin:"), let code = try mirror.look({ mirror in try CodeHistory(selector, project: project, in: mirror) }) {
            return CommandResult(result: code.json, text: code.blocks)
        }
        let (title, rows, keys) = try mirror.look { mirror in
            let selected = try Selector.config(selector, project: project, for: "history", in: mirror)
            guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: "history") }
            return (selected.title, try mirror.history.list(.config(id)), try mirror.plugins.secretKeys(selected.pluginID))
        }
        let changes = rows.indices.map { index in
            self.changes(rows[index], since: index + 1 < rows.count ? rows[index + 1] : nil, secretKeys: keys)
        }
        var text: [Block] = [.line(Line(title, .bold))]
        if rows.isEmpty { text.append(.line("It was never pulled or pushed.")) }
        for (row, changes) in zip(rows, changes) {
            text.append(.line(Line("version \(row.version), \(TimeText.timestamp(row.recordedAt.milliseconds)), \(row.origin.rawValue)")))
            text += changes.lines
        }
        let json = zip(rows, changes).map { row, changes -> JSONValue in
            [
                "version": JSONValue(row.version), "recorded_at": .string(row.recordedAt.iso8601), "origin": .string(row.origin.rawValue),
                "digest": .string(row.digest), "changes": .array(changes.map(\.json)),
            ]
        }
        return CommandResult(result: .array(json), text: text, freshness: try context.freshness(mirror))
    }

    private static func changes(_ row: HistoryRow, since earlier: HistoryRow?, secretKeys: Set<String>) -> [Change] {
        guard let now = ConfigContent(storedJSON: row.content), let earlier,
            let before = ConfigContent(storedJSON: earlier.content)
        else { return [] }
        return now.differingFields(from: before).map { field in
            let isSecret = field.isSecret(among: secretKeys)
            return Change(
                field: field, before: ShownValue(before[field], isSecret: isSecret), after: ShownValue(now[field], isSecret: isSecret))
        }
    }
}
