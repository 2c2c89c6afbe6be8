import Models
import Storage

/// What is said about selectors that mean nothing or several things.
enum SelectorMistake {
    /// More candidates than this are counted, not named.
    static let shown = 6

    static func badID(_ text: String, kind: String) -> MirrorError {
        usage("bad-selector", text, "\"\(text)\" is no selector: \(kind): needs an id, as in \(kind):12", next: "phsync configs")
    }

    static func noSuchConfig(_ id: PluginConfigID, plugin: Plugin?) -> MirrorError {
        if let plugin {
            return usage(
                "no-such-config", id.subject,
                "the mirror has no \(id.subject); plugin:\(id) is \(plugin.name)", next: "phsync show \(plugin.id.subject)")
        }
        return usage("no-such-config", id.subject, "the mirror has no \(id.subject)", next: "phsync configs")
    }

    static func noSuchPlugin(_ id: PluginID) -> MirrorError {
        usage("no-such-plugin", id.subject, "the mirror has no \(id.subject)", next: "phsync plugins")
    }

    static func noSuchProject(_ text: String, projects: [ProjectRow]) -> MirrorError {
        let list = projects.prefix(shown).map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
        let known = list.isEmpty ? "it has none yet" : "it has \(list)"
        return usage(
            "no-such-project", text, "the mirror has no project \"\(text)\"\(meant(text, projects.map(\.name))); \(known)",
            next: "phsync configs --project ID")
    }

    static func nothingNamed(_ name: String, plugins: [String]) -> MirrorError {
        let part = name.lastIndex(of: "@").flatMap { $0 == name.startIndex ? nil : name[name.index(after: $0)...] }
        let project = part.map { " and no project is named \"\($0)\"" } ?? ""
        return usage(
            "nothing-named", name, "no plugin of the mirror is named \"\(name)\"\(meant(name, plugins))\(project)",
            next: "phsync plugins")
    }

    static func otherProject(_ id: PluginConfigID, title: String, command: String) -> MirrorError {
        usage(
            "other-project", id.subject, "\(id.subject) is \(title), which is in another project",
            next: "phsync \(command) \(id.subject)")
    }

    static func severalProjects(_ projects: [ProjectRow], text: String) -> MirrorError {
        let ids = projects.map { String($0.id.rawValue) }.joined(separator: ", ")
        return usage(
            "several-projects", text, "several projects have the name in \"\(text)\": use an id, one of \(ids)",
            next: "phsync configs --project \(projects[0].id)")
    }

    static func severalConfigs(
        _ rows: [ConfigListRow], ownNames: [PluginConfigID: String], text: String, command: String
    ) -> MirrorError {
        let list = rows.prefix(shown).map { row in
            let name = ownNames[row.id].map { "\"\($0)\", " } ?? ""
            return "\(row.id.subject) (\(name)\(row.pluginName)@\(row.projectName), \(row.localEnabled ? "enabled" : "disabled"))"
        }
        return usage(
            "several-configs", text, "\"\(text)\" means \(rows.count) configs: \(joined(list, of: rows.count))",
            next: "phsync \(command) \(rows[0].id.subject)")
    }

    static func severalPlugins(_ plugins: [PluginListRow], text: String, command: String) -> MirrorError {
        let list = plugins.prefix(shown).map { "\($0.id.subject) (\($0.name))" }
        let next = "phsync \(command) \(plugins.first.map(\.id.subject) ?? "plugin:ID")"
        return usage(
            "several-plugins", text, "\"\(text)\" means \(plugins.count) plugins: \(joined(list, of: plugins.count))", next: next)
    }

    /// A plugin without any config, and nobody has said in which project one would be.
    static func nowhere(_ plugin: PluginListRow, projects: [ProjectRow], command: String) -> MirrorError {
        let project = projects.first { $0.removedAt == nil }?.name ?? "PROJECT"
        return usage(
            "no-config", plugin.id.subject, "\(plugin.name) has no config in any project",
            next: "phsync edit-config \("\(plugin.name)@\(project)".shellQuoted)")
    }

    static func noConfig(_ selected: SelectedConfig, command: String) -> MirrorError {
        usage(
            "no-config", selected.title, "there is no config of \(selected.title)",
            next: "phsync edit-config \(selected.title.shellQuoted)")
    }

    private static func joined(_ list: [String], of count: Int) -> String {
        list.joined(separator: ", ") + (count > list.count ? " and \(count - list.count) more" : "")
    }

    private static func meant(_ word: String, _ candidates: [String]) -> String {
        NearestWord.find(word, in: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    private static func usage(_ code: String, _ subject: String, _ message: String, next: String) -> MirrorError {
        MirrorError(aborting: Problem(.usage, code: code, subject: subject, message: message, next: next))
    }
}
