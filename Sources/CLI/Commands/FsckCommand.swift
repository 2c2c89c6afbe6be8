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
            "Exit status 2 with --exit-code when something had to be repaired, 1 when the mirror itself is damaged and could not be"
                + " repaired. A comparison that stopped says so, and proves nothing.",
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
            return FsckReport(findings: findings).result
        }
        do throws(Problem) {
            let (summary, left) = try await compare(context, instance, findings)
            return FsckReport(findings: left, repaired: findings.filter { !left.contains($0) }, summary: summary, stopped: summary.stopped).result
        } catch {
            // What was found in the mirror itself is told all the same.
            return FsckReport(findings: findings, stopped: error).result
        }
    }

    /// A full pull: what it had to store is what the mirror lacked. Then what was found before is looked at again.
    private static func compare(
        _ context: CommandContext, _ instance: Instance, _ findings: [AuditFinding]
    ) async throws(Problem) -> (PullSummary, left: [AuditFinding]) {
        let api = try context.api(instance)
        let lock = try context.runLock(instance, command: "fsck")
        defer { withExtendedLifetime(lock) {} }
        let mirror = try context.mirrorToPull(instance)
        try await mirror.writing { mirror in try mirror.distrust(findings) }
        let progress = context.progress
        let puller = Puller(api: api, mirror: mirror, now: context.now) { event in PullCommand.report(event, progress) }
        let summary = try await puller.pull(full: true)
        let left = findings.isEmpty ? [] : try mirror.look { mirror in try mirror.audit { _ in } }
        await mirror.close()
        return (summary, left)
    }
}

/// What fsck has found, and what became of it.
private struct FsckReport {
    let findings: [AuditFinding]
    var repaired: [AuditFinding] = []
    var summary: PullSummary?
    var stopped: Problem?

    private var repairedRows: Int { summary?.collections.filter(\.isState).reduce(0) { $0 + $1.inserted + $1.changed + $1.removed } ?? 0 }
    /// Whether the lists of plugins and configs were walked to their end: only then it is a proof.
    private var isCompared: Bool {
        let lists = summary?.collections.filter { $0.name == "plugins" || $0.name.hasPrefix("configs:") } ?? []
        return !lists.isEmpty && lists.allSatisfy { $0.state == .complete }
    }

    private var outcome: String {
        if !findings.isEmpty { return "damaged" }
        if summary == nil && stopped == nil { return "whole" }
        return !isCompared ? "not-compared" : repairedRows > 0 ? "repaired" : "equal"
    }

    var result: CommandResult {
        let problems = findings.map(FsckCommand.problem) + repaired.map(FsckCommand.repaired)
        return CommandResult(
            outcome: outcome,
            result: [
                "findings": .array(findings.map(FsckCommand.json)), "mended": .array(repaired.map(FsckCommand.json)),
                "compared": .bool(isCompared), "repaired": JSONValue(repairedRows),
                "collections": .array(summary?.collections.map(\.json) ?? []),
            ],
            text: text, problems: problems + (summary?.problems ?? []) + (stopped.map { [$0] } ?? []), hasDifferences: repairedRows > 0)
    }

    private var text: [Block] {
        var text: [Block] = findings.isEmpty ? [.line(Line("The mirror is whole.", .good))] : []
        guard let summary else {
            return text + (stopped == nil ? [] : [.line(Line("It was not compared with the remote.", .warning))])
        }
        if repairedRows > 0 {
            text.append(.line(Line("It did not equal the remote in \(repairedRows.counted("row")), taken from there:", .warning)))
        }
        if !isCompared {
            text.append(.line(Line("It was not compared with all of the remote, so this is no proof that they are equal.", .warning)))
        }
        if isCompared && repairedRows == 0 {
            text.append(.line(Line("It equals the remote.", .good)))
        } else {
            text += summary.collections.map { row in
                row.isState
                    ? .line("  \(row.title): \(row.inserted) missing, \(row.changed) different, \(row.removed) gone on the remote, \(row.state.rawValue)")
                    : .line("  \(row.title): \(row.state.rawValue)")
            }
        }
        let news = summary.collections.filter { !$0.isState }.reduce(0) { $0 + $1.inserted }
        return news > 0 ? text + [.line("\(news.counted("row")) of logs, figures and the like had come since, and were read.")] : text
    }
}

extension FsckCommand {
    fileprivate static func repaired(_ finding: AuditFinding) -> Problem {
        Problem(
            .notice, code: "mended", subject: finding.subject,
            message: "\(finding.subject): \(finding.detail). It was taken from the remote again.")
    }

    fileprivate static func json(_ finding: AuditFinding) -> JSONValue {
        ["code": .string(finding.code.rawValue), "subject": .string(finding.subject), "detail": .string(finding.detail)]
    }

    fileprivate static func problem(_ finding: AuditFinding) -> Problem {
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
