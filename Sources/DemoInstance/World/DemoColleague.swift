import Models

/// Somebody else who works on the same instance: each call saves one change of one config, as the web page would.
package struct DemoColleague: Sendable {
    private var random: WorldRandom

    package init(seed: UInt64) {
        random = WorldRandom(seed: seed)
    }

    /// - Returns: What was changed, for people; nil when there is no config.
    package mutating func saveSomething(_ state: inout DemoState, now: DemoInstant) -> String? {
        guard let id = state.configs.keys.sorted().randomElement(using: &random), let config = state.configs[id],
            let user = state.users.last(where: { $0.organizationIDs.contains(state.project(config.projectID)?.organizationID ?? "") })
        else { return nil }
        if let (key, value) = text(of: config, besides: secrets(state.plugins[config.pluginID])) {
            let after = "\(value.prefix(40)) (changed \(Int.random(in: 2...99, using: &random)))"
            state.configs[id]?.config = changed(config.config, key, after)
            state.log(
                "config_updated", scope: "PluginConfig", item: id, name: state.plugins[config.pluginID]?.name,
                changes: [activityChange("Plugin", "changed", field: key, before: .string(value), after: .string(after))],
                project: config.projectID, by: user, now)
            return "\(key) of config \(id)"
        }
        state.configs[id]?.isEnabled = !config.isEnabled
        state.log(
            config.isEnabled ? "disabled" : "enabled", scope: "PluginConfig", item: id,
            name: state.plugins[config.pluginID]?.name, project: config.projectID, by: user, now)
        return "\(config.isEnabled ? "disabled" : "enabled") config \(id)"
    }

    /// Any of its texts.
    private mutating func text(of config: DemoPluginConfig, besides secrets: Set<String>) -> (String, String)? {
        let texts = config.config.object?.members.compactMap { member in member.value.string.map { (member.key, $0) } } ?? []
        return texts.filter { !secrets.contains($0.0) }.randomElement(using: &random)
    }

    private func secrets(_ plugin: DemoPlugin?) -> Set<String> {
        ConfigSchema(plugin?.configSchema ?? .null).secretKeys
    }

    private func changed(_ config: JSONValue, _ key: String, _ value: String) -> JSONValue {
        guard var object = config.object else { return config }
        object[key] = .string(value)
        return .object(object)
    }
}
