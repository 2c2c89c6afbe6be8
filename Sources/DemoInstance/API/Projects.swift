import Models

/// `/api/projects/`
enum Projects {
    static func respond(_ call: Call, _ id: String?, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        try state.throttle.count(id.map { "project \($0)" } ?? "user \(user.id)", at: call.clock, state.settings)
        if id == nil, call.method == "POST" {
            throw .denied("You must upgrade your PostHog plan to be able to create and manage multiple projects.")
        }
        try call.expectMethod("GET")
        let own = state.projects.filter { user.organizationIDs.contains($0.organizationID) }
        guard let id else {
            return .json(200, try Page(call.query).envelope(own, call, state) { bodyInList($0, state) })
        }
        guard let number = id == "@current" ? user.currentProjectID : Int64(id) else {
            throw .invalid("Field 'id' expected a number but got '\(id)'.")
        }
        guard let project = own.first(where: { $0.id == number }) else { throw .notFound }
        let level = state.organization(project.organizationID)?.members[user.id] ?? 0
        return .json(200, AnswerFields.object(state.profile.fields.project) { value(of: $0, project, level: level) })
    }

    static func bodyInList(_ project: DemoProject, _ state: DemoState) -> JSONValue {
        AnswerFields.object(state.profile.fields.projectInList) { value(of: $0, project, level: 0) }
    }

    private static func value(of field: String, _ project: DemoProject, level: Int) -> JSONValue {
        switch field {
        case "organization": .string(project.organizationID)
        case "effective_membership_level": JSONValue(level)
        case "has_group_types", "person_on_events_querying_enabled", "groups_on_events_querying_enabled": false
        case "primary_dashboard": project.row["primary_dashboard_id"] ?? .null
        default: project.row[field] ?? .null
        }
    }
}
