import Models

enum Preflight {
    static func respond(_ call: Call, _ state: DemoState) -> DemoResponse {
        let providers: JSONValue = ["github": false, "gitlab": false, "google-oauth2": false]
        return .json(
            200,
            [
                "django": true, "redis": true, "plugins": .bool(state.settings.pluginServerIsAlive), "celery": false,
                "clickhouse": true, "kafka": false, "db": true, "initiated": true, "cloud": false, "demo": false,
                "realm": .string(state.settings.realm), "region": nil, "available_social_auth_providers": providers,
                "can_create_org": false, "email_service_available": false,
                "slack_service": ["available": false, "client_id": nil], "object_storage": false,
            ])
    }
}

enum Users {
    static func respond(_ call: Call, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        try state.throttle.count("user \(user.id)", at: call.clock, state.settings)
        // Only one's own row can be asked for here; the server knows the others by uuid, which no client of plugins needs.
        guard call.segments[2] == "@me" else { throw .notFound }
        try call.expectMethod("GET")
        return .json(200, body(of: user, state))
    }

    private static func body(of user: DemoUser, _ state: DemoState) -> JSONValue {
        let row = user.row
        var body = row.picked(
            "date_joined", "uuid", "distinct_id", "first_name", "email", "pending_email", "email_opt_in", "is_email_verified")
        body["notification_settings"] = ["plugin_disabled": true]
        body.add(row, "anonymize_data", "toolbar_mode", "has_password", "is_staff")
        body["is_impersonated"] = false
        body["team"] = state.project(user.currentProjectID).map { Projects.basicBody($0) } ?? .null
        body["organization"] =
            state.organization(user.currentOrganizationID).map { Organizations.body($0, for: user, state) } ?? .null
        body["organizations"] = .array(
            user.organizationIDs.compactMap(state.organization).map { organization in
                var basic = organization.row.picked("id", "name", "slug")
                basic["membership_level"] = JSONValue(organization.members[user.id] ?? 0)
                return .object(basic)
            })
        body.add(row, "events_column_config")
        body["is_2fa_enabled"] = false
        body["has_social_auth"] = false
        body.add(row, "has_seen_product_intro_for")
        body["scene_personalisation"] = []
        return .object(body)
    }
}

enum Organizations {
    static func respond(_ call: Call, _ id: String?, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        try state.throttle.count("user \(user.id)", at: call.clock, state.settings)
        try call.expectMethod("GET")
        // The list of organizations breaks for keys (011).
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
        let row = organization.row
        var body = row.picked("id", "name", "slug", "created_at", "updated_at")
        body["membership_level"] = JSONValue(organization.members[user.id] ?? 0)
        body["plugins_access_level"] = JSONValue(organization.pluginsAccessLevel)
        body["teams"] = .array(organization.projectIDs.compactMap(state.project).map(Projects.basicBody))
        body.add(row, "available_features", "available_product_features", "is_member_join_email_enabled")
        body["metadata"] = ["instance_tag": "none"]
        body.add(row, "customer_id", "enforce_2fa")
        return .object(body)
    }

    private static func isUUID(_ text: String) -> Bool {
        let digits = text.filter { $0 != "-" }
        return digits.utf8.count == 32 && digits.allSatisfy(\.isHexDigit)
    }
}

enum Projects {
    static func respond(_ call: Call, _ id: String?, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        try state.throttle.count(id.map { "project \($0)" } ?? "user \(user.id)", at: call.clock, state.settings)
        try call.expectMethod("GET")
        let own = state.projects.filter { user.organizationIDs.contains($0.organizationID) }
        guard let id else {
            return .json(200, try Page(call.query).envelope(own, call, state) { basicBody($0) })
        }
        guard let number = id == "@current" ? user.currentProjectID : Int64(id) else {
            throw .invalid("Field 'id' expected a number but got '\(id)'.")
        }
        guard let project = own.first(where: { $0.id == number }) else { throw .notFound }
        return .json(200, body(project, for: user, state))
    }

    static func basicBody(_ project: DemoProject) -> JSONValue {
        var body = project.row.picked("id", "uuid")
        body["organization"] = .string(project.organizationID)
        body.add(
            project.row, "api_token", "name", "completed_snippet_onboarding", "has_completed_onboarding_for",
            "ingested_event", "is_demo", "timezone", "access_control")
        return .object(body)
    }

    private static func body(_ project: DemoProject, for user: DemoUser, _ state: DemoState) -> JSONValue {
        let row = project.row
        var body = row.picked("id", "uuid")
        body["organization"] = .string(project.organizationID)
        body.add(
            row, "api_token", "app_urls", "name", "slack_incoming_webhook", "created_at", "updated_at", "anonymize_ips",
            "completed_snippet_onboarding", "ingested_event", "test_account_filters", "test_account_filters_default_checked",
            "path_cleaning_filters", "is_demo", "timezone", "data_attributes", "person_display_name_properties",
            "correlation_config", "autocapture_opt_out", "autocapture_exceptions_opt_in",
            "autocapture_exceptions_errors_to_ignore", "capture_console_log_opt_in", "capture_performance_opt_in",
            "session_recording_opt_in", "session_recording_sample_rate", "session_recording_minimum_duration_milliseconds",
            "session_recording_linked_flag")
        let level = state.organization(project.organizationID)?.members[user.id] ?? 0
        body["effective_membership_level"] = JSONValue(level)
        body.add(row, "access_control", "week_start_day")
        body["has_group_types"] = false
        body["primary_dashboard"] = row["primary_dashboard_id"] ?? .null
        body.add(row, "live_events_columns", "recording_domains")
        body["person_on_events_querying_enabled"] = false
        body["groups_on_events_querying_enabled"] = false
        body.add(row, "inject_web_apps", "extra_settings", "has_completed_onboarding_for", "surveys_opt_in")
        return .object(body)
    }
}

extension JSONObject {
    /// Those members in that order, null where the row has none.
    fileprivate func picked(_ keys: String...) -> JSONObject {
        JSONObject(keys.map { Member(key: $0, value: self[$0] ?? .null) })
    }

    fileprivate mutating func add(_ row: JSONObject, _ keys: String...) {
        for key in keys { self[key] = row[key] ?? .null }
    }
}
