import Models

/// `/api/users/@me/`
enum Users {
    static func respond(_ call: Call, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        try state.throttle.count("user \(user.id)", at: call.clock, state.settings)
        // Only one's own row can be asked for here; the server knows the others by uuid, which no client of plugins needs.
        guard call.segments[2] == "@me" else { throw .notFound }
        guard call.method == "PATCH" else {
            try call.expectMethod("GET")
            return .json(200, body(of: user, state))
        }
        let changed = try switched(user, try call.body(), state)
        guard let index = state.users.firstIndex(where: { $0.id == user.id }) else { throw .server }
        state.users[index] = changed
        return .json(200, body(of: changed, state))
    }

    /// The user with another current project; from reference: it takes the organization along, and other fields are left alone.
    private static func switched(
        _ user: DemoUser, _ body: RequestBody, _ state: DemoState
    ) throws(APIFailure) -> DemoUser {
        let field = "set_current_team"
        guard let value = body[field] else { return user }
        if value.isNull { throw Fields.null(field) }
        // What is no number is an exception (1.26: 286).
        guard let id = value.int ?? value.string.flatMap({ Int64($0.trimmed) }) else { throw .server }
        guard let project = state.project(id), user.organizationIDs.contains(project.organizationID) else {
            throw .invalid("Object with id=\(id) does not exist.", code: "does_not_exist", attribute: field)
        }
        var changed = user
        changed.currentProjectID = project.id
        changed.currentOrganizationID = project.organizationID
        return changed
    }

    private static func body(of user: DemoUser, _ state: DemoState) -> JSONValue {
        AnswerFields.object(state.profile.fields.user) { value(of: $0, user, state) }
    }

    private static func value(of field: String, _ user: DemoUser, _ state: DemoState) -> JSONValue {
        switch field {
        case "notification_settings": ["plugin_disabled": true]
        case "is_impersonated", "is_2fa_enabled", "has_social_auth": false
        case "scene_personalisation": []
        case "team": state.project(user.currentProjectID).map { Projects.bodyInList($0, state) } ?? .null
        case "organization":
            state.organization(user.currentOrganizationID).map { Organizations.body($0, for: user, state) } ?? .null
        case "organizations":
            .array(
                user.organizationIDs.compactMap(state.organization).map { Organizations.bodyInList($0, for: user, state) })
        default: user.row[field] ?? .null
        }
    }
}
