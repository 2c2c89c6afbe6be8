import Models
import Sync

/// `phsync plan`: what a push would send, offline.
enum PlanCommand {
    static let command = Command(
        "plan", summary: "shows what a push would send", positionals: [CommandContext.selectors],
        examples: [Example("phsync plan", "every step, with before and after")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let output = try context.edited(mirror, instance, command: "plan").plan
        let text: [Block] = output.plan.isEmpty
            ? [.line("There is nothing to push.")] : output.plan.blocks + [.line(Line("Next: phsync push", .dim))]
        return CommandResult(
            outcome: output.plan.isEmpty ? "empty" : "planned", result: output.plan.json, text: text,
            freshness: try context.freshness(mirror), problems: output.allProblems(isVerified: true))
    }
}
