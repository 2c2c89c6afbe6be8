import Models

/// `…/plugin_configs/<id>/job/`
enum PluginJobs {
    static func respond(
        _ call: Call, config id: String, _ scope: PluginConfigs.Scope, _ state: inout DemoState
    ) throws(APIFailure) -> DemoResponse {
        try call.expectMethod("POST")
        let job = try call.body()["job"]
        guard let type = job?["type"]?.string else { throw .invalid("The job type must be specified!") }
        let config = try PluginConfigs.find(id, scope, state)
        guard let jobs = state.plugins[config.pluginID]?.publicJobs.object, !jobs.isEmpty else {
            throw .invalid("Plugin has no public jobs")
        }
        guard let description = jobs[type] else { throw .invalid("Unknown plugin job: '\(type)'") }
        try checkPayload(job?["payload"]?.object ?? JSONObject(), description["payload"]?.object ?? JSONObject())
        // The recorded server had no job queue: a right job ends in an exception (2023-11: 154).
        guard state.settings.hasJobQueue else { throw .server }
        // From reference: with one, the answer is empty.
        return .empty(200)
    }

    private static func checkPayload(_ payload: JSONObject, _ fields: JSONObject) throws(APIFailure) {
        for field in fields.members where field.value["required"]?.bool == true && payload[field.key] == nil {
            throw .invalid("Missing required job field: \(field.key)")
        }
        for member in payload.members where fields[member.key] == nil {
            throw .invalid("Unknown field for job: \(member.key)")
        }
    }
}

/// `…/plugin_configs/<id>/frontend/`
enum PluginFrontend {
    static func response(of config: DemoPluginConfig, _ state: DemoState) -> DemoResponse {
        let hasFrontend = state.plugins[config.pluginID]?.sources.contains { $0.name == "frontend.tsx" && $0.text != nil }
        // From reference: nothing is compiled here, so one with a frontend stays in the making.
        let data = hasFrontend == true ? "{\"transpiling\": true}" : "{\"no_frontend\": true}"
        return DemoResponse(
            status: 200, headers: [DemoHeader("Content-Type", "application/javascript; charset=UTF-8")],
            body: Array("export function getFrontendApp () { return \(data) }".utf8))
    }
}
