package import Models
package import Storage

/// What the planner knows of one edited config and its plugin.
package struct PlannerInput: Sendable {
    /// With all edits that wait, or those that were selected.
    package let versions: Versions
    /// nil when no list has shown it: then nothing can be planned.
    package let plugin: Plugin?
    /// "project 7" when no list has shown it.
    package let projectName: String
    /// Every key that any known schema ever marked secret.
    package let secretKeys: Set<String>
    /// For a draft: the config that the remote has for this plugin in this project, if it has one by now.
    package let existing: PluginConfigID?
    /// For a draft: how its create ended when it was sent before and left no config.
    package let fate: DraftFate?

    package init(
        versions: Versions, plugin: Plugin?, projectName: String, secretKeys: Set<String>, existing: PluginConfigID?,
        fate: DraftFate? = nil
    ) {
        self.versions = versions
        self.plugin = plugin
        self.projectName = projectName
        self.secretKeys = secretKeys
        self.existing = existing
        self.fate = fate
    }

    /// The same with only these edits.
    package func keeping(_ isKept: (Edit) -> Bool) -> PlannerInput {
        PlannerInput(
            versions: Versions(
                id: versions.id, pluginID: versions.pluginID, projectID: versions.projectID, base: versions.base,
                remote: versions.remote, edits: versions.edits.filter(isKept)),
            plugin: plugin, projectName: projectName, secretKeys: secretKeys, existing: existing, fate: fate)
    }

    /// "Currency Normalization@Web shop", for people.
    package var title: String {
        "\(plugin?.name ?? versions.pluginID.subject)@\(projectName)"
    }
}

extension PlannerInput {
    /// Everything that is edited, by id; configs without edits are not read.
    package static func all(in mirror: MirrorTransaction) throws(MirrorError) -> [PlannerInput] {
        let names = try mirror.projects.all().reduce(into: [:]) { $0[$1.id] = $1.name }
        var inputs: [PlannerInput] = []
        for versions in try mirror.configs.versionsWithEdits() {
            inputs.append(try PlannerInput(versions, projectName: names[versions.projectID], in: mirror))
        }
        return inputs
    }

    private init(_ versions: Versions, projectName: String?, in mirror: MirrorTransaction) throws(MirrorError) {
        let isDraft = versions.id.isDraft
        self.init(
            versions: versions, plugin: try mirror.plugins.row(versions.pluginID)?.plugin,
            projectName: projectName ?? "project \(versions.projectID)",
            secretKeys: try mirror.plugins.secretKeys(versions.pluginID),
            existing: isDraft ? try mirror.configs.existing(plugin: versions.pluginID, project: versions.projectID) : nil,
            fate: isDraft ? try mirror.journal.fate(of: versions.id) : nil)
    }
}
