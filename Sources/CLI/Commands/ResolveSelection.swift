import Models
import Storage
import Sync

/// What `resolve SELECTOR [KEY]` names: files of a plugin's code in conflict, or fields of a config.
enum ResolveSelection: Sendable {
    case source(SourceInput, [SourceEdit])
    case config(EditTarget, PluginConfigID, [Conflict])
    /// A draft whose create has left no config.
    case draft(PluginConfigID, title: String)

    /// - Throws: `Problem` that lists what is in conflict when the key is not.
    static func find(
        _ selector: String, key: String?, project: String?, in mirror: MirrorTransaction
    ) throws -> ResolveSelection {
        let sources = try SourceInput.all(in: mirror)
        let id = try Selector.editedSource(selector, of: sources, in: mirror)
        let input = sources.first { $0.id == id }
        let clashing = input?.merge.clashing ?? []
        let files = clashing.filter { key == nil || $0.file == key }
        if let input, !files.isEmpty { return .source(input, files) }
        do {
            return try config(selector, key: key, project: project, files: clashing.map(\.file), in: mirror)
        } catch let error as MirrorError {
            // A plugin without one config of its own: the code was meant.
            guard !clashing.isEmpty, case .aborted = error.code else { throw error }
            throw nothing(selector, input?.plugin.name ?? selector, key, clashing.map(\.file))
        }
    }

    private static func config(
        _ selector: String, key: String?, project: String?, files: [String], in mirror: MirrorTransaction
    ) throws -> ResolveSelection {
        let selected = try Selector.config(selector, project: project, for: "resolve", in: mirror)
        guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: "resolve") }
        if id.isDraft, try mirror.journal.fate(of: id) != nil { return .draft(id, title: selected.title) }
        let target = try EditTarget.find(id.subject, nil, in: mirror)
        let all = target.versions.map { ThreeWayMerge($0, secretKeys: target.secretKeys).conflicts } ?? []
        let wanted = all.filter { key == nil || $0.field.label == key || $0.field.text == key || $0.field.key == key }
        guard !wanted.isEmpty else { throw nothing(selector, selected.title, key, files + all.map(\.field.label)) }
        return .config(target, id, wanted)
    }

    private static func nothing(_ selector: String, _ title: String, _ key: String?, _ names: [String]) -> Problem {
        let place = key.map { " in \($0)" } ?? ""
        let others = names.isEmpty ? "" : "; in conflict: \(names.joined(separator: ", "))"
        return Problem(
            .usage, code: "no-conflict", subject: selector, message: "\(title) has no conflict\(place)\(others)",
            next: names.first.map { "phsync resolve \(selector.shellQuoted) \($0.shellQuoted) --local|--remote|--edit" } ?? "phsync diff")
    }
}
