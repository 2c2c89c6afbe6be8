import Models
import Storage

/// Who made the remote's side of a conflict, and when.
struct RemoteOrigin: Sendable, Equatable {
    enum Source: String, Sendable {
        case activity, pull
    }

    /// From the activity log; nil where only the pull is known that saw it.
    let author: String?
    let at: Timestamp
    let source: Source

    var text: String {
        switch source {
        case .activity: "changed by \(author ?? "somebody") at \(TimeText.timestamp(at.milliseconds))"
        case .pull: "seen by the pull of \(TimeText.timestamp(at.milliseconds))"
        }
    }

    var json: JSONValue {
        ["by": JSONValue(author), "at": .string(at.iso8601), "known_from": .string(source.rawValue)]
    }
}

extension RemoteOrigin {
    static func of(_ field: ConfigField, in versions: Versions, _ mirror: MirrorTransaction) throws(MirrorError) -> RemoteOrigin? {
        let id = versions.id
        if let entry = try mirror.activity.list(item: id.rawValue, scope: "PluginConfig").first(where: { $0.isAbout(field) }) {
            return RemoteOrigin(entry)
        }
        let remote = versions.remote?[field]
        let same = try mirror.history.list(.config(id)).prefix { field.value(in: $0.content) == remote }
        return same.last.map { RemoteOrigin(author: nil, at: $0.recordedAt, source: .pull) }
    }

    static func of(file: String, in versions: SourceVersions, _ mirror: MirrorTransaction) throws(MirrorError) -> RemoteOrigin? {
        let id = versions.pluginID
        let entries = try mirror.activity.list(item: id.rawValue, scope: "Plugin")
        if let entry = entries.first(where: { $0.names(file) }) { return RemoteOrigin(entry) }
        let remote = versions.remote[file]
        var first: SourceVersionRow?
        for row in try mirror.sourceVersions.list(id) {
            guard versions.form.same(try mirror.sourceVersions.files(id, version: row.version)[file], remote, named: file) else { break }
            first = row
        }
        return first.map { RemoteOrigin(author: nil, at: $0.recordedAt, source: .pull) }
    }

    private init(_ entry: ActivityRow) {
        let author = ActivityEntry(entry.json)?.author ?? ""
        self.init(author: author.isEmpty ? nil : author, at: entry.at, source: .activity)
    }
}

extension ActivityRow {
    fileprivate func names(_ field: String?) -> Bool {
        (json["detail"]?["changes"]?.array ?? []).contains { $0["field"]?.string == field }
    }

    fileprivate func isAbout(_ field: ConfigField) -> Bool {
        switch field {
        case .enabled: activity == "enabled" || activity == "disabled"
        case .order: activity == "order_changed"
        case .key(let key): activity == "config_updated" && names(key)
        case .attachment: activity.hasPrefix("attachment_")
        case .deleted: false
        }
    }
}

extension ConfigField {
    /// The field in a stored version's content.
    fileprivate func value(in content: JSONValue) -> JSONValue? {
        switch self {
        case .enabled, .order, .deleted: content[text]
        case .key(let key): content["config"]?[key]
        case .attachment(let key): content["attachments"]?[key]
        }
    }
}
