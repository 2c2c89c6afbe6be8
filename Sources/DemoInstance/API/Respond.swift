import Models

/// Answers one request as the server of the state's profile did: a pure function of request, state and clock.
///
/// What a recording shows is answered as recorded, and comments name the exchange with its profile ("1.26: 046"). Where
/// only one recording shows what the profiles share, the other profile is taken to do the same. Lines marked "from
/// reference" follow the published source, as neither shows it. A failing request can change the state too, as it does there (a 500 after the row was saved).
package func respond(to request: DemoRequest, state: inout DemoState, clock: DemoInstant) -> DemoResponse {
    do throws(APIFailure) {
        let call = Call(request, clock: clock)
        if let response = try Negotiation.response(call, state.profile) { return response }
        var response = try Router.route(call, &state)
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
        var path = halves.first ?? ""
        if path.hasPrefix("/") { path.removeFirst() }
        if path.hasSuffix("/") { path.removeLast() }
        // An empty segment, as between two slashes, stays one: such a path leads nowhere (1.26: 120).
        segments = path.split(separator: "/", omittingEmptySubsequences: false).map { URLQuery.decodedPath($0) }
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
        let profile = state.profile
        switch segments.first {
        case "_preflight" where segments.count == 1: return Preflight.respond(call, state)
        case "_health" where segments.count == 1 && profile.has(.health): return InstanceStatus.health
        case "capture" where segments.count == 1 && profile.has(.capture): return try Events.capture(call, state)
        case "api" where !segments.contains(""): break
        case "api": throw .endpointNotFound
        default: return toLogin(call)
        }
        try KeyLimits.check(call, state)
        switch segments.count > 1 ? segments[1] : "" {
        case "users" where segments.count == 3: return try Users.respond(call, &state)
        case "organizations":
            if segments.count >= 4, segments[3] == "plugins", profile.has(.plugins), profile.plugins.isUnderOrganization {
                return try Plugins.respond(call, organization: segments[2], Array(segments[4...]), &state)
            }
            if segments.count <= 3 { return try Organizations.respond(call, segments.count == 3 ? segments[2] : nil, &state) }
        case "projects":
            if segments.count >= 4, segments[3] == profile.configs.path, profile.has(.configs) {
                return try PluginConfigs.respond(call, project: segments[2], Array(segments[4...]), &state)
            }
            if segments.count >= 5, segments[3] == "app_metrics", profile.has(.appMetrics) {
                return try AppMetrics.respond(call, project: segments[2], Array(segments[4...]), &state)
            }
            if segments.count == 4, segments[3] == "events", !profile.has(.events) { return try Events.respond(call, project: segments[2], &state) }
            if segments.count == 4, segments[3] == "hog_functions", profile.has(.hogFunctions) {
                return try HogFunctions.respond(call, project: segments[2], &state)
            }
            if segments.count <= 3 { return try Projects.respond(call, segments.count == 3 ? segments[2] : nil, &state) }
        case "plugin" where profile.has(.plugins) && !profile.plugins.isUnderOrganization:
            return try Plugins.respond(call, organization: "@current", Array(segments[2...]), &state)
        case "plugin_config" where profile.has(.configs):
            return try PluginConfigs.respond(call, project: nil, Array(segments[2...]), &state)
        case let name where segments.count == 2:
            if let response = try InstanceEndpoints.respond(name, call, state) { return response }
        default: break
        }
        throw .endpointNotFound
    }

    /// Everything else is the web application, behind its login (1.26: 337).
    private static func toLogin(_ call: Call) -> DemoResponse {
        DemoResponse(
            status: 302,
            headers: [
                DemoHeader("Content-Type", "text/html; charset=utf-8"),
                DemoHeader("Location", "/login?next=\(call.request.path)"),
            ])
    }
}

/// Endpoints of one path each, of which the played servers have more or fewer.
enum InstanceEndpoints {
    static func respond(_ name: String, _ call: Call, _ state: DemoState) throws(APIFailure) -> DemoResponse? {
        switch name {
        case "user" where state.profile.has(.legacyUser): try LegacyUser.respond(call, state)
        case "personal_api_keys" where state.profile.has(.personalAPIKeys): try PersonalAPIKeys.respond(call, state)
        case "instance_status" where state.profile.has(.instanceStatus): try InstanceStatus.respond(call, state)
        case "event" where state.profile.has(.events): try Events.list(call, state)
        default: nil
        }
    }
}

extension URLQuery {
    static func decodedPath(_ text: Substring) -> String {
        decoded(Substring(text.split(separator: "+", omittingEmptySubsequences: false).joined(separator: "%2B")))
    }
}
