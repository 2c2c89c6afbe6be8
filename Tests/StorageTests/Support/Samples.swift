import Models

@testable import Storage

/// A moment of the tests' clock.
func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000 + seconds * 1000) }

enum Sample {
    static func plugin(_ id: Int64 = 1, name: String = "Currency Normalization", secret: [String] = []) throws -> Plugin {
        let fields = ["currency", "apiKey"].map { key -> JSONValue in
            ["key": .string(key), "name": .string(key), "type": "string", "secret": .bool(secret.contains(key))]
        }
        return try Plugin(["id": JSONValue(id), "name": .string(name), "plugin_type": "custom", "config_schema": .array(fields)])
    }

    static func project(_ id: Int64 = 3, name: String = "Web shop") throws -> Project {
        try Project(["id": JSONValue(id), "name": .string(name)])
    }

    static func configJSON(
        _ id: Int64 = 12, plugin: Int64 = 1, project: Int64 = 3, enabled: Bool = false, order: Int64? = 1,
        values: JSONValue = ["currency": "EUR", "apiKey": "sk-clear"], extra: JSONValue = 1
    ) -> JSONValue {
        [
            "id": JSONValue(id), "plugin": JSONValue(plugin), "team_id": JSONValue(project), "enabled": .bool(enabled),
            "order": order.map { JSONValue($0) } ?? .null, "config": values, "unheard_of": extra,
        ]
    }

    static func config(
        _ id: Int64 = 12, plugin: Int64 = 1, project: Int64 = 3, enabled: Bool = false, order: Int64? = 1,
        values: JSONValue = ["currency": "EUR"], extra: JSONValue = 1
    ) throws -> PluginConfig {
        try PluginConfig(
            configJSON(id, plugin: plugin, project: project, enabled: enabled, order: order, values: values, extra: extra),
            secretKeys: [], redaction: SecretRedaction(key: [1, 2, 3]))
    }

    static let identity = Identity(
        origin: "https://posthog.example.com", organizationID: OrganizationID(rawValue: "0186"),
        organizationName: "Example", userID: "0187", userEmail: "ada@example.com")
}

extension Mirror {
    /// A mirror with one project, one plugin and config 12.
    func fill() async throws {
        let (project, plugin, config) = (try Sample.project(), try Sample.plugin(), try Sample.config())
        try await write { tx in
            try tx.projects.store(project)
            try tx.plugins.store(plugin, at: at(0))
            try tx.configs.store(config, base: .followsRemote, at: at(0))
        }
    }
}

let config12 = PluginConfigID(12)
