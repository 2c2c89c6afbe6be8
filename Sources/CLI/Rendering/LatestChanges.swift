import Models
import Storage
import Sync

/// The latest changes of everything, the newest first.
struct LatestChanges: Sendable {
    struct Entry: Sendable {
        let recording: Recording
        /// "GeoIP@Web shop", "code of GeoIP", without its id.
        let name: String
        let heading: String
        let authors: [VersionAuthor]
        /// "push", "pull", "create" or "restore".
        let origin: String
        let lines: [Block]
        let json: JSONValue

        /// "config:12", "plugin:5".
        var subject: String {
            switch recording.kind {
            case .config: PluginConfigID(recording.entityID).subject
            case .code, .plugin: PluginID(recording.entityID).subject
            }
        }

        /// nil for what is about a plugin.
        var configID: PluginConfigID? { recording.kind == .config ? PluginConfigID(recording.entityID) : nil }

        var title: String { "\(name) (\(subject))" }
    }

    let entries: [Entry]
    /// Whether there are more than were asked for.
    let isCut: Bool
    private let since: Timestamp?

    init(since: Timestamp?, project: ProjectID?, limit: Int, in mirror: MirrorTransaction) throws(MirrorError) {
        self.since = since
        let recordings = try mirror.recordings.latest(since: since, project: project, limit: limit + 1)
        isCut = recordings.count > limit
        var reader = Reader(mirror: mirror)
        var entries: [Entry] = []
        for recording in recordings.prefix(limit) {
            if let entry = try reader.entry(recording) { entries.append(entry) }
        }
        self.entries = entries
    }

    var blocks: [Block] {
        if entries.isEmpty {
            return [.line(Line(since.map { "Nothing changed since \(TimeText.timestamp($0.milliseconds))." } ?? "Nothing changed since the first pull."))]
        }
        let all = entries.flatMap { [.line(Line($0.title, .bold) + Line(", \($0.heading)"))] + $0.lines }
        return all + (isCut ? [.line(Line("The newest \(entries.count); --limit shows more.", .dim))] : [])
    }

    var json: JSONValue {
        .array(
            entries.map { entry in
                var object = JSONObject([
                    .init(key: "kind", value: .string(entry.recording.kind.rawValue)),
                    .init(key: "id", value: JSONValue(entry.recording.entityID)), .init(key: "title", value: .string(entry.title)),
                ])
                for member in entry.json.object?.members ?? [] { object[member.key] = member.value }
                return .object(object)
            })
    }

    /// Reads each thing's versions once.
    private struct Reader {
        let mirror: MirrorTransaction
        var configs: [PluginConfigID: (name: String, history: ConfigHistory)] = [:]
        var codes: [PluginID: CodeHistory?] = [:]

        init(mirror: MirrorTransaction) {
            self.mirror = mirror
        }

        mutating func entry(_ recording: Recording) throws(MirrorError) -> Entry? {
            switch recording.kind {
            case .config: try config(recording)
            case .code: try code(recording)
            case .plugin: try plugin(recording)
            }
        }

        private mutating func config(_ recording: Recording) throws(MirrorError) -> Entry? {
            let id = PluginConfigID(recording.entityID)
            if configs[id] == nil, let row = try mirror.configs.row(id) {
                let name = try mirror.title(plugin: row.pluginID, project: row.projectID)
                configs[id] = (name, try ConfigHistory(id, of: row.pluginID, in: mirror))
            }
            guard let known = configs[id], let version = known.history.version(recording.version) else { return nil }
            return Entry(
                recording: recording, name: known.name, heading: version.heading, authors: VersionText.unique(version.authors),
                origin: VersionText.word(version.row.origin, version.sameAs), lines: version.lines, json: version.json)
        }

        private mutating func code(_ recording: Recording) throws(MirrorError) -> Entry? {
            let id = PluginID(recording.entityID)
            if codes[id] == nil {
                codes[id] = .some(try CodeHistory(SelectedPlugin(id: id, name: try name(id), notice: nil), in: mirror))
            }
            guard let known = codes[id] ?? nil, let version = known.version(recording.version) else { return nil }
            return Entry(
                recording: recording, name: "code of \(known.plugin.name)", heading: version.heading, authors: version.author.map { [$0] } ?? [],
                origin: VersionText.word(version.row.origin, version.sameAs), lines: version.lines, json: version.json)
        }

        private func plugin(_ recording: Recording) throws(MirrorError) -> Entry? {
            let id = PluginID(recording.entityID)
            let rows = try mirror.history.list(.plugin(id))
            guard let index = rows.firstIndex(where: { $0.version == recording.version }) else { return nil }
            let row = rows[index]
            let before = index + 1 < rows.count ? rows[index + 1] : nil
            let names = before.map { PluginVersionText.changedParts($0.content, row.content) } ?? []
            let heading = VersionText.heading(row.version, at: row.recordedAt, [], row.origin, sameAs: nil)
            return Entry(
                recording: recording, name: try name(id), heading: heading, authors: [], origin: row.origin.rawValue,
                lines: before == nil ? [.line(Line("  first seen", .dim))] : names.map { .line(Line("  \($0)")) },
                json: [
                    "version": JSONValue(row.version), "recorded_at": .string(row.recordedAt.iso8601), "origin": .string(row.origin.rawValue),
                    "author": .null, "same_as": .null, "digest": .string(row.digest), "changes": .array(names.map(JSONValue.string)),
                ])
        }

        private func name(_ id: PluginID) throws(MirrorError) -> String {
            try mirror.plugins.row(id)?.plugin.name ?? "plugin \(id)"
        }
    }
}

/// What changed in a plugin itself: its name, where it comes from, its schema.
private enum PluginVersionText {
    static func changedParts(_ before: JSONValue, _ after: JSONValue) -> [String] {
        (after.object?.effective ?? []).filter { before[$0.key] != $0.value }.map { member in
            guard ["name", "tag", "url", "is_global"].contains(member.key) else { return "\(member.key) changed" }
            let texts = [before[member.key], member.value].map { ShownValue($0, isSecret: false).text }
            return "\(member.key): \(texts[0]) → \(texts[1])"
        }
    }
}
