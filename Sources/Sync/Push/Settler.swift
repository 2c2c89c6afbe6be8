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
        reader = RemoteReader(api: api, mirror: mirror, now: now)
        recorder = StepRecorder(api: api, mirror: mirror, now: now)
        sourceReader = SourceReader(api: api, mirror: mirror)
        sourceRecorder = SourceRecorder(mirror: mirror, now: now)
    }

    /// What became of the steps of earlier pushes.
    struct Report: Sendable {
        /// How those ended that could be settled, for the person.
        var notices: [Problem] = []
        /// Why others can't be settled now, by what they are about. Their edits must not be sent again.
        var open: [String: Problem] = [:]

        /// All of it, for a run that goes on beside what is open.
        var told: [Problem] {
            notices + open.sorted { $0.key < $1.key }.map { _, problem in
                Problem(.notice, code: problem.code, subject: problem.subject, message: problem.message, next: problem.next)
            }
        }
    }

    /// - Throws: `Problem` when the mirror can't be used; a step that can't be settled now is in the report, and stays open.
    func settleAll() async throws(Problem) -> Report {
        // Secrets that a crash has left without an edit go first.
        try await mirror.writing { mirror in try mirror.sweepSecrets() }
        var report = Report()
        var open: [JournalStep] = []
        for step in try await mirror.reading({ mirror in try mirror.journal.unsettled() }) {
            do throws(Problem) {
                report.notices.append(try await settle(step))
            } catch {
                open.append(step)
                report.open[step.subjectName] = Settler.stillOpen(step, error)
            }
        }
        try await releaseUnsent(but: open)
        return report
    }

    private static func stillOpen(_ step: JournalStep, _ cause: Problem) -> Problem {
        Problem(
            cause.kind, code: "step-open", subject: step.subjectName,
            message: "An earlier push was interrupted while it wrote \(step.subjectName), and what became of it can't be found out"
                + " now: \(cause.message) Nothing of it is sent again before that.", next: cause.next ?? "phsync push")
    }

    private func settle(_ step: JournalStep) async throws(Problem) -> Problem {
        switch step.subject {
        case .config(let id, let project, let edits): try await settle(step, id, project, edits)
        case .source(let files): try await settle(step, files)
        }
    }

    /// The step as it was written down right before it was sent.
    private func content<T>(_ step: JournalStep, _ json: JSONValue?, _ read: (JSONValue) -> T?) throws(Problem) -> T {
        if let content = json.flatMap(read) { return content }
        throw MirrorError(.damaged, path: mirror.path, detail: "the journal's step about \(step.subjectName) can't be read").problem
    }

    private func settle(
        _ step: JournalStep, _ id: PluginConfigID, _ project: ProjectID, _ edits: [JournalStep.EditReference]
    ) async throws(Problem) -> Problem {
        let expected = try content(step, step.expected, ConfigContent.init(storedJSON:))
        let sent = StepRecorder.Sent(expected: expected, isAcknowledged: step.acknowledgedAt != nil)
        let (current, fate) = try await current(id, of: step.pluginID, in: project, sent)
        let journalled = StepRecorder.Step(run: step.runID, ordinal: step.ordinal, kind: step.kind, configID: id, edits: edits)
        let before = step.before.flatMap(ConfigContent.init(storedJSON:))
        let settlement =
            if let fate { fate } else { try await recorder.settlement(of: journalled, sent, before: before, current: current) }
        try await recorder.record(journalled, settlement, sent, current: current)
        return notice((current?.config.id ?? id).subject, settlement)
    }

    private func current(
        _ id: PluginConfigID, of plugin: PluginID, in project: ProjectID, _ sent: StepRecorder.Sent
    ) async throws(Problem) -> (CurrentConfig?, fate: Settlement?) {
        guard id.isDraft else { return (try await reader.config(id, in: project), nil) }
        switch try await reader.trace(plugin, in: project, expected: sent.expected, isAcknowledged: sent.isAcknowledged) {
        case .found(let current): return (current, nil)
        case .absent: return (nil, nil)
        case .untraceable: return (nil, .untraceable)
        }
    }

    private func settle(_ step: JournalStep, _ files: [JournalStep.FileReference]) async throws(Problem) -> Problem {
        let before = try content(step, step.before, SourceState.init(storedJSON:))
        let expected = try content(step, step.expected, SourceState.init(storedJSON:))
        let current = try await sourceReader.source(of: step.pluginID)
        var settlement = Settlement.decide(before: before, expected: expected, actual: current?.state, sent: files.map(\.file))
        if step.acknowledgedAt != nil { settlement = settlement.acknowledged(sent: files.map(\.file)) }
        let journalled = SourceRecorder.Step(run: step.runID, ordinal: step.ordinal, pluginID: step.pluginID, files: files)
        try await sourceRecorder.record(journalled, settlement, current: current)
        return notice(step.pluginID.subject, settlement)
    }

    /// Edits of a push that died before it sent them are pending again, and so can be planned.
    private func releaseUnsent(but open: [JournalStep]) async throws(Problem) {
        let sent = Set(open.flatMap(\.subject.configEdits).map(\.version))
        let sentFiles = Set(open.flatMap(\.subject.files).map(\.version))
        let (edits, sources) = try await mirror.reading { mirror in
            (
                try mirror.edits.all().filter { $0.state == .inFlight && !sent.contains($0.version) },
                try mirror.sourceEdits.all().filter { $0.state == .inFlight && !sentFiles.contains($0.version) }
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
            case .handedOver: "a hog function was made in its place"
            case .untraceable: "no config is there, and whether a hog function was made in its place can't be told; it is not sent again by itself"
            case .overtaken(_, .certain): "it had arrived, and somebody has saved since; your edit is kept, as a conflict"
            case .overtaken(_, .possible):
                "somebody has saved since, so whether it had arrived can't be told; your edit is kept, as a conflict"
            case .overtaken: "somebody else's values are there now; your edit is still waiting"
            case .appliedInPart(let missing): "it had arrived in part; still waiting: \(missing.joined(separator: ", "))"
            }
        return Problem(
            .notice, code: "step-settled", subject: subject,
            message: "An earlier push was interrupted while it wrote \(subject): \(verdict).",
            next: settlement.journalState == .applied ? nil : settlement == .untraceable ? "phsync plan" : "phsync diff \(subject)")
    }
}
