import Models
import Storage
import Sync

/// What selectors name of what is edited.
extension Selector {
    /// `plugin:5` is its code when that is edited, else its config, as everywhere; a name is both; with `@project` only the config.
    static func edited(
        _ texts: [String], of all: Edited, project: String?, for command: String, in mirror: MirrorTransaction
    ) throws(MirrorError) -> Edited {
        var configs: Set<PluginConfigID> = []
        var sources: Set<PluginID> = []
        for text in texts {
            let source = try editedSource(text, of: all.sources, in: mirror)
            if let source {
                sources.insert(source)
                if text.hasPrefix("plugin:") { continue }
            }
            do throws(MirrorError) {
                configs.formUnion(try configIDs([text], project: project, for: command, in: mirror))
            } catch {
                // Of a name that means several configs or none the code is still meant.
                guard source != nil, case .aborted = error.code else { throw error }
            }
        }
        return Edited(
            configs: all.configs.filter { configs.contains($0.versions.id) }, sources: all.sources.filter { sources.contains($0.id) })
    }

    /// The plugin whose edited code the selector means; nil when it means none of these.
    static func editedSource(
        _ text: String, of sources: [SourceInput], in mirror: MirrorTransaction
    ) throws(MirrorError) -> PluginID? {
        let projects = try mirror.projects.all()
        if isEverywhere(text, projects) { return nil }
        let form = try SelectorForm(text, projects: projects)
        guard form.project == nil else { return nil }
        switch form.target {
        case .config: return nil
        case .plugin(let id): return sources.contains { $0.id == id } ? id : nil
        case .name(let name):
            let named = NameMatch.best(name, in: try mirror.plugins.list()).filter { row in sources.contains { $0.id == row.id } }
            return named.count == 1 ? named[0].id : nil
        }
    }
}
