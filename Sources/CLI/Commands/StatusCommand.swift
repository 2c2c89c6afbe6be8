import Models
import Storage
import Sync

/// `phsync status`: what is edited, in conflict or in flight, and how old the mirror is; reads only the mirror.
enum StatusCommand {
    static let command = Command(
        "status", summary: "shows what is edited, in conflict or in flight",
        flags: [Flag("exit-code", "exit 2 when something is edited")],
        examples: [Example("phsync status", "reads only the mirror, so it works offline")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let (counts, inputs, walks, errors) = try mirror.look { mirror in
            (try mirror.configs.counts(), try PlannerInput.all(in: mirror), try mirror.freshness.all(), try mirror.errors.summary())
        }
        let views = inputs.map(ConfigDifference.init)
        let conflicts = views.reduce(0) { $0 + $1.conflicts.count }
        var text: [Block] = [
            .line(Line("\(instance.name) (\(instance.origin))", .bold)),
            .line("\(counts.plugins) plugins; \(counts.configs) configs, \(counts.enabledConfigs) enabled, in \(counts.projects) projects"),
        ]
        for view in views {
            text.append(.line(line(view)))
        }
        if views.isEmpty { text.append(.line("Nothing is edited.")) }
        if counts.unsettledSteps > 0 {
            text.append(.line(Line("\(counts.unsettledSteps) step(s) of an interrupted push are not settled yet.", .warning)))
        }
        if let last = errors.lastSeen {
            let age = TimeText.age(milliseconds: max(0, context.now().milliseconds - last.milliseconds))
            let when = age == "just now" ? age : "\(age) ago"
            text.append(.line(Line("\(errors.count) kind(s) of errors, the last \(when): phsync errors", .warning)))
        }
        for walk in walks where walk.state != .complete {
            text.append(.line(Line("\(walk.collection): \(walk.state.rawValue): \(walk.detail)", .warning)))
        }
        let next = next(counts, conflicts: conflicts, views)
        text.append(.line(Line("Next: \(next)", .dim)))
        return CommandResult(
            outcome: conflicts > 0 ? "conflicts" : views.isEmpty ? "clean" : "edited",
            result: [
                "projects": JSONValue(counts.projects), "plugins": JSONValue(counts.plugins), "configs": JSONValue(counts.configs),
                "enabled": JSONValue(counts.enabledConfigs), "edits": JSONValue(counts.edits), "drafts": JSONValue(counts.drafts),
                "conflicts": JSONValue(conflicts), "unsettled_steps": JSONValue(counts.unsettledSteps),
                "errors": JSONValue(errors.count), "last_error_at": JSONValue(errors.lastSeen?.iso8601),
                "edited": .array(views.map(\.json)), "next": .string(next),
            ],
            text: text, freshness: try context.freshness(mirror, of: ["plugins", "configs", "metrics", "errors"]),
            hasDifferences: !views.isEmpty || counts.unsettledSteps > 0)
    }

    private static func line(_ view: ConfigDifference) -> Line {
        let fields = view.changes.map(\.field.label).joined(separator: ", ")
        let head = Line("  \(view.title) (\(view.subject)): ") + Line(fields, .good)
        guard !view.conflicts.isEmpty else { return head }
        return head + Line(" conflict: \(view.conflicts.map(\.field.label).joined(separator: ", "))", .warning)
    }

    private static func next(_ counts: MirrorCounts, conflicts: Int, _ views: [ConfigDifference]) -> String {
        if counts.unsettledSteps > 0 { return "phsync push" }
        if conflicts > 0 { return "phsync diff" }
        return views.isEmpty ? "phsync configs" : "phsync plan"
    }
}
