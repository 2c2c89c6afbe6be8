import Models

/// `/_preflight/`
enum Preflight {
    static func respond(_ call: Call, _ state: DemoState) -> DemoResponse {
        .json(200, AnswerFields.object(state.profile.fields.preflight) { value(of: $0, state) })
    }

    private static func value(of field: String, _ state: DemoState) -> JSONValue {
        switch field {
        case "django", "redis", "db", "initiated", "clickhouse": true
        case "plugins": .bool(state.settings.pluginServerIsAlive)
        case "realm": .string(state.settings.realm)
        case "region": nil
        case "available_social_auth_providers": ["github": false, "gitlab": false, "google-oauth2": false]
        case "slack_service": ["available": false, "client_id": nil]
        default: false
        }
    }
}
