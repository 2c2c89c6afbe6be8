import Models
import Storage
import Sync

/// The config that is edited, as the mirror had it when the command looked.
struct EditTarget: Sendable {
    let selected: SelectedConfig
    /// nil when there is no config yet: the first edit makes a draft.
    let versions: Versions?
    /// The base with all its fields; nil for a draft.
    let base: PluginConfig?
    let plugin: Plugin
    /// Every key that any known schema of the plugin marks secret.
    let secretKeys: Set<String>

    var schema: ConfigSchema { plugin.schema }
    var title: String { selected.title }

    /// What the person knows as theirs; before there is a config, what a draft begins with.
    var local: ConfigContent { versions?.local ?? ConfigEditor.draftContent(schema) }

    static func find(_ selector: String, _ project: String?, in mirror: MirrorTransaction) throws -> EditTarget {
        try of(try Selector.config(selector, project: project, for: "edit-config", in: mirror), in: mirror)
    }

    static func of(_ selected: SelectedConfig, in mirror: MirrorTransaction) throws -> EditTarget {
        guard let plugin = try mirror.plugins.row(selected.pluginID)?.plugin else {
            throw Problem(
                .failed, code: "unknown-plugin", subject: selected.pluginID.subject,
                message: "the mirror does not have the plugin of \(selected.title), so it can't tell which keys are secret",
                next: "phsync pull")
        }
        return EditTarget(
            selected: selected, versions: try selected.id.flatMap { try mirror.configs.versions($0) },
            base: try selected.id.flatMap { try mirror.configs.base($0) }, plugin: plugin,
            secretKeys: try mirror.plugins.secretKeys(selected.pluginID).union(plugin.schema.secretKeys))
    }
}

/// Edits as a person makes them, in the order they were given.
typealias NewEdits = [ConfigEdits.Item]

extension EditTarget {
    /// The config as it would be with these edits.
    func content(with edits: NewEdits) -> ConfigContent { ConfigEdits(edits).content(on: local) }

    /// What does not fit the schema in the keys that are edited, and what is required and missing anywhere.
    func issues(with edits: NewEdits) -> [ValidationIssue] {
        ConfigEdits(edits).issues(on: local, schema: schema, secretKeys: secretKeys)
    }
}

extension ValidationIssue {
    /// What can't work is not taken; what is only missing may still come.
    var refusesEdit: Bool { severity == .error && code != "required" }
}
