import Models
import Storage

/// The config that a selector names, or the place where one could be made.
struct SelectedConfig: Sendable, Equatable {
    /// nil when the plugin has no config in that project yet.
    let id: PluginConfigID?
    let pluginID: PluginID
    let projectID: ProjectID
    /// "GeoIP@Web shop", for people.
    let title: String
}

/// The plugin that a selector names.
struct SelectedPlugin: Sendable, Equatable {
    let id: PluginID
    let name: String
    /// Said when the selector named a config and its plugin was taken.
    let notice: Problem?
}

/// Finds what a person means by `12`, `config:12`, `draft:1`, `plugin:5`, a name, or any of them with `@project`; where several may be meant also with `@*`.
///
/// An id is precise: the project of the context or of `--project` narrows names only. All functions throw `MirrorError`,
/// a mistake of the person as `.aborted` with a problem of kind `.usage`.
enum Selector {
    /// The configs that these selectors name, each once, in their order; none for no selectors.
    ///
    /// - Parameters:
    ///   - project: The id or name that narrows what names can mean; nil for all projects.
    ///   - command: The command that the advice is for.
    static func configIDs(
        _ texts: [String], project: String?, for command: String = "show", in mirror: MirrorTransaction
    ) throws(MirrorError) -> [PluginConfigID] {
        var ids: [PluginConfigID] = []
        for text in texts {
            if let all = try everywhere(text, for: command, in: mirror) {
                ids += all.compactMap(\.id).filter { !ids.contains($0) }
                continue
            }
            let selected = try config(text, project: project, for: command, in: mirror)
            guard let id = selected.id else {
                throw SelectorMistake.noConfig(selected, command: command)
            }
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    /// The one config that the selector names; a plugin in a project without a config has no id.
    static func config(
        _ text: String, project: String?, for command: String = "show", in mirror: MirrorTransaction
    ) throws(MirrorError) -> SelectedConfig {
        let search = SelectorSearch(mirror: mirror, command: command)
        let form = try SelectorForm(text, projects: try mirror.projects.all())
        if case .config(let id) = form.target { return try search.config(id, in: form.project) }
        let narrowed = try Selector.project(project, in: mirror)
        let scope = form.project ?? narrowed
        let plugins = try search.plugins(form)
        return try search.config(of: plugins, in: scope, text: text)
    }

    /// The one plugin that the selector names; of a config its plugin, with a notice.
    static func plugin(
        _ text: String, project: String?, for command: String = "show", in mirror: MirrorTransaction
    ) throws(MirrorError) -> SelectedPlugin {
        let search = SelectorSearch(mirror: mirror, command: command)
        let form = try SelectorForm(text, projects: try mirror.projects.all())
        if case .config(let id) = form.target {
            let selected = try search.config(id, in: form.project)
            let name = try mirror.plugins.row(selected.pluginID)?.plugin.name ?? "plugin \(selected.pluginID)"
            return SelectedPlugin(
                id: selected.pluginID, name: name,
                notice: Problem(
                    .notice, code: "plugin-of-config", subject: id.subject,
                    message: "\(id.subject) is a config; this is about its plugin, \(name) (\(selected.pluginID.subject))."))
        }
        let plugins = try search.plugins(form)
        guard plugins.count == 1 else { throw SelectorMistake.severalPlugins(plugins, text: text, command: command) }
        return SelectedPlugin(id: plugins[0].id, name: plugins[0].name, notice: nil)
    }

    /// The project of that id or name; nil for nil.
    static func project(_ text: String?, in mirror: MirrorTransaction) throws(MirrorError) -> ProjectID? {
        guard let text else { return nil }
        return try SelectorSearch(mirror: mirror, command: "configs").project(text)
    }
}
