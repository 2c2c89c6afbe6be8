import Models

/// Creating and changing configs. No transaction: what was saved before an exception stays saved.
enum PluginConfigWrite {
    /// The fields of a config that a request may set.
    private struct Values {
        var plugin: DemoPlugin?
        var enabled: Bool?
        var order: Int64?
        var error: JSONValue?
        var config: JSONValue?
        var deleted: Bool?

        init(_ body: RequestBody, _ state: DemoState, requiresAll: Bool) throws(APIFailure) {
            let fields = try Fields(body, of: state.profile.fields.config)
            plugin = try Values.plugin(body, state)
            if requiresAll, plugin == nil { throw Fields.required("plugin") }
            enabled = try fields.bool("enabled")
            // A check box that is not sent with a whole form counts as not ticked.
            if requiresAll, enabled == nil, body.isForm { enabled = false }
            order = try fields.integer("order")
            if requiresAll, order == nil { throw Fields.required("order") }
            error = try fields.json("error")
            deleted = try fields.bool("deleted")
        }

        private static func plugin(_ body: RequestBody, _ state: DemoState) throws(APIFailure) -> DemoPlugin? {
            guard let value = body["plugin"] else { return nil }
            let id: Int64?
            switch value {
            case .null, "": throw Fields.null("plugin")
            case .string(let text): id = Int64(text.trimmed)
            case .number(let number): id = number.int
            default: id = nil
            }
            guard let id else {
                let kind = Fields.pythonKind(of: value)
                throw .invalid(
                    "Incorrect type. Expected pk value, received \(kind).", code: "incorrect_type", attribute: "plugin")
            }
            guard let plugin = state.plugins[id] else {
                throw .invalid("Invalid pk \"\(id)\" - object does not exist.", code: "does_not_exist", attribute: "plugin")
            }
            return plugin
        }
    }

    /// `config` counts only as a form's field with JSON text in it; in a JSON body it is ignored (2023-11: 087, 088).
    private static func formConfig(_ body: RequestBody) throws(APIFailure) -> JSONValue? {
        guard let text = body.formText("config"), !text.isEmpty else { return nil }
        guard let value = try? JSONValue(parsing: text) else { throw .server }  // The 500 is the answer (2023-11: 134, 137).
        return PythonJSON.asPython(value)
    }

    /// Makes a config; some servers change the one that the project has for that plugin already (2023-11: 095, 1.26: 134).
    static func create(_ call: Call, _ scope: PluginConfigs.Scope, _ state: inout DemoState) throws(APIFailure) -> JSONValue {
        let body = try call.body()
        var values = try Values(body, state, requiresAll: true)
        guard scope.canConfigure else {
            throw .invalid("Plugin configuration is not available for the current organization!")
        }
        values.config = try formConfig(body)
        let project = scope.otherProject ?? scope.project
        guard let plugin = values.plugin, let order = values.order else { throw .server }
        let existing = state.configs(ofProject: project.id).filter { $0.pluginID == plugin.id }.min { $0.id < $1.id }
        switch state.profile.configs.creation {
        case .adds: break
        case .replaces:
            if let existing { return try save(values, to: existing, plugin, body, call, scope, &state) }
        case .handsOver, .frozen:
            if state.hogTemplates.contains(plugin.id) {
                return try HogFunctions.take(plugin, values.config ?? [:], values.enabled ?? false, order, project, call, &state)
            }
            // From documentation: the text. Its attribute is null, as of all refusals in words of its own.
            if state.profile.configs.creation == .frozen { throw .invalid(PluginConfigWrite.frozen) }
        }

        var config = DemoPluginConfig(
            id: state.nextConfigID, projectID: project.id, pluginID: plugin.id, isEnabled: values.enabled ?? false,
            order: order, createdAt: call.clock)
        config.config = values.config ?? [:]
        config.error = values.error ?? .null
        if config.config.isNull { throw .server }
        try store(config, &state)
        state.nextConfigID += 1
        logEnabled(from: false, config, plugin, call, scope, &state)
        try PluginAttachments.update(config, plugin, body, call, scope, &state)
        let info = state.profile.configs.showsPluginAfterWrites ? Plugins.body(plugin, state) : .null
        return try ConfigBody.body(config, state, pluginInfo: info)
    }

    private static let frozen =
        "Plugin creation is no longer possible. Please refer to the Hog Functions documentation for more information."

    static func update(
        _ config: DemoPluginConfig, _ call: Call, _ scope: PluginConfigs.Scope, isPartial: Bool, _ state: inout DemoState
    ) throws(APIFailure) -> JSONValue {
        let body = try call.body()
        var values = try Values(body, state, requiresAll: !isPartial)
        values.config = try formConfig(body)
        guard let plugin = state.plugins[config.pluginID] else { throw .server }
        return try save(values, to: config, plugin, body, call, scope, &state)
    }

    /// Replaces the config as a whole, but for secrets that were left out or sent as null.
    private static func save(
        _ values: Values, to old: DemoPluginConfig, _ plugin: DemoPlugin, _ body: RequestBody, _ call: Call,
        _ scope: PluginConfigs.Scope, _ state: inout DemoState
    ) throws(APIFailure) -> JSONValue {
        let secrets = state.profile.configs.masksSecrets ? try ConfigBody.secretKeys(of: plugin) : []
        var config = old
        config.updatedAt = call.clock
        if var value = values.config {
            try keepSecrets(secrets, in: &value, from: old.config)
            if value.isNull { throw .server }
            config.config = value
        }
        config.isEnabled = values.enabled ?? old.isEnabled
        config.order = values.order ?? old.order
        config.error = values.error ?? old.error
        if let deleted = values.deleted { config.isDeleted = deleted }
        // From documentation: what is deleted is disabled, and stays so when it is brought back.
        if config.isDeleted { config.isEnabled = false }
        try store(config, &state)
        try logConfig(from: old.config, config, plugin, secrets, call, scope, &state)
        logEnabled(from: old.isEnabled, config, plugin, call, scope, &state)
        try PluginAttachments.update(config, plugin, body, call, scope, &state)
        let info = state.profile.configs.showsPluginAfterWrites ? Plugins.body(plugin, state) : .null
        return try ConfigBody.body(config, state, pluginInfo: info)
    }

    private static func keepSecrets(
        _ secrets: [String], in value: inout JSONValue, from old: JSONValue
    ) throws(APIFailure) {
        guard !secrets.isEmpty else { return }
        guard case .object(var object) = value else { throw .server }
        for key in secrets where object[key]?.isNull ?? true {
            guard let old = old.object else { throw .server }
            object[key] = old[key] ?? .null
        }
        value = .object(object)
    }

    private static func store(_ config: DemoPluginConfig, _ state: inout DemoState) throws(APIFailure) {
        var stored = config
        stored.config = try StoredJSON.column(config.config)
        stored.error = try StoredJSON.column(config.error)
        state.configs[config.id] = stored
    }

    private static func logConfig(
        from old: JSONValue, _ config: DemoPluginConfig, _ plugin: DemoPlugin, _ secrets: [String], _ call: Call,
        _ scope: PluginConfigs.Scope, _ state: inout DemoState
    ) throws(APIFailure) {
        guard state.profile.has(.activity) else { return }
        let changes = try changes(from: old, to: config.config, secrets)
        guard !changes.isEmpty else { return }
        state.log(
            "config_updated", scope: "PluginConfig", item: config.id, name: plugin.name, changes: .array(changes),
            project: config.projectID, by: scope.user, call.clock)
    }

    /// What the activity log lists; a config that is no object breaks it, after it was saved (2023-11: 135).
    private static func changes(
        from old: JSONValue, to new: JSONValue, _ secrets: [String]
    ) throws(APIFailure) -> [JSONValue] {
        guard old != new else { return [] }
        func members(_ value: JSONValue) throws(APIFailure) -> JSONObject {
            if !ConfigBody.isTruthy(value) { return JSONObject() }
            guard let object = value.object else { throw .server }
            return object
        }
        let (before, after) = (try members(old), try members(new))
        let keys = Set(before.keys + after.keys).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
        return keys.compactMap { key in
            let (a, b) = (before[key] ?? .null, after[key] ?? .null)
            if a == b { return nil }
            let action = a.isNull ? "created" : b.isNull ? "deleted" : "changed"
            guard secrets.contains(key) else { return activityChange("Plugin", action, field: key, before: a, after: b) }
            func masked(_ value: JSONValue) -> JSONValue { ConfigBody.isTruthy(value) ? .string(ConfigBody.mask) : .null }
            return activityChange("PluginConfig", action, field: nil, before: masked(a), after: masked(b))
        }
    }

    private static func logEnabled(
        from old: Bool, _ config: DemoPluginConfig, _ plugin: DemoPlugin, _ call: Call, _ scope: PluginConfigs.Scope,
        _ state: inout DemoState
    ) {
        guard old != config.isEnabled else { return }
        state.log(
            config.isEnabled ? "enabled" : "disabled", scope: "PluginConfig", item: config.id, name: plugin.name, changes: [],
            project: config.projectID, by: scope.user, call.clock)
    }
}
