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
            "Without anything to change, $PHSYNC_EDITOR, $VISUAL or $EDITOR opens with every field of the schema, its hint and its"
                + " value. Mistakes come back as comments in the same text; leaving it unchanged or empty gives up.",
            "--attach takes a copy of the file; it waits privately beside the mirror until a push has sent it. The server never gives"
                + " a file's contents back: one that is replaced or detached is lost there.",
            "NAME@* edits the plugin's configs in all projects, all or none; plan and push then show and send them as one plan.",
            "NAME@PROJECT without a config there makes a draft, which a push creates disabled, reads back, and then enables.",
        ],
        positionals: [
            CommandContext.selector, Positional("PAIR", "KEY=VALUE, KEY:=JSON, KEY=@FILE, KEY=@-, or a secret KEY", isRequired: false, isRepeated: true),
        ],
        flags: [
            Flag("unset", .text("KEY"), isRepeated: true, "remove the key; clears a secret"),
            Flag("attach", .path("KEY=PATH"), isRepeated: true, "put a copy of the file in the place of KEY"),
            Flag("detach", .text("KEY"), isRepeated: true, "take the file of KEY away"),
            Flag("enable", "switch the plugin on"), Flag("disable", "switch the plugin off"),
            Flag("position", .integer("N", 0...2_147_483_647), "set its order among the project's configs"),
        ],
        exclusive: [["enable", "disable"]],
        examples: [
            Example("phsync edit-config 12", "in your editor"), Example("phsync edit-config 12 region=eu", "a text"),
            Example("phsync edit-config 12 limit:=500 --disable", "a number, and off"),
            Example("phsync edit-config 12 apiKey=@key.txt", "a secret from a file"),
            Example("phsync edit-config 12 --attach table=regions.csv", "a file"),
            Example("phsync edit-config 'GeoIP@Staging' --enable", "by name and project"),
            Example("phsync edit-config 'GeoIP@*' region=eu", "in all projects"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToEdit(instance)
        let project = instance.project
        let selector = context.arguments.positional("SELECTOR") ?? ""
        if let all = try mirror.look({ mirror in try Selector.everywhere(selector, for: "edit-config", in: mirror) }) {
            return try await BulkEditor(context: context, mirror: mirror, selected: all).run()
        }
        let target = try mirror.look { mirror in try EditTarget.find(selector, project, in: mirror) }
        let line = LineEdits(context: context, target: target)
        guard line.isGiven else {
            return try await EditorCommand(
                context: context, mirror: mirror, target: target, origin: "\(instance.origin)"
            ).run()
        }
        let edits = try line.edits()
        context.report.add(unsetInVain(edits, target))
        context.report.add(try check(edits, target))
        let editor = ConfigEditor(selected: target.selected, edits: edits, now: context.now())
        let (id, inputs) = try await mirror.writing { mirror in
            (try editor.store(in: mirror), try PlannerInput.all(in: mirror))
        }
        return result(id, inputs, title: target.title)
    }

    /// A misspelt key must not look as if it had been removed.
    private static func unsetInVain(_ edits: NewEdits, _ target: EditTarget) -> [Problem] {
        edits.compactMap { field, input in
            guard case .key(let key) = field, input == .unset, target.versions?.local[field] == nil else { return nil }
            let keys = target.schema.fields.map(\.key) + (target.versions?.local.values.keys ?? [])
            let hint = NearestWord.find(key, in: keys).map { "; did you mean \"\($0)\"?" } ?? ""
            return Problem(
                .notice, code: "not-set", subject: key, message: "\(target.title): \(key) is not set, so there is nothing to remove\(hint)")
        }
    }

    /// Refuses what can't work; what is odd is said, and stored as it was meant.
    static func check(_ edits: NewEdits, _ target: EditTarget) throws(Problem) -> [Problem] {
        let issues = target.issues(with: edits)
        let wrong = issues.filter(\.refusesEdit)
        if !wrong.isEmpty {
            throw Problem(
                .invalid, code: "invalid-value", subject: target.title,
                message: "\(target.title): \(wrong.map(\.message).joined(separator: "; ")). Nothing was changed.",
                next: "phsync help edit-config")
        }
        return notices(issues, target)
    }

    static func notices(_ issues: [ValidationIssue], _ target: EditTarget) -> [Problem] {
        issues.map { Problem(.notice, code: $0.code, subject: target.title, message: "\(target.title): \($0.message)") }
    }

    static func result(_ id: PluginConfigID, _ inputs: [PlannerInput], title: String) -> CommandResult {
        guard let input = inputs.first(where: { $0.versions.id == id && !$0.versions.edits.isEmpty }) else {
            return CommandResult(
                outcome: "unchanged", result: ["config": .string(id.subject), "changes": [], "conflicts": []],
                text: [.line("\(title) is as the remote has it: there is nothing to push.")])
        }
        let difference = ConfigDifference(input)
        let next = difference.conflicts.isEmpty ? "phsync plan" : "phsync diff \(id.subject)"
        return CommandResult(
            outcome: "edited", result: difference.json, text: difference.blocks, next: next)
    }
}
