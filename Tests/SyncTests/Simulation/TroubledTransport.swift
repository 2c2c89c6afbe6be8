import Sync
import Synchronization

/// The network of one simulated process: one request goes wrong, and a process that was killed never sends again.
final class TroubledTransport: Transport {
    private struct Inner {
        var count = 0
        var isDead = false
    }

    private let base: InstanceTransport
    private let trouble: Trouble?
    private let onDeath: @Sendable () -> Void
    private let inner = Mutex(Inner())

    init(_ base: InstanceTransport, _ trouble: Trouble?, onDeath: @escaping @Sendable () -> Void) {
        self.base = base
        self.trouble = trouble
        self.onDeath = onDeath
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let (number, isDead) = inner.withLock { inner in
            inner.count += 1
            return (inner.count, inner.isDead)
        }
        if isDead { await never() }
        guard let trouble, number == trouble.request || (trouble.kind == .offline && number > trouble.request) else {
            return try await base.send(request)
        }
        switch trouble.kind {
        case .refused, .offline: throw error(.connectionRefused, request, mayHaveArrived: false)
        case .lostOnTheWay: throw error(.cut, request, mayHaveArrived: true)
        case .answerLost:
            _ = try await base.send(request)
            throw error(.cut, request, mayHaveArrived: true)
        case .failsBefore: return page(502)
        case .failsAfter:
            _ = try await base.send(request)
            return page(502)
        case .html: return page(200)
        case .unauthorized:
            return HTTPResponse(status: 401, body: Array(#"{"type":"authentication_error","code":"authentication_failed","detail":"no"}"#.utf8))
        case .killedBefore: await die()
        case .killedAfter:
            _ = try await base.send(request)
            await die()
        }
    }

    private func die() async -> Never {
        inner.withLock { $0.isDead = true }
        onDeath()
        await never()
    }

    /// Waits for good, as a process that is gone never goes on.
    private func never() async -> Never {
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        preconditionFailure("nobody resumes a dead process")
    }

    private func page(_ status: Int) -> HTTPResponse {
        HTTPResponse(status: status, body: Array("<html>Bad gateway</html>".utf8))
    }

    private func error(_ code: TransportError.Code, _ request: HTTPRequest, mayHaveArrived: Bool) -> TransportError {
        TransportError(code, subject: "\(request.method.rawValue) \(request.path)", detail: "", mayHaveArrived: mayHaveArrived)
    }
}
