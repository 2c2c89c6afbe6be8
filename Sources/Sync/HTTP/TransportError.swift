/// Why a request has no answer.
package struct TransportError: Error, Sendable, Equatable {
    /// Where on the way to the answer it failed.
    package enum Code: String, Sendable, CaseIterable {
        /// libcurl is missing or too old.
        case cannotLoad
        case unresolvedHost
        case connectionRefused
        /// No route, unreachable network and the like.
        case cannotConnect
        /// The connect or the total timeout.
        case timedOut
        /// Nothing moved for the stall timeout.
        case stalled
        /// The TLS handshake failed: often no TLS server at that port.
        case tls
        /// The certificate is not one that this machine trusts for that host.
        case untrustedCertificate
        /// The connection was lost in the middle.
        case cut
        case bodyTooLarge
        /// The server answered with a redirect; none is followed.
        case redirectRefused
        /// The URL is not one, or its scheme is not allowed.
        case badURL
        /// A header that can't be sent as one line.
        case badHeader
        /// The answer is not HTTP, or its compression is damaged.
        case badAnswer
        /// Not sent, because the server's limit is used up for longer than the caller's patience.
        case rateLimited
        case cancelled
        /// The transport has been shut down.
        case shutDown
        /// Anything else that libcurl reports; `detail` says what.
        case failed
    }

    /// Decides what is done about it.
    package let code: Code
    /// The request's method and path: "GET /api/users/@me/".
    package let subject: String
    /// The underlying text, for the person; of one line, without headers, query or body.
    package let detail: String
    /// Whether the server may have received (and executed) the request; false only when that is certainly not so.
    package let mayHaveArrived: Bool
    /// Whether, and when, another attempt makes sense.
    package let advice: RetryAdvice

    package init(
        _ code: Code, subject: String, detail: String, mayHaveArrived: Bool, advice: RetryAdvice? = nil
    ) {
        self.code = code
        self.subject = subject
        self.detail = detail
        self.mayHaveArrived = mayHaveArrived
        self.advice = advice ?? code.usualAdvice
    }
}

extension TransportError: CustomStringConvertible {
    package var description: String { "\(subject): \(message)" }

    /// What happened, as the end of a sentence that names the instance.
    package var message: String {
        detail.isEmpty ? code.summary : "\(code.summary) (\(detail))"
    }
}

extension TransportError.Code {
    /// What happened, in a few words.
    package var summary: String {
        switch self {
        case .cannotLoad: "libcurl.so.4 could not be loaded: install the Debian package libcurl4"
        case .unresolvedHost: "the host name could not be resolved"
        case .connectionRefused: "the connection was refused"
        case .cannotConnect: "the host could not be reached"
        case .timedOut: "no complete answer came in time"
        case .stalled: "the connection went silent"
        case .tls: "no secure connection could be made"
        case .untrustedCertificate: "the server's certificate is not trusted"
        case .cut: "the connection was lost"
        case .bodyTooLarge: "the answer is larger than allowed"
        case .redirectRefused: "the server answered with a redirect, which is not followed"
        case .badURL: "the address can't be used"
        case .badHeader: "a header can't be sent"
        case .badAnswer: "the answer can't be understood"
        case .rateLimited: "the server's rate limit is used up"
        case .cancelled: "the request was cancelled"
        case .shutDown: "the connection has been shut down"
        case .failed: "the request failed"
        }
    }

    var usualAdvice: RetryAdvice {
        switch self {
        case .unresolvedHost, .connectionRefused, .cannotConnect, .timedOut, .stalled, .tls, .cut, .rateLimited,
            .cancelled:
            .now
        case .cannotLoad, .untrustedCertificate, .bodyTooLarge, .redirectRefused, .badURL, .badHeader, .badAnswer,
            .shutDown, .failed:
            .never
        }
    }
}
