import Models

@testable import DemoInstance

/// A field of the demo world that everybody edits in a history of processes.
struct SharedField: Hashable, Sendable, CustomStringConvertible {
    let config: Int64
    let field: ConfigField

    init(_ config: Int64, _ field: ConfigField) {
        self.config = config
        self.field = field
    }

    /// Of the project that every profile shows.
    static let all: [SharedField] = [
        SharedField(1, .key("amountProperty")), SharedField(1, .key("openExchangeRatesApiKey")), SharedField(1, .order),
        SharedField(1, .enabled), SharedField(3, .key("groupType")), SharedField(4, .key("emailSuffix")), SharedField(5, .key("notes")),
        SharedField(5, .key("webhookToken")), SharedField(6, .key("property")), SharedField(6, .enabled),
    ]

    var isSecret: Bool { ["openExchangeRatesApiKey", "webhookToken"].contains(field.key) }
    var description: String { "\(config) \(field.label)" }

    /// A value that no other number gives, where the field has that many.
    func value(_ number: Int) -> JSONValue {
        switch field {
        case .order: JSONValue(number)
        case .enabled: .bool(number.isMultiple(of: 2))
        default: .string("value \(number)")
        }
    }

    /// What the words of `edit-config` say to make it that, and what stands on its stdin.
    func words(_ value: JSONValue) -> (words: [String], input: String) {
        let id = "config:\(config)"
        switch field {
        case .order: return (["edit-config", id, "--position", value.text], "")
        case .enabled: return (["edit-config", id, value == true ? "--enable" : "--disable"], "")
        default:
            guard isSecret else { return (["edit-config", id, "\(field.label)=\(value.string ?? "")"], "") }
            return (["edit-config", id, "\(field.label)=@-"], value.string ?? "")
        }
    }
}

extension DemoState {
    /// What the database holds of the shared fields, secrets in clear.
    var shared: [SharedField: JSONValue] {
        SharedField.all.reduce(into: [:]) { values, field in
            guard let config = configs[field.config] else { return }
            values[field] =
                switch field.field {
                case .order: JSONValue(config.order)
                case .enabled: .bool(config.isEnabled)
                default: config.config[field.field.label]
                }
        }
    }

    /// Saves one field as the web page does, with its entry in the activity log.
    mutating func save(_ field: SharedField, _ value: JSONValue, at now: DemoInstant) {
        let before = shared[field]
        guard let config = configs[field.config], let user = users.last, before != value else { return }
        switch field.field {
        case .order: configs[field.config]?.order = value.int ?? 0
        case .enabled: configs[field.config]?.isEnabled = value == true
        default:
            guard var object = config.config.object else { return }
            object[field.field.label] = value
            configs[field.config]?.config = .object(object)
        }
        let name = plugins[config.pluginID]?.name
        switch field.field {
        case .enabled:
            log(value == true ? "enabled" : "disabled", scope: "PluginConfig", item: field.config, name: name, project: config.projectID, by: user, now)
        case .key where !field.isSecret:
            log(
                "config_updated", scope: "PluginConfig", item: field.config, name: name,
                changes: [activityChange("Plugin", "changed", field: field.field.label, before: before ?? .null, after: value)],
                project: config.projectID, by: user, now)
        default: break
        }
    }
}
