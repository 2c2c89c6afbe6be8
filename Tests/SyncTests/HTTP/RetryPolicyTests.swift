import Testing

@testable import Sync

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy()

    private func after(
        _ status: Int, retryAfter: Int? = nil, isRead: Bool = true, attempts: Int = 1, waited: Double = 0,
        jitter: Double = 0.5
    ) -> RetryPolicy.Decision {
        policy.decision(
            after: .answered(status: status, retryAfterSeconds: retryAfter),
            .init(isSafeToRepeat: isRead, attempts: attempts, waitedForServerSeconds: waited), jitter: jitter)
    }

    private func after(
        _ code: TransportError.Code, mayHaveArrived: Bool, isRead: Bool, attempts: Int = 1
    ) -> RetryPolicy.Decision {
        let error = TransportError(code, subject: "GET /", detail: "", mayHaveArrived: mayHaveArrived)
        return policy.decision(after: .failed(error), .init(isSafeToRepeat: isRead, attempts: attempts), jitter: 0.5)
    }

    /// How many attempts a request gets that always ends the same way.
    private func attempts(_ decision: (Int) -> RetryPolicy.Decision) -> Int {
        (1...100).first { if case .giveUp = decision($0) { true } else { false } } ?? .max
    }

    @Test func aReadIsRepeatedAfterATemporaryAnswer() {
        for status in [408, 502, 503, 504] {
            #expect(attempts { after(status, attempts: $0) } == 5, "\(status)")
            #expect(after(status, attempts: 5) == .giveUp(.now))
            #expect(after(status, retryAfter: 9, attempts: 5) == .giveUp(.after(seconds: 9)))
        }
    }

    @Test func anInternalErrorIsTriedOnceMoreForReadsOnly() {
        #expect(attempts { after(500, attempts: $0) } == 2)
        #expect(after(500, isRead: false) == .giveUp(.never))
    }

    @Test(arguments: [200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 415, 501])
    func otherAnswersAreFinal(_ status: Int) {
        #expect(after(status) == .giveUp(.never))
        #expect(after(status, retryAfter: 3) == .giveUp(.never))
    }

    @Test(arguments: [500, 502, 503, 504, 408])
    func aWriteIsNeverRepeatedAfterAnAmbiguousAnswer(_ status: Int) {
        for retryAfter in [nil, 0, 5] {
            if case .retry = after(status, retryAfter: retryAfter, isRead: false) { Issue.record("repeated") }
        }
    }

    @Test func retryAfterIsObeyedInFull() {
        #expect(after(429, retryAfter: 42, jitter: 0) == .retry(afterSeconds: 42))
        #expect(after(429, retryAfter: 42) == .retry(afterSeconds: 42.25))
        #expect(after(429) == .retry(afterSeconds: 0.25))
    }

    @Test func aThrottledWriteSaysHowLongToWaitAndDoesNotWaitItself() {
        #expect(after(429, retryAfter: 42, isRead: false) == .giveUp(.after(seconds: 42)))
        #expect(after(429, retryAfter: 0, isRead: false) == .giveUp(.after(seconds: 1)))
        #expect(after(429, isRead: false) == .giveUp(.after(seconds: 1)))
    }

    @Test func retryAfterOfAReadIsObeyedForOtherAnswersToo() {
        #expect(after(503, retryAfter: 10, jitter: 0) == .retry(afterSeconds: 10))
    }

    @Test func patienceEndsBeforeAnHour() {
        #expect(after(429, retryAfter: 3600) == .giveUp(.after(seconds: 3600)))
        #expect(after(429, retryAfter: 599) == .retry(afterSeconds: 599.25))
        #expect(after(429, retryAfter: 30, waited: 580) == .giveUp(.after(seconds: 30)))
    }

    @Test func aServerThatThrottlesForeverIsLeftAlone() {
        #expect(attempts { after(429, retryAfter: 0, attempts: $0) } == 20)
    }

    @Test(arguments: TransportError.Code.allCases)
    func aWriteIsNeverRepeatedWithWhatItWasMadeFrom(_ code: TransportError.Code) {
        for mayHaveArrived in [true, false] {
            #expect(after(code, mayHaveArrived: mayHaveArrived, isRead: false) == .giveUp(code.usualAdvice))
        }
    }

    @Test(arguments: TransportError.Code.allCases)
    func aReadIsRepeatedAfterWhatMayPass(_ code: TransportError.Code) {
        let expected =
            switch code {
            case .cannotConnect, .cut: 5
            case .unresolvedHost, .connectionRefused, .timedOut, .stalled: 3
            case .tls: 2
            default: 1
            }
        #expect(attempts { after(code, mayHaveArrived: true, isRead: true, attempts: $0) } == expected)
    }

    @Test func backoffDoublesUpToItsCapAndIsFullyJittered() {
        let patient = RetryPolicy(maximumAttempts: 50)
        func seconds(_ attempts: Int, _ jitter: Double) -> RetryPolicy.Decision {
            patient.decision(
                after: .answered(status: 502, retryAfterSeconds: nil), .init(isSafeToRepeat: true, attempts: attempts),
                jitter: jitter)
        }
        for (attempts, bound) in [(1, 0.5), (2, 1), (3, 2), (4, 4), (7, 30), (40, 30)] as [(Int, Double)] {
            #expect(seconds(attempts, 0) == .retry(afterSeconds: 0))
            #expect(seconds(attempts, 0.5) == .retry(afterSeconds: bound / 2))
        }
    }
}
