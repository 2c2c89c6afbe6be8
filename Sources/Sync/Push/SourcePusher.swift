import Models
import Storage

/// Sends one step about the code of a plugin; the same order of things as for a config.
struct SourcePusher: Sendable {
    let api: PostHogAPI
    let mirror: Mirror
    let now: NowSource
    let reader: SourceReader
    private let recorder: SourceRecorder
    private let journal: SendJournal

    init(api: PostHogAPI, mirror: Mirror, now: @escaping NowSource) {
        self.api = api
        self.mirror = mirror
        self.now = now
        reader = SourceReader(api: api, mirror: mirror)
        recorder = SourceRecorder(mirror: mirror, now: now)
        journal = SendJournal(mirror: mirror, now: now)
    }

    struct Check: Sendable {
        let current: CurrentSource?
        let moved: Problem?
    }

    /// Re-reads the plugin and all its files and holds them against the precondition.
    func check(_ step: SourceStep) async throws(Problem) -> Check {
        guard let current = try await reader.source(of: step.pluginID) else {
            return Check(current: nil, moved: .moved(.source(step), "it is not there any more, or this key may not see its code"))
        }
        guard current.state.digest != step.precondition.remoteDigest else { return Check(current: current, moved: nil) }
        let isSchema = current.plugin.schema.json.digest != step.precondition.schemaDigest
        let why = isSchema ? "the plugin's config_schema has changed" : "somebody has changed its code or its name since the last pull"
        return Check(current: current, moved: .moved(.source(step), why))
    }

    func attempt(_ step: SourceStep, run: Int64, ordinal: Int64) async -> StepAttempt {
        do throws(Problem) {
            let check = try await check(step)
            let readAt = now()
            guard let current = check.current, check.moved == nil else {
                return ended(step, .moved, [check.moved].compactMap { $0 })
            }
            let write = SourceWrite(changing: current.files, form: step.form, edits: step.edits)
            let journalled = SourceRecorder.Step(run: run, ordinal: ordinal, pluginID: step.pluginID, files: step.fileReferences)
            try await markSent(journalled, write, before: current.state, expected: step.expected)
            return try await journal.send(.source(step), run: run, ordinal: ordinal, readAt: readAt) { [self] in
                await send(step, journalled, write, before: current.state)
            }
        } catch {
            return ended(step, .refused, [error])
        }
    }

    private func ended(_ step: SourceStep, _ state: StepOutcome.State, _ problems: [Problem]) -> StepAttempt {
        .ended(StepOutcome(step: .source(step), state: state, configID: nil), problems)
    }

    private func markSent(
        _ step: SourceRecorder.Step, _ write: SourceWrite, before: SourceState, expected: SourceState
    ) async throws(Problem) {
        let now = now()
        try await mirror.writing { mirror in
            try mirror.journal.markSent(
                run: step.run, ordinal: step.ordinal, fields: write.files, before: before.json, expected: expected.json, at: now)
        }
    }

    /// Sends one journalled step, reads it back, and records what became of it.
    ///
    /// A 500 says nothing: the server stores the files before it reads `plugin.json`.
    private func send(
        _ step: SourceStep, _ journalled: SourceRecorder.Step, _ write: SourceWrite, before: SourceState
    ) async -> StepAttempt {
        let answer = await request(step, write)
        do throws(Problem) {
            if case .failure(let error) = answer, !error.mayHaveTakenEffect {
                let problem = error.problem("\(step.title) was not written", subject: step.pluginID.subject, next: "phsync push")
                if error.asksToComeAgain { return .tooEarly(problem) }
                try await recorder.record(journalled, .notApplied, current: nil, detail: error.detail)
                return ended(step, .refused, [problem])
            }
            if answer.isSuccess { try await recorder.acknowledge(journalled) }
            let current = try await reader.source(of: step.pluginID)
            var settlement = Settlement.decide(
                before: before, expected: step.expected, actual: current?.state, sent: write.files)
            if answer.isSuccess { settlement = settlement.acknowledged(sent: write.files) }
            let isLeft = try await recorder.record(journalled, settlement, current: current)
            let (state, problems) = SourceOutcome(step: step, settlement: settlement, answer: answer, isGone: current == nil).told
            return ended(step, isLeft ? .inPart : state, problems)
        } catch {
            return ended(step, .unknown, [SourceOutcome.unknown(step, error)])
        }
    }

    private func request(_ step: SourceStep, _ write: SourceWrite) async -> Result<JSONValue, APIError> {
        do {
            return .success(try await api.update(step.pluginID, of: try await mirror.organization(), write))
        } catch let error as APIError {
            return .failure(error)
        } catch {
            return .failure(APIError(.rejected, subject: step.pluginID.subject, detail: "\(error)", mayHaveTakenEffect: false))
        }
    }
}
