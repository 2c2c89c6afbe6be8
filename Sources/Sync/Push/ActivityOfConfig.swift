import Models

extension ActivityEntry {
    func isAbout(_ id: PluginConfigID) -> Bool {
        itemID == String(id.rawValue) && (scope == "PluginConfig" || activity == "order_changed")
    }

    /// Whether it may be the entry of a save that has made these fields what they are in `after`: it names one of them.
    func tells(of sent: some Sequence<ConfigField>, as after: ConfigContent, secretKeys: Set<String>) -> Bool {
        sent.contains { field in
            switch field {
            case .attachment: activity.hasPrefix("attachment_")
            case .key(let key) where secretKeys.contains(key): activity == "config_updated" && changes.contains { $0["field"]?.string == nil }
            case .key, .enabled, .order, .deleted: fieldChanges.contains { $0.0 == field && $0.1 == after[field] }
            }
        }
    }

    /// The fields that the entry says were changed, with what they became; nil for one that was taken away. Of a secret the log
    /// names neither key nor value.
    /// - Source: docs/api.md, "Activity".
    var fieldChanges: [(ConfigField, JSONValue?)] {
        switch activity {
        case "enabled": [(.enabled, true)]
        case "disabled": [(.enabled, false)]
        case "order_changed": changes.compactMap { $0["field"] == "order" ? (.order, $0["after"]) : nil }
        case "config_updated":
            changes.compactMap { change in
                guard let key = change["field"]?.string else { return nil }
                return (.key(key), change["action"] == "deleted" ? nil : change["after"])
            }
        default: []
        }
    }

    private var changes: [JSONValue] { json["detail"]?["changes"]?.array ?? [] }
}
