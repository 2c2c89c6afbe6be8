import Models

/// A write of ours that arrived: what it was made from, and what the instance showed afterwards.
struct SavedConfig: Sendable {
    let id: PluginConfigID
    let title: String
    let before: ConfigContent
    let after: ConfigContent
    let sent: Set<ConfigField>
    let secretKeys: Set<String>
    /// From the re-read to the read-back.
    let seconds: Int64

    init(_ current: CurrentConfig, title: String, before: ConfigContent, sent: [ConfigField], seconds: Int64) {
        id = current.config.id
        self.title = title
        self.before = before
        after = current.config.content
        self.sent = Set(sent)
        secretKeys = current.secretKeys
        self.seconds = seconds
    }
}

/// Finds the fields of others that a save of ours has undone; pure.
///
/// The read-back alone can't show them: the row is just what we meant. The activity log tells that somebody saved a field
/// after our re-read, and the row shows for that field what we had read before. The log's own clock measures the time, from
/// our own entry back.
enum LostFields {
    /// What passes between the server's clock readings and ours, and what the request itself takes.
    private static let slackSeconds: Int64 = 1
    /// No write takes longer from its re-read to its answer.
    private static let longestSeconds: Int64 = 60

    /// - Parameters:
    ///   - entries: Of the activity log, the newest first.
    ///   - us: The account of the key, as the log names it.
    static func find(_ saved: SavedConfig, in entries: [ActivityEntry], us: String) -> [LostField] {
        let about = entries.filter { $0.isAbout(saved.id) }
            .compactMap { entry in Timestamp(iso8601: entry.atText).map { (entry: entry, at: $0) } }
        guard let ours = about.first(where: { $0.entry.author == us && $0.entry.tells(of: saved) }) else { return [] }
        let begin = ours.at.adding(seconds: -min(saved.seconds, longestSeconds) - slackSeconds)
        var decided: Set<ConfigField> = []
        var lost: [LostField] = []
        for (entry, at) in about where at >= begin {
            for (field, value) in entry.fieldChanges where !saved.sent.contains(field) && !decided.contains(field) {
                // That is our own save undoing it.
                if entry.author == us, value == saved.before[field] { continue }
                decided.insert(field)
                guard isUndone(field, value, saved) else { continue }
                lost.append(
                    LostField(configID: saved.id, field: field, value: value, left: saved.after[field], author: entry.author, savedAt: at))
            }
        }
        return lost.sorted { $0.field.text < $1.field.text }
    }

    private static func isUndone(_ field: ConfigField, _ value: JSONValue?, _ saved: SavedConfig) -> Bool {
        if let key = field.key, saved.secretKeys.contains(key) || value == .string(Secret.mask) { return false }
        return value != saved.after[field] && saved.after[field] == saved.before[field]
    }
}

extension ActivityEntry {
    fileprivate func isAbout(_ id: PluginConfigID) -> Bool {
        itemID == String(id.rawValue) && (scope == "PluginConfig" || activity == "order_changed")
    }

    /// Whether it is the entry of this very save: it names a field that we sent, as it is now.
    fileprivate func tells(of saved: SavedConfig) -> Bool {
        saved.sent.contains { field in
            switch field {
            case .attachment: activity.hasPrefix("attachment_")
            case .key(let key) where saved.secretKeys.contains(key): activity == "config_updated" && changes.contains { $0["field"]?.string == nil }
            case .key, .enabled, .order, .deleted: fieldChanges.contains { $0.0 == field && $0.1 == saved.after[field] }
            }
        }
    }

    /// The fields that the entry says were changed, with what they became; nil for one that was taken away. Of a secret the log
    /// names neither key nor value.
    /// - Source: docs/api.md, "Activity".
    fileprivate var fieldChanges: [(ConfigField, JSONValue?)] {
        switch activity {
        case "enabled": [(.enabled, true)]
        case "disabled": [(.enabled, false)]
        case "order_changed": changes.compactMap { $0["field"] == "order" ? (.order, $0["after"]) : nil }
        case "config_updated":
            changes.compactMap { change in
                guard let key = change["field"]?.string else { return nil }
                return (.key(key), change["action"] == "deleted" ? nil : change["after"])
            }
        default: []
        }
    }

    private var changes: [JSONValue] { json["detail"]?["changes"]?.array ?? [] }
}
