import Models
import Storage
import Sync

/// Versions as a person reads them.
extension VersionAuthor {
    var text: String {
        switch self {
        case .you: "you"
        case .person(let name): name
        case .unknown: "unknown"
        }
    }

    var json: JSONValue {
        switch self {
        case .you: "you"
        case .person(let name): .string(name)
        case .unknown: .null
        }
    }
}

enum VersionText {
    /// "version 3, 2026-11-20T10:00:00Z, by you, push, back to version 1".
    static func heading(
        _ version: Int64, at time: Timestamp, _ authors: [VersionAuthor], _ origin: HistoryRow.Origin, sameAs: Int64?
    ) -> String {
        let names = unique(authors).map(\.text)
        let by = names.isEmpty ? [] : ["by \(names.joined(separator: " and "))"]
        let back = sameAs.map { ["back to version \($0)"] } ?? []
        return (["version \(version)", TimeText.timestamp(time.milliseconds)] + by + [word(origin, sameAs)] + back).joined(separator: ", ")
    }

    /// A push that brings an earlier version back restores it.
    static func word(_ origin: HistoryRow.Origin, _ sameAs: Int64?) -> String {
        origin == .push && sameAs != nil ? "restore" : origin.rawValue
    }

    static func unique(_ authors: [VersionAuthor]) -> [VersionAuthor] {
        var seen: Set<VersionAuthor> = []
        return authors.filter { seen.insert($0).inserted }
    }

    /// One author, several, or null.
    static func json(_ authors: [VersionAuthor]) -> JSONValue {
        let names = unique(authors)
        return names.count == 1 ? names[0].json : names.isEmpty ? .null : .array(names.map(\.json))
    }

    /// What stands in the place of changes when there is no version to compare with.
    static func first(_ version: Int64, _ origin: HistoryRow.Origin) -> String {
        if origin == .create { return "  made here" }
        return version == 1 ? "  first seen; since when it was so can't be told" : "  earlier versions are no longer kept"
    }
}

extension ConfigVersion {
    var authors: [VersionAuthor] { row.origin == .create ? [.you] : changes.map(\.author) }

    var heading: String { VersionText.heading(row.version, at: row.recordedAt, authors, row.origin, sameAs: sameAs) }

    /// What it changed, each line with its author where there are several.
    var lines: [Block] {
        guard let previous else { return [.line(Line(VersionText.first(row.version, row.origin), .dim))] }
        let gap = previous + 1 < row.version ? [Block.line(Line("  since version \(previous); those between are no longer kept", .dim))] : []
        if changes.isEmpty { return gap + [.line(Line("  nothing that can be shown: a key became secret, or stopped being one", .dim))] }
        guard VersionText.unique(authors).count > 1 else { return gap + changes.map(\.change).lines }
        return gap + VersionText.unique(authors).flatMap { author in
            [.line(Line("  \(author.text):"))] + changes.filter { $0.author == author }.map(\.change).lines
        }
    }

    var json: JSONValue {
        [
            "version": JSONValue(row.version), "recorded_at": .string(row.recordedAt.iso8601), "origin": .string(row.origin.rawValue),
            "author": VersionText.json(authors), "same_as": sameAs.map { JSONValue($0) } ?? .null, "digest": .string(row.digest),
            "changes": .array(
                changes.map { change in
                    var object = change.change.json.object ?? JSONObject()
                    object["author"] = change.author.json
                    return .object(object)
                }),
        ]
    }
}
