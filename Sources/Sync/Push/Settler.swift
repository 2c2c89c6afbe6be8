import Models
import Storage

/// Finds out what became of steps that were sent by a push that could not finish: killed, or without an answer.
///
/// Runs first in every pull and push, under the run lock. It only reads the remote.
struct Settler: Sendable {
    private let mirror: Mirror
    private let reader: RemoteReader
    private let recorder: StepRecorder

    init(api: PostHogAPI, mirror: Mirror, now: @escaping NowSource) {
        self.mirror = mirror
        reader = RemoteReader(api: api, mirror: mirror)
        recorder = StepRecorder(mirror: mirror, now: now)
    }

    /// - Returns: A notice for each step, so that the person learns how the earlier push ended.
    func settleAll() async throws(Problem) -> [Problem] {
        // Secrets that a crash has left without an edit go first.
        try await mirror.writing { mirror in try mirror.sweepSecrets() }
        let open = try await mirror.reading { mirror in try mirror.journal.unsettled() }
        let hidden = try await hiddenProjects(of: open)
        var notices: [Problem] = []
        for step in open {
            notices.append(hidden.contains(step.projectID) ? Settler.outOfSight(step) : try await settle(step))
        }
        try await releaseUnsent(but: open.filter { hidden.contains($0.projectID) })
        return notices
    }

    /// Projects that an old server does not show at the moment: a 404 there says nothing.
    private func hiddenProjects(of steps: [JournalStep]) async throws(Problem) -> Set<ProjectID> {
        guard !reader.api.profile.isScopedByPath, !steps.isEmpty else { return [] }
        do {
            let current = try await reader.api.me()["team"]?["id"]?.int
            return Set(steps.map(\.projectID).filter { $0.rawValue != current })
        } catch {
            throw error.problem("Which project is your current one could not be asked", next: "phsync push")
        }
    }

    static func outOfSight(_ step: JournalStep) -> Problem {
        Problem(
            .temporary, code: "step-out-of-sight", subject: step.configID.subject,
            message: "An earlier push was interrupted while it wrote \(step.configID.subject) of project \(step.projectID). What became"
                + " of it can be asked only while that project is your current one: open it in the web page.", next: "phsync push")
    }

    private func settle(_ step: JournalStep) async throws(Problem) -> Problem {
        let current = try await current(step)
        guard let expected = step.expected.flatMap(ConfigContent.init(storedJSON:)) else {
            preconditionFailure("a step is journalled with what it means before it is sent")
        }
        let settlement = Settlement.decide(
            before: step.before.flatMap(ConfigContent.init(storedJSON:)), expected: expected, actual: current?.config.content,
            sent: step.sentFields)
        try await recorder.record(StepRecorder.Step(step), settlement, current: current)
        return notice(step, settlement, current)
    }

    private func current(_ step: JournalStep) async throws(Problem) -> CurrentConfig? {
        guard step.configID.isDraft else { return try await reader.config(step.configID, in: step.projectID) }
        guard let id = try await reader.existing(step.pluginID, in: step.projectID) else { return nil }
        return try await reader.config(id, in: step.projectID)
    }

    /// Edits of a push that died before it sent them are pending again, and so can be planned.
    private func releaseUnsent(but open: [JournalStep]) async throws(Problem) {
        let sent = Set(open.flatMap(\.edits).map(\.version))
        let stuck = try await mirror.reading { mirror in
            try mirror.edits.all().filter { $0.state == .inFlight && !sent.contains($0.version) }
        }
        guard !stuck.isEmpty else { return }
        _ = try await mirror.writing { mirror in try mirror.edits.release(stuck) }
    }

    private func notice(_ step: JournalStep, _ settlement: Settlement, _ current: CurrentConfig?) -> Problem {
        let subject = (current?.config.id ?? step.configID).subject
        let verdict =
            switch settlement {
            case .applied, .appliedAmongOthers: "it had arrived"
            case .notApplied: "it had not arrived; your edit is still waiting"
            case .undecidable:
                "whether the new secret or file arrived can't be told from outside; it is still waiting, and sending it again is"
                    + " harmless"
            case .withoutFiles(let fields):
                "the values had arrived, but not \(fields.map(\.label).joined(separator: ", ")), which is still waiting"
            case .overtaken: "somebody else's values are there now; your edit is still waiting"
            }
        return Problem(
            .notice, code: "step-settled", subject: subject,
            message: "An earlier push was interrupted while it wrote \(subject): \(verdict).",
            next: settlement.journalState == .applied ? nil : "phsync diff \(subject)")
    }
}

extension StepRecorder.Step {
    init(_ step: JournalStep) {
        self.init(run: step.runID, ordinal: step.ordinal, kind: step.kind, configID: step.configID, edits: step.edits)
    }
}

extension JournalStep {
    /// The fields that prove whether the step arrived; of a create, all that it set.
    var sentFields: [ConfigField] { edits.map(\.field).filter { kind != .create || $0 != .enabled } }
}
