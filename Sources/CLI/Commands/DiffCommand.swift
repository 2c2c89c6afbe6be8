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
        let views = try context.differences(mirror, instance, command: "diff")
        let text: [Block] = views.isEmpty ? [.line("Nothing is edited.")] : views.flatMap(\.blocks)
        return CommandResult(
            result: .array(views.map(\.json)), text: text, next: next(views), freshness: try context.freshness(mirror),
            hasDifferences: !views.isEmpty)
    }

    private static func next(_ views: [Difference]) -> String? {
        guard let clashing = views.first(where: \.hasConflicts) else { return views.isEmpty ? nil : "phsync plan" }
        return "phsync resolve \(clashing.subject) \(clashing.conflictNames[0].shellQuoted) --local (yours) or --remote (theirs)"
    }
}
