import Models

/// Answers one request as the PostHog of November 2023 did: a pure function of request, state and clock.
///
/// What a recording shows is answered as recorded; lines marked "from reference" follow its published source instead.
/// A failing request can change the state too, as it does there (a 500 after the row was saved).
package func respond(to request: DemoRequest, state: inout DemoState, clock: DemoInstant) -> DemoResponse {
    do throws(APIFailure) {
        var response = try Router.route(Call(request, clock: clock), &state)
        if request.method == "HEAD" { response.body = [] }
        return response
    } catch {
        return error.response
    }
}

/// One request while it is answered.
struct Call {
    let request: DemoRequest
    let clock: DemoInstant
    let segments: [String]
    let query: URLQuery
    private let parsedBody: Result<RequestBody, APIFailure>

    init(_ request: DemoRequest, clock: DemoInstant) {
        self.request = request
        self.clock = clock
        let halves = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        segments = (halves.first ?? "").split(separator: "/").map { URLQuery.decodedPath($0) }
        query = URLQuery(halves.count > 1 ? String(halves[1]) : "")
        parsedBody = Result { () throws(APIFailure) in try RequestBody(request) }
    }

    var method: String { request.method }

    /// The body; a wrong one is refused only when something asks for it, as in the server.
    func body() throws(APIFailure) -> RequestBody {
        try parsedBody.get()
    }

    var bodyIfReadable: RequestBody {
        (try? parsedBody.get()) ?? .none  // The refusal follows when the body is really asked for.
    }

    var isSafe: Bool { ["GET", "HEAD", "OPTIONS"].contains(method) }

    func expectMethod(_ allowed: String...) throws(APIFailure) {
        let asked = method == "HEAD" ? "GET" : method
        if !allowed.contains(asked) { throw .methodNotAllowed(method) }
    }

    /// Scheme, host and path of this request: the start of every link in an answer.
    func absoluteURL(_ state: DemoState) -> String {
        (state.settings.baseURL ?? "http://\(request.header("Host") ?? "localhost")") + request.path
    }
}

enum Router {
    static func route(_ call: Call, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let segments = call.segments
        switch segments.first {
        case "_preflight" where segments.count == 1: return Preflight.respond(call, state)
        case "api": break
        // From reference: everything else is the web application, behind its login.
        default: return DemoResponse(status: 302, headers: [DemoHeader("Location", "/login?next=\(call.request.path)")])
        }
        switch segments.count > 1 ? segments[1] : "" {
        case "users" where segments.count == 3: return try Users.respond(call, &state)
        case "organizations":
            if segments.count >= 4, segments[3] == "plugins" {
                return try Plugins.respond(call, organization: segments[2], Array(segments[4...]), &state)
            }
            if segments.count <= 3 { return try Organizations.respond(call, segments.count == 3 ? segments[2] : nil, &state) }
        case "projects":
            if segments.count >= 4, segments[3] == "plugin_configs" {
                return try PluginConfigs.respond(call, project: segments[2], Array(segments[4...]), &state)
            }
            if segments.count >= 5, segments[3] == "app_metrics" {
                return try AppMetrics.respond(call, project: segments[2], Array(segments[4...]), &state)
            }
            if segments.count == 4, segments[3] == "events" { return try Events.respond(call, project: segments[2], &state) }
            if segments.count <= 3 { return try Projects.respond(call, segments.count == 3 ? segments[2] : nil, &state) }
        case "event" where segments.count == 2: return try Events.respond(call, project: nil, &state)
        case "plugin_config":
            return try PluginConfigs.respond(call, project: nil, Array(segments[2...]), &state)
        default: break
        }
        throw .endpointNotFound
    }
}

extension URLQuery {
    static func decodedPath(_ text: Substring) -> String {
        decoded(Substring(text.split(separator: "+", omittingEmptySubsequences: false).joined(separator: "%2B")))
    }
}
