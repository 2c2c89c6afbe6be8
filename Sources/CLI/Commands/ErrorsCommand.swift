import Models
import Storage

/// `phsync errors`: the inbox of everything that failed.
enum ErrorsCommand {
    /// More groups than this are not shown unless all are asked for.
    private static let shown = 50

    static let command = Command(
        "errors", summary: "lists what failed, the same mistake once, what nobody has looked at first",
        details: [
            "Gathers errors of plugins and configs, entries of level ERROR in their logs, error details of the metrics, configs that the"
                + " server switched off by itself, and days on which a config delivered clearly less than before. The instance keeps only"
                + " the last errors; the mirror keeps all that a pull has seen. An id such as E12 stays that of the same mistake for ever.",
            "\"errors show\" marks a group as seen; mute, unmute, resolve and note are the other things to do with one. What occurs again"
                + " after it was resolved has come back, and is unseen. A + behind the count says that the instance counts more than it shows.",
            "Without --all: the first \(shown) that are neither muted nor resolved, of what still exists.",
        ],
        flags: [
            Flag("since", .text("T"), "only what was seen since then: 2h, 3d, 2026-11-20"),
            Flag("plugin", .text("SELECTOR"), "only of that plugin: plugin:5, a name"),
            Flag("search", .text("TEXT"), "only what has these words in name, message or stack"),
            Flag("all", "also what is muted, resolved, or of configs and plugins that are gone, and all of them"),
        ],
        examples: [
            Example("phsync errors --since 2d", "what was seen in the last two days"),
            Example("phsync errors --search split", "by a word"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let since: Timestamp?
        if let text = context.arguments.value("since") {
            since = try TimeArgument.moment(text, flag: "--since", now: context.now())
        } else {
            since = nil
        }
        let (search, selector, project) = (context.arguments.value("search"), context.arguments.value("plugin"), instance.project)
        let isAll = context.arguments.has("all")
        let width = ErrorsCommand.days(context.terminal)
        let now = context.now()
        let found = try mirror.look { mirror -> (rows: [ErrorGroupRow], days: [ErrorGroupID: [ErrorDayCount]]) in
            let plugin = try selector.map { text throws(MirrorError) in
                try Selector.plugin(text, project: project, for: "errors --plugin", in: mirror).id
            }
            let scope = try Selector.project(project, in: mirror)
            let rows = try mirror.errors.groups(
                ErrorFilter(
                    project: scope, plugin: plugin, since: since, search: search, isListedOnly: !isAll, limit: isAll ? nil : shown + 1))
            var days: [ErrorGroupID: [ErrorDayCount]] = [:]
            for row in rows { days[row.id] = try mirror.errors.series(row, days: width, now: now, project: scope).days }
            return (rows, days)
        }
        let rows = isAll ? found.rows : Array(found.rows.prefix(shown))
        let table = ErrorTableView(rows: rows, days: found.days, dayCount: width, now: now, isNarrow: context.isNarrow)
        var text: [Block] = [rows.isEmpty ? .line(Line(isAll ? "No errors." : "No errors that are not muted or resolved.")) : .table(table.table)]
        if rows.count < found.rows.count { text.append(.line(Line("The first \(shown); --all shows all.", .dim))) }
        if let first = rows.first { text.append(.line(Line("Next: phsync errors show \(first.id.subject)", .dim))) }
        return CommandResult(
            result: .array(rows.map { $0.json(days: found.days[$0.id] ?? []) }), text: text,
            freshness: try context.freshness(mirror, of: ["configs", "logs", "metrics", "errors"]))
    }

    /// Days that the line of counts shows, as far as there is room.
    private static func days(_ terminal: Terminal) -> Int {
        guard terminal.isOutputTerminal else { return 14 }
        return terminal.width < 100 ? 7 : terminal.width < 160 ? 14 : 30
    }
}

extension CommandContext {
    /// Whether the text goes to a terminal with little room.
    var isNarrow: Bool { terminal.isOutputTerminal && terminal.width < 100 }
}

/// The list of groups.
struct ErrorTableView: Sendable {
    let rows: [ErrorGroupRow]
    let days: [ErrorGroupID: [ErrorDayCount]]
    let dayCount: Int
    let now: Timestamp
    let isNarrow: Bool

    var table: Table {
        let columns: [Table.Column] = [
            .init("ID"), .init("STATE"), .init("LAST", isRightAligned: true), .init("FIRST", isRightAligned: true), .init("COUNT", isRightAligned: true),
            .init("\(dayCount) DAYS"), .init("PLUGIN"),
        ]
        // Where there is little room a message has a line of its own: it is what people know an error by.
        if isNarrow { return Table(columns, rows: rows.map(cells), details: rows.map(headline)) }
        return Table(columns + [.init("MESSAGE")], rows: rows.map { cells($0) + [headline($0)] })
    }

    private func headline(_ row: ErrorGroupRow) -> Line { Line(row.headline, isQuiet(row) ? .dim : .plain) }
    private func isQuiet(_ row: ErrorGroupRow) -> Bool { !row.isPresent || row.state == .muted || row.state == .resolved }

    private func cells(_ row: ErrorGroupRow) -> [Line] {
        let figures = (days[row.id] ?? []).map { Int64($0.count) }
        return [
            Line(row.id.subject, row.state.isUnseen ? .bold : .plain), Line(row.state.word, row.state.style), Line(TimeText.shortAge(row.lastSeen, now: now)),
            Line(TimeText.shortAge(row.firstSeen, now: now), .dim), Line("\(row.count)\(row.hasMore ? "+" : "")"),
            Line(Sparkline.text(figures), isQuiet(row) ? .dim : .bad), Line(row.place),
        ]
    }
}

extension InboxState {
    var word: String {
        switch self {
        case .new: "new"
        case .seen: ""
        case .muted: "muted"
        case .resolved: "fixed"
        case .returned: "back"
        }
    }

    var style: Line.Style {
        switch self {
        case .new, .returned: .warning
        case .seen: .plain
        case .muted: .dim
        case .resolved: .good
        }
    }
}

extension ErrorGroupRow {
    /// "GeoIP@Web shop", "GeoIP (3 projects)".
    var place: String {
        if projectCount > 1 { return "\(pluginName) (\(projectCount) projects)" }
        return projectName.map { "\(pluginName)@\($0)" } ?? pluginName
    }

    /// The method that fails on events, "" when nothing tells; nil where no event has a part in it, and so nothing that ran before.
    var eventMethod: String? {
        let isWithoutEvent = kind == .switchedOff || Reproduction.withoutEvent.contains(method)
        return isWithoutEvent ? nil : method
    }

    var headline: String { Headline.of(name, Headline.firstLine(message)) }

    /// - Parameter days: Those that the text shows, of which those with an occurrence are told.
    func json(days: [ErrorDayCount]) -> JSONValue {
        var object = json.object ?? JSONObject()
        object["days"] = .array(days.filter { $0.count > 0 }.map(\.json))
        return .object(object)
    }

    var json: JSONValue {
        [
            "id": .string(id.subject), "kind": .string(kind.rawValue), "state": .string(state.rawValue),
            "plugin_id": JSONValue(pluginID.rawValue), "plugin": .string(pluginName),
            "config_id": configID.map { JSONValue($0.rawValue) } ?? .null, "project": JSONValue(projectName),
            "projects": JSONValue(projectCount), "name": .string(name), "message": .string(message), "method": .string(method),
            "function": .string(function), "count": JSONValue(count), "has_more": .bool(hasMore), "first_seen": .string(firstSeen.iso8601),
            "last_seen": .string(lastSeen.iso8601), "returned_at": JSONValue(returnedAt?.iso8601), "note": .string(note), "present": .bool(isPresent),
        ]
    }
}
