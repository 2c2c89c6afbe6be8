import Models
import Storage
import Sync

/// `phsync repro`: the event that failed, through the installed version and through the edit.
enum ReproCommand {
    static let command = Command(
        "repro", summary: "runs the event that failed again, as it is installed and as you have edited it",
        details: [
            "Runs in the sandbox: nothing is sent and nothing on this machine is reached. Exit status 7 as long as the event fails in what you"
                + " have here, so that it can be repeated until it passes.",
            "Where the failure needs an answer from the network, the refused requests are named: give answers with --fetch stub (200, {}) or"
                + " --cassette FILE.",
            "--save keeps the event: each dry run and push of that config runs it from then on, and stops when it fails anew. It is personal data.",
        ],
        positionals: [Positional("ID", "an id of phsync errors: E12")],
        flags: [
            Flag("newest", "also through the plugin's newest release, which is downloaded"),
            Flag("save", "keep the event for every dry run from now on"),
            Flag("forget", "forget the events of that error that were kept"),
        ] + DryRunFlags.run.filter { $0.name != "events" },
        exclusive: [["save", "forget"]],
        examples: [
            Example("phsync repro E12", "does it fail here as it failed there, and does the edit help?"),
            Example("phsync repro E12 --fetch stub --save", "requests are answered with 200, and the event is kept"),
        ], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let id = try ErrorsShowCommand.id(context.arguments.positional("ID") ?? "")
        if context.arguments.has("forget") { return try await forget(id, context, instance) }
        let options = try DryRunOptions(context)
        let reproduction = try Reproduction(id, mirror, instance, context)
        let sandbox = try context.sandbox()
        let saved = context.arguments.has("save") ? try await reproduction.save(context, instance) : nil
        let newest = context.arguments.has("newest") ? try await NewestRelease.version(of: reproduction, context, instance) : nil
        let outcome = try await DryRunner(sandbox: sandbox, options: options).run([reproduction.subject], progress: context.progress)[0]
        var candidate: DryRunVariant?
        if let newest {
            let subject = DryRunSubject(
                subject: reproduction.subject.subject, title: reproduction.subject.title, local: newest.version, base: nil, isEdited: false,
                era: reproduction.subject.era, events: reproduction.subject.events)
            candidate = try await DryRunner(sandbox: sandbox, options: options).run([subject], progress: context.progress)[0].comparison.local
        }
        let view = ReproView(
            reproduction: reproduction, outcome: outcome, newest: candidate.flatMap { variant in newest.map { ($0.tag, variant) } }, isSaved: saved, hasTimings: options.hasTimings)
        return CommandResult(
            outcome: view.word, result: view.json, text: view.blocks, next: view.next,
            freshness: try context.freshness(mirror, of: ["plugins", "configs", "errors"]), problems: view.problems)
    }

    private static func forget(_ id: ErrorGroupID, _ context: CommandContext, _ instance: Instance) async throws(Problem) -> CommandResult {
        let mirror = try context.mirrorToEdit(instance)
        let count = try await mirror.writing { mirror in try mirror.fixtures.forget(group: id) }
        await mirror.close()
        return CommandResult(
            outcome: count == 0 ? "nothing-to-do" : "forgotten", result: ["id": .string(id.subject), "forgotten": JSONValue(count)],
            text: [.line(Line("Forgotten: \(count.counted("event")) of \(id.subject)."))])
    }
}
