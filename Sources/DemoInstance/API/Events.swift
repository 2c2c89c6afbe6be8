import Models

/// `/api/event/` and `/capture/`
enum Events {
    /// The current project's events: none, as nothing here ingests them (1.26: 332).
    static func list(_ call: Call, _ state: DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        _ = try Authentication.project(namedByTokenOf: call, state)
        try call.expectMethod("GET")
        // From reference: who has no project has no events.
        guard state.project(user.currentProjectID) != nil else {
            throw .invalid("This endpoint requires a project.")
        }
        return .json(200, ["next": nil, "results": []])
    }

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
}
