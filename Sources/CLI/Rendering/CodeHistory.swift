import Models
import Storage
import Sync

/// The versions of one plugin's code, the newest first, each with the files that changed since the one before.
struct CodeHistory: Sendable {
    struct Version: Sendable {
        let row: SourceVersionRow
        let files: SourceFiles
        let changes: [FileDifference]
        let previous: Int64?
        let sameAs: Int64?
        let author: VersionAuthor?
    }

    let plugin: SelectedPlugin
    let versions: [Version]

    var title: String { "code of \(plugin.name) (\(plugin.id.subject))" }

    /// nil when the selector means a config, or the mirror has no version of the plugin's code.
    init?(_ selector: String, project: String?, for command: String, in mirror: MirrorTransaction) throws(MirrorError) {
        guard selector.hasPrefix("plugin:"), !selector.contains("@") else { return nil }
        try self.init(try Selector.plugin(selector, project: project, for: command, in: mirror), in: mirror)
    }

    init?(_ plugin: SelectedPlugin, in mirror: MirrorTransaction) throws(MirrorError) {
        let rows = try mirror.sourceVersions.list(plugin.id)
        guard !rows.isEmpty else { return nil }
        self.plugin = plugin
        let authors = VersionAuthors(try mirror.activity.list(item: plugin.id.rawValue, scope: "Plugin", limit: 1000))
        var versions: [Version] = []
        for row in rows.reversed() {
            let files = try mirror.sourceVersions.files(plugin.id, version: row.version)
            let before = versions.last
            versions.append(
                Version(
                    row: row, files: files, changes: before.map { CodeHistory.changes($0.files, files) } ?? [],
                    previous: before?.row.version, sameAs: versions.first { $0.row.digest == row.digest }?.row.version,
                    author: CodeHistory.author(row, since: before?.row.recordedAt, authors)))
        }
        self.versions = versions.reversed()
    }

    private static func author(_ row: SourceVersionRow, since: Timestamp?, _ authors: VersionAuthors) -> VersionAuthor? {
        if row.origin == .push { return .you }
        return since.map { authors.author(in: VersionAuthors.Window(after: $0, until: row.recordedAt)) }
    }

    static func changes(_ before: SourceFiles, _ after: SourceFiles) -> [FileDifference] {
        let names = Set(before.names).union(after.names).sorted()
        return names.filter { before.entries[$0] != after.entries[$0] }.map { FileDifference(file: $0, before: before[$0], after: after[$0]) }
    }

    func version(_ number: Int64) -> Version? { versions.first { $0.row.version == number } }
    func version(at time: Timestamp) -> Version? { versions.first { $0.row.recordedAt <= time } }
    func version(after number: Int64) -> Version? { versions.last { $0.row.version > number } }

    var blocks: [Block] { [.line(Line(title, .bold))] + versions.flatMap { [.line(Line($0.heading))] + $0.lines } }

    var json: JSONValue { .array(versions.map(\.json)) }
}

extension CodeHistory.Version {
    var heading: String {
        VersionText.heading(row.version, at: row.recordedAt, author.map { [$0] } ?? [], row.origin, sameAs: sameAs)
    }

    var lines: [Block] {
        previous == nil ? [.line(Line(VersionText.first(row.version, row.origin), .dim))] : changes.map { .line($0.heading) }
    }

    var json: JSONValue {
        [
            "version": JSONValue(row.version), "recorded_at": .string(row.recordedAt.iso8601), "origin": .string(row.origin.rawValue),
            "author": author?.json ?? .null, "same_as": sameAs.map { JSONValue($0) } ?? .null, "digest": .string(row.digest),
            "changes": .array(changes.map(\.json)),
        ]
    }
}
