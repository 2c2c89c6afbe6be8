import Models

/// What a command says about runs: the same for `dry-run`, `plan` and `push`.
struct DryRunReporting: Sendable {
    let outcomes: [DryRunOutcome]
    let unrunnable: [Unrunnable]
    let gates: GateResult?
    let options: DryRunOptions

    // MARK: JSON

    /// One run is the report itself, in the form that other tools rely on; of several each is one of "runs".
    var json: JSONValue {
        if outcomes.count == 1, unrunnable.isEmpty, let only = outcomes.first { return with(gates, in: report(only)) }
        let all: JSONValue = [
            "runs": .array(outcomes.map(report)), "summary": summary.json, "not_checked": .array(unrunnable.map { .string($0.text) }),
        ]
        return with(gates, in: all)
    }

    private func with(_ gates: GateResult?, in json: JSONValue) -> JSONValue {
        guard let gates, var object = json.object else { return json }
        object["gates"] = gates.json
        return .object(object)
    }

    private func report(_ outcome: DryRunOutcome) -> JSONValue { report(outcome, outcome.report.json(withTimings: options.hasTimings)) }

    private func report(_ outcome: DryRunOutcome, _ json: JSONValue) -> JSONValue {
        var object = json.object ?? JSONObject()
        object["subject"] = .string(outcome.subject.subject)
        object["title"] = .string(outcome.subject.title)
        object["effects"] = outcome.comparison.effects
        object["input"] = input(outcome)
        return .object(object)
    }

    /// What the run depended on beside the versions, so that it can be had again.
    private func input(_ outcome: DryRunOutcome) -> JSONValue {
        [
            "events": JSONValue(outcome.subject.events.count), "clock": .string(outcome.clock.iso8601), "seed": .string(String(options.seed)),
            "fetch": .string(options.fetch.rawValue), "against": outcome.comparison.base == nil ? "none" : "base",
        ]
    }

    /// What NDJSON has after the steps: each report without its steps.
    var summaries: [JSONValue] {
        outcomes.map { report($0, $0.report.jsonWithoutVariants) }
    }

    var summary: DryRunSummary { outcomes.map(\.comparison.summary).reduce(DryRunSummary(), +) }

    // MARK: People

    var blocks: [Block] {
        var blocks: [Block] = []
        for outcome in outcomes {
            if !blocks.isEmpty { blocks.append(.blank) }
            blocks += DryRunText(outcome: outcome).blocks
        }
        if !unrunnable.isEmpty {
            blocks += [.blank, .line(Line("Not run:", .bold))] + unrunnable.map { .line(Line("  \($0.text)", .warning)) }
        }
        return blocks + (gates?.blocks ?? [])
    }

    // MARK: What it means

    var hasNewFailures: Bool { outcomes.contains { $0.comparison.hasNewFailures } }

    var word: String {
        if hasNewFailures { return "failing" }
        return summary.changed + summary.dropped + summary.fixed > 0 ? "changed" : "unchanged"
    }

    var next: String? {
        guard !hasNewFailures, gates?.findings.contains(where: { $0.state == .fails }) != true, outcomes.contains(where: { $0.subject.base != nil && $0.subject.isEdited }) else { return nil }
        return "phsync plan"
    }

    var problems: [Problem] {
        let failures = outcomes.filter(\.comparison.hasNewFailures).map { $0.problem(.invalid) }
        let skipped = unrunnable.map { thing in
            Problem(.notice, code: "not-runnable", subject: thing.subject, message: "\(thing.title) was not run: \(thing.why)", next: thing.next)
        }
        return failures + (gates?.problems(isVerified: true) ?? []) + skipped
    }
}

extension DryRunOutcome {
    /// That it fails where it did not before, with the first reason.
    func problem(_ kind: Problem.Kind) -> Problem {
        let count = comparison.summary.newlyFailing
        let first = comparison.otherFailures.first.map { ($0.method ?? "loading it", $0.error) }
        let why = first?.1 ?? comparison.worstFirst.first { $0.kind == .newlyFailing }?.error
        let word = comparison.base == nil ? "" : "newly "
        let what = count > 0 ? "\(count) of \(subject.events.count.counted("event")) \(count == 1 ? "\(word)fails" : "\(word)fail")" : "\(first?.0 ?? "it") \(word)fails"
        let isBlocked = !comparison.hasProvenFailures
        let hint = isBlocked ? " A request was refused meanwhile: it may go well with an answer (--fetch stub, replay or live)." : ""
        return Problem(
            kind, code: "dry-run-failed", subject: subject.subject, message: "\(subject.title): \(what): \(DryRunText.headline(why)).\(hint)",
            next: kind == .notice ? nil : subject.next ?? remedy)
    }

    /// Of a folder: what tells more about a plugin that can't be loaded.
    private var remedy: String? { comparison.local.loadError == nil ? nil : "phsync validate --plugin \(subject.subject.shellQuoted)" }
}
