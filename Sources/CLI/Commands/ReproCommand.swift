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
            Flag("from", .path("DIR|ZIP"), "the newest release's code, instead of downloading it"),
            Flag("save", "keep the event for every dry run from now on"),
            Flag("forget", "forget the events of that error that were kept"),
        ] + DryRunFlags.run.filter { $0.name != "events" },
        exclusive: [["save", "forget"]],
        examples: [
            Example("phsync repro E12", "does it fail here as it failed there, and does the edit help?"),
            Example("phsync repro E12 --fetch stub --save", "requests are answered with 200, and the event is kept"),
            Example("phsync repro E12 --newest", "does the plugin's newest release help?"),
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
        let (newest, missing) = try await newest(reproduction, context, instance)
        let subjects = [reproduction.subject] + (newest.map { [$0.subject(reproduction)] } ?? [])
        let outcomes = try await DryRunner(sandbox: sandbox, options: options).run(subjects, progress: context.progress)
        let view = ReproView(
            reproduction: reproduction, outcome: outcomes[0], newest: newest.map { ($0, outcomes[1].comparison.local) }, isSaved: saved,
            hasTimings: options.hasTimings, width: context.terminal.isOutputTerminal ? context.terminal.width : nil)
        return CommandResult(
            outcome: view.word, result: view.json, text: view.blocks, next: view.next,
            freshness: try context.freshness(mirror, of: ["plugins", "configs", "errors"]), problems: view.problems + missing)
    }

    /// The newest release where it is asked for; what is in the mirror is run all the same when it can't be had.
    private static func newest(
        _ reproduction: Reproduction, _ context: CommandContext, _ instance: Instance
    ) async throws(Problem) -> (NewestRelease?, missing: [Problem]) {
        guard context.arguments.has("newest") || context.arguments.has("from") else { return (nil, []) }
        do throws(Problem) {
            return (try await NewestRelease(of: reproduction, context, instance), [])
        } catch {
            if error.kind == .interrupted { throw error }
            return (nil, [error])
        }
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
