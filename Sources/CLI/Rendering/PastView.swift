import Models
import Storage
import Sync

/// A config or a plugin's code as the mirror knew it at some time.
struct PastView: Sendable {
    let text: [Block]
    let json: JSONValue

    /// - Parameter plugin: Today's: schemas of then are not told apart.
    init(_ found: VersionedThing, at time: Timestamp, _ plugin: Plugin?, _ row: ConfigRow?) throws(Problem) {
        let number = try WantedVersion.moment(time).number(in: found)
        switch found {
        case .code(let code):
            guard let version = code.version(number) else { preconditionFailure("the number is of one of these versions") }
            let next = code.version(after: number)?.row.recordedAt
            let head = PastView.head(number, version.row.recordedAt, time, until: next)
            text = [.line(Line(code.title, .bold))] + head + [PastView.table(version.files)]
            json = PastView.json(number, version.row.recordedAt, time, until: next, [
                "plugin": .string(found.subject), "title": .string(code.title),
                "files": .array(version.files.names.map { PastView.file($0, version.files[$0]) }),
            ])
        case .config(let selected, let history):
            guard let version = history.version(number) else { preconditionFailure("the number is of one of these versions") }
            let next = history.version(after: number)?.row.recordedAt
            let then = Versions(
                id: history.id, pluginID: selected.pluginID, projectID: selected.projectID, base: version.content, remote: version.content,
                edits: [])
            let (blocks, json) = ShowCommand.configView(then, plugin, title: selected.title, secretKeys: history.secretKeys)
            let gone = row?.removedAt.map { [Block.line(Line("It is gone from the remote since \(TimeText.timestamp($0.milliseconds)).", .warning))] }
            text = Array(blocks.prefix(1)) + PastView.head(number, version.row.recordedAt, time, until: next) + (gone ?? []) + blocks.dropFirst()
            self.json = PastView.json(number, version.row.recordedAt, time, until: next, json)
        }
    }

    private static func head(_ version: Int64, _ seen: Timestamp, _ time: Timestamp, until next: Timestamp?) -> [Block] {
        let end = next.map { ", until another one was seen on \(TimeText.timestamp($0.milliseconds))" } ?? ", the latest that the mirror knows"
        return [
            .line(Line("as the mirror knew it on \(TimeText.timestamp(time.milliseconds)): version \(version)\(end)")),
            .line(
                Line("The mirror first saw this version on \(TimeText.timestamp(seen.milliseconds)); whether the instance had it earlier can't be told.", .dim)),
        ]
    }

    private static func json(
        _ version: Int64, _ seen: Timestamp, _ time: Timestamp, until next: Timestamp?, _ rest: JSONValue
    ) -> JSONValue {
        var object = JSONObject([
            .init(key: "version", value: JSONValue(version)), .init(key: "at", value: .string(time.iso8601)),
            .init(key: "first_seen_at", value: .string(seen.iso8601)), .init(key: "replaced_at", value: JSONValue(next?.iso8601)),
        ])
        for member in rest.object?.members ?? [] { object[member.key] = member.value }
        return .object(object)
    }

    private static func table(_ files: SourceFiles) -> Block {
        guard !files.names.isEmpty else { return .line("It had no file.") }
        let columns: [Table.Column] = [.init("FILE"), .init("BYTES", isRightAligned: true), .init("SHA-256")]
        return .table(
            Table(columns, rows: files.names.map { name in
                [Line(name), Line(files[name].map { "\($0.utf8.count)" } ?? "-"), Line(files[name].map(SourceForm.digest) ?? "without text", .dim)]
            }))
    }

    private static func file(_ name: String, _ text: String?) -> JSONValue {
        ["file": .string(name), "bytes": text.map { JSONValue($0.utf8.count) } ?? .null, "sha256": JSONValue(text.map(SourceForm.digest))]
    }
}
