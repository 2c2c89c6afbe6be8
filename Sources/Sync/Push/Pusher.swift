package import Models
package import Storage

/// Sends a confirmed plan: each step re-read, compared, journalled, sent, read back and compared with what was meant.
///
/// Hold the run lock. All preconditions are checked before the first step, and each again right before its own. The first
/// step that does not end as meant stops the push; what was not sent stays in the outbox.
/// - Source: docs/architecture.md, "Push".
package struct Pusher: Sendable {
    let api: PostHogAPI
    let mirror: Mirror
    let now: NowSource
    private let report: @Sendable (PushEvent) -> Void
    let reader: RemoteReader
    let recorder: StepRecorder
    private let sources: SourcePusher
    private let journal: SendJournal

    package init(
        api: PostHogAPI, mirror: Mirror, now: @escaping NowSource, report: @escaping @Sendable (PushEvent) -> Void = { _ in }
    ) {
        self.api = api
        self.mirror = mirror
        self.now = now
        self.report = report
        reader = RemoteReader(api: api, mirror: mirror, now: now)
        recorder = StepRecorder(api: api, mirror: mirror, now: now)
        sources = SourcePusher(api: api, mirror: mirror, now: now)
        journal = SendJournal(mirror: mirror, now: now)
    }

    /// Settles what an earlier push left open; do this before planning, since it may change what there is to do.
    ///
    /// - Returns: How each step ended, and why others can't be settled now, by what they are about: a plan that has a step
    ///   about one of these might send it twice, and `push` refuses it.
    package func settle() async throws(Problem) -> (notices: [Problem], open: [String: Problem]) {
        let report = try await Settler(api: api, mirror: mirror, now: now).settleAll()
        return (report.notices, report.open)
    }

    /// Refuses a key that is not of the account that the mirror belongs to; do this before `settle` and `push`.
    package func checkIdentity() async throws(Problem) {
        let bound = try await mirror.reading { mirror in try mirror.meta.identity() }
        let reach = try await Reach.probe(api, bound: bound, next: "phsync push")
        guard let bound, !bound.isSame(as: reach.identity) else { return }
        throw MirrorError(.otherIdentity(bound: bound, asked: reach.identity), path: mirror.path).problem
    }

    /// - Parameters:
    ///   - isAtomic: When a step does not end as meant, those before it are taken back, the newest first.
    ///   - isResumed: The plan is what is left of the push before it; taking back takes both back.
    ///   - isUnverified: The person insisted on what checks or a dry run spoke against; the journal keeps that.
    /// - Returns: What became of each step; when any has moved nothing was written, and all that moved are named.
    /// - Throws: `Problem` when nothing was written; from the first write on, trouble is in the summary.
    package func push(
        _ plan: Plan, isAtomic: Bool = false, isResumed: Bool = false, isUnverified: Bool = false
    ) async throws(Problem) -> PushSummary {
        try await push(plan, isAtomic: isAtomic, detail: RunRow.detail(isResumed: isResumed, isUnverified: isUnverified))
    }

    /// - Parameter detail: What the run is told apart by: `RunRow.undo`.
    func push(_ plan: Plan, isAtomic: Bool, detail: String) async throws(Problem) -> PushSummary {
        try await refuseOpenSteps(plan)
        let moved = try await movedSteps(plan)
        guard moved.isEmpty else { return PushSummary(plan, moved: moved) }
        let run = try await begin(plan, detail)
        var summary = PushSummary()
        var created: [PluginConfigID: PluginConfigID] = [:]
        for (index, step) in plan.steps.enumerated() {
            let stopped = summary.steps.last.map { !$0.state.isApplied } ?? false
            let outcome: StepOutcome
            if stopped || Task.isCancelled {
                outcome = StepOutcome(step: step, state: .skipped, configID: step.configID)
            } else {
                report(.sending(step, step: index + 1, of: plan.steps.count))
                outcome = await perform(step, run: run, ordinal: Int64(index + 1), created: created, &summary)
            }
            if step.kind == .create, let draft = step.configID, let id = outcome.configID, !id.isDraft { created[draft] = id }
            summary.steps.append(outcome)
            report(.settled(outcome, step: index + 1, of: plan.steps.count))
        }
        do throws(Problem) {
            try await finish(run, plan, summary, created: created)
        } catch {
            // The remote has been written to by now: what it says comes first, and the journal is settled next time.
            summary.problems.append(error)
        }
        summary.problems += await LostFieldSearch(api: api, mirror: mirror).look(for: summary.saved)
        if Task.isCancelled, !summary.isComplete { summary.problems.append(interrupted(summary)) }
        guard isAtomic, !summary.isComplete, summary.hasWritten else { return summary }
        // An interruption is one more reason to take back what was done, and must not stop it.
        let undone = await Task { [self, summary] in await takingBack(run, summary) }.value
        return undone
    }
}

// MARK: Before the first step

extension Pusher {
    /// Nothing is sent twice: not while an earlier push's step about the same thing may still have arrived.
    private func refuseOpenSteps(_ plan: Plan) async throws(Problem) {
        let open = Set(try await mirror.reading { mirror in try mirror.journal.unsettled() }.map(\.subjectName))
        guard let step = plan.steps.first(where: { open.contains($0.subject) }) else { return }
        throw Problem(
            .temporary, code: "step-open", subject: step.subject,
            message: "What became of an earlier push's write of \(step.title) (\(step.subject)) is not known yet, so it is not"
                + " written again. Nothing was written; name what is to be pushed to leave it out.", next: "phsync push")
    }

    /// The problem of each step, by its index, whose precondition does not hold any more.
    private func movedSteps(_ plan: Plan) async throws(Problem) -> [Int: Problem] {
        var moved: [Int: Problem] = [:]
        for (index, step) in plan.steps.enumerated() where step.kind != .enable {
            report(.checking(step: index + 1, of: plan.steps.count))
            switch step {
            case .source(let step): moved[index] = try await sources.check(step).moved
            case .config(let step): moved[index] = try await check(step, schemaDigest: plan.firstSchemaDigest(for: step)).moved
            }
        }
        return moved
    }

    private struct Check {
        let current: CurrentConfig?
        let schema: ConfigSchema
        let moved: Problem?
    }

    /// Re-reads what the step is about and holds it against the precondition.
    private func check(_ step: ConfigStep, schemaDigest: String) async throws(Problem) -> Check {
        if let problem = try await otherProject(step) { return Check(current: nil, schema: ConfigSchema(.null), moved: problem) }
        guard step.kind != .create else { return try await checkCreate(step, schemaDigest: schemaDigest) }
        guard let current = try await latest(step.configID, in: step.projectID) else {
            return Check(current: nil, schema: ConfigSchema(.null), moved: moved(step, "it is not there any more"))
        }
        var why: String?
        if current.schema.json.digest != schemaDigest {
            why = "the plugin's config_schema has changed, and with it what is secret"
        } else if current.config.content.concealing(step.precondition.reshownKeys).digest != step.precondition.remoteDigest {
            why = "somebody has changed it since the last pull"
        }
        return Check(current: current, schema: current.schema, moved: why.map { moved(step, $0) })
    }

    /// The config, read after its schema: what is written must be made from what was there last.
    private func latest(_ id: PluginConfigID, in project: ProjectID) async throws(Problem) -> CurrentConfig? {
        let current = try await reader.config(id, in: project)
        guard let current, current.isOlderThanSchema else { return current }
        return try await reader.config(id, in: project, schema: current.schema)
    }

    private func checkCreate(_ step: ConfigStep, schemaDigest: String) async throws(Problem) -> Check {
        let schema = try await reader.schema(of: step.pluginID)
        var why: String?
        if schema.json.digest != schemaDigest {
            why = "the plugin's config_schema has changed"
        } else if let existing = try await reader.existing(step.pluginID, in: step.projectID) {
            why = "somebody has created it meanwhile, as \(existing.subject)"
        }
        // Once more, and last: where the path does not decide, this is what a create depends on.
        let elsewhere = try await otherProject(step)
        return Check(current: nil, schema: schema, moved: elsewhere ?? why.map { moved(step, $0) })
    }

    private func moved(_ step: ConfigStep, _ why: String) -> Problem { .moved(.config(step), why) }

    /// Writes the plan into the journal and claims its edits, in one transaction, before anything is sent.
    private func begin(_ plan: Plan, _ detail: String) async throws(Problem) -> Int64 {
        let now = now()
        let organization = try await mirror.organization()
        return try await mirror.writing { mirror in
            let run = try mirror.runs.begin(.push, planDigest: plan.digest, detail: detail, at: now)
            for (index, step) in plan.steps.enumerated() {
                try mirror.journal.append(
                    JournalStep(step, run: run, ordinal: Int64(index + 1), organization: organization, profile: api.profile))
                // The edits of a push that takes another one back are in no table.
                guard try detail == RunRow.undo || Pusher.claim(step, in: mirror) else { throw MirrorError(aborting: Pusher.editedMeanwhile(step)) }
            }
            return run
        }
    }

    /// False when an edit of the step is not the planned one any more.
    private static func claim(_ step: PlanStep, in mirror: MirrorTransaction) throws(MirrorError) -> Bool {
        switch step {
        case .source(let step): try mirror.sourceEdits.markInFlight(step.edits) == step.edits.count
        case .config(let step): try mirror.edits.markInFlight(step.edits) == step.edits.count
        }
    }

    private static func editedMeanwhile(_ step: PlanStep) -> Problem {
        Problem(
            .moved, code: "edited-meanwhile", subject: step.subject,
            message: "\(step.title) was edited here after the plan was made. Nothing was written.", next: "phsync plan")
    }
}

// MARK: One step

extension Pusher {
    private func perform(
        _ step: PlanStep, run: Int64, ordinal: Int64, created: [PluginConfigID: PluginConfigID], _ summary: inout PushSummary
    ) async -> StepOutcome {
        var attempts = 0
        while true {
            attempts += 1
            let attempt =
                switch step {
                case .source(let step): await sources.attempt(step, run: run, ordinal: ordinal)
                case .config(let step): await self.attempt(step, run: run, ordinal: ordinal, created: created)
                }
            switch attempt {
            case .ended(let outcome, let problems, let saved):
                summary.problems += problems
                if let saved { summary.saved.append(saved) }
                return outcome
            case .tooEarly(let problem):
                guard attempts == StepAttempt.maximum else { continue }
                summary.problems.append(problem)
                return StepOutcome(step: step, state: .refused, configID: step.configID)
            }
        }
    }

    private func attempt(
        _ step: ConfigStep, run: Int64, ordinal: Int64, created: [PluginConfigID: PluginConfigID]
    ) async -> StepAttempt {
        let id = created[step.configID] ?? step.configID
        do throws(Problem) {
            let check = step.kind == .enable ? try await readCreated(step, id) : try await check(step, schemaDigest: step.precondition.schemaDigest)
            let readAt = check.current?.readAt ?? now()
            if let moved = check.moved {
                return .ended(StepOutcome(step: .config(step), state: .moved, configID: id), [moved])
            }
            let write = try await write(step, check.current, schema: check.schema)
            let journalled = StepRecorder.Step(
                run: run, ordinal: ordinal, kind: step.kind, configID: id,
                edits: step.edits.map { JournalStep.EditReference(field: $0.field, version: $0.version) })
            try await markSent(journalled, write, before: check.current?.config)
            return try await journal.send(.config(step), run: run, ordinal: ordinal, readAt: readAt) { [self] in
                await send(step, journalled, write, before: check.current?.config.content, readAt: readAt)
            }
        } catch {
            return .ended(StepOutcome(step: .config(step), state: .refused, configID: id), [error])
        }
    }

    /// The config that the step before has created must still be what was read back then.
    private func readCreated(_ step: ConfigStep, _ id: PluginConfigID) async throws(Problem) -> Check {
        let known = try await mirror.reading { mirror in try mirror.configs.remote(id)?.content.digest }
        guard let current = try await latest(id, in: step.projectID), current.config.content.digest == known else {
            return Check(
                current: nil, schema: ConfigSchema(.null), moved: moved(step, "somebody has changed it since it was created"))
        }
        return Check(current: current, schema: current.schema, moved: nil)
    }

    private func write(
        _ step: ConfigStep, _ current: CurrentConfig?, schema: ConfigSchema
    ) async throws(Problem) -> ConfigWrite {
        var secrets: [String: Secret] = [:]
        for case .secret(let reference) in step.edits.map(\.value) { secrets[reference] = try readSecret(reference) }
        var files: [String: [UInt8]] = [:]
        for case .file(let file) in step.edits.map(\.value) { files[file.reference] = try readFile(file.reference) }
        let (redaction, secretKeys) = try await mirror.reading { mirror in
            (try mirror.meta.redaction(), try mirror.plugins.secretKeys(step.pluginID))
        }
        guard !step.edits.contains(where: { $0.isClear(of: secretKeys) }) else { throw Pusher.editedMeanwhile(.config(step)) }
        do throws(WriteRefusal) {
            if let current {
                return try ConfigWrite(
                    changing: current.values, content: current.config.content, schema: schema, edits: step.edits,
                    secrets: secrets, files: files, redaction: redaction)
            }
            return try ConfigWrite(
                creating: step.pluginID, schema: schema, edits: step.edits, secrets: secrets, files: files,
                redaction: redaction)
        } catch {
            throw error.problem(step)
        }
    }

    private func readSecret(_ reference: String) throws(Problem) -> Secret? {
        do {
            return try mirror.secrets.read(reference)
        } catch {
            throw MirrorError(error).problem
        }
    }

    private func readFile(_ reference: String) throws(Problem) -> [UInt8]? {
        do {
            return try mirror.attachments.read(reference)
        } catch {
            throw MirrorError(error).problem
        }
    }

    private func markSent(
        _ step: StepRecorder.Step, _ write: ConfigWrite, before: PluginConfig?
    ) async throws(Problem) {
        let now = now()
        try await mirror.writing { mirror in
            try mirror.journal.markSent(
                run: step.run, ordinal: step.ordinal, configID: step.configID, fields: write.body.fieldNames,
                before: before?.content.json, stamp: before?.stamp, expected: write.expected.json, at: now)
        }
    }
}

extension Plan {
    /// The digest of the schema that must hold before the first step: a step about code may change it for those after it.
    fileprivate func firstSchemaDigest(for step: ConfigStep) -> String {
        let source = steps.first { $0.kind == .source && $0.pluginID == step.pluginID }
        return source?.precondition.schemaDigest ?? step.precondition.schemaDigest
    }
}

extension Edit {
    /// Whether it holds in clear what has become a secret since it was planned.
    fileprivate func isClear(of secretKeys: Set<String>) -> Bool {
        guard case .key(let key) = field, case .value(let value) = value else { return false }
        return secretKeys.contains(key) && value != ""
    }
}

extension PlanStep {
    var configID: PluginConfigID? {
        if case .config(let step) = self { step.configID } else { nil }
    }
}

extension Problem {
    static func moved(_ step: PlanStep, _ why: String) -> Problem {
        Problem(
            .moved, code: "remote-moved", subject: step.subject,
            message: "\(step.title) (\(step.subject)) is not what the plan was made for: \(why).", next: "phsync pull")
    }
}
