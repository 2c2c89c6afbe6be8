import Models

/// `/api/user/` of 1.26, the whole-user answer that `users/@me` replaced (014).
enum LegacyUser {
    static func respond(_ call: Call, _ state: DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        try call.expectMethod("GET")
        return .json(200, body(of: user, state))
    }

    private static func body(of user: DemoUser, _ state: DemoState) -> JSONValue {
        let organization = state.organization(user.currentOrganizationID)
        let own = state.projects.filter { user.organizationIDs.contains($0.organizationID) }
        return AnswerFields.object(fields) { field in
            switch field {
            case "deprecation": "Endpoint has been deprecated. Please use `/api/users/@me/`."
            case "name": user.row["first_name"] ?? .null
            case "organization": organization.map { Self.organization($0, state) } ?? .null
            case "organizations":
                .array(
                    user.organizationIDs.compactMap(state.organization).map {
                        ["name": $0.row["name"] ?? .null, "id": .string($0.id)]
                    })
            case "team":
                state.project(user.currentProjectID).map { project in
                    AnswerFields.object(projectFields) { project.row[$0] ?? .null }
                } ?? .null
            case "teams": .array(own.reversed().map { ["name": $0.row["name"] ?? .null, "id": JSONValue($0.id)] })
            case "opt_out_capture": "1"
            case "posthog_version": .string(state.profile.version)
            case "is_multi_tenancy", "ee_available", "is_clickhouse_enabled", "email_service_available", "is_debug",
                "is_impersonated", "is_event_property_usage_enabled":
                false
            default: user.row[field] ?? .null
            }
        }
    }

    private static func organization(_ organization: DemoOrganization, _ state: DemoState) -> JSONValue {
        let row = organization.row
        return [
            "id": .string(organization.id), "name": row["name"] ?? .null, "billing_plan": nil,
            "available_features": row["available_features"] ?? [],
            "plugins_access_level": JSONValue(organization.pluginsAccessLevel),
            "created_at": inMilliseconds(row["created_at"]), "updated_at": inMilliseconds(row["updated_at"]),
            "teams": .array(
                organization.projectIDs.compactMap(state.project).map {
                    ["id": JSONValue($0.id), "name": $0.row["name"] ?? .null]
                }),
        ]
    }

    /// Django's own JSON encoder cuts times to milliseconds, the one of the other endpoints does not.
    private static func inMilliseconds(_ time: JSONValue?) -> JSONValue {
        guard let text = time?.string else { return .null }
        return .string(text.utf8.count == 27 ? text.dropLast(4) + "Z" : text)
    }

    private static let fields = [
        "deprecation", "id", "distinct_id", "name", "email", "email_opt_in", "anonymize_data", "toolbar_mode", "organization",
        "organizations", "team", "teams", "has_password", "opt_out_capture", "posthog_version", "is_multi_tenancy",
        "ee_available", "is_clickhouse_enabled", "email_service_available", "is_debug", "is_staff", "is_impersonated",
        "is_event_property_usage_enabled",
    ]

    private static let projectFields = [
        "id", "name", "app_urls", "api_token", "anonymize_ips", "slack_incoming_webhook", "completed_snippet_onboarding",
        "session_recording_opt_in", "session_recording_retention_period_days", "ingested_event", "is_demo",
        "test_account_filters", "timezone", "data_attributes",
    ]
}
