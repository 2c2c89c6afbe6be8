import Models
import Sync

/// `phsync diff`: each edited field, before and after, and conflicts with all three sides.
enum DiffCommand {
    static let command = Command(
        "diff", summary: "shows edits field by field, code line by line, and conflicts", positionals: [CommandContext.selectors],
        flags: [Flag("exit-code", "exit 2 when there are differences")],
        examples: [Example("phsync diff", "everything that is edited"), Example("phsync diff 12", "one config"), Example("phsync diff plugin:5", "the code of one plugin")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let edited = try context.edited(mirror, instance, command: "diff")
        let differences = edited.differences
        let hasConflicts = differences.contains { $0.hasConflicts }
        let next = hasConflicts ? "phsync resolve SELECTOR KEY --local|--remote" : "phsync plan"
        let text: [Block] = differences.isEmpty
            ? [.line("Nothing is edited.")] : differences.flatMap(\.blocks) + [.line(Line("Next: \(next)", .dim))]
        return CommandResult(
            result: .array(differences.map(\.json)), text: text, freshness: try context.freshness(mirror),
            hasDifferences: !differences.isEmpty)
    }
}
