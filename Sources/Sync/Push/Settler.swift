import Models
import Storage

/// Finds out what became of steps that were sent by a push that could not finish: killed, or without an answer.
///
/// Runs first in every pull and push, under the run lock. It only reads the remote.
struct Settler: Sendable {
    private let mirror: Mirror
    private let reader: RemoteReader
    private let recorder: StepRecorder
    private let sourceReader: SourceReader
    private let sourceRecorder: SourceRecorder

    init(api: PostHogAPI, mirror: Mirror, now: @escaping NowSource) {
        self.mirror = mirror
        reader = RemoteReader(api: api, mirror: mirror)
        recorder = StepRecorder(mirror: mirror, now: now)
        sourceReader = SourceReader(api: api, mirror: mirror)
        sourceRecorder = SourceRecorder(mirror: mirror, now: now)
    }

    /// - Returns: A notice for each step, so that the person learns how the earlier push ended.
    func settleAll() async throws(Problem) -> [Problem] {
        // Secrets that a crash has left without an edit go first.
        try await mirror.writing { mirror in try mirror.sweepSecrets() }
        let open = try await mirror.reading { mirror in try mirror.journal.unsettled() }
        let hidden = try await hiddenProjects(of: open)
        var notices: [Problem] = []
        for step in open {
            switch step.subject {
            case .config(let id, let project, let edits):
                notices.append(
                    hidden.contains(project) ? Settler.outOfSight(id, in: project) : try await settle(step, id, project, edits))
            case .source(let files): notices.append(try await settle(step, files))
            }
        }
        try await releaseUnsent(but: open.filter { $0.subject.projectID.map(hidden.contains) ?? false })
        return notices
    }

    /// Projects that an old server does not show at the moment: a 404 there says nothing.
    private func hiddenProjects(of steps: [JournalStep]) async throws(Problem) -> Set<ProjectID> {
        guard !reader.api.profile.isScopedByPath, !steps.isEmpty else { return [] }
        do {
            let current = try await reader.api.me()["team"]?["id"]?.int
            return Set(steps.compactMap(\.subject.projectID).filter { $0.rawValue != current })
        } catch {
            throw error.problem("Which project is your current one could not be asked", next: "phsync push")
        }
    }

    private static func outOfSight(_ id: PluginConfigID, in project: ProjectID) -> Problem {
        Problem(
            .temporary, code: "step-out-of-sight", subject: id.subject,
            message: "An earlier push was interrupted while it wrote \(id.subject) of project \(project). What became"
                + " of it can be asked only while that project is your current one: open it in the web page.", next: "phsync push")
    }

    private func settle(
        _ step: JournalStep, _ id: PluginConfigID, _ project: ProjectID, _ edits: [JournalStep.EditReference]
    ) async throws(Problem) -> Problem {
        let current = try await current(id, of: step.pluginID, in: project)
        guard let expected = step.expected.flatMap(ConfigContent.init(storedJSON:)) else {
            preconditionFailure("a step is journalled with what it means before it is sent")
        }
        // Of a create, all that it set proves whether it arrived.
        let sent = edits.map(\.field).filter { step.kind != .create || $0 != .enabled }
        let settlement = Settlement.decide(
            before: step.before.flatMap(ConfigContent.init(storedJSON:)), expected: expected, actual: current?.config.content,
            sent: sent)
        let journalled = StepRecorder.Step(run: step.runID, ordinal: step.ordinal, kind: step.kind, configID: id, edits: edits)
        try await recorder.record(journalled, settlement, current: current)
        return notice((current?.config.id ?? id).subject, settlement)
    }

    private func current(
        _ id: PluginConfigID, of plugin: PluginID, in project: ProjectID
    ) async throws(Problem) -> CurrentConfig? {
        guard id.isDraft else { return try await reader.config(id, in: project) }
        guard let created = try await reader.existing(plugin, in: project) else { return nil }
        return try await reader.config(created, in: project)
    }

    private func settle(_ step: JournalStep, _ files: [JournalStep.FileReference]) async throws(Problem) -> Problem {
        guard let before = step.before.flatMap(SourceState.init(storedJSON:)),
            let expected = step.expected.flatMap(SourceState.init(storedJSON:))
        else { preconditionFailure("a step is journalled with what it means before it is sent") }
        let current = try await sourceReader.source(of: step.pluginID)
        let settlement = Settlement.decide(before: before, expected: expected, actual: current?.state, sent: files.map(\.file))
        let journalled = SourceRecorder.Step(run: step.runID, ordinal: step.ordinal, pluginID: step.pluginID, files: files)
        try await sourceRecorder.record(journalled, settlement, current: current)
        return notice(step.pluginID.subject, settlement)
    }

    /// Edits of a push that died before it sent them are pending again, and so can be planned.
    private func releaseUnsent(but open: [JournalStep]) async throws(Problem) {
        let sent = Set(open.flatMap(\.subject.configEdits).map(\.version))
        let (edits, sources) = try await mirror.reading { mirror in
            (
                try mirror.edits.all().filter { $0.state == .inFlight && !sent.contains($0.version) },
                try mirror.sourceEdits.all().filter { $0.state == .inFlight }
            )
        }
        guard !edits.isEmpty || !sources.isEmpty else { return }
        try await mirror.writing { mirror in
            try mirror.edits.release(edits)
            try mirror.sourceEdits.release(sources)
        }
    }

    private func notice(_ subject: String, _ settlement: Settlement) -> Problem {
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
            case .appliedInPart(let missing): "it had arrived in part; still waiting: \(missing.joined(separator: ", "))"
            }
        return Problem(
            .notice, code: "step-settled", subject: subject,
            message: "An earlier push was interrupted while it wrote \(subject): \(verdict).",
            next: settlement.journalState == .applied ? nil : "phsync diff \(subject)")
    }
}
