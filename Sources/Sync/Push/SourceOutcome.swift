import Models

/// What the person is told about a step on code that was sent.
struct SourceOutcome {
    let step: SourceStep
    let settlement: Settlement
    let answer: Result<JSONValue, APIError>
    /// Whether the plugin is not there any more.
    let isGone: Bool

    private var subject: String { step.pluginID.subject }

    var told: (StepOutcome.State, [Problem]) {
        switch settlement {
        case .applied: (.applied, [])
        case .appliedAmongOthers(let names): (.appliedAmongOthers(names), [amongOthers(names)])
        case .notApplied, .undecidable, .withoutFiles: (.refused, [notApplied])
        case .overtaken(let names, let arrival): (.refused, [overtaken(names, hasArrived: arrival == .certain)])
        case .appliedInPart(let missing): (.inPart, [inPart(missing)])
        case .handedOver, .untraceable: preconditionFailure("only the create of a config is handed over")
        }
    }

    private func amongOthers(_ names: [String]) -> Problem {
        Problem(
            .notice, code: "changed-meanwhile", subject: subject,
            message: "The code of \(step.title) is as you meant it, but somebody saved at the same moment; also changed:"
                + " \(names.joined(separator: ", ")).", next: "phsync source \(subject)")
    }

    private var notApplied: Problem {
        guard case .failure(let error) = answer else { preconditionFailure("what was acknowledged and is not there was overtaken") }
        let failure = error.problem("The code of \(step.title) was not written", subject: subject, next: "phsync push")
        return Problem(
            failure.kind, code: failure.code, subject: failure.subject,
            message: failure.message + " It was read back: nothing has changed there, and your edit is kept.", next: failure.next)
    }

    private func overtaken(_ names: [String], hasArrived: Bool) -> Problem {
        guard !isGone else {
            return Problem(
                .partlyApplied, code: "overtaken", subject: subject,
                message: "The code of \(step.title) was sent, but the plugin is not on the instance any more: somebody has deleted it. Your edit is kept.",
                next: "phsync pull")
        }
        let names = names.joined(separator: ", ")
        let what =
            hasArrived
            ? "The instance took the code of \(step.title), but somebody saved right after: \(names) is not as you meant it. Your edit is kept,"
                + " as a conflict."
            : "The code of \(step.title) was sent, but the instance now has something else for \(names): somebody saved at the same moment."
                + " Your edit is kept."
        return Problem(.partlyApplied, code: "overtaken", subject: subject, message: what, next: "phsync diff \(subject)")
    }

    private func inPart(_ missing: [String]) -> Problem {
        let cause = if case .failure(let error) = answer { " (\(error.detail))" } else { "" }
        return Problem(
            .partlyApplied, code: "half-stored", subject: subject,
            message: "The instance stored a part of the code of \(step.title) and failed\(cause). Not as you meant it yet:"
                + " \(missing.joined(separator: ", ")). What is missing is kept and sent by the next push.", next: "phsync push")
    }

    /// The journal keeps the step as sent; the next pull or push asks the instance again before it does anything.
    static func unknown(_ step: SourceStep, _ cause: Problem) -> Problem {
        Problem(
            .partlyApplied, code: "outcome-unknown", subject: step.pluginID.subject,
            message: "The code of \(step.title) was sent, but what became of it could not be found out: \(cause.message) The journal"
                + " keeps it; nothing is sent twice.", next: "phsync push")
    }
}
