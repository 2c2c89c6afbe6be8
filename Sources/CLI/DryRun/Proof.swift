import Models
import Storage
import Sync

/// What is known about how edited plugins will behave: run over sample events before a plan is shown or sent.
///
/// It only ever adds a reason to stop. What can't be run is said, and goes on as it would without.
struct Proof: Sendable {
    private(set) var report: DryRunReporting?
    private(set) var findings: [ValidationReport.Finding] = []
    private(set) var gates: GateResult?
    /// Why something was not proved.
    private(set) var unproved: [String] = []

    static let nothing = Proof()

    private init() {}

    /// Runs what would be sent, as far as it changes what a plugin does.
    ///
    /// - Throws: When the person interrupts it, or named gates that can't be read; nothing else stops a plan.
    init(of edited: Edited, _ plan: Plan, _ mirror: Mirror, _ instance: Instance, _ context: CommandContext) async throws(Problem) {
        let file = try GateFile.find(context)
        let changing = edited.changingBehaviour(plan)
        guard !changing.isEmpty else { return }
        do throws(Problem) {
            let sandbox = try context.sandbox()
            let subjects = try MirrorSubjects([], edited: changing, mirror, instance, context)
            unproved += subjects.unrunnable.map(\.text)
            try await check(changing, subjects.runnable, mirror, instance, sandbox, context)
            guard !subjects.runnable.isEmpty else { return }
            let outcomes = try await DryRunner(sandbox: sandbox, options: DryRunOptions()).run(subjects.runnable, progress: context.progress)
            gates = file.map { GateResult($0, outcomes) }
            report = DryRunReporting(outcomes: outcomes, unrunnable: subjects.unrunnable, gates: gates, options: DryRunOptions())
        } catch {
            if error.kind == .interrupted { throw error }
            unproved.append(error.message)
        }
        context.progress.clear()
    }

    /// Of edited code only: values are checked by the plan itself.
    private mutating func check(
        _ edited: Edited, _ subjects: [DryRunSubject], _ mirror: Mirror, _ instance: Instance, _ sandbox: SandboxService, _ context: CommandContext
    ) async throws(Problem) {
        guard !edited.sources.isEmpty else { return }
        let code = Edited(configs: [], sources: edited.sources)
        let (targets, unchecked) = try ValidationTarget.inMirror([], edited: code, mirror, instance, context)
        let report = try await ValidationReport(targets.map(\.codeOnly), sandbox: sandbox, notChecked: unchecked)
        findings = report.findings
    }
}

extension Edited {
    /// What changes what a plugin does: code, values and files; a switch or a place in the order does not.
    fileprivate func changingBehaviour(_ plan: Plan) -> Edited {
        let planned = Set(plan.steps.map(\.subject))
        let configs = configs.filter { input in
            let local = input.versions.local
            return planned.contains(input.versions.id.subject) && (local.enabled || input.versions.base == nil)
                && input.versions.edits.contains { $0.field.key != nil || ($0.field == .enabled && $0.value == .value(true)) }
        }
        return Edited(configs: configs, sources: sources.filter { planned.contains($0.id.subject) })
    }
}

extension ValidationTarget {
    fileprivate var codeOnly: ValidationTarget {
        ValidationTarget(subject: subject, title: title, era: era, version: version, schema: schema, values: [])
    }
}

// MARK: What is said

extension Proof {
    var isEmpty: Bool { report == nil && findings.isEmpty && unproved.isEmpty }

    var json: JSONValue {
        guard !isEmpty else { return .null }
        return [
            "runs": .array(report?.summaries ?? []), "findings": .array(findings.map(\.json)), "gates": gates?.json ?? .null,
            "not_checked": .array(unproved.map(JSONValue.string)),
        ]
    }

    /// A line or two for each config; the whole is what `dry-run` shows.
    var blocks: [Block] {
        guard !isEmpty else { return [] }
        var blocks: [Block] = [.line(Line("Dry run:", .bold))]
        for outcome in report?.outcomes ?? [] {
            blocks.append(.line(Line("  \(outcome.subject.title) (\(outcome.subject.subject)): ") + outcome.verdict))
            for line in outcome.briefEffects { blocks.append(.line(Line("    ") + line)) }
        }
        blocks += unproved.map { .line(Line("  not proved: \($0)", .warning)) }
        return blocks + (gates?.blocks ?? [])
    }

    /// Whether a push may not go on unless the person insists.
    var stops: Bool { problems(isVerified: true).contains { $0.kind == .invalid } }

    /// New failures, errors in edited code, and gates that don't hold.
    ///
    /// - Parameter isVerified: False makes notices of all: the person insists.
    func problems(isVerified: Bool) -> [Problem] {
        var problems: [Problem] = []
        for finding in findings where finding.issue.severity == .error {
            let place = finding.issue.position.map { "\($0.text): " } ?? ""
            problems.append(
                Problem(
                    isVerified ? .invalid : .notice, code: finding.issue.code, subject: finding.subject,
                    message: "\(finding.title): \(place)\(finding.issue.message)", next: isVerified ? "phsync validate \(finding.subject)" : nil))
        }
        for outcome in report?.outcomes ?? [] where outcome.comparison.hasNewFailures {
            // A failure for want of an answer proves nothing; it is said, and stops nothing.
            problems.append(outcome.problem(isVerified && outcome.comparison.hasProvenFailures ? .invalid : .notice))
        }
        problems += gates?.problems(isVerified: isVerified) ?? []
        problems += unproved.map { Problem(.notice, code: "not-proved", message: "not proved by a dry run: \($0)") }
        return problems
    }
}

extension DryRunOutcome {
    /// "3 of 60 events change", with what is worst first.
    var verdict: Line {
        let summary = comparison.summary
        if let failure = comparison.otherFailures.first {
            return Line("\(failure.method ?? "loading it") fails: \(DryRunText.headline(failure.error))", .bad)
        }
        guard summary.events > 0 else { return Line("it loads and sets up; there was no event to run", .dim) }
        let isNew = comparison.base == nil
        let parts: [(Int, String, Line.Style)] = [
            (summary.newlyFailing, isNew ? "fail" : "newly fail", .bad), (summary.dropped, "dropped", .warning), (summary.changed, "changed", .plain),
            (summary.fixed, "fixed", .good),
        ]
        let found = parts.filter { $0.0 > 0 }
        guard !found.isEmpty else { return Line("\(summary.events.counted("event")), none changed", .good) }
        var line = Line("of \(summary.events.counted("event")) ")
        for (index, part) in found.enumerated() { line = line + Line(index == 0 ? "" : ", ") + Line("\(part.0) \(part.1)", part.2) }
        return line
    }

    /// Whom it starts or stops calling, and what it can do now.
    var briefEffects: [Line] {
        guard comparison.base != nil else { return comparison.hosts.local.map { Line("calls \($0)", .warning) } }
        return comparison.hosts.added.map { Line("starts calling \($0)", .warning) } + comparison.hosts.removed.map { Line("stops calling \($0)") }
            + comparison.capabilities.added.map { Line("new: \($0)") } + comparison.capabilities.removed.map { Line("no longer there: \($0)", .warning) }
    }
}
