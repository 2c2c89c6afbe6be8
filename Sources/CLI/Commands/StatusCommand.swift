import Models
import Storage
import Sync

/// `phsync status`: what is edited, in conflict or in flight, and how old the mirror is; reads only the mirror.
enum StatusCommand {
    static let command = Command(
        "status", summary: "shows what is edited, in conflict, in flight or failing",
        flags: [Flag("exit-code", "exit 2 when something is edited, or an error is there that nobody has looked at")],
        examples: [Example("phsync status", "reads only the mirror, so it works offline")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let (counts, walks, archivedAt, errors, offered) = try mirror.look { mirror in
            (
                try mirror.configs.counts(), try Freshness.titled(in: mirror), try mirror.meta.archivedAt(), try mirror.errors.summary(),
                try Offered.all(in: mirror)
            )
        }
        let views = try context.differences(mirror, instance, command: "status")
        let incomplete = walks.filter { $0.row.state != .complete }
        let conflicts = views.reduce(0) { $0 + $1.conflictCount }
        var text: [Block] = [
            .line(Line("\(instance.name) (\(instance.origin))", .bold)),
            .line(
                "\(counts.plugins.counted("plugin")); \(counts.configs.counted("config")), \(counts.enabledConfigs) enabled,"
                    + " in \(counts.projects.counted("project"))"),
        ]
        if let archivedAt {
            text.append(
                .line(Line("An archive since \(archivedAt.iso8601): the instance offers no plugins any more. Nothing can be pushed.", .warning)))
        }
        text += views.isEmpty ? [.line("Nothing is edited.")] : [.table(table(views))]
        text += conflictBlocks(views)
        let running = counts.unsettledSteps > 0 ? try context.runningPush(instance) : nil
        if counts.unsettledSteps > 0 { text.append(.line(unsettled(counts.unsettledSteps, running))) }
        if let last = errors.lastSeen {
            let unseen = errors.unseen > 0 ? ", \(errors.unseen) of them unseen" : ", none of them unseen"
            let style: Line.Style = errors.unseen > 0 ? .warning : .plain
            text.append(
                .line(Line("\(errors.count.counted("kind")) of errors\(unseen), the last \(TimeText.ago(last, now: context.now())): phsync errors", style)))
        }
        for walk in incomplete {
            let detail = walk.row.detail.isEmpty ? "" : ": \(walk.row.detail)"
            text.append(.line(Line("\(walk.freshness.collection): \(walk.row.state.rawValue)\(detail)", .warning)))
        }
        let isWhole = !walks.isEmpty && incomplete.isEmpty
        let next = running != nil ? "phsync status" : next(counts, conflicts: conflicts, views, unseen: errors.unseen, isWhole: isWhole)
        return CommandResult(
            outcome: conflicts > 0 ? "conflicts" : views.isEmpty ? "clean" : "edited",
            result: [
                "projects": JSONValue(counts.projects), "plugins": JSONValue(counts.plugins), "configs": JSONValue(counts.configs),
                "enabled": JSONValue(counts.enabledConfigs), "edits": JSONValue(counts.edits), "drafts": JSONValue(counts.drafts),
                "conflicts": JSONValue(conflicts), "unsettled_steps": JSONValue(counts.unsettledSteps),
                "errors": JSONValue(errors.count), "unseen_errors": JSONValue(errors.unseen), "last_error_at": JSONValue(errors.lastSeen?.iso8601),
                "edited": .array(views.map(\.json)), "lost_fields": .array(offered.map(\.json)),
                "archived_at": archivedAt.map { .string($0.iso8601) } ?? .null,
                "next": .string(next),
            ],
            text: text, next: next, freshness: walks.map(\.freshness), problems: offered.map(\.problem),
            hasDifferences: !views.isEmpty || counts.unsettledSteps > 0 || errors.unseen > 0)
    }

    private static func unsettled(_ count: Int, _ running: Int32?) -> Line {
        let push = running.map { "the push that is running (process \($0))" } ?? "an interrupted push"
        return Line("\(count.counted("step")) of \(push) \(count == 1 ? "is" : "are") not settled yet.", .warning)
    }

    private static func table(_ views: [Difference]) -> Table {
        let hasConflicts = views.contains(where: \.hasConflicts)
        let columns: [Table.Column] = [.init("EDITED"), .init("WHAT"), .init("FIELDS")] + (hasConflicts ? [.init("CONFLICTS")] : [])
        let rows = views.map { view in
            let fields = view.changedNames.joined(separator: ", ")
            let conflicts = view.conflictNames.joined(separator: ", ")
            return [Line(view.subject), Line(view.title), Line(fields, .good)] + (hasConflicts ? [Line(conflicts, .warning)] : [])
        }
        return Table(columns, rows: rows)
    }

    /// The sides of each conflict, up to what fits a screen.
    private static func conflictBlocks(_ views: [Difference]) -> [Block] {
        let blocks = views.flatMap(\.conflictBlocks)
        guard blocks.count > 40 else { return blocks }
        return blocks.prefix(40) + [.line(Line("… and more: phsync diff", .dim))]
    }

    private static func next(_ counts: MirrorCounts, conflicts: Int, _ views: [Difference], unseen: Int, isWhole: Bool) -> String {
        if counts.unsettledSteps > 0 { return "phsync push" }
        if conflicts > 0 { return "phsync diff" }
        if !views.isEmpty { return "phsync plan" }
        // A mirror that lacks something may lack the very errors, too.
        if !isWhole { return "phsync pull" }
        return unseen > 0 ? "phsync errors" : "phsync configs"
    }
}
