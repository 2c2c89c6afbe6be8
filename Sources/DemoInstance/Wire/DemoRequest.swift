import Models

/// One HTTP request as the demo instance sees it.
package struct DemoRequest: Sendable {
    package var method: String
    /// Path and query as they came, percent escapes included.
    package var target: String
    package var headers: [DemoHeader]
    package var body: [UInt8]

    package init(_ method: String, _ target: String, headers: [DemoHeader] = [], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The value of the first header of that name, in any case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The target up to its query.
    package var path: String {
        target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
    }
}

package struct DemoHeader: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What the demo instance answers.
package struct DemoResponse: Sendable {
    package var status: Int
    package var headers: [DemoHeader]
    package var body: [UInt8]

    package init(status: Int, headers: [DemoHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    static func json(_ status: Int, _ value: JSONValue) -> DemoResponse {
        DemoResponse(
            status: status, headers: [DemoHeader("Content-Type", "application/json")], body: Array(value.text.utf8))
    }

    static func empty(_ status: Int) -> DemoResponse {
        DemoResponse(status: status)
    }
}

/// A refusal in the form the server gives all of them.
struct APIFailure: Error {
    var status: Int
    var type: String
    var code: String
    var detail: String
    var attribute: String?
    var retryAfterSeconds: Int?

    init(_ status: Int, _ type: String, _ code: String, _ detail: String, attribute: String? = nil, retryAfter: Int? = nil) {
        self.status = status
        self.type = type
        self.code = code
        self.detail = detail
        self.attribute = attribute
        retryAfterSeconds = retryAfter
    }

    var response: DemoResponse {
        let body: JSONValue = [
            "type": .string(type), "code": .string(code), "detail": .string(detail), "attr": JSONValue(attribute),
        ]
        var response = DemoResponse.json(status, body)
        if let retryAfterSeconds { response.headers.append(DemoHeader("Retry-After", String(retryAfterSeconds))) }
        return response
    }
}

extension APIFailure {
    static let notFound = APIFailure(404, "invalid_request", "not_found", "Not found.")
    static let endpointNotFound = APIFailure(404, "invalid_request", "not_found", "Endpoint not found.")
    static let projectNotFound = APIFailure(404, "invalid_request", "not_found", "Project not found.")
    /// What every exception that nobody caught becomes, mistakes of the client included.
    static let server = APIFailure(500, "server_error", "error", "A server error occurred.")

    static func denied(_ detail: String = "You do not have permission to perform this action.") -> APIFailure {
        APIFailure(403, "authentication_error", "permission_denied", detail)
    }

    static func invalid(_ detail: String, code: String = "invalid_input", attribute: String? = nil) -> APIFailure {
        APIFailure(400, "validation_error", code, detail, attribute: attribute)
    }

    static func unparsable(_ detail: String) -> APIFailure {
        APIFailure(400, "invalid_request", "parse_error", detail)
    }

    static func methodNotAllowed(_ method: String) -> APIFailure {
        APIFailure(405, "invalid_request", "method_not_allowed", "Method \"\(method)\" not allowed.")
    }
}
