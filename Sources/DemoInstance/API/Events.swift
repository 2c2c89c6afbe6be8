package import Models

/// `/api/projects/<id>/events/`, and `/api/event/` for the user's current project. All of it is from reference.
enum Events {
    static func respond(_ call: Call, project id: String?, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        guard let number = id == nil || id == "@current" ? user.currentProjectID : Int64(id ?? "") else { throw .notFound }
        guard let project = state.project(number), let organization = state.organization(project.organizationID) else {
            throw APIFailure(404, "invalid_request", "not_found", "Project not found.")
        }
        guard organization.members[user.id] != nil else { throw .denied() }
        try state.throttle.count("project \(project.id)", at: call.clock, state.settings)
        try call.expectMethod("GET")
        let limit = min(call.query["limit"].flatMap { Int($0) } ?? 100, 10_000)
        let after = try instant("after", call)
        let before = try instant("before", call)
        let found = state.events.filter { event in
            event.projectID == project.id && after.map { event.at > $0 } ?? true && before.map { event.at < $0 } ?? true
                && call.query["event"].map { event.name == $0 } ?? true
        }.sorted { ($0.at, $0.id) > ($1.at, $1.id) }
        var next: JSONValue = .null
        if found.count > limit, limit > 0 {
            next = .string(
                call.absoluteURL(state) + "?" + encodedQuery([("limit", String(limit)), ("before", found[limit - 1].offsetText)]))
        }
        return .json(200, ["next": next, "results": .array(found.prefix(max(limit, 0)).map(\.body))])
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
