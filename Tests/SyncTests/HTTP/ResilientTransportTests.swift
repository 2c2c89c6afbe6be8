import Synchronization
import Testing

@testable import Sync

@Suite struct ResilientTransportTests {
    private let clock = JumpingClock()
    private let waits = WaitLog()
    private let read = HTTPRequest(.get, "https://example.com/api/projects/1/plugin_configs/")
    private let write = HTTPRequest(.patch, "https://example.com/api/projects/1/plugin_configs/2/")

    private func wrap(_ base: ScriptedTransport, limit: RateLimit = RateLimit()) -> ResilientTransport {
        ResilientTransport(base, limit: limit, clock: clock, jitter: { 0 }, onWait: { [waits] in waits.note($0, $1) })
    }

    @Test func aThrottledRequestWaitsAsLongAsAskedAndGoesOn() async throws {
        let base = ScriptedTransport([.answer(429, retryAfter: 21), .answer(200)])
        #expect(try await wrap(base).send(read).status == 200)
        #expect(base.count == 2)
        #expect(clock.nowSeconds() == 21)
        #expect(waits.all == ["21.0 rateLimited"])
    }

    @Test func aThrottledWriteDoesNotWaitButTheReadAfterItDoes() async throws {
        let base = ScriptedTransport([.answer(429, retryAfter: 21), .answer(200)])
        let transport = wrap(base)
        #expect(try await transport.send(write).status == 429)
        #expect(clock.nowSeconds() == 0)
        #expect(try await transport.send(read).status == 200)
        #expect(clock.nowSeconds() == 21)
    }

    @Test func aWriteDoesNotWaitForTheBudgetAndSaysThatItWasNotSent() async throws {
        let base = ScriptedTransport([.answer(200), .answer(200)])
        let transport = wrap(base, limit: RateLimit([.init(requests: 1, windowSeconds: 60)]))
        _ = try await transport.send(read)
        let error = await transport.failure(write)
        #expect(error?.code == .rateLimited)
        #expect(error?.mayHaveArrived == false)
        #expect(base.count == 1)
    }

    @Test func aThrottledBucketStaysSilentForOthersToo() async throws {
        let base = ScriptedTransport([.answer(429, retryAfter: 3600), .answer(200), .answer(200)])
        let transport = wrap(base)
        #expect(try await transport.send(read).status == 429)
        let error = await transport.failure(read)
        #expect(error?.code == .rateLimited)
        #expect(error?.mayHaveArrived == false)
        #expect(error?.advice == .after(seconds: 3600))
        #expect(base.count == 1)
        let other = HTTPRequest(.get, "https://example.com/api/projects/2/")
        #expect(try await transport.send(other).status == 200)
        clock.pass(3600)
        #expect(try await transport.send(read).status == 200)
    }

    @Test func aReadIsRepeatedUntilItWorks() async throws {
        let base = ScriptedTransport([.failure(.timedOut), .answer(503), .failure(.cut), .answer(200)])
        #expect(try await wrap(base).send(read).status == 200)
        #expect(base.count == 4)
        #expect(waits.all == ["0.0 failed(timedOut)", "0.0 status(503)", "0.0 failed(cut)"])
    }

    @Test(arguments: [ScriptedTransport.Step.failure(.cut), .failure(.timedOut), .answer(500), .answer(502), .answer(503)])
    fileprivate func anAmbiguousWriteIsSentOnce(_ step: ScriptedTransport.Step) async throws {
        let base = ScriptedTransport([step, .answer(200)])
        do {
            let response = try await wrap(base).send(write)
            #expect(response.status >= 500)
        } catch {
            #expect(error.mayHaveArrived)
        }
        #expect(base.count == 1)
    }

    @Test func aWriteThatDidNotArriveIsLeftToItsSender() async {
        let base = ScriptedTransport([.failure(.connectionRefused, mayHaveArrived: false), .answer(200)])
        #expect(await wrap(base).failure(write)?.code == .connectionRefused)
        #expect(base.count == 1)
    }

    @Test func theLastFailureIsHandedOn() async {
        let base = ScriptedTransport(Array(repeating: .failure(.stalled), count: 9))
        #expect(await wrap(base).failure(read)?.code == .stalled)
        #expect(base.count == 3)
    }

    @Test func aFullBudgetWaitsBeforeItSends() async throws {
        let base = ScriptedTransport(Array(repeating: .answer(200), count: 3))
        let transport = wrap(base, limit: RateLimit([.init(requests: 2, windowSeconds: 60)]))
        for _ in 0..<3 { _ = try await transport.send(read) }
        #expect(base.count == 3)
        #expect(clock.nowSeconds() == 60)
        #expect(waits.all == ["60.0 rateLimited"])
    }

    @Test func cancellingEndsTheWait() async {
        let base = ScriptedTransport([.answer(429, retryAfter: 5), .answer(200)])
        clock.cancelSleeps()
        let error = await wrap(base).failure(read)
        #expect(error?.code == .cancelled)
        #expect(error?.mayHaveArrived == false)
        #expect(base.count == 1)
    }
}

/// Answers from a list, in order.
private final class ScriptedTransport: Transport {
    enum Step: Sendable {
        case answer(_ status: Int, retryAfter: Int? = nil)
        case failure(_ code: TransportError.Code, mayHaveArrived: Bool = true)
    }

    private let steps: [Step]
    private let sent = Mutex(0)
    var count: Int { sent.withLock { $0 } }

    init(_ steps: [Step]) { self.steps = steps }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let index = sent.withLock { sent in
            sent += 1
            return sent - 1
        }
        switch steps[index] {
        case .answer(let status, let retryAfter): return HTTPResponse(status: status, retryAfterSeconds: retryAfter)
        case .failure(let code, let mayHaveArrived):
            throw TransportError(code, subject: "\(request)", detail: "", mayHaveArrived: mayHaveArrived)
        }
    }
}

/// A clock on which every sleep is over at once.
private final class JumpingClock: WaitingClock {
    private let now = Mutex(0.0)
    private let isCancelling = Mutex(false)

    func nowSeconds() -> Double { now.withLock { $0 } }
    func cancelSleeps() { isCancelling.withLock { $0 = true } }
    func pass(_ seconds: Double) { now.withLock { $0 += seconds } }

    func sleep(seconds: Double) async throws(CancellationError) {
        if isCancelling.withLock({ $0 }) { throw CancellationError() }
        now.withLock { $0 += seconds }
    }
}

private final class WaitLog: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }

    func note(_ seconds: Double, _ reason: ResilientTransport.WaitReason) {
        let text =
            switch reason {
            case .rateLimited: "rateLimited"
            case .status(let status): "status(\(status))"
            case .failed(let code): "failed(\(code))"
            }
        lines.withLock { $0.append("\(seconds) \(text)") }
    }
}
