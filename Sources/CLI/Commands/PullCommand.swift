import Models
import Storage
import Sync

/// `phsync pull`: remote to mirror; what is edited here stays.
enum PullCommand {
    static let command = Command(
        "pull", summary: "mirrors the instance; edits made here stay",
        details: [
            "Reads plugins, their code, and the configs of all projects, or of one with --project, then what happened: logs, metrics, errors, activity,"
                + " and a sample of events for dry runs. An interrupted pull goes on where it stopped.",
            "Code is read of plugins that are written on the instance, and of others when something about them has changed.",
            "Logs and metrics are asked for config by config, as far as they can have grown; --full reads all of them again. The instance"
                + " allows 480 requests a minute for a project, so that the first pull of thousands of configs takes a while.",
            "Events are personal data: they are forgotten after 30 days, and \"sample_events\": \"off\" in the context's settings keeps none.",
            "What was changed both here and there is a conflict: the pull completes, says which, and exits 3.",
        ],
        flags: [
            Flag("full", "walk every list from its start, also where an earlier pull was interrupted"),
            Flag("lists", "only plugins and configs, without what happened: quick on a slow line"),
            Flag(
                "switch-projects",
                "on old servers, which serve only your current project: make each one the current one in turn, then switch back"),
        ],
        examples: [Example("phsync pull", "everything"), Example("phsync pull --project 3", "the configs of one project")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let api = try context.api(instance)
        if try !context.hasMirror(instance) {
            // Nothing is made before the instance has answered: a wrong key would leave an empty mirror behind.
            _ = try await Reach.probe(api, bound: nil, next: "phsync pull")
        }
        let lock = try context.runLock(instance, command: "pull")
        defer { withExtendedLifetime(lock) {} }
        let mirror = try context.mirrorToPull(instance)
        let wanted = context.arguments.value("project")
        var options = instance.context.pullOptions
        if context.arguments.has("lists") { options.parts = [] }
        let puller = Puller(api: api, mirror: mirror, now: context.now, options: options) { event in
            report(event, context.progress)
        }
        let summary = try await puller.pull(
            full: context.arguments.has("full"), switchesProjects: context.arguments.has("switch-projects")
        ) { projects throws(Problem) in try selected(projects, wanted) }
        await mirror.close()
        return result(summary)
    }

    private static func selected(_ projects: [Project], _ wanted: String?) throws(Problem) -> [Project] {
        guard let wanted else { return projects }
        let named = projects.filter { $0.id.description == wanted || $0.name.lowercased() == wanted.lowercased() }
        if !named.isEmpty { return named }
        let list = projects.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
        throw Problem(
            .usage, code: "unknown-project", subject: wanted,
            message: "the key sees no project \"\(wanted)\"; it sees \(list.isEmpty ? "none" : list)", next: "phsync pull")
    }

    static func report(_ event: PullEvent, _ progress: Progress) {
        switch event {
        case .started(let title): progress.update("\(title) …")
        case .progressed(let title, let seen, let total, let left):
            progress.update("\(title): \(seen)\(total.map { " of \($0)" } ?? "")\(left.flatMap(TimeText.left) ?? "")")
        case .finished(let collection): progress.step("\(collection.title): \(collection.seen) read, \(collection.state.rawValue)")
        }
    }

    private static func result(_ summary: PullSummary) -> CommandResult {
        let columns: [Table.Column] = [
            .init("COLLECTION"), .init("READ", isRightAligned: true), .init("NEW", isRightAligned: true),
            .init("CHANGED", isRightAligned: true), .init("GONE", isRightAligned: true), .init("STATE"),
        ]
        let rows = summary.collections.map { row in
            [
                Line(row.title), Line("\(row.seen)"), Line("\(row.inserted)"), Line("\(row.changed)"), Line("\(row.removed)"),
                Line(row.state.rawValue, row.state == .complete ? .good : .warning),
            ]
        }
        var text: [Block] = [
            .line(Line("\(summary.identity.origin), \(summary.identity.organizationName)", .bold)), .table(Table(columns, rows: rows)),
        ]
        let settled = summary.settledEdits.count + summary.settledSourceEdits.count
        if settled > 0 {
            text.append(.line("On the remote by now and no longer waiting: \(settled.counted("edit"))."))
        }
        let problems = summary.problems + (summary.stopped.map { [$0] } ?? [])
        let hasConflicts = problems.contains { $0.kind == .conflict }
        return CommandResult(
            outcome: summary.stopped == nil && summary.collections.allSatisfy { $0.state == .complete } ? "pulled" : "partly-pulled",
            result: [
                "collections": .array(summary.collections.map(\.json)), "settled_edits": JSONValue(settled),
            ],
            // What stopped it says itself what to type next.
            text: text, next: summary.stopped == nil ? "phsync \(hasConflicts ? "diff" : "status")" : nil, problems: problems)
    }
}
