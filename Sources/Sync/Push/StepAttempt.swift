import Models
import Storage

/// How one try of a step ended.
enum StepAttempt: Sendable {
    /// `saved` is what a write that arrived was made from and has left.
    case ended(StepOutcome, [Problem], saved: SavedConfig? = nil)
    /// Nothing was written, and it may be tried again; only after a new re-read, since what was read has grown old.
    case tooEarly(Problem)

    /// How often a step is begun. The re-read of each waits as long as the instance asks for.
    static let maximum = 20
}

/// Sends journalled steps, and takes back in the journal what turned out to be too early.
struct SendJournal: Sendable {
    let mirror: Mirror
    let now: NowSource

    /// How old the re-read may be when a step is sent. A machine that slept, or a disk that stalled, exceeds it.
    private static let maximumAgeSeconds: Int64 = 2

    /// Sends a step that is marked as sent in the journal, and sees it through: an interruption waits until its outcome is
    /// known and stored.
    ///
    /// - Parameter readAt: When the last of what the step was made from had been read.
    func send(
        _ step: PlanStep, run: Int64, ordinal: Int64, readAt: Timestamp, _ send: @escaping @Sendable () async -> StepAttempt
    ) async throws(Problem) -> StepAttempt {
        let attempt =
            now().seconds(since: readAt) > SendJournal.maximumAgeSeconds ? .tooEarly(SendJournal.tooSlow(step)) : await Task { await send() }.value
        if case .tooEarly = attempt {
            try await mirror.writing { mirror in try mirror.journal.markUnsent(run: run, ordinal: ordinal) }
        }
        return attempt
    }

    private static func tooSlow(_ step: PlanStep) -> Problem {
        Problem(
            .temporary, code: "too-slow", subject: step.subject,
            message: "\(step.title) was not sent: each time, more than \(maximumAgeSeconds) seconds passed on this machine after it was read"
                + " again, and somebody may have changed it in that time.", next: "phsync push")
    }
}

extension APIError {
    /// Whether a write did nothing, and may be sent once it was made anew.
    var asksToComeAgain: Bool { isTemporary && !mayHaveTakenEffect }
}
