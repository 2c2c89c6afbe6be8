import Models
import Storage
import Sync

/// `phsync edit-config`: changes a config here; a push sends it.
enum EditConfigCommand {
    static let command = Command(
        "edit-config", summary: "changes a config in the mirror; a push sends it",
        details: [
            "KEY=VALUE is a text, KEY:=JSON any JSON, KEY=@FILE and KEY=@- the contents of a file or of stdin. A secret never"
                + " stands on the command line: give KEY=@FILE, KEY=@-, or KEY alone to be asked for it. The line break at the end of"
                + " a file is not part of a secret.",
            "NAME@PROJECT without a config there makes a draft, which a push creates disabled, reads back, and then enables.",
        ],
        positionals: [
            CommandContext.selector, Positional("PAIR", "KEY=VALUE, KEY:=JSON, KEY=@FILE, KEY=@-, or a secret KEY", isRequired: false, isRepeated: true),
        ],
        flags: [
            Flag("unset", .text("KEY"), isRepeated: true, "remove the key; clears a secret"), Flag("enable", "switch the plugin on"),
            Flag("disable", "switch the plugin off"), Flag("position", .integer("N", 0...2_147_483_647), "set its order among the project's configs"),
        ],
        exclusive: [["enable", "disable"]],
        examples: [
            Example("phsync edit-config 12 region=eu", "a text"), Example("phsync edit-config 12 limit:=500 --disable", "a number, and off"),
            Example("phsync edit-config 12 apiKey=@key.txt", "a secret from a file"),
            Example("phsync edit-config 'GeoIP@Staging' --enable", "by name and project"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToEdit(instance)
        let project = instance.project
        let selector = context.arguments.positional("SELECTOR") ?? ""
        let (selected, versions, plugin, ever) = try mirror.look { mirror in
            let selected = try Selector.config(selector, project: project, for: "edit-config", in: mirror)
            return (
                selected, try selected.id.flatMap { try mirror.configs.versions($0) }, try mirror.plugins.row(selected.pluginID)?.plugin,
                try mirror.plugins.secretKeys(selected.pluginID)
            )
        }
        guard let plugin else {
            throw Problem(
                .failed, code: "unknown-plugin", subject: selected.pluginID.subject,
                message: "the mirror does not have the plugin of \(selected.title), so it can't tell which keys are secret", next: "phsync pull")
        }
        let secretKeys = ever.union(plugin.schema.secretKeys)
        let reader = PairReader(context: context, selector: selector, base: versions?.base, schema: plugin.schema, secretKeys: secretKeys)
        let edits = try self.edits(context, reader)
        context.report.add(unsetInVain(edits, versions, plugin.schema, title: selected.title))
        let issues = try check(edits, versions, plugin.schema, secretKeys, title: selected.title)
        context.report.add(issues)
        let editor = ConfigEditor(selected: selected, edits: edits, now: context.now())
        let (id, inputs) = try await mirror.writing { mirror in
            (try editor.store(in: mirror), try PlannerInput.all(in: mirror))
        }
        return result(id, inputs.filter { $0.versions.id == id }, title: selected.title)
    }

    private static func edits(
        _ context: CommandContext, _ reader: PairReader
    ) throws(Problem) -> [(field: ConfigField, input: EditTable.Input)] {
        let arguments = context.arguments
        var pairs: [Pair] = []
        for text in arguments.values(of: "PAIR") { pairs.append(try Pair(text)) }
        let unset = arguments.values("unset")
        try checkOnce(pairs.map(\.key) + unset)
        guard pairs.count(where: { $0.value == .standardInput }) < 2 else {
            throw Problem(.usage, code: "one-stdin", subject: "@-", message: "stdin can be the value of one key only")
        }
        var edits: [(field: ConfigField, input: EditTable.Input)] = []
        for pair in pairs { edits.append((.key(pair.key), try reader.input(pair))) }
        for key in unset { edits.append((.key(key), reader.secretKeys.contains(key) ? .value("") : .unset)) }
        if arguments.has("enable") || arguments.has("disable") { edits.append((.enabled, .value(.bool(arguments.has("enable"))))) }
        if let position = arguments.integer("position") { edits.append((.order, .value(JSONValue(position)))) }
        guard !edits.isEmpty else {
            throw Problem(
                .usage, code: "nothing-to-change", message: "say what to change: KEY=VALUE, --unset KEY, --enable, --disable or --position N",
                next: "phsync help edit-config")
        }
        return edits
    }

    /// A misspelt key must not look as if it had been removed.
    private static func unsetInVain(
        _ edits: [(field: ConfigField, input: EditTable.Input)], _ versions: Versions?, _ schema: ConfigSchema, title: String
    ) -> [Problem] {
        edits.compactMap { field, input in
            guard case .key(let key) = field, input == .unset, versions?.local[field] == nil else { return nil }
            let keys = schema.fields.map(\.key) + (versions?.local.values.keys ?? [])
            let hint = NearestWord.find(key, in: keys).map { "; did you mean \"\($0)\"?" } ?? ""
            return Problem(.notice, code: "not-set", subject: key, message: "\(title): \(key) is not set, so there is nothing to remove\(hint)")
        }
    }

    private static func checkOnce(_ keys: [String]) throws(Problem) {
        for (index, key) in keys.enumerated() where keys[..<index].contains(key) {
            throw Problem(.usage, code: "twice", subject: key, message: "\(key) is given twice; say once what it is to be")
        }
    }

    /// Refuses what can't work; what is odd is said, and stored as it was meant.
    private static func check(
        _ edits: [(field: ConfigField, input: EditTable.Input)], _ versions: Versions?, _ schema: ConfigSchema,
        _ secretKeys: Set<String>, title: String
    ) throws(Problem) -> [Problem] {
        var content = versions?.local ?? ConfigContent(enabled: false, order: nil)
        var keys: Set<String> = []
        for (field, input) in edits {
            if case .key(let key) = field { keys.insert(key) }
            switch input {
            case .value(let value): content.set(field, value)
            case .unset: content.set(field, nil)
            case .secret: content.set(field, .string(Secret.mask))
            }
        }
        let issues = SchemaCheck(schema: schema, secretKeys: secretKeys).issues(in: content)
        let wrong = issues.filter { $0.severity == .error && keys.contains($0.key) && $0.code != "required" }
        if !wrong.isEmpty {
            throw Problem(
                .invalid, code: "invalid-value", subject: title,
                message: "\(title): \(wrong.map(\.message).joined(separator: "; ")). Nothing was changed.", next: "phsync help edit-config")
        }
        return issues.filter { keys.contains($0.key) || $0.code == "required" }.map {
            Problem(.notice, code: $0.code, subject: title, message: "\(title): \($0.message)")
        }
    }

    private static func result(_ id: PluginConfigID, _ inputs: [PlannerInput], title: String) -> CommandResult {
        guard let input = inputs.first else {
            return CommandResult(
                outcome: "unchanged", result: ["config": .string(id.subject), "changes": [], "conflicts": []],
                text: [.line("\(title) is as the remote has it: there is nothing to push.")])
        }
        let difference = ConfigDifference(input)
        return CommandResult(
            outcome: "edited", result: difference.json,
            text: difference.blocks, next: "phsync plan")
    }
}
