import Models

/// `/api/projects/<id>/plugin_configs/`, and `/api/plugin_config/` for the user's current project.
enum PluginConfigs {
    static func respond(
        _ call: Call, project id: String?, _ rest: [String], _ state: inout DemoState
    ) throws(APIFailure) -> DemoResponse {
        if rest.count == 2, rest[1] == "logs", let id, state.profile.has(.logs) {
            return try PluginLogs.respond(call, project: id, config: rest[0], &state)
        }
        let scope = try scope(call, project: id, state)
        try state.throttle.count("project \(scope.project.id)", at: call.clock, state.settings)
        guard let first = rest.first else { return try collection(call, scope, &state) }
        if rest.count == 2 {
            switch rest[1] {
            case "job" where state.profile.has(.jobs): return try PluginJobs.respond(call, config: first, scope, &state)
            case "frontend" where state.profile.has(.frontend):
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
        /// Another project, named by a token in the query: writes go there (from reference).
        var otherProject: DemoProject?
        /// Reads find nothing then (2023-11: 112).
        var hidesConfigs = false

        var canConfigure: Bool { organization.pluginsAccessLevel >= 3 }
    }

    private static func scope(_ call: Call, project id: String?, _ state: DemoState) throws(APIFailure) -> Scope {
        let user = try Authentication.user(of: call, state)
        let policy = state.profile.configs
        let project = try project(named: policy.heedsProjectInPath ? id : nil, user, state)
        guard let organization = state.organization(project.organizationID) else { throw .projectNotFound }
        guard organization.members[user.id] != nil else { throw .denied() }
        var scope = Scope(user: user, project: project, organization: organization)
        if let other = try Authentication.project(namedByTokenOf: call, state), other.id != project.id {
            scope.otherProject = other
            scope.hidesConfigs = policy.tokenNarrowsReads
        }
        return scope
    }

    /// The project a path names; the user's current one for nil.
    static func project(named id: String?, _ user: DemoUser, _ state: DemoState) throws(APIFailure) -> DemoProject {
        guard let number = id == nil || id == "@current" ? user.currentProjectID : Int64(id ?? "") else { throw .notFound }
        guard let project = state.project(number) else { throw .projectNotFound }
        return project
    }

    static func find(_ id: String, _ scope: Scope, _ state: DemoState) throws(APIFailure) -> DemoPluginConfig {
        guard scope.canConfigure, !scope.hidesConfigs, let config = Int64(id).flatMap({ state.configs[$0] }),
            config.projectID == scope.project.id
        else { throw .notFound }
        return config
    }

    private static func collection(_ call: Call, _ scope: Scope, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        if call.method == "POST" {
            return .json(201, try PluginConfigWrite.create(call, scope, &state))
        }
        try call.expectMethod("GET")
        let visible = scope.canConfigure && !scope.hidesConfigs ? state.configs(ofProject: scope.project.id).filter { !$0.isDeleted } : []
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
            // An id that is not there is an exception (2023-11: 144).
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
        for member in try orders(try call.body()) {
            guard let pluginID = Int64(member.key.trimmed) else { throw .server }
            let enabled = state.configs(ofProject: scope.project.id).filter { $0.pluginID == pluginID && $0.isEnabled }
            // From reference: of several configs of one plugin the last one.
            guard let config = enabled.max(by: { $0.id < $1.id }) else { continue }
            // A number in a text is one as well (1.26: 232), null is none (1.26: 233).
            guard let order = member.value.int ?? member.value.string.flatMap({ Int64($0.trimmed) }) else { throw .server }
            if config.order == order { continue }
            state.configs[config.id]?.order = order
            let change = activityChange(
                "Plugin", "changed", field: "order", before: JSONValue(config.order), after: member.value)
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

    /// What is no object of orders breaks (1.26: 236).
    private static func orders(_ body: RequestBody) throws(APIFailure) -> [JSONObject.Member] {
        guard let orders = body["orders"] else { return [] }
        guard let object = orders.object else { throw .server }
        return object.members
    }
}
