import Models
import Storage

/// `phsync plugins`: all plugins of the mirror.
enum PluginsCommand {
    static let command = Command(
        "plugins", summary: "lists the plugins", examples: [Example("phsync plugins", "with version and number of configs")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let mirror = try context.mirrorToRead(try context.instance())
        let rows = try mirror.look { mirror in try mirror.plugins.list() }
        let columns: [Table.Column] = [
            .init("ID", isRightAligned: true), .init("NAME"), .init("TYPE"), .init("VERSION"), .init("CONFIGS", isRightAligned: true),
            .init("ENABLED", isRightAligned: true), .init("NOTE"),
        ]
        let cells = rows.map { row in
            [
                Line("\(row.id)"), Line(row.name), Line(row.type ?? ""), Line(String((row.tag ?? "").prefix(12))),
                Line("\(row.configCount)"), Line("\(row.enabledCount)"), Line(note(row), .warning),
            ]
        }
        return CommandResult(
            result: .array(rows.map(json)), text: [.table(Table(columns, rows: cells))], freshness: try context.freshness(mirror))
    }

    private static func note(_ row: PluginListRow) -> String {
        if row.removedAt != nil { return "gone from the remote" }
        guard let tag = row.tag, let latest = row.latestTag, !latest.isEmpty, tag != latest else { return "" }
        return "update available"
    }

    private static func json(_ row: PluginListRow) -> JSONValue {
        [
            "id": JSONValue(row.id.rawValue), "name": .string(row.name), "type": JSONValue(row.type), "tag": JSONValue(row.tag),
            "latest_tag": JSONValue(row.latestTag), "configs": JSONValue(row.configCount), "enabled": JSONValue(row.enabledCount),
            "removed": .bool(row.removedAt != nil),
        ]
    }
}
