package import Models
import Storage

extension Pusher {
    /// Closes the run: what was not sent is skipped in the journal, and its edits are pending again.
    func finish(
        _ run: Int64, _ plan: Plan, _ summary: PushSummary, created: [PluginConfigID: PluginConfigID]
    ) async throws(Problem) {
        let now = now()
        let outcome = summary.isComplete ? "pushed" : summary.hasWritten ? "partly applied" : "not applied"
        try await mirror.writing { mirror in
            for step in try mirror.journal.steps(run: run) where step.state == .planned {
                try mirror.journal.settle(run: run, ordinal: step.ordinal, as: .skipped, detail: "not sent", at: now)
                switch plan.steps[Int(step.ordinal) - 1] {
                case .source(let planned): try mirror.sourceEdits.release(planned.edits)
                case .config(let planned):
                    let edits = try mirror.edits.list(created[planned.configID] ?? planned.configID)
                    try mirror.edits.release(edits.filter { edit in planned.edits.contains { $0.version == edit.version } })
                }
            }
            try mirror.runs.finish(run, outcome: outcome, at: now)
        }
    }

    /// Takes back what the run has applied; what that could not do is in the summary.
    func takingBack(_ run: Int64, _ pushed: PushSummary) async -> PushSummary {
        var summary = pushed
        do throws(Problem) {
            let report = try await takeBack(run)
            for (index, outcome) in summary.steps.enumerated()
            where outcome.state.hasWritten && report.takenBack.contains(outcome.configID?.subject ?? outcome.step.subject) {
                summary.steps[index] = StepOutcome(step: outcome.step, state: .takenBack, configID: outcome.configID)
            }
            summary.problems += report.problems
        } catch {
            summary.problems.append(error)
        }
        return summary
    }

    /// Takes back what a push has applied, the newest first; what was taken back waits as edits again.
    ///
    /// - Returns: The subjects that are as they were before, and why others are not.
    package func takeBack(_ run: Int64) async throws(Problem) -> Undo.Report {
        let report = try await Undo(pusher: self, mirror: mirror, now: now).takeBack(run: run)
        let isOpen = try await mirror.reading { mirror in try mirror.journal.steps(run: run).contains { $0.state == .sent } }
        guard !isOpen, report.problems.allSatisfy({ $0.kind == .notice }) else { return report }
        let now = now()
        try await mirror.writing { mirror in try mirror.runs.finish(run, outcome: "taken back", at: now) }
        return report
    }

    func interrupted(_ summary: PushSummary) -> Problem {
        Problem(
            .interrupted, code: "interrupted",
            message: "Stopped after \(summary.appliedCount) of \(summary.steps.count) steps; the rest is kept and was not sent.",
            next: "phsync push")
    }
}

extension JournalStep {
    /// The step as it is written down before anything is sent.
    init(_ step: PlanStep, run: Int64, ordinal: Int64, organization: OrganizationID, profile: APIProfile) {
        switch step {
        case .config(let step): self.init(step, run: run, ordinal: ordinal, profile: profile)
        case .source(let step): self.init(step, run: run, ordinal: ordinal, organization: organization, profile: profile)
        }
    }

    private init(_ step: ConfigStep, run: Int64, ordinal: Int64, profile: APIProfile) {
        let edits = step.edits.map { EditReference(field: $0.field, version: $0.version) }
        self.init(
            runID: run, ordinal: ordinal, kind: step.kind, pluginID: step.pluginID,
            subject: .config(step.configID, step.projectID, edits), method: step.kind == .create ? "POST" : "PATCH",
            path: step.kind == .create
                ? profile.configsPath(step.projectID) : profile.configPath(step.configID, in: step.projectID),
            fields: step.edits.map(\.field.text), before: nil, expected: nil)
    }

    private init(_ step: SourceStep, run: Int64, ordinal: Int64, organization: OrganizationID, profile: APIProfile) {
        self.init(
            runID: run, ordinal: ordinal, kind: .source, pluginID: step.pluginID, subject: .source(step.fileReferences),
            method: "PATCH", path: profile.pluginPath(step.pluginID, of: organization), fields: step.edits.map(\.file),
            before: nil, expected: nil)
    }
}

extension SourceStep {
    var fileReferences: [JournalStep.FileReference] { edits.map { .init(file: $0.file, version: $0.version) } }
}
