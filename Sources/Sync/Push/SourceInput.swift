package import Models
package import Storage

/// What the planner knows of one plugin whose code is edited.
package struct SourceInput: Sendable {
    /// With all edits that wait, or those that were selected.
    package let versions: SourceVersions
    /// As the remote last had it.
    package let plugin: Plugin
    /// Whether the remote has the plugin no more.
    package let isRemoved: Bool
    /// The organization that the mirror is of.
    package let organization: OrganizationID?

    package init(versions: SourceVersions, plugin: Plugin, isRemoved: Bool, organization: OrganizationID?) {
        self.versions = versions
        self.plugin = plugin
        self.isRemoved = isRemoved
        self.organization = organization
    }

    /// The same with only these edits.
    package func keeping(_ isKept: (SourceEdit) -> Bool) -> SourceInput {
        let left = SourceVersions(
            pluginID: versions.pluginID, form: versions.form, base: versions.base, remote: versions.remote,
            edits: versions.edits.filter(isKept))
        return SourceInput(versions: left, plugin: plugin, isRemoved: isRemoved, organization: organization)
    }

    package var id: PluginID { versions.pluginID }
    package var merge: SourceMerge { SourceMerge(versions, plugin: plugin) }
}

extension SourceInput {
    /// Every plugin whose code is edited, by id.
    package static func all(in mirror: MirrorTransaction) throws(MirrorError) -> [SourceInput] {
        let edited = try mirror.sources.versionsWithEdits()
        guard !edited.isEmpty else { return [] }
        let organization = try mirror.meta.identity()?.organizationID
        var inputs: [SourceInput] = []
        for versions in edited {
            guard let row = try mirror.plugins.row(versions.pluginID) else { continue }
            inputs.append(
                SourceInput(versions: versions, plugin: row.plugin, isRemoved: row.removedAt != nil, organization: organization))
        }
        return inputs
    }
}
