/// One field's value as a person may see it: a secret only as set or not set.
package enum ShownValue: Sendable, Equatable {
    case absent
    case value(JSONValue)
    case secret(isSet: Bool)
    /// A secret of which the person has given a new value.
    case newSecret
    /// An attached file: what is known of it.
    case file(name: String, contentType: String, sizeBytes: Int64)

    /// What may be shown of a value: nothing of a secret, whichever way it is spelt.
    package init(_ value: JSONValue?, isSecret: Bool) {
        switch value {
        case nil: self = .absent
        case .some(let value) where isSecret || value == .string(Secret.mask) || SecretRedaction.isRedacted(value):
            self = .secret(isSet: value != "" && !value.isNull)
        case .some(let value):
            guard let file = AttachmentInfo(shown: value) else {
                self = .value(value)
                return
            }
            self = file.isSecret ? .secret(isSet: true) : ShownValue(file)
        }
    }

    package init(_ file: AttachmentInfo) {
        self = .file(name: file.name, contentType: file.contentType, sizeBytes: file.sizeBytes)
    }

    package var json: JSONValue {
        switch self {
        case .absent: .null
        case .file(let name, let contentType, let sizeBytes):
            ["name": .string(name), "type": .string(contentType), "size": JSONValue(sizeBytes)]
        case .value(let value): value
        case .secret(let isSet): ["secret": true, "set": .bool(isSet)]
        case .newSecret: ["secret": true, "set": true, "new": true]
        }
    }
}

/// The difference in one field, fit to be shown.
package struct Change: Sendable, Equatable {
    package let field: ConfigField
    package let before: ShownValue
    package let after: ShownValue

    package init(field: ConfigField, before: ShownValue, after: ShownValue) {
        self.field = field
        self.before = before
        self.after = after
    }

    package var json: JSONValue {
        ["field": .string(field.text), "before": before.json, "after": after.json]
    }
}

/// A field that both sides changed, and differently.
package struct Conflict: Sendable, Equatable {
    package let field: ConfigField
    package let base: ShownValue
    package let local: ShownValue
    package let remote: ShownValue

    package init(field: ConfigField, base: ShownValue, local: ShownValue, remote: ShownValue) {
        self.field = field
        self.base = base
        self.local = local
        self.remote = remote
    }

    package var json: JSONValue {
        ["field": .string(field.text), "base": base.json, "local": local.json, "remote": remote.json]
    }
}
