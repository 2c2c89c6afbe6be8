import Models
import Storage

/// `phsync configs`: all plugin configs of the mirror, with what is edited.
enum ConfigsCommand {
    static let command = Command(
        "configs", summary: "lists the plugin configs",
        examples: [Example("phsync configs", "of all projects"), Example("phsync configs --project 'Web shop'", "of one")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let wanted = instance.project
        let rows = try mirror.look { mirror in
            try mirror.configs.list(project: try Selector.project(wanted, in: mirror))
        }
        let columns: [Table.Column] = [
            .init("ID", isRightAligned: true), .init("PLUGIN"), .init("PROJECT"), .init("ENABLED"), .init("ORDER", isRightAligned: true),
            .init("EDITS"),
        ]
        let cells = rows.map { row in
            [
                Line(row.isDraft ? row.id.subject : "\(row.id)"), Line(row.pluginName), Line(row.projectName),
                Line(row.localEnabled ? "yes" : "no", row.localEnabled ? .good : .dim), Line(row.position.map(String.init) ?? ""),
                Line(row.editCount == 0 ? "" : "\(row.editCount) edited", .warning),
            ]
        }
        return CommandResult(
            result: .array(rows.map(json)), text: [.table(Table(columns, rows: cells))], freshness: try context.freshness(mirror))
    }

    private static func json(_ row: ConfigListRow) -> JSONValue {
        [
            "id": JSONValue(row.id.rawValue), "plugin_id": JSONValue(row.pluginID.rawValue), "plugin": .string(row.pluginName),
            "project_id": JSONValue(row.projectID.rawValue), "project": .string(row.projectName), "enabled": .bool(row.enabled),
            "local_enabled": .bool(row.localEnabled), "order": row.position.map { JSONValue($0) } ?? .null,
            "edits": JSONValue(row.editCount), "removed": .bool(row.removedAt != nil),
        ]
    }
}
