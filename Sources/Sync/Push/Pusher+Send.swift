import Models
import Storage

extension Pusher {
    /// Sends one journalled step, reads it back, and records what became of it.
    ///
    /// Whatever the answer was, what counts is what the instance shows afterwards; only a clear refusal is taken at its word.
    func send(
        _ step: ConfigStep, _ journalled: StepRecorder.Step, _ write: ConfigWrite, before: ConfigContent?, readAt: Timestamp
    ) async -> StepAttempt {
        let answer = await request(step, journalled.configID, write)
        do throws(Problem) {
            if case .failure(let error) = answer, !error.mayHaveTakenEffect {
                let problem = error.refusal(of: step, journalled.configID)
                if error.asksToComeAgain { return .tooEarly(problem) }
                try await recorder.refuse(journalled, error.detail)
                return .ended(StepOutcome(step: .config(step), state: .refused, configID: journalled.configID), [problem])
            }
            if case .success(let json) = answer, let strayed = strayed(step, json) {
                try await recorder.refuse(journalled, strayed.message)
                return .ended(StepOutcome(step: .config(step), state: .refused, configID: journalled.configID), [strayed])
            }
            if answer.isSuccess { try await recorder.acknowledge(journalled) }
            let (current, fate) = try await readBack(step, journalled, write.expected, answer)
            let sent = StepRecorder.Sent(expected: write.expected, isAcknowledged: answer.isSuccess)
            let settlement =
                if let fate { fate } else { try await recorder.settlement(of: journalled, sent, before: before, current: current) }
            let isLeft = try await recorder.record(journalled, settlement, sent, current: current)
            var (outcome, problems) = outcome(step, current?.config.id ?? journalled.configID, settlement, answer, isGone: current == nil)
            if isLeft { outcome = StepOutcome(step: .config(step), state: .inPart, configID: outcome.configID) }
            guard outcome.state.isApplied, let before, let current else { return .ended(outcome, problems) }
            let saved = SavedConfig(
                current, title: step.title, before: before, sent: step.sentFields, seconds: now().seconds(since: readAt))
            return .ended(outcome, problems, saved: saved)
        } catch {
            return unknown(step, journalled, error)
        }
    }

    private func request(_ step: ConfigStep, _ id: PluginConfigID, _ write: ConfigWrite) async -> Result<JSONValue, APIError> {
        var random = SystemRandomNumberGenerator()
        do {
            if step.kind == .create { return .success(try await api.create(in: step.projectID, write.body, using: &random)) }
            return .success(try await api.update(id, in: step.projectID, write.body, using: &random))
        } catch {
            return .failure(error)
        }
    }

    /// What the instance shows now; `fate` where that decides nothing.
    private func readBack(
        _ step: ConfigStep, _ journalled: StepRecorder.Step, _ expected: ConfigContent, _ answer: Result<JSONValue, APIError>
    ) async throws(Problem) -> (CurrentConfig?, fate: Settlement?) {
        guard step.kind == .create else { return (try await reader.config(journalled.configID, in: step.projectID), nil) }
        if case .success(let json) = answer {
            if json["id"]?.isNull == true { return (nil, .handedOver) }
            if let id = json["id"]?.int {
                // What was created and is gone again must not be created anew by itself.
                let current = try await reader.config(PluginConfigID(id), in: step.projectID)
                return (current, current == nil ? .untraceable : nil)
            }
        }
        switch try await reader.trace(step.pluginID, in: step.projectID, expected: expected, isAcknowledged: answer.isSuccess) {
        case .found(let current): return (current, nil)
        case .absent: return (nil, nil)
        case .untraceable: return (nil, .untraceable)
        }
    }
}

// MARK: What the person is told

extension Pusher {
    /// Where the path does not decide, a create lands in the project that is the current one when the server reads it.
    private func strayed(_ step: ConfigStep, _ json: JSONValue) -> Problem? {
        guard step.kind == .create, let project = json["team_id"]?.int, project != step.projectID.rawValue else { return nil }
        let created = json["id"]?.int.map { PluginConfigID($0).subject } ?? "a config"
        return Problem(
            .partlyApplied, code: "created-elsewhere", subject: step.configID.subject,
            message: "\(step.title) was created in project \(project), as \(created): another project became your current one at that"
                + " moment. It is disabled there; delete it in the web page. Your edit is kept.", next: "phsync push")
    }

    private func outcome(
        _ step: ConfigStep, _ id: PluginConfigID, _ settlement: Settlement, _ answer: Result<JSONValue, APIError>,
        isGone: Bool
    ) -> (StepOutcome, [Problem]) {
        switch settlement {
        case .applied: return (StepOutcome(step: .config(step), state: .applied, configID: id), [])
        case .appliedAmongOthers(let fields):
            let notice = Problem(
                .notice, code: "changed-meanwhile", subject: id.subject,
                message: "\(step.title) is as you meant it, but somebody saved it at the same moment; also changed:"
                    + " \(fields.joined(separator: ", ")). The instance saves whole rows, so one of you may have"
                    + " undone the other's field.", next: "phsync history \(id.subject)")
            return (StepOutcome(step: .config(step), state: .appliedAmongOthers(fields), configID: id), [notice])
        case .handedOver: return (StepOutcome(step: .config(step), state: .handedOver, configID: id), [.handedOver(step.title, id, .partlyApplied)])
        case .untraceable: return (StepOutcome(step: .config(step), state: .unknown, configID: id), [.untraceable(step.title, id, .partlyApplied)])
        case .notApplied: return (StepOutcome(step: .config(step), state: .refused, configID: id), [notApplied(step, id, answer)])
        case .undecidable: return (StepOutcome(step: .config(step), state: .unknown, configID: id), [undecided(step, id)])
        case .withoutFiles(let fields):
            let problem = Problem(
                .partlyApplied, code: "file-not-taken", subject: id.subject,
                message: "The instance has taken the values of \(step.title), but not \(fields.map(\.label).joined(separator: ", "))."
                    + " That is kept, and sent by the next push.", next: "phsync push")
            return (StepOutcome(step: .config(step), state: .inPart, configID: id), [problem])
        case .overtaken(let fields, let arrival):
            let problem = isGone ? deletedMeanwhile(step, id) : overtaken(step, id, fields, arrival)
            return (StepOutcome(step: .config(step), state: .refused, configID: id), [problem])
        case .appliedInPart: preconditionFailure("only code is saved part by part")
        }
    }

    private func deletedMeanwhile(_ step: ConfigStep, _ id: PluginConfigID) -> Problem {
        Problem(
            .partlyApplied, code: "overtaken", subject: id.subject,
            message: "\(step.title) was sent, but is not on the instance any more: somebody has deleted it. Your edit is kept.",
            next: "phsync pull")
    }

    private func overtaken(_ step: ConfigStep, _ id: PluginConfigID, _ fields: [String], _ arrival: Settlement.Arrival) -> Problem {
        let names = fields.joined(separator: ", ")
        var next = "phsync diff \(id.subject)"
        let what: String
        switch arrival {
        case _ where step.kind == .create:
            what = "\(step.title) was created as \(id.subject), but \(names) is not as you meant it: somebody saved right after. Your draft is kept."
            next = "phsync pull"
        case .certain:
            what = "The instance took \(step.title), but somebody saved right after: \(names) is not as you meant it. Your edit is kept, as a conflict."
        case .possible:
            what = "The answer for \(step.title) was lost, and somebody has saved since: whether it arrived can't be told. Your edit is kept, as a conflict."
        case .unknown:
            what = "\(step.title) was sent, but the instance now has other values for \(names): somebody saved at the same moment. Your edit is kept."
        }
        return Problem(.partlyApplied, code: "overtaken", subject: id.subject, message: what, next: next)
    }

    private func undecided(_ step: ConfigStep, _ id: PluginConfigID) -> Problem {
        let isFile = step.edits.contains { if case .file = $0.value { true } else { false } }
        let what = isFile ? "a new file of the same name, type and size like the old one" : "a new secret like an old one"
        return Problem(
            .temporary, code: isFile ? "file-undecided" : "secret-undecided", subject: id.subject,
            message: "The answer for \(step.title) was lost, and the instance shows \(what), so whether it arrived can't be told."
                + " It is kept and sent again by the next push, which is harmless.", next: "phsync push")
    }

    private func notApplied(_ step: ConfigStep, _ id: PluginConfigID, _ answer: Result<JSONValue, APIError>) -> Problem {
        guard case .failure(let error) = answer else { preconditionFailure("what was acknowledged and is not there was overtaken") }
        let failure = error.problem("\(step.title) was not written", subject: id.subject, next: "phsync push")
        return Problem(
            failure.kind, code: failure.code, subject: failure.subject,
            message: failure.message + " It was read back: nothing has changed there, and your edit is kept.", next: failure.next)
    }

    /// The journal keeps the step as sent; the next pull or push asks the instance again before it does anything.
    private func unknown(
        _ step: ConfigStep, _ journalled: StepRecorder.Step, _ cause: Problem
    ) -> StepAttempt {
        let problem = Problem(
            .partlyApplied, code: "outcome-unknown", subject: journalled.configID.subject,
            message: "\(step.title) was sent, but what became of it could not be found out: \(cause.message) The journal keeps it;"
                + " nothing is sent twice.", next: "phsync push")
        return .ended(StepOutcome(step: .config(step), state: .unknown, configID: journalled.configID), [problem])
    }
}

extension APIError {
    /// A write that the instance has refused, with what can be done about it where it is for good.
    fileprivate func refusal(of step: ConfigStep, _ id: PluginConfigID) -> Problem {
        let problem = problem("\(step.title) was not written", subject: id.subject, next: "phsync push")
        // Only the advice depends on the words; 400 means "not written" whatever they are.
        guard step.kind == .create, code == .rejected, detail.hasPrefix("Plugin creation") else { return problem }
        return Problem(
            .failed, code: "creation-closed", subject: id.subject,
            message: "\(step.title) was not created: this instance makes no new configs any more. \(detail) What it is to do has to be set up"
                + " as a hog function in the web page; configs that are there can still be changed. Your draft is kept.",
            next: "phsync discard \(id.subject)")
    }
}

extension Problem {
    /// A hog function was made in the place of a config.
    static func handedOver(_ title: String, _ id: PluginConfigID, _ kind: Kind) -> Problem {
        Problem(
            kind, code: "handed-over", subject: id.subject,
            message: "The instance has made no config of \(title), but a hog function in its place, disabled: it answered without an id."
                + " Check and enable that in the web page; phsync does not change hog functions. The draft is kept, and never sent again"
                + " by itself.", next: "phsync discard \(id.subject)")
    }

    /// Nobody can tell whether a hog function was made in the place of a config.
    static func untraceable(_ title: String, _ id: PluginConfigID, _ kind: Kind) -> Problem {
        Problem(
            kind, code: "create-untraceable", subject: id.subject,
            message: "The create of \(title) was sent, but no config is there: somebody has deleted it, it never arrived, or this instance has made a"
                + " hog function in its place, which nothing shows to be yours. Look in the web page: if that is there, discard the draft; if not,"
                + " \"phsync resolve \(id.subject) --local\" lets a push send it again. By itself it is never sent again.",
            next: "phsync discard \(id.subject)")
    }
}

extension ConfigStep {
    /// The fields that prove whether the step arrived.
    var sentFields: [ConfigField] { edits.map(\.field) }
}

extension Result {
    var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}
