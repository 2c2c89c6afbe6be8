import Models
import Sync

/// An instance and the key to it: what a pull and a push talk to.
public struct Remote: Sendable {
    let api: PostHogAPI

    /// - Parameters:
    ///   - origin: Scheme, host and port without a slash at the end; plain http only for loopback addresses.
    ///   - token: A personal API key. It is sent to that origin only and never stored here: keep it in the system's key chain.
    ///   - transport: Carries the requests; retries and the instance's rate limits are kept around it.
    public init(origin: String, token: String, transport: any KitTransport) {
        self.init(origin: origin, token: token, base: TransportSeam(transport: transport))
    }

    /// The same through libcurl, which this machine has to have.
    public init(origin: String, token: String) {
        self.init(origin: origin, token: token, base: CurlTransport(CurlTransport.Configuration(version: "kit")))
    }

    private init(origin: String, token: String, base: any Transport) {
        let resilient = ResilientTransport(base, clock: SystemClock(), jitter: { Double.random(in: 0..<1) })
        api = PostHogAPI(origin: origin, token: Secret(token), transport: resilient)
    }
}

/// The one seam between this library and a network: an app puts the system's HTTP client in here.
///
/// Send exactly what is asked, once. Follow no redirect, keep no cookies, and don't retry: all of that is decided above. Undo
/// compression. Cancelling the task aborts the request.
public protocol KitTransport: Sendable {
    func send(_ request: KitRequest) async throws(KitTransportError) -> KitResponse
}

/// One request as a value.
public struct KitRequest: Sendable {
    public let method: String
    /// Absolute, with its query already encoded.
    public let url: String
    /// One of them holds the key: never log them.
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]?
    /// Answers that are longer are to be refused.
    public let maximumBodyBytes: Int
    public let timeoutSeconds: Double
}

/// One answer as a value; any status but a redirect is an answer, not an error.
public struct KitResponse: Sendable {
    public let status: Int
    public let headers: [(name: String, value: String)]
    /// Decompressed.
    public let body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why a request has no answer.
public struct KitTransportError: Error, Sendable {
    public enum Reason: Sendable {
        /// No route, no name, refused: certainly nothing has arrived.
        case unreachable
        case timedOut
        /// The connection was lost in the middle.
        case cut
        /// The certificate is not one that this device trusts for that host.
        case untrustedCertificate
        /// The server answered with a redirect; none is followed.
        case redirected
        case bodyTooLarge
        case cancelled
        case failed
    }

    public let reason: Reason
    /// Whether the server may have received the request. When in doubt, true: a write is then settled before it is sent again.
    public let mayHaveArrived: Bool
    /// For the person; without headers, query or body.
    public let detail: String

    public init(_ reason: Reason, mayHaveArrived: Bool, detail: String = "") {
        self.reason = reason
        self.mayHaveArrived = mayHaveArrived
        self.detail = detail
    }
}

/// An app's transport as the modules below know one.
struct TransportSeam: Transport {
    let transport: any KitTransport

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        var headers = request.headers.map { (name: $0.name, value: $0.value) }
        if let body = request.body { headers.append((name: "Content-Type", value: body.contentType)) }
        let asked = KitRequest(
            method: request.method.rawValue, url: request.url, headers: headers, body: request.body?.bytes,
            maximumBodyBytes: request.maximumBodyBytes, timeoutSeconds: request.totalTimeoutSeconds)
        let answer: KitResponse
        do {
            answer = try await transport.send(asked)
        } catch {
            throw TransportError(error.reason.code, subject: request.description, detail: error.detail, mayHaveArrived: error.mayHaveArrived)
        }
        guard answer.body.count <= request.maximumBodyBytes else {
            throw TransportError(.bodyTooLarge, subject: request.description, detail: "", mayHaveArrived: true)
        }
        guard !(300..<400).contains(answer.status) else {
            throw TransportError(.redirectRefused, subject: request.description, detail: "", mayHaveArrived: true)
        }
        let response = HTTPResponse(status: answer.status, headers: answer.headers.map { HTTPHeader($0.name, $0.value) }, body: answer.body)
        // A date in Retry-After would need this device's clock to be right; seconds are what these servers send.
        let seconds = response.header("retry-after").flatMap { Int($0) }.map { max(0, $0) }
        return HTTPResponse(status: response.status, headers: response.headers, body: response.body, retryAfterSeconds: seconds)
    }
}

extension KitTransportError.Reason {
    fileprivate var code: TransportError.Code {
        switch self {
        case .unreachable: .cannotConnect
        case .timedOut: .timedOut
        case .cut: .cut
        case .untrustedCertificate: .untrustedCertificate
        case .redirected: .redirectRefused
        case .bodyTooLarge: .bodyTooLarge
        case .cancelled: .cancelled
        case .failed: .failed
        }
    }
}
