import Models
import Sync

/// `phsync diff`: each edited field, before and after, and conflicts with all three sides.
enum DiffCommand {
    static let command = Command(
        "diff", summary: "shows edits field by field, code line by line, and conflicts",
        details: [
            "With --between the two arguments are projects, or contexts, or PROJECT@CONTEXT, and their configs are held against each"
                + " other with the edits made here: the switch, the plugin's version, values and files, but not the order. Plugins"
                + " are matched by url, then by name; of secrets it is only seen whether they are set.",
        ],
        positionals: [CommandContext.selectors],
        flags: [
            Flag("exit-code", "exit 2 when there are differences"), Flag("between", "compare two projects or two contexts, named as the arguments"),
        ],
        examples: [
            Example("phsync diff", "everything that is edited"), Example("phsync diff 12", "one config"),
            Example("phsync diff plugin:5", "the code of one plugin"), Example("phsync diff --between Staging 'Web shop'", "two projects"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        if context.arguments.has("between") { return try Between(context: context).run(context.arguments.values(of: "SELECTOR")) }
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
