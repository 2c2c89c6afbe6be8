import Models
import Storage
import Sync

/// Stores a person's edits of one config, all or none; makes a draft where the project has no config yet.
struct ConfigEditor: Sendable {
    let selected: SelectedConfig
    let edits: NewEdits
    let now: Timestamp

    /// - Returns: The config that was edited: the draft's id when one was made.
    func store(in mirror: MirrorTransaction) throws(MirrorError) -> PluginConfigID {
        let id: PluginConfigID
        if let known = selected.id { id = known } else { id = try draft(in: mirror) }
        try ConfigEdits(edits).store(in: id, of: mirror, at: now)
        return id
    }

    /// A draft starts with the schema's defaults, which the server does not apply by itself, and comes last in order.
    private func draft(in mirror: MirrorTransaction) throws(MirrorError) -> PluginConfigID {
        if let known = try mirror.configs.drafts(plugin: selected.pluginID, project: selected.projectID).first { return known }
        let id = try mirror.configs.createDraft(plugin: selected.pluginID, project: selected.projectID, at: now)
        let last = try mirror.configs.list(project: selected.projectID).compactMap(\.position).max() ?? 0
        try mirror.edits.put(id, .order, .value(JSONValue(last + 1)), at: now)
        guard let schema = try mirror.plugins.row(selected.pluginID)?.plugin.schema else { return id }
        for (key, value) in ConfigEditor.defaults(schema) { try mirror.edits.put(id, .key(key), .value(value), at: now) }
        return id
    }

    private static func defaults(_ schema: ConfigSchema) -> [(key: String, value: JSONValue)] {
        schema.fields.compactMap { field in
            guard !field.isSecret, field.type != .attachment, let value = field.defaultValue, !value.isNull, value != "" else {
                return nil
            }
            return (field.key, value)
        }
    }

    /// What a draft holds before anything is edited; its place in the order is decided when it is made.
    static func draftContent(_ schema: ConfigSchema) -> ConfigContent {
        var content = ConfigContent(enabled: false, order: nil)
        for (key, value) in defaults(schema) { content.values[key] = value }
        return content
    }
}
