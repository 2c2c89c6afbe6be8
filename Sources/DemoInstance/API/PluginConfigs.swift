import Models

/// `/api/projects/<id>/plugin_configs/`, and `/api/plugin_config/` for the user's current project.
enum PluginConfigs {
    static func respond(
        _ call: Call, project id: String?, _ rest: [String], _ state: inout DemoState
    ) throws(APIFailure) -> DemoResponse {
        let scope = try scope(call, project: id, isLog: rest.count == 2 && rest[1] == "logs", state)
        try state.throttle.count("project \(scope.project.id)", at: call.clock, state.settings)
        guard let first = rest.first else { return try collection(call, scope, &state) }
        if rest.count == 2 {
            switch rest[1] {
            case "logs": return try PluginLogs.respond(call, config: first, scope, state)
            case "job": return try PluginJobs.respond(call, config: first, scope, &state)
            case "frontend":
                try call.expectMethod("GET")
                return PluginFrontend.response(of: try find(first, scope, state), state)
            default: throw .endpointNotFound
            }
        }
        guard rest.count == 1 else { throw .endpointNotFound }
        return first == "rearrange" ? try rearrange(call, scope, &state) : try single(first, call, scope, &state)
    }

    /// Who asks, for which project.
    struct Scope {
        var user: DemoUser
        var project: DemoProject
        var organization: DemoOrganization
        /// Another project, named by a token in the query: reads then find nothing (112), writes go there (from reference).
        var otherProject: DemoProject?

        var canConfigure: Bool { organization.pluginsAccessLevel >= 3 }
    }

    private static func scope(
        _ call: Call, project id: String?, isLog: Bool, _ state: DemoState
    ) throws(APIFailure) -> Scope {
        let user = try Authentication.user(of: call, state)
        guard let number = id == nil || id == "@current" ? user.currentProjectID : Int64(id ?? "") else { throw .notFound }
        guard let project = state.project(number), let organization = state.organization(project.organizationID) else {
            throw APIFailure(404, "invalid_request", "not_found", "Project not found.")
        }
        guard organization.members[user.id] != nil else {
            throw isLog ? .denied("You don't have access to the project.") : .denied()
        }
        var scope = Scope(user: user, project: project, organization: organization)
        if let token = call.query["token"] ?? call.query["api_key"] {
            guard let other = state.projects.first(where: { $0.token == token }) else {
                // From reference: a token of no project.
                throw APIFailure(401, "authentication_error", "authentication_failed", "Incorrect authentication credentials.")
            }
            if other.id != project.id { scope.otherProject = other }
        }
        return scope
    }

    static func find(_ id: String, _ scope: Scope, _ state: DemoState) throws(APIFailure) -> DemoPluginConfig {
        guard scope.canConfigure, scope.otherProject == nil, let config = Int64(id).flatMap({ state.configs[$0] }),
            config.projectID == scope.project.id
        else { throw .notFound }
        return config
    }

    private static func collection(_ call: Call, _ scope: Scope, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        if call.method == "POST" {
            return .json(201, try PluginConfigWrite.create(call, scope, &state))
        }
        try call.expectMethod("GET")
        let visible = scope.canConfigure && scope.otherProject == nil ? state.configs(ofProject: scope.project.id) : []
        let ordered = visible.sorted { ($0.order, $0.pluginID, $0.id) < ($1.order, $1.pluginID, $1.id) }
        let rates = DeliveryRates(state, project: scope.project.id, at: call.clock)
        return .json(
            200,
            try Page(call.query).envelope(ordered, call, state) { config throws(APIFailure) in
                try ConfigBody.body(config, state, deliveryRate: rates[config.id])
            })
    }

    private static func single(
        _ id: String, _ call: Call, _ scope: Scope, _ state: inout DemoState
    ) throws(APIFailure) -> DemoResponse {
        switch call.method {
        case "PATCH", "PUT":
            let config = try find(id, scope, state)
            let answer = try PluginConfigWrite.update(config, call, scope, isPartial: call.method == "PATCH", &state)
            return .json(200, answer)
        case "DELETE":
            // From reference: without the right it is a 404 with no body.
            guard scope.canConfigure else { return .empty(404) }
            // An id that is not there is an exception (144).
            guard let number = Int64(id), state.configs[number]?.projectID == scope.project.id else { throw .server }
            state.configs[number]?.isEnabled = false
            return .empty(204)
        default:
            try call.expectMethod("GET")
            let config = try find(id, scope, state)
            let rates = DeliveryRates(state, project: scope.project.id, at: call.clock)
            let info = state.plugins[config.pluginID].map { Plugins.body($0, state) } ?? .null
            return .json(200, try ConfigBody.body(config, state, pluginInfo: info, deliveryRate: rates[config.id]))
        }
    }

    /// Sets orders by plugin id, of enabled configs only.
    private static func rearrange(_ call: Call, _ scope: Scope, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        try call.expectMethod("PATCH")
        guard scope.canConfigure else {
            throw .invalid("Plugin configuration is not available for the current organization!")
        }
        for member in try call.body()["orders"]?.object?.members ?? [] {
            guard let pluginID = Int64(member.key.trimmed) else { throw .server }
            guard let config = state.configs(ofProject: scope.project.id).first(where: { $0.pluginID == pluginID && $0.isEnabled })
            else { continue }
            guard let order = member.value.int else { throw .server }
            if config.order == order { continue }
            state.configs[config.id]?.order = order
            let change = activityChange(
                "Plugin", "changed", field: "order", before: JSONValue(config.order), after: JSONValue(order))
            state.log(
                "order_changed", scope: "Plugin", item: config.id, name: state.plugins[pluginID]?.name, changes: [change],
                project: scope.project.id, by: scope.user, call.clock)
        }
        var results: [JSONValue] = []
        for config in state.configs(ofProject: scope.project.id).sorted(by: { $0.id < $1.id }) where config.isEnabled {
            results.append(try ConfigBody.body(config, state))
        }
        return .json(200, .array(results))
    }
}
