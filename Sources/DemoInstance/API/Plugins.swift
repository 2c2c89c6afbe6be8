import Models

/// `/api/organizations/<id>/plugins/`
enum Plugins {
    static func respond(
        _ call: Call, organization id: String, _ rest: [String], _ state: inout DemoState
    ) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        let organization = try Organizations.nested(id, user, state)
        let level = organization.pluginsAccessLevel
        // Reading needs level 3, everything else level 6.
        guard level >= (call.isSafe ? 3 : 6) else { throw .denied("Your organization's plugin access level is insufficient.") }
        try state.throttle.count("user \(user.id)", at: call.clock, state.settings)
        let actor = Actor(user: user, organization: organization)

        guard let first = rest.first else { return try collection(call, actor, &state) }
        if rest.count == 1, let response = try listAction(first, call, actor, state) { return response }
        // Below level 6 a single plugin can't be seen (1.26: 306). A path that is no number finds nothing.
        guard rest.count <= 2, let plugin = Int64(first).flatMap({ state.plugins[$0] }), level >= 6,
            isVisible(plugin, to: organization, state)
        else { throw rest.count > 2 ? .endpointNotFound : .notFound }
        // From reference: another organization's plugin may be listed, but not opened.
        guard plugin.organizationID == organization.id else {
            throw .denied("This plugin installation is managed by another organization")
        }
        return rest.count == 1
            ? try single(plugin, call, actor, &state) : try PluginActions.respond(rest[1], plugin, call, actor, &state)
    }

    struct Actor {
        var user: DemoUser
        var organization: DemoOrganization
    }

    private static func collection(_ call: Call, _ actor: Actor, _ state: inout DemoState) throws(APIFailure) -> DemoResponse {
        switch call.method {
        case "POST": return .json(201, try PluginInstall.create(call, actor, &state))
        case "OPTIONS": return .json(200, PluginOptions.body(state.profile))
        default: try call.expectMethod("GET")
        }
        let visible = state.plugins.values.filter { isVisible($0, to: actor.organization, state) }.sorted {
            ($0.rowPosition, $0.id) < ($1.rowPosition, $1.id)
        }
        return .json(200, try Page(call.query).envelope(visible, call, state) { body($0, state) })
    }

    private static func single(
        _ plugin: DemoPlugin, _ call: Call, _ actor: Actor, _ state: inout DemoState
    ) throws(APIFailure) -> DemoResponse {
        switch call.method {
        case "PATCH", "PUT":
            var changed = plugin
            let fields = try Fields(try call.body(), of: state.profile.fields.plugin)
            try PluginInstall.apply(fields, to: &changed, actor, isNew: false)
            state.save(try stored(changed))
            return .json(200, body(changed, state))
        case "DELETE":
            if plugin.isGlobal { throw .invalid("This plugin is marked as global! Make it local before uninstallation") }
            delete(plugin, &state)
            state.log("uninstalled", scope: "Plugin", item: plugin.id, name: plugin.name, by: actor.user, call.clock)
            return .empty(204)
        default:
            try call.expectMethod("GET")
            return .json(200, body(plugin, state))
        }
    }

    private static func listAction(
        _ name: String, _ call: Call, _ actor: Actor, _ state: DemoState
    ) throws(APIFailure) -> DemoResponse? {
        switch name {
        case "repository":
            try call.expectMethod("GET")
            return .json(200, state.pluginDirectory)
        case "unused" where state.profile.has(.unusedPlugins):
            try call.expectMethod("GET")
            // All organizations' plugins, not only one's own (2023-11: 071).
            let used = Set(state.configs.values.filter(\.isEnabled).map(\.pluginID))
            return .json(200, .array(state.plugins.keys.filter { !used.contains($0) }.sorted().map { JSONValue($0) }))
        case "activity" where state.profile.has(.activity):
            try call.expectMethod("GET")
            return .json(200, try Activity.page(call, actor.user, state))
        default: return nil
        }
    }

    /// Removes a plugin with the configs of all projects and what hangs on them.
    private static func delete(_ plugin: DemoPlugin, _ state: inout DemoState) {
        state.plugins[plugin.id] = nil
        for config in state.configs.values where config.pluginID == plugin.id {
            state.configs[config.id] = nil
            state.attachments[config.id] = nil
            state.pluginStorage[config.id] = nil
        }
    }

    /// One's own, global ones, and in some servers those that one of the organization's projects has a config of, enabled or
    /// not (2023-11: 203, 1.26: 304).
    static func isVisible(_ plugin: DemoPlugin, to organization: DemoOrganization, _ state: DemoState) -> Bool {
        plugin.organizationID == organization.id || plugin.isGlobal
            || state.profile.plugins.listsForeignPluginsInUse
                && state.configs.values.contains {
                    $0.pluginID == plugin.id && organization.projectIDs.contains($0.projectID)
                }
    }

    /// The plugin as its columns hold it after a write; the answer to the write itself still has the order that was sent.
    static func stored(_ plugin: DemoPlugin) throws(APIFailure) -> DemoPlugin {
        var result = plugin
        result.configSchema = try StoredJSON.column(plugin.configSchema)
        result.capabilities = try StoredJSON.column(plugin.capabilities)
        result.metrics = try StoredJSON.column(plugin.metrics)
        result.publicJobs = try StoredJSON.column(plugin.publicJobs)
        return result
    }

    static func body(_ plugin: DemoPlugin, _ state: DemoState) -> JSONValue {
        AnswerFields.object(state.profile.fields.plugin) { field in
            switch field {
            case "id": JSONValue(plugin.id)
            case "plugin_type": JSONValue(plugin.type)
            case "name": JSONValue(plugin.name)
            case "description": JSONValue(plugin.description)
            // What follows a question mark can hold a private token.
            case "url": JSONValue(plugin.url.map { String($0.split(separator: "?").first ?? "") })
            case "icon": JSONValue(plugin.icon)
            case "config_schema": plugin.configSchema
            case "tag": JSONValue(plugin.tag)
            case "source": JSONValue(plugin.source)
            case "latest_tag": JSONValue(plugin.latestTag)
            case "is_global": .bool(plugin.isGlobal)
            case "organization_id": .string(plugin.organizationID)
            case "organization_name": state.organization(plugin.organizationID)?.row["name"] ?? .null
            case "capabilities": plugin.capabilities
            case "metrics": plugin.metrics
            case "public_jobs": plugin.publicJobs
            case "error": .null
            default: preconditionFailure("a plugin has no field \(field)")
            }
        }
    }
}
