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
        guard let ours = about.first(where: { $0.entry.author == us && $0.entry.tells(of: saved.sent, as: saved.after, secretKeys: saved.secretKeys) }) else { return [] }
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
