import DemoInstance
import Models
import Sync
import Synchronization

/// The stand-in without a socket: each request is answered by its pure function, unless a fault is due.
final class InstanceTransport: Transport {
    enum Fault: Sendable {
        /// Never reaches the instance.
        case refused
        /// The instance acts on it; the answer is lost.
        case answerLost
        /// The connection breaks before the instance has acted.
        case lostOnTheWay
        /// No answer for too long; the instance has not acted.
        case timedOut
        case status(Int, afterActing: Bool)
        case html
        /// 403 as for a key whose scopes leave the action out; nothing takes effect.
        case forbidden
        /// A 500 after a part of the request was acted on.
        case halfDone(@Sendable (inout DemoState) -> Void)
        /// An answer of the API itself, in its form of errors.
        case refusal(Int, detail: String)
        /// This with status 200.
        case body(String)
    }

    struct Record: Sendable, Equatable {
        let method: String
        let path: String
        /// Without the question mark; "" when there is none.
        let query: String
    }

    private struct Inner {
        var state: DemoState
        var clock = DemoInstant(microseconds: 1_700_000_000_000_000)
        var log: [Record] = []
        var fault: @Sendable (Int, HTTPRequest) -> Fault? = { _, _ in nil }
        var before: @Sendable (Int, HTTPRequest, inout DemoState) -> Void = { _, _, _ in }
        var colleague: @Sendable (Int, HTTPRequest) -> DemoRequest? = { _, _ in nil }
    }

    private let inner: Mutex<Inner>

    init(_ state: DemoState, clock: DemoInstant? = nil) {
        var inner = Inner(state: state)
        if let clock { inner.clock = clock }
        self.inner = Mutex(inner)
    }

    /// Decides by the request's number (1, 2, …) and the request itself.
    func setFault(_ fault: @escaping @Sendable (Int, HTTPRequest) -> Fault?) { inner.withLock { $0.fault = fault } }

    /// What somebody else does right before the instance acts on a request.
    func setBefore(_ before: @escaping @Sendable (Int, HTTPRequest, inout DemoState) -> Void) {
        inner.withLock { $0.before = before }
    }

    /// What a colleague sends to the instance right before it acts on a request of ours.
    func setColleague(_ colleague: @escaping @Sendable (Int, HTTPRequest) -> DemoRequest?) {
        inner.withLock { $0.colleague = colleague }
    }

    func clear() {
        inner.withLock {
            $0.log = []
            $0.fault = { _, _ in nil }
            $0.before = { _, _, _ in }
            $0.colleague = { _, _ in nil }
        }
    }

    func advance(seconds: Int64) { inner.withLock { $0.clock = $0.clock.advanced(bySeconds: seconds) } }

    var log: [Record] { inner.withLock { $0.log } }
    /// Without the last look into the activity log, which decides nothing about the push itself.
    var pushLog: [Record] { log.filter { !$0.path.hasSuffix("/plugins/activity/") } }
    var writes: [Record] { log.filter { $0.method != "GET" } }
    var state: DemoState { inner.withLock { $0.state } }
    var clock: DemoInstant { inner.withLock { $0.clock } }

    func change<T: Sendable>(_ body: (inout DemoState) -> T) -> T { inner.withLock { body(&$0.state) } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let answer: Result<HTTPResponse, TransportError> = inner.withLock { inner in
            inner.log.append(
                Record(
                    method: request.method.rawValue, path: request.path,
                    query: request.url.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""))
            let number = inner.log.count
            let fault = inner.fault(number, request)
            switch fault {
            case .refused: return .failure(error(.connectionRefused, request, mayHaveArrived: false))
            case .lostOnTheWay: return .failure(error(.cut, request, mayHaveArrived: true))
            case .timedOut: return .failure(error(.timedOut, request, mayHaveArrived: true))
            case .status(let status, afterActing: false): return .success(html(status))
            case .html: return .success(html(200))
            case .forbidden: return .success(forbidden())
            case .halfDone(let act):
                act(&inner.state)
                return .success(html(500))
            case .body(let text): return .success(HTTPResponse(status: 200, body: Array(text.utf8)))
            case .refusal(let status, let detail):
                let body = #"{"type":"invalid_request","code":"x","detail":"\#(detail)","attr":null}"#
                return .success(HTTPResponse(status: status, body: Array(body.utf8)))
            case .answerLost, .status(_, afterActing: true), nil: break
            }
            if let theirs = inner.colleague(number, request) {
                _ = respond(to: theirs, state: &inner.state, clock: inner.clock)
            }
            inner.before(number, request, &inner.state)
            inner.clock = inner.clock.advanced(bySeconds: 1)
            let response = respond(to: DemoRequest(request), state: &inner.state, clock: inner.clock)
            switch fault {
            case .answerLost: return .failure(error(.cut, request, mayHaveArrived: true))
            case .status(let status, afterActing: true): return .success(html(status))
            default: return .success(HTTPResponse(status: response.status, body: response.body))
            }
        }
        return try answer.get()
    }

    private func forbidden() -> HTTPResponse {
        let body = #"{"type":"authentication_error","code":"permission_denied","detail":"This action does not support Personal API Key access","attr":null}"#
        return HTTPResponse(status: 403, body: Array(body.utf8))
    }

    private func html(_ status: Int) -> HTTPResponse {
        HTTPResponse(status: status, body: Array("<html>Bad gateway</html>".utf8))
    }

    private func error(_ code: TransportError.Code, _ request: HTTPRequest, mayHaveArrived: Bool) -> TransportError {
        TransportError(code, subject: "\(request.method.rawValue) \(request.path)", detail: "", mayHaveArrived: mayHaveArrived)
    }
}

extension DemoRequest {
    init(_ request: HTTPRequest) {
        var headers = request.headers.map { DemoHeader($0.name, $0.value) }
        if let body = request.body { headers.append(DemoHeader("Content-Type", body.contentType)) }
        let target = request.url.dropFirst(SyncWorld.origin.count)
        self.init(request.method.rawValue, String(target), headers: headers, body: request.body?.bytes ?? [])
    }
}

extension InstanceTransport {
    /// Somebody else's request, answered as any; it is in no log of ours.
    func serve(_ request: DemoRequest) -> DemoResponse {
        let clock = clock
        return change { state in respond(to: request, state: &state, clock: clock) }
    }
}
