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
            "After it, rules of yours say what is new: see \"phsync help alerts\". --watch pulls again every so many minutes until ^C; what is"
                + " temporary is said and tried again later, up to an hour, and anything else ends it.",
        ],
        flags: [
            Flag("full", "walk every list from its start, also where an earlier pull was interrupted"),
            Flag("watch", .integer("MINUTES", 1...1440), "pull again every so often, until ^C"),
            Flag("lists", "only plugins and configs, without what happened: quick on a slow line"),
            Flag(
                "switch-projects",
                "on old servers, which serve only your current project: make each one the current one in turn, then switch back"),
        ],
        examples: [Example("phsync pull", "everything"), Example("phsync pull --project 3", "the configs of one project")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        // A rule that is not understood is said before anything is done.
        let rules = try AlertFile(context).rules
        let round = PullRound(context: context, instance: instance, api: try context.api(instance), rules: rules)
        let isFull = context.arguments.has("full")
        if let minutes = context.arguments.integer("watch") {
            return try await PullWatch(round: round, minutes: minutes, clock: SystemClock()).run(full: isFull)
        }
        return result(try await round.run(full: isFull))
    }

    static func selected(_ projects: [Project], _ wanted: String?) throws(Problem) -> [Project] {
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

    private static func result(_ outcome: PullRound.Outcome) -> CommandResult {
        let summary = outcome.summary
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
        let problems = outcome.told + summary.problems + (summary.stopped.map { [$0] } ?? [])
        let hasConflicts = problems.contains { $0.kind == .conflict }
        return CommandResult(
            outcome: summary.stopped == nil && summary.collections.allSatisfy { $0.state == .complete } ? "pulled" : "partly-pulled",
            result: [
                "collections": .array(summary.collections.map(\.json)), "settled_edits": JSONValue(settled),
                "alerts": .array(outcome.alerts.map(\.json)),
            ],
            // What stopped it says itself what to type next.
            text: text, next: summary.stopped == nil ? "phsync \(hasConflicts ? "diff" : "status")" : nil, problems: problems)
    }
}
