import Models

/// Config rows as answers show them: secrets masked, attachments described.
enum ConfigBody {
    /// What stands for a secret in every answer; written back, it is stored as it is and the secret is gone (2023-11: 116, 117).
    static let mask = "**************** POSTHOG SECRET FIELD ****************"

    static func body(
        _ config: DemoPluginConfig, _ state: DemoState, pluginInfo: JSONValue = .null, deliveryRate: JSONValue = .null
    ) throws(APIFailure) -> JSONValue {
        let shown = try shown(config, state)
        return AnswerFields.object(state.profile.fields.config) { field in
            switch field {
            case "id": JSONValue(config.id)
            case "plugin": JSONValue(config.pluginID)
            case "enabled": .bool(config.isEnabled)
            case "order": JSONValue(config.order)
            case "config": shown
            case "error": config.error
            case "team_id": JSONValue(config.projectID)
            case "plugin_info": pluginInfo
            case "delivery_rate_24h": deliveryRate
            case "created_at": .string(config.createdAt.text)
            case "updated_at": .string((config.updatedAt ?? config.createdAt).text)
            // From documentation: without words of its own it shows the plugin's.
            case "name": JSONValue(config.name ?? state.plugins[config.pluginID]?.name)
            case "description": JSONValue(state.plugins[config.pluginID]?.description)
            case "deleted": .bool(config.isDeleted)
            default: preconditionFailure("a config has no field \(field)")
            }
        }
    }

    private static func shown(_ config: DemoPluginConfig, _ state: DemoState) throws(APIFailure) -> JSONValue {
        let secrets = state.profile.configs.masksSecrets ? try state.plugins[config.pluginID].map(secretKeys) ?? [] : []
        let attachments = state.attachments[config.id] ?? []
        guard case .object(var object) = config.config else {
            // A list has `copy` in Python, other values don't; with secrets or attachments the list breaks as well.
            guard config.config.array != nil, secrets.isEmpty, attachments.isEmpty else { throw .server }
            return config.config
        }
        for key in secrets {
            if let value = object[key], isTruthy(value) { object[key] = .string(mask) }
        }
        for attachment in attachments {
            object[attachment.key] = descriptor(of: attachment, isSecret: secrets.contains(attachment.key))
        }
        return .object(object)
    }

    private static func descriptor(of attachment: DemoAttachment, isSecret: Bool) -> JSONValue {
        guard !isSecret else {
            return ["uid": -1, "saved": true, "size": -1, "name": .string(mask), "type": "application/octet-stream"]
        }
        return [
            "uid": JSONValue(attachment.id), "saved": true, "size": JSONValue(attachment.bytes.count),
            "name": .string(attachment.fileName), "type": .string(attachment.contentType),
        ]
    }

    /// Keys that the schema of this moment calls secret.
    ///
    /// From reference: of an object-shaped schema the server goes through the key names and looks for "secret" in each, so
    /// a key with that word in its name breaks every answer that shows a config of this plugin; a schema's entry that is
    /// secret and has no key does too.
    static func secretKeys(of plugin: DemoPlugin) throws(APIFailure) -> [String] {
        if let object = plugin.configSchema.object {
            if object.keys.contains(where: { $0.contains("secret") }) { throw .server }
            return []
        }
        var keys: [String] = []
        for field in plugin.configSchema.array ?? [] {
            guard let secret = field["secret"], isTruthy(secret) else { continue }
            guard let key = field["key"]?.string else { throw .server }
            keys.append(key)
        }
        return keys
    }

    static func isTruthy(_ value: JSONValue) -> Bool {
        switch value {
        case .null: false
        case .bool(let bool): bool
        case .number(let number): number != JSONNumber(0)
        case .string(let text): !text.isEmpty
        case .array(let values): !values.isEmpty
        case .object(let object): !object.isEmpty
        }
    }
}

/// Share of events that configs of one project delivered in the last 24 hours.
struct DeliveryRates {
    private var counts: [Int64: (successes: Int64, total: Int64)] = [:]

    init(_ state: DemoState, project: Int64, at now: DemoInstant) {
        let start = now.advanced(bySeconds: -86_400)
        for row in state.metrics where row.projectID == project && row.time > start && row.time <= now {
            guard let config = row.configID else { continue }
            let successes = row["successes"]?.int ?? 0
            counts[config, default: (0, 0)].successes += successes
            counts[config, default: (0, 0)].total += successes + (row["failures"]?.int ?? 0)
        }
    }

    /// Null where nothing was counted.
    subscript(config: Int64) -> JSONValue {
        guard let count = counts[config] else { return .null }
        let rate = count.total == 0 ? 1.0 : Double(count.successes) / Double(count.total)
        return JSONNumber("\(rate)").map(JSONValue.number) ?? .null
    }
}
