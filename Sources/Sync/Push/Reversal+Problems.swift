import Models

/// What the person is told of it.
extension Reversal {
    /// What stays on the instance although the rest was taken back.
    var remainder: [Problem] {
        var problems: [Problem] = []
        if case .nothing = subject, lost.isEmpty { problems.append(failure(unknownBefore)) }
        if isCreated {
            problems.append(
                Problem(
                    .partlyApplied, code: "created-stays", subject: name,
                    message: "\(name) was created, and the instance offers no way to delete it: it stays there.", next: "phsync show \(name)"))
        }
        if !forgotten.isEmpty {
            problems.append(
                Problem(
                    .notice, code: "give-again", subject: name,
                    message: "\(forgotten.map(\.label).joined(separator: ", ")) of \(name) was taken away again, and phsync keeps no copy: give it again.",
                    next: "phsync edit-config \(name)"))
        }
        if !lost.isEmpty {
            problems.append(
                Problem(
                    .partlyApplied, code: "not-taken-back", subject: name,
                    message: "\(lost.map(\.label).joined(separator: ", ")) of \(name) can't be taken back: the instance never gave out what was there.",
                    next: "phsync edit-config \(name)"))
        }
        return problems
    }

    func failure(_ cause: Problem) -> Problem {
        Problem(
            .partlyApplied, code: "not-taken-back", subject: name, message: "\(name) was not taken back: \(cause.message)",
            next: "phsync push --abort")
    }

    var movedOn: Problem {
        Problem(.moved, code: "remote-moved", subject: name, message: "somebody has changed it since it was pushed.", next: "phsync diff \(name)")
    }

    var unknownBefore: Problem {
        Problem(
            .failed, code: "not-taken-back", subject: name, message: "what \(name) was before is not known any more.", next: "phsync history \(name)")
    }
}
