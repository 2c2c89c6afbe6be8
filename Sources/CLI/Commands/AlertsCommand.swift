import Models
import Storage

/// `phsync alerts`: the rules that a pull looks at, checked.
enum AlertsCommand {
    static let command = Command(
        "alerts", summary: "shows and checks the rules by which a pull tells what is new",
        details: [
            "Rules are lines of a file, which this command names; # begins a comment:",
            "new error group",
            "error came back",
            "config switched off by the server",
            "update available",
            "delivery below 95 % for 2 h",
            "Each may go on with: of PLUGIN, in PROJECT (in quotes where there are blanks), and => stderr, => ndjson FILE or => run COMMAND."
                + " A command gets the alerts as lines of JSON on its stdin, and 30 seconds.",
            "They are looked at after each pull. A rule of deliveries holds when in that time each whole hour in which something was handled"
                + " was below it; without \"for\", when the last 24 hours together were. It tells once, until an hour is fine again. The first pull of"
                + " a mirror tells nothing of errors.",
        ],
        examples: [Example("phsync alerts", "the rules and what they remember")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let file = try AlertFile(context)
        let instance = try context.instance()
        let memory = try context.hasMirror(instance) ? try context.mirrorToRead(instance).look { mirror in try mirror.alerts.memory() } : AlertMemory()
        let columns: [Table.Column] = [.init("RULE"), .init("TELLS"), .init("HOLDS NOW")]
        let rows = file.rules.map { rule in [Line(rule.text), Line(rule.action.text), Line(held(rule, memory), .warning)] }
        let text: [Block] = [.line(Line(file.path, .bold)), file.rules.isEmpty ? .line("No rules: a pull tells nothing by itself. What can be written there: phsync help alerts") : .table(Table(columns, rows: rows))]
        return CommandResult(
            result: [
                "file": .string(file.path),
                "rules": .array(file.rules.map { ["rule": .string($0.text), "action": .string($0.action.text), "holds": .string(held($0, memory))] }),
            ], text: text)
    }

    private static func held(_ rule: AlertRule, _ memory: AlertMemory) -> String {
        guard case .delivery = rule.condition else { return "" }
        return memory.held.filter { $0.key.rule == rule.text }.sorted { $0.value.since < $1.value.since }.map { key, held in
            "\(key.subject) since \(TimeText.timestamp(held.since.milliseconds))\(held.toldAt == nil ? "" : ", told")"
        }.joined(separator: ", ")
    }
}

extension AlertRule.Action {
    var text: String {
        switch self {
        case .message: "stderr"
        case .file(let path): "ndjson \(path)"
        case .command(let line): "run \(line)"
        }
    }
}
