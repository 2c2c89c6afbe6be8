/// A transport that keeps the server's limits and repeats what is safe to repeat.
package struct ResilientTransport: Transport {
    /// Why nothing is sent for a while.
    package enum WaitReason: Sendable, Equatable {
        /// The server said 429, or its published limits are used up.
        case rateLimited
        /// The server answered with this status.
        case status(Int)
        case failed(TransportError.Code)
    }

    /// Is told how many seconds it will be silent and why; may come from any thread.
    package typealias WaitReport = @Sendable (_ seconds: Double, _ reason: WaitReason) -> Void

    private let base: any Transport
    private let policy: RetryPolicy
    private let limit: RateLimit
    private let clock: any WaitingClock
    private let jitter: @Sendable () -> Double
    private let onWait: WaitReport

    /// - Parameters:
    ///   - limit: Shared by all that use the same instance with the same key.
    ///   - jitter: Gives numbers from 0 up to, not including, 1.
    package init(
        _ base: any Transport, policy: RetryPolicy = RetryPolicy(), limit: RateLimit = RateLimit(),
        clock: any WaitingClock, jitter: @escaping @Sendable () -> Double, onWait: @escaping WaitReport = { _, _ in }
    ) {
        self.base = base
        self.policy = policy
        self.limit = limit
        self.clock = clock
        self.jitter = jitter
        self.onWait = onWait
    }

    /// - Returns: The last answer, also when it is still a 429 or a 5xx after all attempts.
    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let bucket = RateLimit.bucket(path: request.path)
        var history = RetryPolicy.History(isSafeToRepeat: request.isSafeToRepeat, attempts: 0)
        while true {
            try await waitForPlace(bucket, request, &history)
            history.attempts += 1
            let attempt = await attempt(request)
            switch policy.decision(after: attempt.outcome, history, jitter: jitter()) {
            case .giveUp(let advice):
                pauseIfThrottled(attempt, bucket, advice)
                return try attempt.result(advice)
            case .retry(let seconds):
                try await wait(seconds, after: attempt, bucket, request, &history)
            }
        }
    }
}

extension ResilientTransport {
    private enum Attempt {
        case answered(HTTPResponse)
        case failed(TransportError)

        var outcome: RetryPolicy.Outcome {
            switch self {
            case .answered(let response):
                .answered(status: response.status, retryAfterSeconds: response.retryAfterSeconds)
            case .failed(let error): .failed(error)
            }
        }

        var reason: WaitReason {
            switch self {
            case .answered(let response): response.status == 429 ? .rateLimited : .status(response.status)
            case .failed(let error): .failed(error.code)
            }
        }

        func result(_ advice: RetryAdvice) throws(TransportError) -> HTTPResponse {
            switch self {
            case .answered(let response): return response
            case .failed(let error):
                throw TransportError(
                    error.code, subject: error.subject, detail: error.detail, mayHaveArrived: error.mayHaveArrived,
                    advice: advice)
            }
        }
    }

    private func attempt(_ request: HTTPRequest) async -> Attempt {
        do {
            return .answered(try await base.send(request))
        } catch {
            return .failed(error)
        }
    }

    /// Waits until the budget has a place and takes it.
    private func waitForPlace(
        _ bucket: String, _ request: HTTPRequest, _ history: inout RetryPolicy.History
    ) async throws(TransportError) {
        while true {
            let now = clock.nowSeconds()
            let delay = limit.take(bucket, nowSeconds: now)
            guard delay > 0 else { return }
            let patience = request.isSafeToRepeat ? policy.patienceSeconds : RetryPolicy.writePatienceSeconds
            guard history.waitedForServerSeconds + delay <= patience else {
                throw TransportError(
                    .rateLimited, subject: request.description, detail: "free in \(Int(delay.rounded(.up))) s",
                    mayHaveArrived: false, advice: .after(seconds: Int(delay.rounded(.up))))
            }
            history.waitedForServerSeconds += delay
            if limit.announces(bucket, untilSeconds: now + delay) { onWait(delay, .rateLimited) }
            try await sleep(delay, request)
        }
    }

    /// Waits between two attempts of the same request.
    private func wait(
        _ seconds: Double, after attempt: Attempt, _ bucket: String, _ request: HTTPRequest,
        _ history: inout RetryPolicy.History
    ) async throws(TransportError) {
        if attempt.reason == .rateLimited {
            // Everything in the bucket stays silent; the next round waits there.
            limit.pause(bucket, untilSeconds: clock.nowSeconds() + seconds)
            return
        }
        if case .answered(let response) = attempt, response.retryAfterSeconds != nil {
            history.waitedForServerSeconds += seconds
        }
        onWait(seconds, attempt.reason)
        try await sleep(seconds, request)
    }

    /// A pause beyond the patience of this request holds for the next ones too.
    private func pauseIfThrottled(_ attempt: Attempt, _ bucket: String, _ advice: RetryAdvice) {
        guard attempt.reason == .rateLimited, case .after(let seconds) = advice else { return }
        limit.pause(bucket, untilSeconds: clock.nowSeconds() + Double(seconds))
    }

    private func sleep(_ seconds: Double, _ request: HTTPRequest) async throws(TransportError) {
        do {
            try await clock.sleep(seconds: seconds)
        } catch {
            throw TransportError(.cancelled, subject: request.description, detail: "", mayHaveArrived: false)
        }
    }
}
