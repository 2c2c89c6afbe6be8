import Models
import Storage
import Sync

/// `phsync blame`: of each key of a config, since when it has its value and from whom.
enum BlameCommand {
    static let command = Command(
        "blame", summary: "says of each key of a config since when it has its value, and from whom",
        details: ["What was so when the mirror first saw the config may be older: that is marked with ≤."],
        positionals: [CommandContext.selector],
        examples: [Example("phsync blame 12", "key by key, edits included")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let selector = context.arguments.positional("SELECTOR") ?? ""
        let project = instance.project
        let (title, history, edits) = try mirror.look { mirror in
            let selected = try Selector.config(selector, project: project, for: "blame", in: mirror)
            guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: "blame") }
            return (selected.title, try ConfigHistory(id, of: selected.pluginID, in: mirror), try mirror.edits.list(id))
        }
        let origins = history.origins
        let rows = origins.map(row) + edits.map { row($0, history.secretKeys) }
        let columns: [Table.Column] = [.init("KEY"), .init("SINCE"), .init("VERSION"), .init("WHO"), .init("FROM"), .init("VALUE")]
        let text: [Block] = [
            .line(Line("\(title) (\(history.id.subject))", .bold)),
            rows.isEmpty ? .line("It was never pulled or pushed.") : .table(Table(columns, rows: rows)),
        ]
        let entries = origins.map(json) + edits.map { json($0, history.secretKeys) }
        return CommandResult(result: .array(entries), text: text, freshness: try context.freshness(mirror))
    }

    private static func row(_ origin: FieldOrigin) -> [Line] {
        let row = origin.version.row
        return [
            Line(origin.field.label), Line((origin.mayBeOlder ? "≤ " : "") + TimeText.timestamp(row.recordedAt.milliseconds)),
            Line("\(row.version)"), Line(origin.author.text, origin.author == .unknown ? .dim : .plain),
            Line(VersionText.word(row.origin, origin.version.sameAs)), Line(Excerpt.of([origin.value.text])[0]),
        ]
    }

    private static func row(_ edit: Edit, _ secretKeys: Set<String>) -> [Line] {
        let value = edit.shown(isSecret: edit.isSecret(among: secretKeys))
        return [
            Line(edit.field.label, .warning), Line(TimeText.timestamp(edit.madeAt.milliseconds)), Line("-"), Line("you"),
            Line("edit, not pushed", .warning), Line(Excerpt.of([value.text])[0]),
        ]
    }

    private static func json(_ origin: FieldOrigin) -> JSONValue {
        let row = origin.version.row
        return [
            "field": .string(origin.field.text), "value": origin.value.json, "since": .string(row.recordedAt.iso8601),
            "may_be_older": .bool(origin.mayBeOlder), "version": JSONValue(row.version), "author": origin.author.json,
            "origin": .string(row.origin.rawValue), "is_edit": false,
        ]
    }

    private static func json(_ edit: Edit, _ secretKeys: Set<String>) -> JSONValue {
        [
            "field": .string(edit.field.text), "value": edit.shown(isSecret: edit.isSecret(among: secretKeys)).json,
            "since": .string(edit.madeAt.iso8601), "may_be_older": false, "version": .null, "author": "you", "origin": "edit",
            "is_edit": true,
        ]
    }
}
