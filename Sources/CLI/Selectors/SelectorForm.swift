import Models
import Storage

/// What a selector says before anything is looked up but the projects.
struct SelectorForm: Equatable {
    enum Target: Equatable {
        case config(PluginConfigID)
        case plugin(PluginID)
        case name(String)
    }

    let target: Target
    /// What stood behind the last `@`.
    let project: ProjectID?

    /// - Parameter projects: Those of the mirror: an `@` splits only where one of them follows.
    init(_ text: String, projects: [ProjectRow]) throws(MirrorError) {
        var rest = text[...]
        var found: ProjectID?
        if let at = text.lastIndex(of: "@"), at != text.startIndex {
            let matches = ProjectNames.matches(String(text[text.index(after: at)...]), in: projects)
            guard matches.count < 2 else { throw SelectorMistake.severalProjects(matches, text: text) }
            if let match = matches.first {
                found = match.id
                rest = text[..<at]
            }
        }
        project = found
        target = try SelectorForm.target(String(rest))
    }

    private static func target(_ text: String) throws(MirrorError) -> Target {
        if let id = number(text[...]) { return .config(PluginConfigID(id)) }
        guard let colon = text.firstIndex(of: ":") else { return .name(text) }
        let kind = text[..<colon]
        guard ["config", "draft", "plugin"].contains(kind) else { return .name(text) }
        guard let id = number(text[text.index(after: colon)...]) else { throw SelectorMistake.badID(text, kind: String(kind)) }
        return switch kind {
        case "config": .config(PluginConfigID(id))
        case "draft": .config(PluginConfigID(-id))
        default: .plugin(PluginID(id))
        }
    }

    /// A positive whole number in digits alone.
    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text).flatMap { $0 > 0 ? $0 : nil }
    }
}

/// How projects are named: by id, else by name without case; ones that are still there before removed ones.
enum ProjectNames {
    static func matches(_ text: String, in projects: [ProjectRow]) -> [ProjectRow] {
        if let id = Int64(text), let project = projects.first(where: { $0.id.rawValue == id }) { return [project] }
        let named = projects.filter { $0.name.lowercased() == text.lowercased() }
        let present = named.filter { $0.removedAt == nil }
        return present.isEmpty ? named : present
    }
}
