import Models
import Storage

/// The configs of one project as the person has them, for holding against another project's.
struct BetweenSide: Sendable {
    struct Entry: Sendable {
        let id: PluginConfigID
        let plugin: Plugin
        let content: ConfigContent
        let secretKeys: Set<String>
    }

    let projectName: String
    let entries: [Entry]

    /// Configs of the project with the person's edits, drafts included, removed ones not; by plugin name.
    static func read(_ project: ProjectRow, in mirror: MirrorTransaction) throws(MirrorError) -> BetweenSide {
        var entries: [Entry] = []
        for row in try mirror.configs.list(project: project.id) where row.removedAt == nil {
            guard let plugin = try mirror.plugins.row(row.pluginID)?.plugin, let versions = try mirror.configs.versions(row.id)
            else { continue }
            entries.append(
                Entry(
                    id: row.id, plugin: plugin, content: versions.local,
                    secretKeys: try mirror.plugins.secretKeys(row.pluginID).union(plugin.schema.secretKeys)))
        }
        return BetweenSide(projectName: project.name, entries: entries)
    }
}

extension BetweenSide {
    /// Every config of both sides once: in a pair where its plugin means exactly one config of the other side.
    static func pairs(_ left: BetweenSide, _ right: BetweenSide, isSameMirror: Bool) -> [BetweenView] {
        var open = right.entries
        var views: [BetweenView] = []
        for entry in left.entries {
            let index = partner(of: entry, in: open, isSameMirror)
            views.append(BetweenView(project: left.projectName, left: entry, right: index.map { open.remove(at: $0) }))
        }
        return views + open.map { BetweenView(project: right.projectName, left: nil, right: $0) }
    }

    /// Configs of the same plugin go in their order; of several plugins that fit none is taken.
    private static func partner(of entry: Entry, in open: [Entry], _ isSameMirror: Bool) -> Int? {
        let plugins = open.map(\.plugin)
        let found = PluginMatch.candidates(for: entry.plugin, in: plugins, isSameMirror: isSameMirror)
        guard Set(found.map(\.id)).count == 1 else { return nil }
        return plugins.firstIndex { $0.id == found[0].id }
    }
}
