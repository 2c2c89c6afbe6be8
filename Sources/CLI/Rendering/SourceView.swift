import Models
import Storage
import Sync

/// The code of one plugin as the mirror has it: the remote's with the person's edits, else what was given by hand.
struct SourceView: Sendable {
    let plugin: Plugin
    let row: SourceRow?
    let files: SourceFiles
    let isGiven: Bool
    private let states: [String: String]
    private let isForeign: Bool

    init?(_ id: PluginID, in mirror: MirrorTransaction) throws(MirrorError) {
        guard let plugin = try mirror.plugins.row(id)?.plugin else { return nil }
        self.plugin = plugin
        row = try mirror.sources.row(id)
        isForeign = try mirror.meta.identity().map { !plugin.mayShowCode(to: $0.organizationID) } ?? false
        guard let versions = try mirror.sources.versions(id) else {
            files = try mirror.sources.files(.given, of: id)
            isGiven = row?.givenAt != nil
            states = [:]
            return
        }
        files = versions.local
        isGiven = false
        let clashing = Set(SourceMerge(versions, plugin: plugin).clashing.map(\.file))
        states = versions.edits.reduce(into: [:]) { states, edit in
            let word = edit.value == .deletion ? "deleted" : versions.base[edit.file] == nil ? "new" : "edited"
            states[edit.file] = clashing.contains(edit.file) ? "conflict" : word
        }
    }

    /// Files that a person sees, deleted ones included.
    private var names: [String] { Set(files.names).union(states.keys).sorted() }

    var blocks: [Block] {
        let head = Line("\(plugin.name) (\(plugin.id.subject))", .bold) + Line(", \(plugin.type ?? "unknown type")")
        var blocks: [Block] = [.line(head), .line(Line(origin, isGiven ? .warning : .plain))]
        if let detail = row?.detail, !detail.isEmpty, !isGiven { blocks.append(.line(Line("not readable now: \(detail)", .warning))) }
        guard !names.isEmpty else { return blocks + [.line("The mirror has no file of it.")] + next }
        let columns: [Table.Column] = [.init("FILE"), .init("BYTES", isRightAligned: true), .init("STATE")]
        let rows = names.map { name in
            [Line(name), Line(files[name].map { "\($0.utf8.count)" } ?? "-"), Line(state(name), .warning)]
        }
        return blocks + [.table(Table(columns, rows: rows))] + next
    }

    private func state(_ name: String) -> String {
        if let state = states[name] { return state }
        return files[name] == nil ? "without text" : ""
    }

    private var origin: String {
        if isGiven, let row { return "given by hand from \(row.givenFrom ?? "") on \(TimeText.timestamp(row.givenAt?.milliseconds ?? 0)); never pushed" }
        if row?.readAt != nil { return "from the instance" }
        if isForeign { return "The instance does not show its code: another organization manages the plugin, or it is built in" }
        return "The instance has not shown its code\(row.map { $0.detail.isEmpty ? "" : ": \($0.detail)" } ?? ": it was not asked for it")"
    }

    private var next: [Block] {
        let command = names.isEmpty ? "phsync source \(plugin.id.subject) --from DIR" : "phsync source \(plugin.id.subject) --file NAME"
        return [.line(Line("Next: \(command)", .dim))]
    }

    var json: JSONValue {
        [
            "plugin": .string(plugin.id.subject), "name": .string(plugin.name), "type": JSONValue(plugin.type),
            "origin": .string(isGiven ? "given" : row?.readAt != nil ? "remote" : "none"),
            "given_from": JSONValue(row?.givenFrom), "read_at": JSONValue(row?.readAt?.iso8601), "detail": JSONValue(row?.detail),
            "files": .array(
                names.map { name in
                    [
                        "file": .string(name), "bytes": files[name].map { JSONValue($0.utf8.count) } ?? .null,
                        "sha256": JSONValue(files[name].map(SourceForm.digest)), "state": .string(state(name)),
                    ]
                }),
        ]
    }
}
