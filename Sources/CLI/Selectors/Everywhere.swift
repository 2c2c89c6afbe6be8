import Models
import Storage

/// `NAME@*`: the configs of one plugin in all projects.
extension Selector {
    /// What every command about several configs says of it.
    static let everywhereForm = "NAME@* is a plugin's configs in all projects"

    /// Whether the text ends in `@*`, and no project has that name.
    static func isEverywhere(_ text: String, _ projects: [ProjectRow]) -> Bool {
        text.hasSuffix("@*") && text.utf8.count > 2 && ProjectNames.matches("*", in: projects).isEmpty
    }

    /// - Returns: Nil when the text does not end in `@*`, or a project has that name.
    static func everywhere(_ text: String, for command: String, in mirror: MirrorTransaction) throws(MirrorError) -> [SelectedConfig]? {
        let projects = try mirror.projects.all()
        guard isEverywhere(text, projects) else { return nil }
        let search = SelectorSearch(mirror: mirror, command: command)
        let form = try SelectorForm(String(text.dropLast(2)), projects: [])
        let plugin: PluginID
        if case .config(let id) = form.target {
            plugin = try search.config(id, in: nil).pluginID
        } else {
            let plugins = try search.plugins(form)
            guard plugins.count == 1 else { throw SelectorMistake.severalPlugins(plugins, text: text, command: command) }
            plugin = plugins[0].id
        }
        let rows = try mirror.configs.list().filter { $0.pluginID == plugin && $0.removedAt == nil }
        guard !rows.isEmpty else {
            let known = try search.plugins(form)[0]
            throw SelectorMistake.nowhere(known, projects: projects, command: command)
        }
        return rows.map { row in
            SelectedConfig(id: row.id, pluginID: row.pluginID, projectID: row.projectID, title: "\(row.pluginName)@\(row.projectName)")
        }
    }
}
