import Models
import Storage

/// A context, and what was named within it: `Staging`, `GeoIP@Staging`, `other`, `Staging@other`, `config:12@other`.
struct Place: Sendable {
    let instance: Instance
    /// A project or a selector of that context; nil for the context as a whole.
    let text: String?
    /// Whether it is not the context that the command runs in.
    let isOther: Bool

    /// A project of this mirror comes first, then what follows the last `@`, then a context.
    ///
    /// - Parameter projects: Those of the mirror of `instance`.
    static func find(
        _ text: String, from instance: Instance, projects: [ProjectRow], in context: CommandContext
    ) throws(Problem) -> Place {
        let here = Place(instance: instance, text: text, isOther: false)
        if !ProjectNames.matches(text, in: projects).isEmpty { return here }
        if let at = text.lastIndex(of: "@"), at != text.startIndex {
            let last = String(text[text.index(after: at)...])
            if !ProjectNames.matches(last, in: projects).isEmpty { return here }
            if let place = try other(last, String(text[..<at]), from: instance, in: context) { return place }
        }
        if let place = try other(text, nil, from: instance, in: context) { return place }
        if ["config:", "draft:", "plugin:"].contains(where: text.hasPrefix) { return here }
        throw unknown(text, projects: projects, contexts: try context.settings().contexts)
    }

    private static func other(
        _ name: String, _ text: String?, from instance: Instance, in context: CommandContext
    ) throws(Problem) -> Place? {
        if name == instance.name { return Place(instance: instance, text: text, isOther: false) }
        guard let found = try context.settings().context(named: name) else { return nil }
        let instance = Instance(context: found, project: found.project, tokenSource: .settings)
        return Place(instance: instance, text: text, isOther: true)
    }

    private static func unknown(_ text: String, projects: [ProjectRow], contexts: [ContextSettings]) -> Problem {
        let names = projects.filter { $0.removedAt == nil }.map(\.name) + contexts.map(\.name)
        let near = NearestWord.find(text, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
        return Problem(
            .usage, code: "no-such-place", subject: text, message: "\"\(text)\" is neither a project of the mirror nor a context\(near)",
            next: "phsync context list")
    }

    /// The project that the text names alone; nil when it names something else, or nothing.
    func project(in mirror: MirrorTransaction) throws(MirrorError) -> ProjectRow? {
        guard let text else { return nil }
        let matches = ProjectNames.matches(text, in: try mirror.projects.all())
        guard matches.count < 2 else { throw SelectorMistake.severalProjects(matches, text: text) }
        return matches.first
    }

    /// `--context NAME` where a command line needs it to mean this place.
    func flags(in context: CommandContext) -> String {
        isOther || context.arguments.has("context") ? " --context \(instance.name.shellQuoted)" : ""
    }
}
