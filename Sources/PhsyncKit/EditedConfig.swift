import Models
import Storage
import Sync

/// A config as an edit meets it: its three versions, its schema, and what is secret in it.
struct EditedConfig: Sendable {
    let id: PluginConfigID
    let title: String
    let versions: Versions
    let schema: ConfigSchema
    /// Every key that any known schema of the plugin marks secret.
    let secretKeys: Set<String>

    /// nil when the mirror has no such config.
    ///
    /// - Throws: `MirrorError` with a `Problem` when its plugin is not in the mirror: nothing could tell then what is secret.
    init?(_ id: ConfigID, in mirror: MirrorTransaction) throws(MirrorError) {
        self.id = PluginConfigID(rawValue: id.rawValue)
        guard let versions = try mirror.configs.versions(self.id) else { return nil }
        guard let plugin = try mirror.plugins.row(versions.pluginID)?.plugin else {
            throw MirrorError(
                aborting: Problem(
                    .failed, code: "unknown-plugin", subject: versions.pluginID.subject,
                    message: "The mirror does not have the plugin of \(self.id.subject), so it can't tell which keys are secret."))
        }
        self.versions = versions
        schema = plugin.schema
        secretKeys = try mirror.plugins.secretKeys(versions.pluginID).union(plugin.schema.secretKeys)
        let project = try mirror.projects.all().first { $0.id == versions.projectID }?.name ?? versions.projectID.subject
        title = "\(plugin.name)@\(project)"
    }

    var details: ConfigDetails {
        let conflicts = ThreeWayMerge(versions, secretKeys: secretKeys).conflicts
        let local = versions.local
        return ConfigDetails(
            id: ConfigID(id.rawValue), title: title, isEnabled: local.enabled,
            fields: schema.fields.map { field in
                let place: ConfigField = field.type == .attachment ? .attachment(field.key) : .key(field.key)
                let isSecret = secretKeys.contains(field.key)
                return ConfigFieldDetails(
                    id: field.key, name: field.name ?? field.key, hint: field.hint ?? "", form: field.form, isRequired: field.isRequired,
                    isSecret: isSecret, value: ConfigValue(ShownValue(local[place], isSecret: isSecret)),
                    isEdited: versions.edits.contains { $0.field == place },
                    conflict: conflicts.first { $0.field == place }.map { ConfigValue($0.remote) })
            })
    }

    /// What the person wants, as edits.
    ///
    /// - Throws: `Problem` for what can't be stored as it was given.
    func edits(_ values: [String: NewValue], isEnabled: Bool?) throws(Problem) -> ConfigEdits {
        var items: [ConfigEdits.Item] = []
        for (key, value) in values.sorted(by: { $0.key < $1.key }) { items.append((.key(key), try input(value, key))) }
        if let isEnabled { items.append((.enabled, .value(.bool(isEnabled)))) }
        return ConfigEdits(items)
    }

    private func input(_ value: NewValue, _ key: String) throws(Problem) -> EditTable.Input {
        let isSecret = secretKeys.contains(key)
        switch value {
        case .secret(let text):
            guard isSecret else { throw problem(key, "no-secret", "\(key) is no secret: its value would be shown as any other") }
            guard !text.isEmpty else { throw problem(key, "empty-secret", "an empty text never clears a secret") }
            return .secret(Secret(text))
        case .none: return isSecret ? .value("") : .unset
        case .text, .json:
            guard !isSecret else { throw problem(key, "secret", "\(key) is a secret: give its value as one") }
            return .value(try json(value, key))
        }
    }

    private func json(_ value: NewValue, _ key: String) throws(Problem) -> JSONValue {
        guard case .json(let text) = value else {
            if case .text(let text) = value { return .string(text) }
            preconditionFailure("only texts and JSON are values")
        }
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw problem(key, "no-json", "what \(key) is to be is no JSON")
        }
    }

    private func problem(_ key: String, _ code: String, _ message: String) -> Problem {
        Problem(.invalid, code: code, subject: "\(id.subject) \(key)", message: message + ".")
    }
}

extension ConfigSchema.Field {
    fileprivate var form: ConfigFieldDetails.Form {
        switch type {
        case .string, .other: .text
        case .json: .json
        case .attachment: .file
        case .choice: .choice(choices.map { ConfigValue($0) })
        }
    }
}
