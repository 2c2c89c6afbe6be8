import Models

/// `phsync dry-run`: runs events through plugins in the sandbox, as they are and as they would be.
enum DryRunCommand {
    static let command = Command(
        "dry-run", summary: "runs events through plugins, before and after your edits",
        details: [
            "Without a selector everything that is edited is run: edited code with every config of its plugin. Each version runs in a process of"
                + " its own that reaches no file, no network and no other process. --plugin DIR runs a plugin's folder, without any mirror.",
            "Events are the mirror's samples of the project, or --events: events of a plugin server or of the API, one a line. Secrets that only the"
                + " instance has are phsync-secret-KEY, files that only it has are absent; what was not checked is listed.",
            "The same run gives the same bytes, but for times. Exit status 7: an event or a call fails that did not fail before, or a gate does not"
                + " hold. Changed results alone are 0.",
        ],
        positionals: [DryRunFlags.selectors],
        flags: [DryRunFlags.plugin, DryRunFlags.config, DryRunFlags.attach] + DryRunFlags.run + [DryRunFlags.gates],
        examples: [
            Example("phsync dry-run", "everything that is edited, on the mirror's sample events"),
            Example("phsync dry-run 12 --events events.ndjson -o ndjson", "one config, step by step"),
            Example("phsync dry-run --plugin . --config config.json --events -", "a folder, with events from stdin"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        try DryRunFlags.check(context)
        let options = try DryRunOptions(context)
        let gates = try GateFile.find(context)
        if let folder = context.arguments.value("plugin") {
            let subject = try FolderSubject(folder, context).subject(context)
            return try await result([subject], [], options, gates, freshness: [], context)
        }
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let selectors = context.arguments.values(of: "SELECTOR")
        let all = try mirror.look { mirror in try Edited.all(in: mirror) }
        let edited = selectors.isEmpty ? try context.edited(mirror, instance, command: "dry-run") : all
        let subjects = try MirrorSubjects(selectors, edited: edited, mirror, instance, context)
        return try await result(
            subjects.runnable, subjects.unrunnable, options, gates,
            freshness: try context.freshness(mirror, of: ["plugins", "configs", "events"]), context)
    }

    private static func result(
        _ subjects: [DryRunSubject], _ unrunnable: [Unrunnable], _ options: DryRunOptions, _ gates: GateFile?, freshness: [Freshness],
        _ context: CommandContext
    ) async throws(Problem) -> CommandResult {
        guard !subjects.isEmpty else { return nothing(unrunnable, freshness) }
        var runner = DryRunner(sandbox: try context.sandbox(), options: options, hasFields: context.format == .text)
        if context.format == .ndjson { runner.observer = { subject, variant in stepLines(subject, variant, options, context) } }
        let outcomes = try await runner.run(subjects, progress: context.progress)
        let report = DryRunReporting(outcomes: outcomes, unrunnable: unrunnable, gates: gates.map { GateResult($0, outcomes) }, options: options)
        if context.format == .ndjson { for summary in report.summaries { context.emit(summary) } }
        // What is not printed in this format is not made: it holds every step.
        return CommandResult(
            outcome: report.word, result: context.format == .ndjson ? nil : report.json, text: context.format == .text ? report.blocks : [],
            next: report.next, freshness: freshness, problems: report.problems)
    }

    /// Prints each step as it happens, with what it belongs to.
    private static func stepLines(
        _ subject: DryRunSubject, _ variant: String, _ options: DryRunOptions, _ context: CommandContext
    ) -> StepObserver {
        let members: JSONValue = [
            "variant": .string(variant), "config_id": JSONValue(subject.local.configID), "subject": .string(subject.subject),
        ]
        // The members follow those of the step.
        let tail = Array(("," + members.text.dropFirst()).utf8)
        return StepObserver(
            onStep: { step in
                var line: [UInt8] = []
                line.reserveCapacity(1024)
                step.write(openTo: &line, withTimings: options.hasTimings)
                line += tail
                context.emit(text: line)
            }, onIdle: context.flush)
    }

    private static func nothing(_ unrunnable: [Unrunnable], _ freshness: [Freshness]) -> CommandResult {
        guard !unrunnable.isEmpty else {
            return CommandResult(
                outcome: "empty", result: ["runs": [], "not_checked": []], text: [.line("Nothing is edited, so there is nothing to run. Name what to run, as in phsync dry-run 12.")],
                next: "phsync configs", freshness: freshness)
        }
        let problems = unrunnable.map { thing in
            Problem(.failed, code: "not-runnable", subject: thing.subject, message: "\(thing.title) can't be run: \(thing.why)", next: thing.next)
        }
        return CommandResult(
            outcome: "not-run", result: ["runs": [], "not_checked": .array(unrunnable.map { .string($0.text) })], freshness: freshness, problems: problems)
    }
}
