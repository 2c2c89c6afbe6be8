import Models
import Storage

/// Finds the config, or the place for one, that a copy goes to.
struct CopyTarget: Sendable {
    let source: CopySource
    let place: Place

    func find(in mirror: MirrorTransaction) throws -> EditTarget {
        if let text = place.text, try place.project(in: mirror) == nil {
            return try EditTarget.of(try selected(text, in: mirror), in: mirror)
        }
        let project = try place.project(in: mirror) ?? (try sameProject(in: mirror))
        let plugin = try plugin(in: mirror)
        return try EditTarget.of(try selected("\(plugin.id.subject)@\(project.id)", in: mirror), in: mirror)
    }

    /// Candidates are told as this command wants them.
    private func selected(_ text: String, in mirror: MirrorTransaction) throws -> SelectedConfig {
        let command = "copy \(source.selected.id?.subject ?? "") --to"
        do throws(MirrorError) {
            return try Selector.config(text, project: nil, for: command, in: mirror)
        } catch {
            guard place.isOther, case .aborted(let problem) = error.code, let next = problem.next else { throw error }
            let line = next.hasPrefix("phsync copy") ? "\(next)@\(place.instance.name)" : "\(next) --context \(place.instance.name)"
            throw Problem(problem.kind, code: problem.code, subject: problem.subject, message: problem.message, next: line)
        }
    }

    /// In another context the project of the same name, unless one is named.
    private func sameProject(in mirror: MirrorTransaction) throws -> ProjectRow {
        let projects = try mirror.projects.all().filter { $0.removedAt == nil }
        let named = projects.filter { $0.name.lowercased() == source.projectName.lowercased() }
        let found = named.isEmpty && projects.count == 1 ? projects : named
        guard found.count == 1 else {
            let list = projects.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
            throw Problem(
                .usage, code: "which-project", subject: place.instance.name,
                message: "\(place.instance.name) has \(found.isEmpty ? "no project" : "several projects") named \"\(source.projectName)\";"
                    + " name one of \(list) before the context",
                next: line("\(projects.first?.name ?? "PROJECT")@\(place.instance.name)"))
        }
        return found[0]
    }

    private func plugin(in mirror: MirrorTransaction) throws -> Plugin {
        let plugin = source.plugin
        let found = PluginMatch.candidates(for: plugin, in: try mirror.plugins.present(), isSameMirror: !place.isOther)
        guard let first = found.first else {
            throw Problem(
                .failed, code: "plugin-absent", subject: plugin.name,
                message: "\(place.instance.name) has no plugin with the url\(plugin.url.map { " \($0)" } ?? "") or the name of \(plugin.name);"
                    + " it has to be installed there first",
                next: "phsync plugins\(place.isOther ? " --context \(place.instance.name)" : "")")
        }
        guard found.count == 1 else {
            let list = found.map { "\($0.id.subject) (\($0.name))" }.joined(separator: ", ")
            let context = place.isOther ? "@\(place.instance.name)" : ""
            throw Problem(
                .usage, code: "several-plugins", subject: plugin.name,
                message: "\(plugin.name) can be \(found.count) plugins of \(place.instance.name): \(list)",
                next: line("\(first.id.subject)@\(source.projectName)\(context)"))
        }
        return first
    }

    private func line(_ target: String) -> String {
        "phsync copy \(source.selected.id?.subject ?? "") --to \(target.shellQuoted)"
    }
}
