/// What a plugin asks to be configured: its fields, from either form that `config_schema` comes in.
///
/// The array form keeps the author's order and may hold pure markdown; the object form is ordered by `order` (missing
/// is last, then by key). The server masks secrets by the array form only.
/// - Source: docs/api.md, "Config schema".
package struct ConfigSchema: Sendable, Equatable {
    /// How the plugin wrote its schema down; only a list makes the server mask secrets.
    package enum Form: Sendable {
        case array, object
    }

    /// What a field takes; a type that nobody knows is kept by its name.
    package enum FieldType: Sendable, Equatable {
        case string, json, choice, attachment
        /// A type this version does not know, kept as it is ("multiline").
        case other(String)
    }

    /// One entry of the schema that has a key.
    package struct Field: Sendable, Equatable {
        package let key: String
        package let name: String?
        package let type: FieldType
        package let choices: [JSONValue]
        package let defaultValue: JSONValue?
        package let hint: String?
        package let isRequired: Bool
        package let isSecret: Bool
        /// All of these make it required as well.
        package let requiredIf: [Condition]
        /// Only with all of these is there an input for it; nothing is required that can't be entered.
        package let visibleIf: [Condition]
    }

    /// A pair of `required_if` and `visible_if`: another field's value, nil for any that is not empty.
    package struct Condition: Sendable, Equatable {
        package let key: String
        package let value: JSONValue?

        package func holds(in values: JSONObject) -> Bool {
            let found = values[key]
            guard let value else { return found.map { !$0.isNull && $0 != "" } ?? false }
            return found == value
        }
    }

    package let form: Form
    package let fields: [Field]
    /// As the server sent it.
    package let json: JSONValue

    package init(_ json: JSONValue) {
        self.json = json
        switch json {
        case .array(let entries):
            form = .array
            fields = entries.compactMap { entry in
                entry["key"]?.string.map { Field(key: $0, json: entry) }
            }
        default:
            form = .object
            fields = ConfigSchema.ordered(json.object ?? JSONObject())
        }
    }

    private static func ordered(_ object: JSONObject) -> [Field] {
        let entries = object.effective.map { (order: $0.value["order"]?.number?.double ?? .infinity, member: $0) }
        return entries.sorted { $0.order < $1.order }.map { Field(key: $0.member.key, json: $0.member.value) }
    }
}

extension ConfigSchema {
    /// The field of that key; nil when the schema has none.
    package subscript(key: String) -> Field? {
        fields.first { $0.key == key }
    }

    /// Keys that the schema marks secret, in either form.
    package var secretKeys: Set<String> {
        Set(fields.filter(\.isSecret).map(\.key))
    }

    /// Keys whose values the server replaces by the mask, and fills in again when a write leaves them out.
    package var maskedKeys: Set<String> {
        form == .array ? secretKeys : []
    }

    package var attachmentKeys: Set<String> {
        Set(fields.filter { $0.type == .attachment }.map(\.key))
    }
}

extension ConfigSchema.Field {
    fileprivate init(key: String, json: JSONValue) {
        self.key = key
        name = json["name"]?.string
        type = ConfigSchema.FieldType(json["type"]?.string)
        choices = json["choices"]?.array ?? []
        defaultValue = json["default"]
        hint = json["hint"]?.string
        isRequired = json["required"]?.isTruthy ?? false
        isSecret = json["secret"]?.isTruthy ?? false
        requiredIf = ConfigSchema.Condition.list(json["required_if"])
        visibleIf = ConfigSchema.Condition.list(json["visible_if"])
    }

    /// Whether the web page asks for it, given the other values.
    package func isRequired(in values: JSONObject) -> Bool {
        guard visibleIf.allSatisfy({ $0.holds(in: values) }) else { return false }
        return isRequired || (!requiredIf.isEmpty && requiredIf.allSatisfy { $0.holds(in: values) })
    }
}

extension ConfigSchema.Condition {
    /// What is no pair is left out, as the web page does.
    fileprivate static func list(_ json: JSONValue?) -> [ConfigSchema.Condition] {
        (json?.array ?? []).compactMap { pair in
            guard let items = pair.array, let key = items.first?.string else { return nil }
            return ConfigSchema.Condition(key: key, value: items.count > 1 && !items[1].isNull ? items[1] : nil)
        }
    }
}

extension ConfigSchema.FieldType {
    fileprivate init(_ text: String?) {
        switch text {
        case "string", nil: self = .string
        case "json": self = .json
        case "choice": self = .choice
        case "attachment": self = .attachment
        case .some(let other): self = .other(other)
        }
    }

    package var text: String {
        switch self {
        case .string: "string"
        case .json: "json"
        case .choice: "choice"
        case .attachment: "attachment"
        case .other(let text): text
        }
    }
}

extension JSONValue {
    /// Truth as the server's Python sees it: a schema may say `"secret": "yes"`.
    var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .number(let value): value != JSONNumber(0)
        case .string(let value): !value.isEmpty
        case .array(let value): !value.isEmpty
        case .object(let value): !value.isEmpty
        }
    }
}
