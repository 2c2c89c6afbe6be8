/// Decides after each attempt of a request whether there is another one, and when; pure.
///
/// A read is repeated after whatever may be temporary. A write is sent once and does not wait: what it was made from would
/// grow old meanwhile. Who sends it reads again first, which waits, or finds out what an ambiguous one did.
package struct RetryPolicy: Sendable {
    /// What to do after a failed attempt.
    package enum Decision: Sendable, Equatable {
        case retry(afterSeconds: Double)
        case giveUp(RetryAdvice)
    }

    /// How one attempt ended.
    package enum Outcome: Sendable {
        case answered(status: Int, retryAfterSeconds: Int?)
        case failed(TransportError)
    }

    /// What the decision needs to know about the request so far.
    package struct History: Sendable {
        /// Whether a second arrival changes nothing more.
        package var isSafeToRepeat: Bool
        /// 1 after the first attempt.
        package var attempts: Int
        /// How much of all that was spent on the server's own requests to wait.
        package var waitedForServerSeconds: Double

        package init(isSafeToRepeat: Bool, attempts: Int, waitedForServerSeconds: Double = 0) {
            self.isSafeToRepeat = isSafeToRepeat
            self.attempts = attempts
            self.waitedForServerSeconds = waitedForServerSeconds
        }
    }

    /// The first one included.
    package var maximumAttempts: Int
    /// While nobody answers: a person who waits should soon be told.
    package var maximumUnreachableAttempts: Int
    /// For what seldom heals: a failed handshake, and 500, which here often means a mistake of the client.
    package var maximumUnlikelyAttempts: Int
    /// The first one included, of requests that were told to come later.
    package var maximumThrottledAttempts: Int
    /// Before the second attempt; it doubles from there.
    package var firstBackoffSeconds: Double
    /// Where the doubling ends.
    package var maximumBackoffSeconds: Double
    /// How long one request may wait altogether because the server asks for it.
    package var patienceSeconds: Double
    /// The same for a write.
    package static let writePatienceSeconds = 1.0

    package init(
        maximumAttempts: Int = 5, maximumUnreachableAttempts: Int = 3, maximumUnlikelyAttempts: Int = 2,
        maximumThrottledAttempts: Int = 20, firstBackoffSeconds: Double = 0.5, maximumBackoffSeconds: Double = 30,
        patienceSeconds: Double = 600
    ) {
        self.maximumAttempts = maximumAttempts
        self.maximumUnreachableAttempts = maximumUnreachableAttempts
        self.maximumUnlikelyAttempts = maximumUnlikelyAttempts
        self.maximumThrottledAttempts = maximumThrottledAttempts
        self.firstBackoffSeconds = firstBackoffSeconds
        self.maximumBackoffSeconds = maximumBackoffSeconds
        self.patienceSeconds = patienceSeconds
    }

    /// - Parameter jitter: From 0 up to, not including, 1.
    package func decision(after outcome: Outcome, _ history: History, jitter: Double) -> Decision {
        switch outcome {
        case .answered(let status, let retryAfter):
            decision(status: status, retryAfter: retryAfter, history, jitter: jitter)
        case .failed(let error):
            decision(error: error, history, jitter: jitter)
        }
    }
}

extension RetryPolicy {
    private func decision(status: Int, retryAfter: Int?, _ history: History, jitter: Double) -> Decision {
        switch status {
        case 429:
            // The read before the next try waits: as long as the server asks, and never not at all.
            guard history.isSafeToRepeat else { return .giveUp(.after(seconds: max(retryAfter ?? 0, 1))) }
            return throttled(retryAfter, history, limit: maximumThrottledAttempts, jitter: jitter)
        case 408, 502, 503, 504:
            guard history.isSafeToRepeat else { return .giveUp(advice(retryAfter)) }
            return throttled(retryAfter, history, limit: maximumAttempts, jitter: jitter)
        case 500:
            guard history.isSafeToRepeat, history.attempts < maximumUnlikelyAttempts else { return .giveUp(.never) }
            return .retry(afterSeconds: backoffSeconds(history.attempts, jitter: jitter))
        default:
            return .giveUp(.never)
        }
    }

    private func decision(error: TransportError, _ history: History, jitter: Double) -> Decision {
        guard history.isSafeToRepeat, history.attempts < attempts(for: error.code) else { return .giveUp(error.advice) }
        return .retry(afterSeconds: backoffSeconds(history.attempts, jitter: jitter))
    }

    /// How often at most a request is sent when it keeps failing like this.
    private func attempts(for code: TransportError.Code) -> Int {
        switch code {
        case .cannotConnect, .cut: maximumAttempts
        // The last two have waited long for each attempt already.
        case .unresolvedHost, .connectionRefused, .timedOut, .stalled: maximumUnreachableAttempts
        case .tls: maximumUnlikelyAttempts
        // `rateLimited` has waited already.
        case .cannotLoad, .untrustedCertificate, .bodyTooLarge, .redirectRefused, .badURL, .badHeader, .badAnswer,
            .rateLimited, .cancelled, .shutDown, .failed:
            1
        }
    }

    /// Waits as long as the server asks for, or backs off if it doesn't say.
    private func throttled(_ retryAfter: Int?, _ history: History, limit: Int, jitter: Double) -> Decision {
        guard history.attempts < limit else { return .giveUp(advice(retryAfter)) }
        // Never earlier than asked; the jitter comes on top, so that waiting clients don't return all at once.
        let backoff = backoffSeconds(history.attempts, jitter: jitter)
        let seconds = Double(retryAfter ?? 0) + (retryAfter ?? 0 > 0 ? jitter * firstBackoffSeconds : backoff)
        guard history.waitedForServerSeconds + seconds <= patienceSeconds else { return .giveUp(advice(retryAfter)) }
        return .retry(afterSeconds: seconds)
    }

    private func advice(_ retryAfter: Int?) -> RetryAdvice {
        retryAfter.map { .after(seconds: $0) } ?? .now
    }

    /// Full jitter: anything up to a bound that doubles with each attempt.
    private func backoffSeconds(_ attempts: Int, jitter: Double) -> Double {
        var bound = firstBackoffSeconds
        for _ in 1..<max(attempts, 1) where bound < maximumBackoffSeconds { bound *= 2 }
        return min(bound, maximumBackoffSeconds) * jitter
    }
}
