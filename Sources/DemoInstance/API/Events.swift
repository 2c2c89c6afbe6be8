package import Models

/// `/api/projects/<id>/events/`, `/api/event/` for the user's current project, and `/capture/`.
enum Events {
    /// Takes an event and forgets it, as the recorded server did without a worker (1.26: 333).
    static func capture(_ call: Call, _ state: DemoState) throws(APIFailure) -> DemoResponse {
        let body = call.bodyIfReadable
        // From reference: the texts of both refusals.
        guard let token = (body["api_key"] ?? body["token"])?.string else {
            throw APIFailure(
                401, "authentication_error", "missing_api_key",
                "API key not provided. You can find your project API key in PostHog project settings.")
        }
        guard state.projects.contains(where: { $0.token == token }) else {
            throw APIFailure(
                401, "authentication_error", "invalid_api_key",
                "Project API key invalid. You can find your project API key in PostHog project settings.")
        }
        return .json(200, ["status": 1])
    }

    /// The current project's events (1.26: 332).
    static func list(_ call: Call, _ state: DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        _ = try Authentication.project(namedByTokenOf: call, state)
        try call.expectMethod("GET")
        // From reference: who has no project has no events.
        guard state.project(user.currentProjectID) != nil else {
            throw .invalid("This endpoint requires a project.")
        }
        return .json(200, try page(call, user.currentProjectID, state))
    }

    /// All of it is from reference.
    static func respond(_ call: Call, project id: String, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        guard let number = id == "@current" ? user.currentProjectID : Int64(id) else { throw .notFound }
        guard let project = state.project(number), let organization = state.organization(project.organizationID) else {
            throw APIFailure(404, "invalid_request", "not_found", "Project not found.")
        }
        guard organization.members[user.id] != nil else { throw .denied() }
        try state.throttle.count("project \(project.id)", at: call.clock, state.settings)
        try call.expectMethod("GET")
        return .json(200, try page(call, project.id, state))
    }

    private static func page(_ call: Call, _ project: Int64, _ state: DemoState) throws(APIFailure) -> JSONValue {
        let limit = min(call.query["limit"].flatMap { Int($0) } ?? 100, 10_000)
        let after = try instant("after", call)
        let before = try instant("before", call)
        let found = state.events.filter { event in
            event.projectID == project && after.map { event.at > $0 } ?? true && before.map { event.at < $0 } ?? true
                && call.query["event"].map { event.name == $0 } ?? true
        }.sorted { ($0.at, $0.id) > ($1.at, $1.id) }
        var next: JSONValue = .null
        if found.count > limit, limit > 0 {
            next = .string(
                call.absoluteURL(state) + "?" + encodedQuery([("limit", String(limit)), ("before", found[limit - 1].offsetText)]))
        }
        return ["next": next, "results": .array(found.prefix(max(limit, 0)).map(\.body))]
    }

    private static func instant(_ name: String, _ call: Call) throws(APIFailure) -> DemoInstant? {
        guard let text = call.query[name] else { return nil }
        // The offset that answers are written with means the same as the Z.
        let utc = text.hasSuffix("+00:00") ? text.dropLast(6) + "Z" : text[...]
        guard let instant = DemoInstant(String(utc)) else { throw .server }
        return instant
    }
}

/// An event that was captured.
package struct DemoEvent: Sendable {
    package var projectID: Int64
    package var id: String
    package var name: String
    package var distinctID: String
    package var at: DemoInstant
    package var properties: JSONValue
    package var person: JSONValue = .null

    package init(projectID: Int64, id: String, name: String, distinctID: String, at: DemoInstant, properties: JSONValue) {
        self.projectID = projectID
        self.id = id
        self.name = name
        self.distinctID = distinctID
        self.at = at
        self.properties = properties
    }

    /// Events are written with an offset, unlike everything else.
    var offsetText: String { at.text.dropLast() + "+00:00" }

    var body: JSONValue {
        [
            "id": .string(id), "distinct_id": .string(distinctID), "properties": properties, "event": .string(name),
            "timestamp": .string(offsetText), "person": person, "elements": [], "elements_chain": "",
        ]
    }
}
