import Models
import Storage
import Sync

/// `phsync push`: sends the plan, step by step, each re-read before and read back after.
enum PushCommand {
    static let command = Command(
        "push", summary: "sends the plan: re-read, written, read back",
        details: [
            "Everything is checked before the first step and again right before each. A push that was interrupted is settled first:"
                + " the instance is asked what became of it, and nothing is sent twice.",
            "--atomic takes finished steps back when a later one fails, the newest first, each read back. A secret, a file and a created"
                + " config can't be taken back. A push that stopped half-way goes on with --resume, or is taken back with --abort; what is"
                + " taken back waits as edits again.",
            "What changes a plugin's behaviour is checked and run over sample events first, where its code is known. A new failure, an error in edited"
                + " code or a gate that does not hold stops the push (7), unless --no-verify is given, which the journal keeps.",
            "Exit status 6: the remote moved and nothing was written. 5: written in part; the rest is kept.",
        ],
        positionals: [CommandContext.selectors],
        flags: [
            Flag("yes", "don't ask"), Flag("plan", .text("DIGEST"), "push only if the plan is still this one"),
            Flag("atomic", "all steps or none, as far as the instance lets it"),
            Flag("resume", "go on with the push that stopped half-way"), Flag("abort", "take back what it has applied"),
            Flag("no-verify", "push what doesn't fit the schema, fails in the dry run or at a gate"), DryRunFlags.gates,
        ],
        exclusive: [["resume", "abort"], ["atomic", "abort"], ["abort", "plan"]],
        examples: [Example("phsync push", "shows the plan and asks"), Example("phsync push --plan 1f0c… --yes", "for scripts")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let api = try context.api(instance)
        _ = try context.mirrorToRead(instance)
        let lock = try context.runLock(instance, command: "push")
        defer { withExtendedLifetime(lock) {} }
        let mirror = try context.mirrorToEdit(instance)
        let pusher = Pusher(api: try await api.asPulled(into: mirror), mirror: mirror, now: context.now) { event in report(event, context.progress) }
        var open: [String: Problem] = [:]
        if try mirror.look({ mirror in try mirror.configs.counts().unsettledSteps + mirror.configs.counts().editsInFlight }) > 0 {
            try await pusher.checkIdentity()
            let settled = try await pusher.settle()
            context.report.add(settled.notices)
            open = settled.open
        }
        if context.arguments.has("abort") { return try await abort(context, instance, mirror, pusher, open) }
        let edited = try edited(context, mirror, instance)
        let output = edited.plan
        if let unknown = output.plan.steps.compactMap({ open[$0.subject] }).first { throw unknown }
        let problems = output.allProblems(isVerified: !context.arguments.has("no-verify"))
        guard problems.allSatisfy({ $0.kind == .notice }) else {
            return CommandResult(outcome: "not-pushed", result: ["plan": output.plan.json, "steps": []], problems: problems)
        }
        try checkDigest(context.arguments.value("plan"), output.plan)
        guard !output.plan.isEmpty else {
            return CommandResult(
                outcome: "empty", result: ["plan": output.plan.json, "steps": []], text: [.line("There is nothing to push.")], problems: problems)
        }
        let isVerified = !context.arguments.has("no-verify")
        let proof = try await Proof(of: edited, output.plan, mirror, instance, context)
        let doubts = proof.problems(isVerified: isVerified)
        guard doubts.allSatisfy({ $0.kind == .notice }) else {
            return CommandResult(
                outcome: "not-pushed", result: ["plan": output.plan.json, "steps": [], "behaviour": proof.json], text: proof.blocks,
                problems: problems + doubts)
        }
        try confirm(output.plan, proof, instance, context)
        try await pusher.checkIdentity()
        let summary = try await pusher.push(
            output.plan, isAtomic: context.arguments.has("atomic"), isResumed: context.arguments.has("resume"),
            isUnverified: !isVerified && (proof.stops || output.allProblems(isVerified: true).contains { $0.kind == .invalid }))
        return result(output.plan, summary, proof, problems + doubts)
    }

    private static func edited(_ context: CommandContext, _ mirror: Mirror, _ instance: Instance) throws(Problem) -> Edited {
        let edited = try context.edited(mirror, instance, command: "push")
        guard context.arguments.has("resume") else { return edited }
        return try mirror.look { mirror in
            let runs = try mirror.runs.interruptedPushes()
            guard !runs.isEmpty else { throw MirrorError(aborting: nothingInterrupted) }
            return try edited.left(of: runs, in: mirror)
        }
    }

    static let nothingInterrupted = Problem(
        .failed, code: "nothing-interrupted", message: "No push has stopped half-way since the last one that came to its end.", next: "phsync status")

    private static func checkDigest(_ wanted: String?, _ plan: Plan) throws(Problem) {
        guard let wanted, wanted != plan.digest else { return }
        let today = plan.isEmpty ? "there is nothing to push any more" : "today's plan is \(plan.digest), not \(wanted)"
        throw Problem(
            .moved, code: "other-plan", subject: wanted,
            message: "\(today): edits or the remote have changed since. Nothing was written.", next: "phsync plan")
    }

    private static func confirm(_ plan: Plan, _ proof: Proof, _ instance: Instance, _ context: CommandContext) throws(Problem) {
        guard !context.arguments.has("yes") else { return }
        context.progress.clear()
        if context.prompt.isPossible {
            let renderer = (plan.blocks + proof.blocks).compactMap { if case .line(let line) = $0 { line.rendered(colors: context.terminal.messageColors) } else { nil } }
            context.prompt.messages.write(renderer.joined(separator: "\n") + "\n")
        }
        let selectors = context.arguments.values(of: "SELECTOR").map(\.shellQuoted)
        let flags = ["no-verify", "atomic", "resume"].filter(context.arguments.has).map { "--\($0)" }
        let next = context.line(["push"] + selectors + flags + ["--plan", plan.digest, "--yes"])
        guard try context.confirm("Push \(plan.steps.count.counted("step")) to \(instance.origin)?", next: next) else {
            throw Problem(.interrupted, code: "not-confirmed", message: "nothing was pushed", next: "phsync plan")
        }
    }

    private static func report(_ event: PushEvent, _ progress: Progress) {
        switch event {
        case .checking(let step, let count): progress.update("checking \(step) of \(count)")
        case .sending(let step, let number, let count):
            progress.step("step \(number) of \(count): \(step.heading)")
            progress.update("step \(number) of \(count): \(step.title)")
        case .settled(let outcome, let number, let count): progress.step("step \(number) of \(count): \(outcome.state.word)")
        }
    }

    private static func result(_ plan: Plan, _ summary: PushSummary, _ proof: Proof, _ notices: [Problem]) -> CommandResult {
        let lines = summary.steps.map { outcome -> Block in
            .line(Line(outcome.state.word, outcome.state.isApplied ? .good : outcome.state == .inPart ? .warning : .bad) + Line("  \(outcome.step.heading)"))
        }
        let steps = summary.steps.map { outcome -> JSONValue in
            [
                "step": outcome.step.json, "state": .string(outcome.state.word), "config_id": outcome.configID.map { JSONValue($0.rawValue) } ?? .null,
            ]
        }
        let isTakenBack = !summary.hasWritten && summary.steps.contains { $0.state == .takenBack }
        let isPartial = !summary.isComplete && (summary.hasWritten || summary.steps.contains { $0.state == .unknown || $0.state == .handedOver })
        var problems = notices + summary.problems
        if isPartial {
            problems.append(
                Problem(
                    .partlyApplied, code: "partly-applied",
                    message: "\(summary.appliedCount) of \(summary.steps.count) steps were applied; the rest is kept and journalled.",
                    next: summary.needsDecision ? "phsync plan" : "phsync push --resume (go on) or --abort (take it back)"))
        }
        let outcome = summary.isComplete ? "pushed" : isPartial ? "partly-applied" : isTakenBack ? "taken-back" : "not-pushed"
        let pushed = Set(summary.steps.map { $0.configID?.subject ?? $0.step.subject })
        let next = pushed.count == 1 ? pushed.first.map { "phsync history \($0)" } : "phsync status"
        return CommandResult(
            outcome: outcome, result: ["plan": plan.json, "steps": .array(steps), "behaviour": proof.json], text: lines, next: summary.isComplete ? next : nil,
            problems: problems)
    }
}
