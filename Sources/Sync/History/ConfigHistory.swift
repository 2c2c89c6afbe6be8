package import Models
package import Storage

/// One change that a version brought, and who made it.
package struct VersionChange: Sendable, Equatable {
    /// Against the version before.
    package let change: Change
    /// As far as the activity log tells; else what brought the version here.
    package let author: VersionAuthor
}

/// One version of a config, with what it changed.
package struct ConfigVersion: Sendable {
    /// As it is stored, with its number and time.
    package let row: HistoryRow
    /// Redacted: of secrets a mask or a digest.
    package let content: ConfigContent
    /// Against the version before that is still kept; none of the oldest.
    package let changes: [VersionChange]
    /// The version before that is still kept.
    package let previous: Int64?
    /// An earlier version with the same content: the change took something back.
    package let sameAs: Int64?
}

/// The versions of one config that the mirror keeps, the newest first.
package struct ConfigHistory: Sendable {
    /// Also of a config that is gone.
    package let id: PluginConfigID
    /// Every key that any known schema ever marked secret.
    package let secretKeys: Set<String>
    /// The newest first.
    package let versions: [ConfigVersion]

    package init(_ id: PluginConfigID, of plugin: PluginID, in mirror: MirrorTransaction) throws(MirrorError) {
        let rows = try mirror.history.list(.config(id))
        var own: [Int64: Set<ConfigField>] = [:]
        for row in rows where row.origin == .push {
            guard let run = row.runID, own[run] == nil else { continue }
            own[run] = try ConfigHistory.pushed(id, run: run, in: mirror)
        }
        self.init(
            id, rows, secretKeys: try mirror.plugins.secretKeys(plugin), pushed: own, activity: try mirror.activity.list(item: id.rawValue, scope: "PluginConfig", limit: 1000))
    }

    /// - Parameters:
    ///   - rows: The newest first. One whose content can't be read is left out.
    ///   - pushed: The fields that each run sent.
    package init(
        _ id: PluginConfigID, _ rows: [HistoryRow], secretKeys: Set<String>, pushed: [Int64: Set<ConfigField>] = [:],
        activity: [ActivityRow] = []
    ) {
        self.id = id
        self.secretKeys = secretKeys
        let authors = VersionAuthors(activity)
        var earlier: [String: Int64] = [:]
        var before: ConfigVersion?
        var versions: [ConfigVersion] = []
        for row in rows.reversed() {
            guard let content = ConfigContent(storedJSON: row.content) else { continue }
            let version = ConfigVersion(
                row: row, content: content,
                changes: before.map { before in
                    ConfigHistory.changes(from: before, to: content, row, secretKeys, pushed: row.runID.flatMap { pushed[$0] }, authors)
                } ?? [],
                previous: before?.row.version, sameAs: earlier[row.digest])
            earlier[row.digest] = earlier[row.digest] ?? row.version
            versions.append(version)
            before = version
        }
        self.versions = versions.reversed()
    }

    /// The fields that a run sent to a config.
    private static func pushed(_ id: PluginConfigID, run: Int64, in mirror: MirrorTransaction) throws(MirrorError) -> Set<ConfigField> {
        var fields: Set<ConfigField> = []
        for step in try mirror.journal.steps(run: run) {
            if case .config(id, _, let edits) = step.subject { fields.formUnion(edits.map(\.field)) }
        }
        return fields
    }

    private static func changes(
        from before: ConfigVersion, to now: ConfigContent, _ row: HistoryRow, _ secretKeys: Set<String>, pushed: Set<ConfigField>?,
        _ authors: VersionAuthors
    ) -> [VersionChange] {
        let window = VersionAuthors.Window(after: before.row.recordedAt, until: row.recordedAt)
        let visible = now.differingFields(from: before.content).compactMap { field -> VersionChange? in
            let isSecret = field.isSecret(among: secretKeys)
            let (old, new) = (before.content[field], now[field])
            if HiddenValue.mayBeSame(old, new) { return nil }
            let isOwn = row.origin == .create || row.origin == .push && pushed?.contains(field) ?? true
            return VersionChange(
                change: Change(field: field, before: ShownValue(old, isSecret: isSecret), after: ShownValue(new, isSecret: isSecret)),
                author: isOwn ? .you : authors.author(of: field, isSecret: isSecret, after: new, in: window))
        }
        return visible + newSecrets(pushed ?? [], from: before.content, to: now, secretKeys, besides: Set(visible.map(\.change.field)))
    }

    /// Secrets that a push has sent and that look the same before and after.
    private static func newSecrets(
        _ pushed: Set<ConfigField>, from before: ConfigContent, to now: ConfigContent, _ secretKeys: Set<String>,
        besides shown: Set<ConfigField>
    ) -> [VersionChange] {
        pushed.subtracting(shown).filter { $0.isSecret(among: secretKeys) && HiddenValue.isHidden(now[$0]) }
            .sorted { $0.text < $1.text }.map { field in
                VersionChange(change: Change(field: field, before: ShownValue(before[field], isSecret: true), after: .newSecret), author: .you)
            }
    }
}

extension ConfigHistory {
    /// The version of that number; nil when it is gone or never was.
    package func version(_ number: Int64) -> ConfigVersion? { versions.first { $0.row.version == number } }

    /// The version that the mirror knew at that moment; nil for a time before it saw the first.
    package func version(at time: Timestamp) -> ConfigVersion? { versions.first { $0.row.recordedAt <= time } }

    /// The first version that was recorded after that one.
    package func version(after number: Int64) -> ConfigVersion? { versions.last { $0.row.version > number } }
}

/// What can be told of values that stand for hidden ones.
enum HiddenValue {
    /// Whether the value stands for a secret.
    static func isHidden(_ value: JSONValue?) -> Bool {
        value == .string(Secret.mask) || value.map(SecretRedaction.isRedacted) ?? false
    }

    /// Whether two different stand-ins may hide one value: a digest and the mask say nothing about each other.
    static func mayBeSame(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        guard isHidden(left), isHidden(right) else { return false }
        return left == .string(Secret.mask) || right == .string(Secret.mask)
    }
}
