import Models
import Storage

/// `phsync errors`: every kind of error that a pull has ever seen.
enum ErrorsCommand {
    /// More groups than this are counted, not shown, unless all are asked for.
    private static let shown = 50

    static let command = Command(
        "errors", summary: "lists the errors of plugins, the same mistake once",
        details: [
            "The instance keeps only the last errors; the mirror keeps all that a pull has seen. An id such as E12 stays that of the same"
                + " mistake for ever. A + behind the count says that the instance counts more than it shows.",
            "Without --all: what still exists, the latest \(shown).",
        ],
        flags: [
            Flag("since", .text("T"), "only what was seen since then: 2h, 3d, 2026-11-20"),
            Flag("search", .text("TEXT"), "only what has these words in name, message or stack"),
            Flag("all", "also of configs and plugins that are gone, and all of them"),
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
        let (search, project) = (context.arguments.value("search"), instance.project)
        let found = try mirror.look { mirror in
            try mirror.errors.groups(ErrorFilter(project: try Selector.project(project, in: mirror), since: since, search: search))
        }
        let rows = context.arguments.has("all") ? found : Array(found.filter(\.isPresent).prefix(shown))
        var text: [Block] = [rows.isEmpty ? .line("No errors.") : .table(table(rows, now: context.now()))]
        if rows.count < found.count {
            text.append(.line(Line("\(found.count - rows.count) more, older or of what is gone: phsync errors --all", .dim)))
        }
        if let first = rows.first { text.append(.line(Line("Next: phsync errors show \(first.id.subject)", .dim))) }
        return CommandResult(
            result: .array(rows.map(\.json)), text: text,
            freshness: try context.freshness(mirror, of: ["configs", "metrics", "errors"]))
    }

    private static func table(_ rows: [ErrorGroupRow], now: Timestamp) -> Table {
        let columns: [Table.Column] = [
            .init("ID"), .init("LAST SEEN"), .init("FIRST SEEN"), .init("COUNT", isRightAligned: true), .init("PLUGIN"), .init("MESSAGE"),
        ]
        return Table(
            columns,
            rows: rows.map { row in
                [
                    Line(row.id.subject), Line(age(row.lastSeen, now)), Line(age(row.firstSeen, now), .dim),
                    Line("\(row.count)\(row.hasMore ? "+" : "")"), Line(row.place), Line(row.headline, row.isPresent ? .plain : .dim),
                ]
            })
    }

    private static func age(_ time: Timestamp, _ now: Timestamp) -> String {
        let age = TimeText.age(milliseconds: max(0, now.milliseconds - time.milliseconds))
        return age == "just now" ? age : "\(age) ago"
    }
}

extension ErrorGroupRow {
    /// "GeoIP@Web shop", "GeoIP (3 projects)".
    var place: String {
        if projectCount > 1 { return "\(pluginName) (\(projectCount) projects)" }
        return projectName.map { "\(pluginName)@\($0)" } ?? pluginName
    }

    var headline: String { name.isEmpty ? message : message.isEmpty ? name : "\(name): \(message)" }

    var json: JSONValue {
        [
            "id": .string(id.subject), "plugin_id": JSONValue(pluginID.rawValue), "plugin": .string(pluginName),
            "config_id": configID.map { JSONValue($0.rawValue) } ?? .null, "project": JSONValue(projectName),
            "projects": JSONValue(projectCount), "name": .string(name), "message": .string(message), "count": JSONValue(count),
            "has_more": .bool(hasMore), "first_seen": .string(firstSeen.iso8601), "last_seen": .string(lastSeen.iso8601),
            "present": .bool(isPresent),
        ]
    }
}
