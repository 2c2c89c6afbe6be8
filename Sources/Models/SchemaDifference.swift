/// What a new config schema means for configs that are there already.
package struct SchemaDifference: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case added, removed, typeChanged, becameRequired, choicesRemoved, becameSecret, secretShown
    }

    package let kind: Kind
    package let key: String
    /// Whether a config that worked may fail by it.
    package let breaks: Bool
    package let message: String

    package var json: JSONValue {
        ["kind": .string(kind.rawValue), "key": .string(key), "breaks": .bool(breaks), "message": .string(message)]
    }

    /// All differences: of the fields that both have in the new order, then what is new, then what is gone.
    package static func all(from before: ConfigSchema, to after: ConfigSchema) -> [SchemaDifference] {
        let kept = after.fields.flatMap { field in before[field.key].map { changes(from: $0, to: field) } ?? [] }
        let added = after.fields.filter { before[$0.key] == nil }.map(added)
        let removed = before.fields.filter { after[$0.key] == nil }.map { field in
            SchemaDifference(kind: .removed, key: field.key, breaks: false, message: "\(field.key) is gone: its values stay and mean nothing")
        }
        return kept + added + removed
    }

    private static func added(_ field: ConfigSchema.Field) -> SchemaDifference {
        // The server fills no default in for configs that are there.
        let breaks = field.isRequired
        let what = breaks ? "is new and required: no config has it" : "is new; configs that are there don't get its default"
        return SchemaDifference(kind: .added, key: field.key, breaks: breaks, message: "\(field.key) \(what)")
    }

    private static func changes(from before: ConfigSchema.Field, to after: ConfigSchema.Field) -> [SchemaDifference] {
        let key = after.key
        var found: [SchemaDifference] = []
        if before.type != after.type {
            let breaks = before.type == .attachment || after.type == .attachment
            found.append(
                SchemaDifference(kind: .typeChanged, key: key, breaks: breaks, message: "\(key) was of type \(before.type.text) and is \(after.type.text)"))
        }
        if after.isRequired, !before.isRequired {
            found.append(SchemaDifference(kind: .becameRequired, key: key, breaks: true, message: "\(key) has become required"))
        }
        if after.type == .choice, before.type == .choice {
            let gone = before.choices.filter { !after.choices.contains($0) }
            if !gone.isEmpty {
                let names = gone.map { $0.string ?? $0.text }.joined(separator: ", ")
                found.append(SchemaDifference(kind: .choicesRemoved, key: key, breaks: true, message: "\(key) can't be \(names) any more"))
            }
        }
        if after.isSecret, !before.isSecret {
            found.append(SchemaDifference(kind: .becameSecret, key: key, breaks: false, message: "\(key) has become secret: it is masked from then on"))
        }
        if before.isSecret, !after.isSecret {
            found.append(SchemaDifference(kind: .secretShown, key: key, breaks: true, message: "\(key) is no secret any more: the instance will show it"))
        }
        return found
    }
}
