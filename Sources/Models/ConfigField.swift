/// One thing in a config that changes by itself: the unit of an edit, a merge and a conflict.
package enum ConfigField: Hashable, Sendable {
    case enabled
    case order
    case key(String)
    case attachment(String)
    case deleted

    /// "enabled", "order", "config.KEY", "attachment.KEY": as stored and in JSON output.
    package var text: String {
        switch self {
        case .enabled: "enabled"
        case .order: "order"
        case .deleted: "deleted"
        case .key(let key): "config.\(key)"
        case .attachment(let key): "attachment.\(key)"
        }
    }

    /// Reads what `text` writes; nil for anything else.
    package init?(text: String) {
        if text == "enabled" {
            self = .enabled
        } else if text == "order" {
            self = .order
        } else if text == "deleted" {
            self = .deleted
        } else if text.hasPrefix("config.") {
            self = .key(String(text.dropFirst("config.".count)))
        } else if text.hasPrefix("attachment.") {
            self = .attachment(String(text.dropFirst("attachment.".count)))
        } else {
            return nil
        }
    }

    /// As a person types and reads it: a key by its bare name.
    package var label: String {
        if case .key(let key) = self { key } else { text }
    }

    /// The key of a value or a file; nil for what every config has.
    package var key: String? {
        switch self {
        case .key(let key), .attachment(let key): key
        case .enabled, .order, .deleted: nil
        }
    }

    /// Whether nothing may be shown of it.
    package func isSecret(among secretKeys: Set<String>) -> Bool {
        switch self {
        case .key(let key), .attachment(let key): secretKeys.contains(key)
        case .enabled, .order, .deleted: false
        }
    }
}

extension ConfigContent {
    /// The field's value, nil when it is absent. An attachment is shown as its descriptor.
    package subscript(field: ConfigField) -> JSONValue? {
        switch field {
        case .enabled: .bool(enabled)
        case .order: order.map { JSONValue($0) }
        case .deleted: .bool(isDeleted)
        case .key(let key): values[key]
        case .attachment(let key): json["attachments"]?[key]
        }
    }

    /// Sets a field; a file is not a value and can only be taken away like this.
    package mutating func set(_ field: ConfigField, _ value: JSONValue?) {
        switch field {
        case .enabled: enabled = value?.bool ?? false
        case .order: order = value?.int
        case .deleted: isDeleted = value?.bool ?? false
        case .key(let key): values[key] = value
        case .attachment(let key):
            precondition(value == nil, "a file is not set as a value")
            attachments[key] = nil
        }
    }

    /// All fields that this content or the other one has, in a stable order.
    package func fields(with other: ConfigContent) -> [ConfigField] {
        var seen: Set<ConfigField> = []
        let keys = (values.keys + other.values.keys).sorted().map(ConfigField.key)
        let attached = (Array(attachments.keys) + Array(other.attachments.keys)).sorted().map(ConfigField.attachment)
        return ([.enabled, .order, .deleted] + keys + attached).filter { seen.insert($0).inserted }
    }

    /// The fields in which the two differ by meaning.
    package func differingFields(from other: ConfigContent) -> [ConfigField] {
        fields(with: other).filter { self[$0] != other[$0] }
    }
}
