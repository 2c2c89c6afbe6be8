import Models

/// `/api/organizations/`
enum Organizations {
    static func respond(_ call: Call, _ id: String?, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        try state.throttle.count("user \(user.id)", at: call.clock, state.settings)
        try call.expectMethod("GET")
        // The list of organizations breaks for keys (1.26: 019, 2023-11: 011).
        guard let id else { throw .server }
        let wanted = id == "@current" ? user.currentOrganizationID : id
        guard isUUID(wanted) else { throw .server }
        guard let organization = state.organization(wanted), organization.members[user.id] != nil else { throw .notFound }
        return .json(200, body(organization, for: user, state))
    }

    /// The organization a nested route names.
    static func nested(_ id: String, _ user: DemoUser, _ state: DemoState) throws(APIFailure) -> DemoOrganization {
        let wanted = id == "@current" ? user.currentOrganizationID : id
        guard isUUID(wanted) else { throw .server }
        // From reference: an id that nobody has.
        guard let organization = state.organization(wanted) else {
            throw APIFailure(404, "invalid_request", "not_found", "Organization not found.")
        }
        guard organization.members[user.id] != nil else { throw .denied() }
        return organization
    }

    static func body(_ organization: DemoOrganization, for user: DemoUser, _ state: DemoState) -> JSONValue {
        AnswerFields.object(state.profile.fields.organization) { value(of: $0, organization, user, state) }
    }

    static func bodyInList(_ organization: DemoOrganization, for user: DemoUser, _ state: DemoState) -> JSONValue {
        AnswerFields.object(state.profile.fields.organizationInList) { value(of: $0, organization, user, state) }
    }

    private static func value(
        of field: String, _ organization: DemoOrganization, _ user: DemoUser, _ state: DemoState
    ) -> JSONValue {
        switch field {
        case "membership_level": JSONValue(organization.members[user.id] ?? 0)
        case "plugins_access_level": JSONValue(organization.pluginsAccessLevel)
        case "teams": .array(organization.projectIDs.compactMap(state.project).map { Projects.bodyInList($0, state) })
        case "metadata": ["instance_tag": "none"]
        case "setup": ["is_active": false, "current_section": nil]
        default: organization.row[field] ?? .null
        }
    }

    private static func isUUID(_ text: String) -> Bool {
        let digits = text.filter { $0 != "-" }
        return digits.utf8.count == 32 && digits.allSatisfy(\.isHexDigit)
    }
}
