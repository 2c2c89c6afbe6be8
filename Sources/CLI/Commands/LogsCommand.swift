import Models
import Storage

/// `phsync logs`: what the plugins' configs have logged, from the mirror.
enum LogsCommand {
    /// Entries that are shown unless `--limit` says another number.
    private static let defaultLimit = 100
    private static let levels = LogLevel.allCases.map { $0.word.lowercased() }.filter { !$0.isEmpty }

    static let command = Command(
        "logs", summary: "shows what plugins have logged, the newest last",
        details: [
            "Reads only the mirror: a pull fetches what is new, and keeps it for good unless the context's"
                + " logs_retention_days says how long. The server itself keeps a week.",
            "A level stands for itself and the more severe ones. --search finds entries with all of the words, the last one as"
                + " the start of a word; case does not matter, and no character has a special meaning.",
        ],
        positionals: [Positional("SELECTOR", "a config: 12, a plugin's name, name@project", isRequired: false)],
        flags: [
            Flag("level", .choice(levels), "entries of this level or worse"),
            Flag("search", .text("TEXT"), "only entries with these words"),
            Flag("since", .text("T"), "entries from T on: 2h, 3d, a date or time"),
            Flag("limit", .integer("N", 1...1_000_000), "how many of the newest (\(defaultLimit))"),
        ],
        examples: [
            Example("phsync logs --level warn --since 2h", "trouble of the last two hours, in all configs"),
            Example("phsync logs 12 --search timeout", "one config's entries with a word that begins so"),
        ], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let query = try Query(context.arguments, now: context.now())
        let mirror = try context.mirrorToRead(instance)
        let project = instance.project
        let limit = query.limit
        let found = try mirror.look { mirror in try Found(query, project: project, in: mirror) }
        let isMore = found.entries.count > limit
        let shown = Array(found.entries.prefix(limit).reversed())
        var text: [Block] = [.table(table(shown, found.titles))]
        if shown.isEmpty { text = [.line("No entries.")] }
        if isMore { text.append(.line(Line("The newest \(limit); --limit shows more.", .dim))) }
        return CommandResult(
            result: .array(shown.map { json($0, found.titles) }), text: text, freshness: [found.freshness])
    }

    private static func table(_ entries: [LogEntry], _ titles: [PluginConfigID: String]) -> Table {
        let columns: [Table.Column] = [.init("TIME"), .init("LEVEL"), .init("SOURCE"), .init("CONFIG"), .init("MESSAGE")]
        let cells = entries.map { entry in
            [
                Line(entry.time.text), Line(entry.levelWord, style(entry.level)), Line(entry.sourceWord),
                Line(titles[entry.configID] ?? entry.configID.subject), Line(entry.message),
            ]
        }
        return Table(columns, rows: cells)
    }

    private static func style(_ level: LogLevel) -> Line.Style {
        switch level {
        case .debug: .dim
        case .log, .info: .plain
        case .warn: .warning
        case .error, .other: .bad
        }
    }

    private static func json(_ entry: LogEntry, _ titles: [PluginConfigID: String]) -> JSONValue {
        var object = JSONObject([
            .init(key: "id", value: .string(entry.id)), .init(key: "time", value: .string(entry.time.text)),
            .init(key: "level", value: .string(entry.levelWord)), .init(key: "source", value: .string(entry.sourceWord)),
            .init(key: "config_id", value: JSONValue(entry.configID.rawValue)),
            .init(key: "config", value: JSONValue(titles[entry.configID])), .init(key: "message", value: .string(entry.message)),
            .init(key: "instance_id", value: JSONValue(entry.instanceID?.description)),
        ])
        if !entry.extra.isEmpty { object["extra"] = .object(entry.extra) }
        return .object(object)
    }
}

extension LogsCommand {
    /// What the command line asks for.
    private struct Query: Sendable {
        let selector: String?
        let level: LogLevel
        let since: ServerTime?
        let search: LogSearch?
        let limit: Int

        init(_ arguments: Arguments, now: Timestamp) throws(Problem) {
            selector = arguments.positional("SELECTOR")
            let word = arguments.value("level")?.uppercased()
            level = LogLevel.allCases.first { $0.word == word } ?? .debug
            if let text = arguments.value("since") {
                since = ServerTime(try TimeArgument.moment(text, flag: "--since", now: now))
            } else {
                since = nil
            }
            search = arguments.value("search").flatMap { LogSearch($0) }
            if let text = arguments.value("search"), search == nil {
                throw Problem(
                    .usage, code: "nothing-to-search", subject: "--search",
                    message: "--search looks for words, and \"\(text)\" has neither a letter nor a digit", next: "phsync help logs")
            }
            limit = arguments.integer("limit") ?? LogsCommand.defaultLimit
        }
    }

    /// What the mirror has of it: at most one more than asked for, and how old that is.
    private struct Found: Sendable {
        let entries: [LogEntry]
        let titles: [PluginConfigID: String]
        let freshness: Freshness

        init(_ query: Query, project: String?, in mirror: MirrorTransaction) throws(MirrorError) {
            let selected = try query.selector.map { text throws(MirrorError) in
                let selected = try Selector.config(text, project: project, for: "logs", in: mirror)
                guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: "logs") }
                return (id: id, title: selected.title)
            }
            // An id is precise; the project narrows everything else.
            let scope = selected == nil ? try Selector.project(project, in: mirror) : nil
            entries = try mirror.logs.newest(
                LogQuery(
                    config: selected?.id, project: scope, level: query.level, since: query.since, search: query.search,
                    limit: query.limit + 1))
            var titles: [PluginConfigID: String] = [:]
            for id in Set(entries.map(\.configID)) {
                guard let row = try mirror.configs.row(id) else { continue }
                titles[id] = try mirror.title(plugin: row.pluginID, project: row.projectID)
            }
            self.titles = titles
            if let selected {
                freshness = Freshness(
                    collection: "log of \(selected.title)", pulledAtMilliseconds: try mirror.logWalks.completeAt(selected.id)?.milliseconds)
            } else if let scope {
                let name = try mirror.projects.name(scope)
                freshness = Freshness(
                    collection: "logs of \(name)", pulledAtMilliseconds: try mirror.logWalks.completeAt(scope)?.milliseconds)
            } else {
                freshness = Freshness(collection: "logs", pulledAtMilliseconds: try mirror.freshness.row("logs")?.checkedAt?.milliseconds)
            }
        }
    }
}
