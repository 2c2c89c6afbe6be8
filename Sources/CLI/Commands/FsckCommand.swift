import Models
import Storage
import Sync

/// `phsync fsck`: proves that the mirror is whole and equals the remote, and repairs what is missing.
enum FsckCommand {
    static let command = Command(
        "fsck", summary: "checks the mirror, compares it with the remote, repairs holes",
        details: [
            "First the file and every row's digest; then every list is walked from its start and compared with the mirror. What"
                + " differs is taken from the remote; edits made here are never touched.",
            "Exit status 2 with --exit-code when something had to be repaired, 1 when the mirror itself is damaged.",
        ],
        flags: [
            Flag("offline", "check the mirror alone, without asking the instance"),
            Flag("exit-code", "exit 2 when the mirror was not equal to the remote"),
        ],
        examples: [Example("phsync fsck", "both checks"), Example("phsync fsck --offline", "on a plane")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let progress = context.progress
        let findings = try mirror.look { mirror in
            try mirror.audit { count in progress.update("\(count) rows checked") }
        }
        if context.arguments.has("offline") || findings.contains(where: { $0.code == .file }) {
            return result(findings, nil)
        }
        return result(findings, try await compare(context, instance))
    }

    /// A full pull: what it had to store is what the mirror lacked.
    private static func compare(_ context: CommandContext, _ instance: Instance) async throws(Problem) -> PullSummary {
        let api = try context.api(instance)
        let lock = try context.runLock(instance, command: "fsck")
        defer { withExtendedLifetime(lock) {} }
        let mirror = try context.mirrorToPull(instance)
        let progress = context.progress
        let puller = Puller(api: api, mirror: mirror, now: context.now) { event in PullCommand.report(event, progress) }
        let summary = try await puller.pull(full: true)
        await mirror.close()
        // A comparison that came to no end says nothing.
        if let problem = summary.stopped { throw problem }
        return summary
    }

    private static func result(_ findings: [AuditFinding], _ summary: PullSummary?) -> CommandResult {
        let repaired = summary?.collections.filter(\.isState).reduce(0) { $0 + $1.inserted + $1.changed + $1.removed } ?? 0
        var text: [Block] = findings.isEmpty ? [.line(Line("The mirror is whole.", .good))] : []
        if let summary { text += comparison(summary, repaired) }
        return CommandResult(
            outcome: !findings.isEmpty ? "damaged" : repaired > 0 ? "repaired" : "equal",
            result: [
                "findings": .array(findings.map(json)), "compared": .bool(summary != nil), "repaired": JSONValue(repaired),
                "collections": .array(summary?.collections.map(\.json) ?? []),
            ],
            text: text, problems: findings.map(problem) + (summary?.problems ?? []), hasDifferences: repaired > 0)
    }

    private static func comparison(_ summary: PullSummary, _ repaired: Int) -> [Block] {
        let isWhole = summary.collections.allSatisfy { $0.state == .complete }
        let news = summary.collections.filter { !$0.isState }.reduce(0) { $0 + $1.inserted }
        let read: [Block] = news > 0 ? [.line("\(news.counted("row")) of logs, figures and the like had come since, and were read.")] : []
        guard repaired > 0 || !isWhole else { return [.line(Line("It equals the remote.", .good))] + read }
        let rows = summary.collections.filter(\.isState).map { row -> Block in
            .line("  \(row.title): \(row.inserted) missing, \(row.changed) different, \(row.removed) gone on the remote, \(row.state.rawValue)")
        }
        let unread = summary.collections.filter { !$0.isState && $0.state != .complete }.map { row -> Block in
            .line("  \(row.title): \(row.state.rawValue)")
        }
        return [.line(Line("It did not equal the remote in \(repaired.counted("row")), taken from there:", .warning))] + rows + unread + read
    }

    private static func json(_ finding: AuditFinding) -> JSONValue {
        ["code": .string(finding.code.rawValue), "subject": .string(finding.subject), "detail": .string(finding.detail)]
    }

    private static func problem(_ finding: AuditFinding) -> Problem {
        let next =
            switch finding.code {
            case .file: "phsync doctor"
            case .digest: "phsync fsck"
            case .secret: "phsync discard \(finding.subject.prefix { $0 != " " })"
            }
        return Problem(
            .failed, code: "fsck-\(finding.code.rawValue)", subject: finding.subject, message: "\(finding.subject): \(finding.detail).", next: next)
    }
}

extension PullSummary.Collection {
    /// Whether it is something that is, like a config; of what has happened, like log entries, more comes all the time.
    fileprivate var isState: Bool { name == "plugins" || name == "sources" || name.hasPrefix("configs:") }
}
