import Models
import Storage

/// The versions of one plugin's code, the newest first, each with the files that changed since the one before.
struct CodeHistory: Sendable {
    private struct Version: Sendable {
        let row: SourceVersionRow
        let changes: [FileDifference]
    }

    private let title: String
    private let versions: [Version]

    /// nil when the mirror has no version of the plugin's code.
    init?(_ selector: String, project: String?, in mirror: MirrorTransaction) throws(MirrorError) {
        let selected = try Selector.plugin(selector, project: project, for: "history", in: mirror)
        let rows = try mirror.sourceVersions.list(selected.id)
        guard !rows.isEmpty else { return nil }
        title = "code of \(selected.name) (\(selected.id.subject))"
        var versions: [Version] = []
        var after = try mirror.sourceVersions.files(selected.id, version: rows[0].version)
        for (index, row) in rows.enumerated() {
            let isFirst = index + 1 == rows.count
            let before = isFirst ? after : try mirror.sourceVersions.files(selected.id, version: rows[index + 1].version)
            versions.append(Version(row: row, changes: CodeHistory.changes(before, after)))
            after = before
        }
        self.versions = versions
    }

    private static func changes(_ before: SourceFiles, _ after: SourceFiles) -> [FileDifference] {
        let names = Set(before.names).union(after.names).sorted()
        return names.filter { before.entries[$0] != after.entries[$0] }.map { FileDifference(file: $0, before: before[$0], after: after[$0]) }
    }

    var blocks: [Block] {
        [.line(Line(title, .bold))] + versions.flatMap { version -> [Block] in
            let row = version.row
            let head = "version \(row.version), \(TimeText.timestamp(row.recordedAt.milliseconds)), \(row.origin.rawValue)"
            return [.line(Line(head))] + version.changes.map { .line($0.heading) }
        }
    }

    var json: JSONValue {
        .array(
            versions.map { version in
                [
                    "version": JSONValue(version.row.version), "recorded_at": .string(version.row.recordedAt.iso8601),
                    "origin": .string(version.row.origin.rawValue), "digest": .string(version.row.digest),
                    "changes": .array(version.changes.map(\.json)),
                ]
            })
    }
}
