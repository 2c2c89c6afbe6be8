import Models
import Storage
import Sync

/// `phsync logs`: what the plugins' configs have logged, from the mirror; with `--follow` also what comes.
enum LogsCommand {
    private static let levels = LogLevel.allCases.map { $0.word.lowercased() }.filter { !$0.isEmpty }

    static let command = Command(
        "logs", summary: "shows what plugins have logged, the newest last",
        details: [
            "Reads only the mirror: a pull fetches what is new, and keeps it for good unless the context's"
                + " logs_retention_days says how long. The server itself keeps a week.",
            "A level stands for itself and the more severe ones. --search finds entries with all of the words, the last one as"
                + " the start of a word; case does not matter, and no character has a special meaning.",
            "--follow goes on until ^C: it asks the instance every 5 to 30 seconds, less often when nothing comes or the instance is in trouble,"
                + " and keeps what it gets. Times are UTC unless --local is given.",
        ],
        positionals: [Positional("SELECTOR", "a config: 12, a plugin's name, name@project", isRequired: false)],
        flags: [
            Flag("level", .choice(levels), "entries of this level or worse"),
            Flag("search", .text("TEXT"), "only entries with these words"),
            Flag("since", .text("T"), "entries from T on: 2h, 3d, a date or time"),
            Flag("limit", .integer("N", 1...1_000_000), "how many of the newest (\(LogArguments.defaultLimit))"),
            Flag("around", short: "C", .integer("N", 1...100), "also so many entries of the same config before and after each"),
            Flag("follow", short: "f", "goes on with what comes"),
            Flag("local", "times of this machine's zone"),
        ],
        exclusive: [["around", "follow"]],
        examples: [
            Example("phsync logs --level warn --since 2h", "trouble of the last two hours, in all configs"),
            Example("phsync logs 12 --search timeout -C 3", "one config's entries with a word that begins so, and what is around them"),
            Example("phsync logs 12 --follow", "what it logs from now on"),
        ], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let arguments = try LogArguments(context.arguments, now: context.now())
        let view = LogTableView(times: LogTimes(isLocal: context.arguments.has("local"), isShort: context.isNarrow))
        if context.arguments.has("follow") {
            return try await LogFollower(context: context, instance: instance, arguments: arguments, view: view, clock: SystemClock()).run()
        }
        let mirror = try context.mirrorToRead(instance)
        let project = instance.project
        let (page, freshness) = try mirror.look { mirror in
            let scope = try arguments.scope(project, in: mirror)
            return (try LogPage(arguments, scope, in: mirror), try scope.freshness(in: mirror))
        }
        var text: [Block] = page.shown.isEmpty ? [.line("No entries.")] : [.table(view.table(page))]
        if page.isMore { text.append(.line(Line("The newest \(arguments.limit); --limit shows more.", .dim))) }
        return CommandResult(
            result: .array(page.shown.map { LogTableView.json($0.entry, page.titles, isMatch: $0.isMatch) }), text: text, freshness: [freshness])
    }
}
