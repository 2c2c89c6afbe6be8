package import Models

/// Why a call to the API did not give what was asked.
package struct APIError: Error, Sendable {
    /// What the answer was, or why there is none.
    package enum Code: Sendable, Equatable {
        /// 401: the key is wrong, revoked, or its user is deactivated.
        case unauthorized
        /// 403: the key may not do this; it is still good for other things.
        case forbidden
        case notFound
        /// 404 with "Endpoint not found.": this server does not have the call at all.
        case noEndpoint
        /// 400, 405, 415: the server refused the request for what is in it; nothing was changed.
        case rejected
        case throttled
        /// 5xx. Of a write it says nothing about whether it took effect.
        case serverError
        /// An answer that is not the API's: HTML of a proxy, a truncated or foreign body.
        case notTheAPI
        case transport(TransportError.Code)
    }

    /// Decides what is done about it.
    package let code: Code
    /// Method and path: "GET /api/users/@me/".
    package let subject: String
    /// nil when no answer arrived.
    package let status: Int?
    /// The server's own words or the transport's, one line, bounded.
    package let detail: String
    /// Whether a write may have taken effect nevertheless.
    package let mayHaveTakenEffect: Bool
    /// As the server asks for it; nil when it doesn't.
    package let retryAfterSeconds: Int?

    package init(
        _ code: Code, subject: String, status: Int? = nil, detail: String, mayHaveTakenEffect: Bool,
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.subject = subject
        self.status = status
        self.detail = detail
        self.mayHaveTakenEffect = mayHaveTakenEffect
        self.retryAfterSeconds = retryAfterSeconds
    }
}

extension APIError {
    init(_ error: TransportError) {
        var seconds: Int?
        if case .after(let wait) = error.advice { seconds = wait }
        self.init(
            .transport(error.code), subject: error.subject, detail: error.message,
            mayHaveTakenEffect: error.mayHaveArrived, retryAfterSeconds: seconds)
    }

    /// What an answer with a status other than 2xx means.
    init(_ response: HTTPResponse, subject: String) {
        let body = APIError.body(response)
        let detail = body?["detail"]?.string
        let code: Code =
            switch response.status {
            case 401: .unauthorized
            case 403: .forbidden
            // Gone for good is what was removed from the API, never an answer about a row.
            case 410: .noEndpoint
            case 404: detail == "Endpoint not found." ? .noEndpoint : (body == nil ? .notTheAPI : .notFound)
            case 429: .throttled
            case 400..<500: .rejected
            case 500...: .serverError
            default: .notTheAPI
            }
        let attribute = body?["attr"]?.string.map { " (\($0))" } ?? ""
        let words = detail.map { APIError.oneLine($0) + attribute } ?? "the answer is no JSON of the API"
        self.init(
            code, subject: subject, status: response.status, detail: words,
            // A page of something in between may stand for a write that went through: only the API's own refusal is one.
            mayHaveTakenEffect: code == .serverError || code == .notTheAPI || (code == .rejected && detail == nil),
            retryAfterSeconds: response.retryAfterSeconds)
    }

    static func notTheAPI(_ response: HTTPResponse, subject: String, detail: String) -> APIError {
        APIError(.notTheAPI, subject: subject, status: response.status, detail: detail, mayHaveTakenEffect: true)
    }

    private static func body(_ response: HTTPResponse) -> JSONValue? {
        do {
            return try JSONValue(parsing: response.body)
        } catch {
            // The answer of a proxy: that it is no JSON is all there is to know.
            return nil
        }
    }

    private static func oneLine(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 300 ? line.prefix(300) + "…" : line
    }
}

extension APIError {
    /// Whether the same call may work in a while without anybody changing anything.
    package var isTemporary: Bool {
        switch code {
        case .throttled, .serverError: true
        case .notTheAPI: (status ?? 0) >= 500
        case .transport(let code):
            switch code {
            case .unresolvedHost, .connectionRefused, .cannotConnect, .timedOut, .stalled, .cut, .tls, .rateLimited: true
            default: false
            }
        case .unauthorized, .forbidden, .notFound, .noEndpoint, .rejected: false
        }
    }

    /// What helps when a 403 is about what the key is limited to: only words depend on it.
    private var keyAdvice: String? {
        if detail.contains("required scope") { return " A key with that scope can be made in the web page." }
        let isLimit = detail.contains("scoped projects") || detail.contains("does not have access to the requested")
        return isLimit ? " A key that is not limited to some projects or organizations can." : nil
    }

    /// The problem as the person meets it.
    ///
    /// - Parameters:
    ///   - what: The thing that could not be done, as the start of a sentence: "The list of plugins could not be read".
    ///   - next: The command to type again.
    package func problem(_ what: String, subject: String = "", next: String) -> Problem {
        switch code {
        case .unauthorized:
            Problem(
                .permission, code: "key-refused", subject: subject,
                message: "\(what): the instance refuses the personal API key. \(detail.withoutPeriod).", next: "phsync login")
        case .forbidden:
            Problem(
                .permission, code: "forbidden", subject: subject, message: "\(what): the key may not do this. \(detail.withoutPeriod).\(keyAdvice ?? "")",
                next: keyAdvice == nil ? "phsync doctor" : "phsync login")
        case .notFound:
            Problem(.failed, code: "not-found", subject: subject, message: "\(what): the instance does not have it (404).", next: next)
        case .noEndpoint:
            Problem(
                .failed, code: "no-endpoint", subject: subject,
                message: "\(what): this server does not offer \(self.subject). It is older or newer than what this phsync knows;"
                    + " the mirror was left as it is.", next: "phsync doctor")
        case .rejected:
            Problem(.failed, code: "rejected", subject: subject, message: "\(what): the instance refused it: \(detail.withoutPeriod).")
        case .throttled:
            Problem(
                .temporary, code: "rate-limited", subject: subject,
                message: "\(what): the instance limits requests\(retryAfterSeconds.map { ", for \($0) more seconds" } ?? "").", next: next)
        case .serverError:
            Problem(
                .temporary, code: "server-error", subject: subject,
                message: "\(what): the instance answered \(status ?? 500): \(detail.withoutPeriod).", next: next)
        case .notTheAPI:
            Problem(
                isTemporary ? .temporary : .failed, code: "not-the-api", subject: subject,
                message: "\(what): what answered \(self.subject) is not PostHog's API (\(detail)). A proxy or a sign-in page"
                    + " may stand before it.", next: isTemporary ? next : "phsync doctor")
        case .transport(let code):
            Problem(
                code == .cancelled ? .interrupted : isTemporary ? .temporary : .failed,
                code: code == .cancelled ? "interrupted" : "no-answer", subject: subject, message: "\(what): \(detail).", next: next)
        }
    }
}
