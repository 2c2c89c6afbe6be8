import Models
import Storage
import Sync

/// `phsync history`: the versions of one config or of one plugin's code, or the latest changes of everything.
enum HistoryCommand {
    private static let defaultLimit = 50

    static let command = Command(
        "history", summary: "lists what changed, when and by whom: of one config or plugin's code, or of everything",
        details: [
            "A version is known from when a pull saw it or a push made it. Who changed something is told by the instance's activity log,"
                + " where it keeps one; what you pushed from here is yours.",
            "Old versions go after a year, but the newest 20 of each thing stay: \"history_days\" and \"history_versions\" in the"
                + " context's settings.",
        ],
        positionals: [Positional("SELECTOR", "a config: 12, a plugin's name, name@project; plugin:5 for its code", isRequired: false)],
        flags: [
            Flag("since", .text("T"), "only what was recorded since then: \(TimeArgument.forms)"),
            Flag("limit", .integer("N", 1...10_000), "so many of the newest changes of everything; \(defaultLimit) without it"),
        ],
        examples: [
            Example("phsync history 12", "newest first, with the fields that changed"),
            Example("phsync history plugin:5", "of its code, with the files that changed"),
            Example("phsync history --since yesterday", "of everything"),
        ], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let project = instance.project
        let now = context.now()
        let since = try context.arguments.value("since").map { text throws(Problem) in
            try TimeArgument.moment(text, flag: "--since", now: now)
        }
        guard let selector = context.arguments.positional("SELECTOR") else {
            let limit = context.arguments.integer("limit") ?? defaultLimit
            let latest = try mirror.look { mirror in
                try LatestChanges(since: since, project: try Selector.project(project, in: mirror), limit: limit, in: mirror)
            }
            return CommandResult(result: latest.json, text: latest.blocks, freshness: try context.freshness(mirror))
        }
        let found = try mirror.look { mirror in try VersionedThing.find(selector, project, for: "history", in: mirror) }
        let result = show(found, since: since ?? Timestamp(milliseconds: 0))
        return CommandResult(result: result.json, text: result.text, freshness: try context.freshness(mirror))
    }

    private static func show(_ found: VersionedThing, since: Timestamp) -> (text: [Block], json: JSONValue) {
        let versions: [(text: [Block], json: JSONValue)] =
            switch found {
            case .code(let code):
                code.versions.filter { $0.row.recordedAt >= since }.map { ([.line(Line($0.heading))] + $0.lines, $0.json) }
            case .config(_, let history):
                history.versions.filter { $0.row.recordedAt >= since }.map { ([.line(Line($0.heading))] + $0.lines, $0.json) }
            }
        let none = found.isEmpty ? "It was never pulled or pushed." : "Nothing changed since \(TimeText.timestamp(since.milliseconds))."
        let text = versions.isEmpty ? [Block.line(Line(none))] : versions.flatMap(\.text)
        return ([.line(Line(found.title, .bold))] + text, .array(versions.map(\.json)))
    }
}
