/// A server, or a key, that no recording shows. From documentation, not recorded: each one stands on the recorded profile
/// that is nearest to it, and changes what public documentation and source of the API say about it.
package enum DemoVariant: String, Sendable, CaseIterable {
    /// 1.16 to 1.19: `/api/plugin/` and `/api/plugin_config/`, secrets in clear.
    case v1_18 = "1.18"
    /// 1.20 to 1.22: plugins under their organization, configs at `/api/plugin_config/`, secrets in clear.
    case v1_22 = "1.22"
    /// 1.23 and 1.24: the same with masks; access levels with 1.24.
    case v1_24 = "1.24"
    /// Early 2024 on: a key with scopes, here only to read.
    case readOnlyKey = "read-only-key"
    /// Early 2024 on: a key with all scopes. Actions of their own are refused all the same.
    case scopedKey = "scoped-key"
    /// Early 2024 on: a key for the first project only.
    case projectKey = "project-key"
    /// Early 2024 on: a key for the first organization only.
    case organizationKey = "organization-key"
    /// Early 2024 on: a project has several configs of a plugin.
    case severalConfigs = "several-configs"
    /// 2025-02-25 on: a hog function may be made in the place of a config.
    case handover
    /// 2025-07-24 on: no config is made any more; a hog function or a refusal.
    case frozen
    /// Plugins and configs alone: logs, metrics and activity are gone.
    case withoutReview = "without-review"
    /// All of the API for plugins is gone.
    case removed
}

extension DemoVariant {
    package static let names = allCases.map(\.rawValue)

    /// The recorded profile that it stands on.
    package var base: DemoProfile {
        switch self {
        case .v1_18, .v1_22, .v1_24: .posthog1_26
        default: .posthog2023_11
        }
    }

    package var profile: DemoProfile {
        var profile = base
        profile.name = rawValue
        switch self {
        case .v1_18:
            profile.becomeFlat()
            profile.plugins.isUnderOrganization = false
            profile.configs.masksSecrets = false
            profile.drop(plugin: ["plugin_type", "source", "latest_tag", "is_global", "organization_id", "organization_name"])
            profile.fields.plugin.append("error")
            profile.fields.organization.removeAll { $0 == "plugins_access_level" }
        case .v1_22:
            profile.becomeFlat()
            profile.configs.masksSecrets = false
            profile.drop(plugin: ["is_global", "organization_id", "organization_name"])
            profile.fields.organization.removeAll { $0 == "plugins_access_level" }
        case .v1_24: profile.becomeFlat()
        case .readOnlyKey, .scopedKey, .projectKey, .organizationKey, .severalConfigs: profile.become2024()
        case .handover:
            profile.become2024()
            profile.configs.creation = .handsOver
        case .frozen:
            profile.become2024()
            profile.configs.creation = .frozen
        case .withoutReview:
            profile.become2024()
            profile.endpoints.subtract([.logs, .appMetrics, .activity])
        case .removed:
            profile.become2024()
            profile.endpoints.subtract([.plugins, .configs, .logs, .appMetrics, .activity])
        }
        return profile
    }

    /// Lets the instance be like that from now on.
    package func apply(to state: inout DemoState) {
        state.profile = profile
        switch self {
        case .readOnlyKey:
            state.limitKeys(DemoKeyLimit(scopes: ["user:read", "organization:read", "project:read", "plugin:read"]))
        case .scopedKey: state.limitKeys(DemoKeyLimit(scopes: ["*"]))
        case .projectKey: state.limitKeys(DemoKeyLimit(scopes: ["*"], projects: Array(state.projects.map(\.id).prefix(1))))
        case .organizationKey: state.limitKeys(DemoKeyLimit(scopes: ["*"], organizations: Array(state.organizations.map(\.id).prefix(1))))
        case .severalConfigs: state.doubleFirstConfigs()
        case .handover, .frozen: state.hogTemplates = Set(state.plugins.values.filter { $0.type == "repository" }.map(\.id))
        case .v1_18, .v1_22, .v1_24, .withoutReview, .removed: break
        }
    }
}

extension DemoState {
    package static func demo(variant: DemoVariant, seed: UInt64 = 1, now: DemoInstant? = nil) -> DemoState {
        var state = demo(profile: variant.base, seed: seed, now: now)
        variant.apply(to: &state)
        return state
    }

    fileprivate mutating func limitKeys(_ limit: DemoKeyLimit) {
        for key in users.flatMap(\.keys) { keyLimits[key] = limit }
    }

    /// Gives the first config of each project a sibling of the same plugin, disabled.
    fileprivate mutating func doubleFirstConfigs() {
        for project in projects {
            guard var config = configs(ofProject: project.id).min(by: { $0.id < $1.id }) else { continue }
            config.id = nextConfigID
            config.isEnabled = false
            config.name = "Second"
            config.order += 1
            configs[config.id] = config
            nextConfigID += 1
        }
    }
}

extension DemoProfile {
    fileprivate mutating func becomeFlat() {
        configs.path = nil
        endpoints.subtract([.logs, .instanceStatus])
        fields.config.removeAll { $0 == "team_id" }
        drop(plugin: ["capabilities"])
    }

    fileprivate mutating func drop(plugin names: Set<String>) {
        fields.plugin.removeAll { names.contains($0) }
    }

    fileprivate mutating func become2024() {
        endpoints.formUnion([.hogFunctions])
        endpoints.subtract([.jobs])
        fields.config += ["updated_at", "name", "description", "deleted"]
        configs.creation = .adds
        configs.showsPluginAfterWrites = true
    }
}
