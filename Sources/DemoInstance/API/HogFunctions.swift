package import Models

/// What took the place of a config. From documentation, not recorded.
package struct DemoHogFunction: Sendable {
    var id: String
    package var projectID: Int64
    package var name: String
    var templateID: String
    package var isEnabled: Bool
    /// What the config held, secrets in clear.
    package var inputs: JSONValue
    var createdAt: DemoInstant
}

/// `/api/projects/<id>/hog_functions/`, as far as it has to do with plugins. From documentation, not recorded.
enum HogFunctions {
    static func respond(_ call: Call, project id: String, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        let project = try PluginConfigs.project(named: id, user, state)
        guard user.organizationIDs.contains(project.organizationID) else { throw .denied() }
        try state.throttle.count("project \(project.id)", at: call.clock, state.settings)
        try call.expectMethod("GET")
        let own = state.hogFunctions.filter { $0.projectID == project.id }
        return .json(200, try Page(call.query).envelope(own, call, state) { body($0) })
    }

    /// Makes a hog function in the place of a config; the answer is computed from the request, and nothing else is stored.
    static func take(
        _ plugin: DemoPlugin, _ config: JSONValue, _ isEnabled: Bool, _ order: Int64, _ project: DemoProject, _ call: Call,
        _ state: inout DemoState
    ) throws(APIFailure) -> JSONValue {
        let slug = (plugin.name ?? "").lowercased().split(separator: " ").joined(separator: "-")
        state.hogFunctions.append(
            DemoHogFunction(
                id: "0195\(state.hogFunctions.count)", projectID: project.id, name: plugin.name ?? "",
                templateID: "plugin-\(slug)", isEnabled: isEnabled, inputs: config, createdAt: call.clock))
        var row = DemoPluginConfig(
            id: 0, projectID: project.id, pluginID: plugin.id, isEnabled: isEnabled, order: order, createdAt: call.clock)
        row.config = config
        guard var body = try ConfigBody.body(row, state, pluginInfo: Plugins.body(plugin, state)).object else { throw .server }
        for key in ["id", "created_at", "updated_at"] where body[key] != nil { body[key] = .null }
        return .object(body)
    }

    private static func body(_ function: DemoHogFunction) -> JSONValue {
        [
            "id": .string(function.id), "type": "destination", "name": .string(function.name),
            "created_at": .string(function.createdAt.text), "enabled": .bool(function.isEnabled),
            "template": ["id": .string(function.templateID)],
        ]
    }
}
