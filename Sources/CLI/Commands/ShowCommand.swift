import Models
import Storage
import Sync

/// `phsync show`: one config or one plugin with everything that may be seen of it.
enum ShowCommand {
    static let command = Command(
        "show", summary: "shows one config, or one plugin with plugin:ID", positionals: [CommandContext.selector],
        flags: [Flag("at", .text("T"), "as the mirror knew it then, with plugin:5 its code: \(TimeArgument.forms)")],
        examples: [
            Example("phsync show 12", "a config"), Example("phsync show plugin:5", "a plugin and its schema"),
            Example("phsync show 12 --at '2 days ago'", "what it was then, as far as the mirror saw it"),
        ], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let selector = context.arguments.positional("SELECTOR") ?? ""
        let project = instance.project
        if let text = context.arguments.value("at") {
            let past = try past(mirror, selector, project, at: try TimeArgument.moment(text, flag: "--at", now: context.now()))
            return CommandResult(result: past.json, text: past.text, freshness: try context.freshness(mirror))
        }
        let (text, json) = try mirror.look { mirror -> ([Block], JSONValue) in
            if selector.hasPrefix("plugin:"), !selector.contains("@") {
                let selected = try Selector.plugin(selector, project: project, in: mirror)
                guard let plugin = try mirror.plugins.row(selected.id)?.plugin else { return ([], .null) }
                return pluginView(plugin)
            }
            let selected = try Selector.config(selector, project: project, in: mirror)
            guard let id = selected.id, let versions = try mirror.configs.versions(id) else {
                throw SelectorMistake.noConfig(selected, command: "show")
            }
            let plugin = try mirror.plugins.row(selected.pluginID)?.plugin
            let keys = try mirror.plugins.secretKeys(selected.pluginID)
            return configView(versions, plugin, title: selected.title, secretKeys: keys)
        }
        return CommandResult(result: json, text: text, freshness: try context.freshness(mirror))
    }

    private static func past(_ mirror: Mirror, _ selector: String, _ project: String?, at time: Timestamp) throws(Problem) -> PastView {
        let (found, plugin, row) = try mirror.look { mirror -> (VersionedThing, Plugin?, ConfigRow?) in
            let found = try VersionedThing.find(selector, project, for: "show", in: mirror)
            guard case .config(let selected, let history) = found else { return (found, nil, nil) }
            return (found, try mirror.plugins.row(selected.pluginID)?.plugin, try mirror.configs.row(history.id))
        }
        return try PastView(found, at: time, plugin, row)
    }

    private static func pluginView(_ plugin: Plugin) -> ([Block], JSONValue) {
        let columns: [Table.Column] = [.init("KEY"), .init("TYPE"), .init("NOTES"), .init("NAME")]
        let rows = plugin.schema.fields.map { [Line($0.key), Line($0.type.text), Line(notes($0), .dim), Line($0.name ?? "")] }
        let text: [Block] = [
            .line(Line("\(plugin.name) (\(plugin.id.subject))", .bold)),
            .line(Line([plugin.type ?? "unknown type", plugin.url, plugin.tag.map { "version \($0)" }].compactMap { $0 }.joined(separator: ", "))),
        ] + (plugin.description.flatMap { $0.isEmpty ? nil : [.line(Line($0))] } ?? []) + [
            rows.isEmpty ? .line("It has nothing to configure.") : .table(Table(columns, rows: rows))
        ]
        return (text, plugin.json)
    }

    static func configView(
        _ versions: Versions, _ plugin: Plugin?, title: String, secretKeys: Set<String>
    ) -> ([Block], JSONValue) {
        let local = versions.local
        let edited = Set(versions.edits.map(\.field))
        let schema = plugin?.schema ?? ConfigSchema(.null)
        let known = schema.fields.map(\.key)
        let others = Set(local.values.keys).union(local.attachments.keys).union(versions.edits.compactMap(\.field.key))
        let keys = known + others.filter { !known.contains($0) }.sorted()
        func shown(_ key: String) -> ShownValue {
            if let edit = versions.edits.first(where: { $0.field.key == key && $0.value != .unset }) {
                return edit.shown(isSecret: edit.isSecret(among: secretKeys))
            }
            return ShownValue(local.values[key] ?? local.attachments[key]?.json, isSecret: secretKeys.contains(key))
        }
        let rows = keys.map { key -> [Line] in
            let isEdited = edited.contains(.key(key)) || edited.contains(.attachment(key))
            let value = local.attachments[key] == nil ? shown(key).text : fileText(shown(key))
            return [
                Line(isEdited ? "*" : "", .warning), Line(key), Line(schema[key].map(notes) ?? "not in the schema", .dim), Line(value),
            ]
        }
        let state = local.enabled ? Line("enabled", .good) : Line("disabled", .dim)
        let text: [Block] = [
            .line(Line("\(title) (\(versions.id.subject))", .bold)),
            .line(state + Line(", order \(local.order.map(String.init) ?? "not set")\(edited.isEmpty ? "" : "; * is edited, not pushed yet")")),
            rows.isEmpty ? .line("It has no values.") : .table(Table([.init(""), .init("KEY"), .init("NOTES"), .init("VALUE")], rows: rows)),
        ] + (local.attachments.isEmpty ? [] : [.line(Line(filesNote, .dim))])
        var values = JSONObject()
        var files = JSONObject()
        for key in keys {
            if local.attachments[key] == nil { values[key] = shown(key).json } else { files[key] = shown(key).json }
        }
        let json: JSONValue = [
            "id": JSONValue(versions.id.rawValue), "title": .string(title), "plugin_id": JSONValue(versions.pluginID.rawValue),
            "project_id": JSONValue(versions.projectID.rawValue), "enabled": .bool(local.enabled),
            "order": local.order.map { JSONValue($0) } ?? .null, "config": .object(values),
            "attachments": .object(files), "edited": .array(edited.map { .string($0.text) }),
        ]
        return (text, json)
    }

    private static let filesNote = "The contents of a file can't be read back from the instance: keep your own copy."

    private static func fileText(_ value: ShownValue) -> String {
        switch value {
        case .file(_, let contentType, _): "file \(value.text), \(contentType)"
        case .absent, .value, .secret, .newSecret: "file \(value.text)"
        }
    }

    private static func notes(_ field: ConfigSchema.Field) -> String {
        var notes: [String] = []
        if field.isRequired { notes.append("required") }
        if field.isSecret { notes.append("secret") }
        if !field.choices.isEmpty { notes.append("one of " + field.choices.map { $0.string ?? $0.text }.joined(separator: ", ")) }
        return notes.joined(separator: ", ")
    }
}
