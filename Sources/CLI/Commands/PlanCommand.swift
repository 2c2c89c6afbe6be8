import Models
import Sync

/// `phsync plan`: what a push would send, offline.
enum PlanCommand {
    static let command = Command(
        "plan", summary: "shows what a push would send",
        details: [
            "What changes a plugin's behaviour is run over sample events too, before and after, where its code is known; phsync dry-run shows the whole.",
        ],
        positionals: [CommandContext.selectors], flags: [DryRunFlags.gates, Flag("no-dry-run", "don't run anything")],
        examples: [Example("phsync plan", "every step, with before and after")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let edited = try context.edited(mirror, instance, command: "plan")
        let output = edited.plan
        let isSkipped = context.arguments.has("no-dry-run")
        let proof = isSkipped ? Proof.nothing : try await Proof(of: edited, output.plan, mirror, instance, context)
        let problems = output.allProblems(isVerified: true) + proof.problems(isVerified: true).filter { $0.code != "not-proved" }
        let offered = try mirror.look { mirror in try Offered.all(in: mirror) }
        let isEmpty = output.plan.isEmpty
        var json = output.plan.json.object ?? JSONObject()
        json["behaviour"] = proof.json
        // What keeps a push from happening says itself what to type next.
        let isReady = !isEmpty && problems.allSatisfy { $0.kind == .notice }
        return CommandResult(
            outcome: isEmpty ? "empty" : "planned", result: .object(json),
            text: isEmpty && problems.isEmpty ? [.line("There is nothing to push.")] : isEmpty ? [] : output.plan.blocks + proof.blocks,
            next: isReady ? "phsync push" : nil, freshness: try context.freshness(mirror), problems: problems + offered.map(\.problem))
    }
}
