import Models
import Sync

/// `phsync diff`: each edited field, before and after, and conflicts with all three sides.
enum DiffCommand {
    static let command = Command(
        "diff", summary: "shows edits field by field, and conflicts", positionals: [CommandContext.selectors],
        flags: [Flag("exit-code", "exit 2 when there are differences")],
        examples: [Example("phsync diff", "everything that is edited"), Example("phsync diff 12", "one config")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let views = try context.plannerInputs(mirror, instance, command: "diff").map(ConfigDifference.init)
        let text: [Block] = views.isEmpty ? [.line("Nothing is edited.")] : views.flatMap(\.blocks)
        return CommandResult(
            result: .array(views.map(\.json)), text: text, next: next(views), freshness: try context.freshness(mirror),
            hasDifferences: !views.isEmpty)
    }

    private static func next(_ views: [ConfigDifference]) -> String? {
        guard let clashing = views.first(where: { !$0.conflicts.isEmpty }) else { return views.isEmpty ? nil : "phsync plan" }
        return "phsync resolve \(clashing.subject) \(clashing.conflicts[0].field.label.shellQuoted) --local (yours) or --remote (theirs)"
    }
}
