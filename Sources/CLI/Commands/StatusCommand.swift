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
        let view = StatusView(
            instance: instance, counts: counts, walks: walks, archivedAt: archivedAt, errors: errors, offered: offered,
            views: try context.differences(mirror, instance, command: "status"),
            running: counts.unsettledSteps > 0 ? try context.runningPush(instance) : nil, now: context.now())
        return CommandResult(
            outcome: view.outcome, result: view.json, text: view.blocks, next: view.next, freshness: walks.map(\.freshness),
            problems: offered.map(\.problem), hasDifferences: view.hasDifferences)
    }
}
