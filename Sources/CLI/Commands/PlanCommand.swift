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
        let problems = output.allProblems(isVerified: true)
        let offered = try mirror.look { mirror in try Offered.all(in: mirror) }
        let isEmpty = output.plan.isEmpty
        // What keeps a push from happening says itself what to type next.
        let isReady = !isEmpty && problems.allSatisfy { $0.kind == .notice }
        return CommandResult(
            outcome: isEmpty ? "empty" : "planned", result: output.plan.json,
            text: isEmpty && problems.isEmpty ? [.line("There is nothing to push.")] : isEmpty ? [] : output.plan.blocks,
            next: isReady ? "phsync push" : nil, freshness: try context.freshness(mirror), problems: problems + offered.map(\.problem))
    }
}
