import Models
import Storage

/// `phsync errors show`: one kind of error with stack, failing event and occurrences.
enum ErrorsShowCommand {
    /// Occurrences that are listed with their times.
    private static let shown = 10

    static let command = Command(
        "errors show", summary: "shows one kind of error with its stack and the event that failed",
        details: ["The event is shown as the instance has it: personal data."],
        positionals: [Positional("ID", "an id of phsync errors: E12")],
        examples: [Example("phsync errors show E12", "stack, event and times")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let mirror = try context.mirrorToRead(try context.instance())
        let text = context.arguments.positional("ID") ?? ""
        guard let id = id(text) else {
            throw Problem(.usage, code: "bad-id", subject: text, message: "\"\(text)\" is no id of an error, such as E12", next: "phsync errors")
        }
        let view = try mirror.look { mirror -> ErrorView in
            guard let group = try mirror.errors.group(id) else {
                throw MirrorError(
                    aborting: Problem(
                        .usage, code: "no-such-error", subject: id.subject, message: "the mirror has no error \(id.subject)",
                        next: "phsync errors --all"))
            }
            let occurrences = try mirror.errors.occurrences(id, limit: shown)
            let change = try mirror.activity.latest(config: group.configID, plugin: group.pluginID, until: group.firstSeen)
            var places: [PluginConfigID: String] = [:]
            for config in Set(occurrences.compactMap(\.configID)) {
                guard let row = try mirror.configs.row(config) else { continue }
                places[config] = try mirror.title(plugin: row.pluginID, project: row.projectID)
            }
            return ErrorView(group: group, occurrences: occurrences, changeBefore: change, places: places)
        }
        return CommandResult(
            result: view.json, text: view.text, freshness: try context.freshness(mirror, of: ["configs", "metrics", "errors"]))
    }

    /// Takes `E12`, `e12` and `12`.
    static func id(_ text: String) -> ErrorGroupID? {
        let digits = text.first == "E" || text.first == "e" ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(digits).map { ErrorGroupID($0) }
    }
}
