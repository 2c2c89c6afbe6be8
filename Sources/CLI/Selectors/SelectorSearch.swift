import Models
import Storage

/// Looks up in the mirror what a selector may mean.
struct SelectorSearch {
    let mirror: MirrorTransaction
    let command: String

    /// By id: reads that row alone.
    func config(_ id: PluginConfigID, in project: ProjectID?) throws(MirrorError) -> SelectedConfig {
        guard let row = try mirror.configs.row(id) else {
            throw SelectorMistake.noSuchConfig(id, plugin: try mirror.plugins.row(PluginID(id.rawValue))?.plugin)
        }
        let title = try mirror.title(plugin: row.pluginID, project: row.projectID)
        if let project, project != row.projectID { throw SelectorMistake.otherProject(id, title: title, command: command) }
        return SelectedConfig(id: id, pluginID: row.pluginID, projectID: row.projectID, title: title)
    }

    /// The plugins that the form can mean, at least one.
    ///
    /// No server of this API gives a config a name of its own, so a name is a plugin's.
    func plugins(_ form: SelectorForm) throws(MirrorError) -> [PluginListRow] {
        let all = try mirror.plugins.list()
        switch form.target {
        case .config: preconditionFailure("a config is found by its id")
        case .plugin(let id):
            guard let plugin = all.first(where: { $0.id == id }) else { throw SelectorMistake.noSuchPlugin(id) }
            return [plugin]
        case .name(let name):
            let found = NameMatch.best(name, in: all)
            guard !found.isEmpty else { throw SelectorMistake.nothingNamed(name, plugins: all.map(\.name)) }
            return found
        }
    }

    /// The one config of these plugins in that project or in all.
    func config(of plugins: [PluginListRow], in project: ProjectID?, text: String) throws(MirrorError) -> SelectedConfig {
        let ids = Set(plugins.map(\.id))
        let rows = try mirror.configs.list(project: project).filter { ids.contains($0.pluginID) }
        if rows.count > 1 { throw SelectorMistake.severalConfigs(rows, ownNames: try ownNames(rows), text: text, command: command) }
        if let row = rows.first {
            return SelectedConfig(
                id: row.id, pluginID: row.pluginID, projectID: row.projectID, title: "\(row.pluginName)@\(row.projectName)")
        }
        let present = plugins.filter { $0.removedAt == nil }
        guard present.count == 1 else { throw SelectorMistake.severalPlugins(plugins, text: text, command: command) }
        guard let project else {
            throw SelectorMistake.nowhere(present[0], projects: try mirror.projects.all(), command: command)
        }
        return SelectedConfig(
            id: nil, pluginID: present[0].id, projectID: project,
            title: try mirror.title(plugin: present[0].id, project: project))
    }

    /// What people have called these configs, where the server has names for them; it shows the plugin's in place of none.
    private func ownNames(_ rows: [ConfigListRow]) throws(MirrorError) -> [PluginConfigID: String] {
        var names: [PluginConfigID: String] = [:]
        for row in rows.prefix(SelectorMistake.shown) {
            guard let name = try mirror.configs.remote(row.id)?.json["name"]?.string, name != row.pluginName else { continue }
            names[row.id] = name
        }
        return names
    }

    func project(_ text: String) throws(MirrorError) -> ProjectID {
        let all = try mirror.projects.all()
        let matches = ProjectNames.matches(text, in: all)
        guard let match = matches.first else { throw SelectorMistake.noSuchProject(text, projects: all) }
        guard matches.count == 1 else { throw SelectorMistake.severalProjects(matches, text: text) }
        return match.id
    }
}

/// Which plugins a name means: exact before part of a name, without case; spaces, hyphens and underscores are alike.
enum NameMatch {
    static func best(_ name: String, in plugins: [PluginListRow]) -> [PluginListRow] {
        let exact = plugins.filter { $0.name.lowercased() == name.lowercased() }
        if !exact.isEmpty { return present(exact) }
        let folded = folded(name)
        let alike = plugins.filter { self.folded($0.name) == folded }
        if !alike.isEmpty { return present(alike) }
        return present(plugins.filter { contains(self.folded($0.name), folded) })
    }

    /// Removed ones only when nothing else fits.
    private static func present(_ plugins: [PluginListRow]) -> [PluginListRow] {
        let present = plugins.filter { $0.removedAt == nil }
        return present.isEmpty ? plugins : present
    }

    private static func folded(_ text: String) -> String {
        text.lowercased().split { $0 == " " || $0 == "-" || $0 == "_" }.joined(separator: " ")
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        !part.isEmpty && text.indices.contains { text[$0...].hasPrefix(part) }
    }
}

extension MirrorTransaction {
    /// "GeoIP@Web shop", with ids in the place of names that the mirror doesn't have.
    func title(plugin: PluginID, project: ProjectID) throws(MirrorError) -> String {
        let plugin = try plugins.row(plugin)?.plugin.name ?? "plugin \(plugin)"
        return "\(plugin)@\(try projects.name(project))"
    }
}

extension ProjectTable {
    /// The project's name, "project 3" when the mirror doesn't have it.
    func name(_ id: ProjectID) throws(MirrorError) -> String {
        try all().first { $0.id == id }?.name ?? "project \(id)"
    }
}
