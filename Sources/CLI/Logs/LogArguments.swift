import Models
import Storage

/// What the command line of `logs` asks for.
struct LogArguments: Sendable {
    /// Entries that are shown unless `--limit` says another number.
    static let defaultLimit = 100

    let selector: String?
    let level: LogLevel
    let since: ServerTime?
    let search: LogSearch?
    let limit: Int
    /// Entries of the same config to show around each one.
    let around: Int

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
        limit = arguments.integer("limit") ?? LogArguments.defaultLimit
        around = arguments.integer("around") ?? 0
    }

    /// Finds the config that is meant, and the project that narrows the rest: an id is precise.
    func scope(_ project: String?, in mirror: MirrorTransaction) throws(MirrorError) -> LogScope {
        guard let selector else { return LogScope(config: nil, title: nil, project: try Selector.project(project, in: mirror)) }
        let selected = try Selector.config(selector, project: project, for: "logs", in: mirror)
        guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: "logs") }
        return LogScope(config: id, title: selected.title, project: nil)
    }

    func query(_ scope: LogScope, since: ServerTime?, limit: Int) -> LogQuery {
        LogQuery(config: scope.config, project: scope.project, level: level, since: since, search: search, limit: limit)
    }
}

/// Whose logs are meant.
struct LogScope: Sendable {
    let config: PluginConfigID?
    /// Of the config.
    let title: String?
    let project: ProjectID?

    func freshness(in mirror: MirrorTransaction) throws(MirrorError) -> Freshness {
        if let config, let title {
            return Freshness(
                collection: "log of \(title)", pulledAtMilliseconds: try mirror.logWalks.completeAt(config)?.milliseconds)
        }
        if let project {
            let name = try mirror.projects.name(project)
            return Freshness(collection: "logs of \(name)", pulledAtMilliseconds: try mirror.logWalks.completeAt(project)?.milliseconds)
        }
        return Freshness(collection: "logs", pulledAtMilliseconds: try mirror.freshness.row("logs")?.checkedAt?.milliseconds)
    }
}

/// Entries in the order of a log, with what was asked for marked among what is around it.
struct LogPage: Sendable {
    struct Shown: Sendable {
        let entry: LogEntry
        /// False for one that is there only as surroundings.
        let isMatch: Bool
        /// Whether entries before it are left out.
        let isAfterGap: Bool
    }

    let shown: [Shown]
    let isMore: Bool
    let titles: [PluginConfigID: String]

    init(_ arguments: LogArguments, _ scope: LogScope, in mirror: MirrorTransaction) throws(MirrorError) {
        let found = try mirror.logs.newest(arguments.query(scope, since: arguments.since, limit: arguments.limit + 1))
        isMore = found.count > arguments.limit
        let matches = Array(found.prefix(arguments.limit).reversed())
        shown = arguments.around == 0
            ? matches.map { Shown(entry: $0, isMatch: true, isAfterGap: false) }
            : try LogPage.surrounded(matches, by: arguments.around, in: mirror)
        titles = try LogPage.titles(of: shown.map(\.entry), in: mirror)
    }

    static func titles(of entries: [LogEntry], in mirror: MirrorTransaction) throws(MirrorError) -> [PluginConfigID: String] {
        var titles: [PluginConfigID: String] = [:]
        for id in Set(entries.map(\.configID)) {
            guard let row = try mirror.configs.row(id) else { continue }
            titles[id] = try mirror.title(plugin: row.pluginID, project: row.projectID)
        }
        return titles
    }

    /// Each match among its neighbours in its own log, as `grep -C` shows lines; an entry is shown once.
    private static func surrounded(_ matches: [LogEntry], by count: Int, in mirror: MirrorTransaction) throws(MirrorError) -> [Shown] {
        let wanted = Set(matches.map(EntryKey.init))
        var seen: Set<EntryKey> = []
        var shown: [Shown] = []
        for match in matches where !seen.contains(EntryKey(match)) {
            var isFirst = true
            for entry in try mirror.logs.around(match, limit: count) where seen.insert(EntryKey(entry)).inserted {
                shown.append(Shown(entry: entry, isMatch: wanted.contains(EntryKey(entry)), isAfterGap: isFirst && !shown.isEmpty))
                isFirst = false
            }
        }
        return shown
    }
}

/// What tells one entry from all others.
struct EntryKey: Hashable {
    let config: PluginConfigID
    let time: ServerTime
    let id: String

    init(_ entry: LogEntry) {
        (config, time, id) = (entry.configID, entry.time, entry.id)
    }
}
