package import Models
package import Storage

/// Gathers what changed about a plugin and some of its configs, from versions and from the activity log; on request also about
/// the configs whose events come to it.
package struct OnsetFinder {
    private let mirror: MirrorTransaction
    private let plugin: PluginID
    private let configs: [PluginConfigID]
    private let method: String?
    private let secretKeys: Set<String>
    /// Configs that are looked at for what comes before a failure; those whose events come to them are found for each.
    private static let lookedUpstreamOf = 5
    /// The two clocks are not the same one.
    private static let slackSeconds: Int64 = 120

    /// - Parameter method: The one that fails, "" when nothing tells; nil leaves out what happened to other plugins.
    package init(plugin: PluginID, configs: [PluginConfigID], failingIn method: String? = nil, in mirror: MirrorTransaction) throws(MirrorError) {
        self.mirror = mirror
        self.plugin = plugin
        self.configs = configs
        self.method = method
        secretKeys = try mirror.plugins.secretKeys(plugin)
    }

    /// The likeliest first.
    package func changes(before onset: Timestamp, limit: Int = 5) throws(MirrorError) -> [OnsetChange] {
        OnsetChange.before(onset, among: try all() + upstream(since: onset.adding(seconds: -OnsetChange.reachSeconds)), limit: limit)
    }

    /// Every change that the mirror knows of, each once.
    package func all() throws(MirrorError) -> [OnsetChange] {
        var found = try code() + pluginVersions()
        for config in configs { found += try changes(of: config) }
        return found
    }
}

// MARK: What runs before it

extension OnsetFinder {
    /// Changes of the configs in the same projects whose events come to it: those before it in the order, or all when it fails
    /// where only the events are that all of them have passed.
    private func upstream(since time: Timestamp) throws(MirrorError) -> [OnsetChange] {
        guard let method else { return [] }
        var found: [OnsetChange] = []
        var seen = Set(configs)
        for config in configs.prefix(OnsetFinder.lookedUpstreamOf) {
            for other in try mirror.configs.changed(since: time, beside: config) where !seen.contains(other.id) && other.pluginID != plugin {
                guard try processesEvents(other.pluginID) else { continue }
                let changes = try OnsetFinder(plugin: other.pluginID, configs: [other.id], in: mirror).all().filter { change in
                    other.enabled || change.changes.contains { $0.field == .enabled }
                }
                let isBefore = other.isBefore || !MetricCategory.dependsOnOrder(method)
                let name = try mirror.plugins.row(other.pluginID)?.plugin.name ?? other.pluginID.subject
                found += changes.filter { isBefore || $0.kind == .order }.map { $0.of(upstream: "\(name) (\(other.id.subject))") }
                seen.insert(other.id)
            }
        }
        return found
    }

    private func processesEvents(_ plugin: PluginID) throws(MirrorError) -> Bool {
        let capabilities = try mirror.plugins.row(plugin)?.plugin.json["capabilities"]
        return MetricCategory.of(capabilities: capabilities)?.contains(MetricCategory.processEvent) ?? true
    }
}

// MARK: Configs

extension OnsetFinder {
    private func changes(of config: PluginConfigID) throws(MirrorError) -> [OnsetChange] {
        let history = try ConfigHistory(config, of: plugin, in: mirror)
        var entries = try mirror.activity.list(item: config.rawValue, scope: "PluginConfig")
        var found: [OnsetChange] = []
        for (index, version) in history.versions.enumerated() where !version.changes.isEmpty {
            let before = index + 1 < history.versions.count ? history.versions[index + 1].row.recordedAt : nil
            let told = entries.filter { isOf($0, version, since: before) }
            entries.removeAll { told.contains($0) }
            found.append(change(config, version, since: before, told: told.first))
        }
        return found + entries.compactMap { change(config, $0) }
    }

    /// Whether an entry of the log tells of this version: it lies in the time in which the version was made.
    private func isOf(_ entry: ActivityRow, _ version: ConfigVersion, since before: Timestamp?) -> Bool {
        let slack = OnsetFinder.slackSeconds
        return entry.at <= version.row.recordedAt.adding(seconds: slack) && entry.at >= (before ?? entry.at).adding(seconds: -slack)
    }

    private func change(
        _ config: PluginConfigID, _ version: ConfigVersion, since before: Timestamp?, told: ActivityRow?
    ) -> OnsetChange {
        let isPush = version.row.origin != .pull
        let isOrder = version.changes.allSatisfy { $0.change.field == .order }
        return OnsetChange(
            kind: isOrder ? .order : .config, configID: config, after: before, at: isPush ? version.row.recordedAt : told?.at ?? version.row.recordedAt,
            isExact: isPush || told != nil, changes: version.changes.map(\.change), author: version.changes[0].author)
    }

    /// What only the log tells: it was made before the mirror knew the config, or taken back between two pulls.
    private func change(_ config: PluginConfigID?, _ entry: ActivityRow) -> OnsetChange? {
        guard let activity = ActivityEntry(entry.json) else { return nil }
        let author: VersionAuthor = activity.author.isEmpty ? .unknown : .person(activity.author)
        let kind: OnsetChange.Kind =
            switch entry.activity {
            case "order_changed": .order
            case "config_updated", "enabled", "disabled": .config
            case _ where entry.activity.hasPrefix("attachment_"): .config
            case "installed", "uninstalled": .plugin
            default: .other
            }
        // Jobs are started by people too, but change nothing.
        if kind == .other, entry.activity.hasPrefix("export_") || entry.activity == "job_triggered" { return nil }
        let (changes, notes) = lines(entry)
        return OnsetChange(
            kind: kind, configID: config, after: entry.at, at: entry.at, isExact: true, changes: changes, notes: notes, author: author)
    }

    private func lines(_ entry: ActivityRow) -> ([Change], [String]) {
        if entry.activity == "enabled" || entry.activity == "disabled" {
            let isOn = entry.activity == "enabled"
            return ([Change(field: .enabled, before: .value(.bool(!isOn)), after: .value(.bool(isOn)))], [])
        }
        var changes: [Change] = []
        for change in entry.json["detail"]?["changes"]?.array ?? [] {
            guard let key = change["field"]?.string else { continue }
            let field: ConfigField = entry.activity == "order_changed" ? .order : .key(key)
            let isSecret = field.isSecret(among: secretKeys)
            changes.append(
                Change(
                    field: field, before: ShownValue(change["before"] ?? .null, isSecret: isSecret),
                    after: ShownValue(change["after"] ?? .null, isSecret: isSecret)))
        }
        return (changes, changes.isEmpty ? [entry.activity.replacing("_", with: " ")] : [])
    }
}

// MARK: The plugin

extension OnsetFinder {
    private func pluginVersions() throws(MirrorError) -> [OnsetChange] {
        let versions = try mirror.history.list(.plugin(plugin))
        var entries = try mirror.activity.list(item: plugin.rawValue, scope: "Plugin")
        var found: [OnsetChange] = []
        for (now, before) in zip(versions, versions.dropFirst()) {
            let told = entries.first { $0.at >= before.recordedAt && $0.at <= now.recordedAt }
            entries.removeAll { $0 == told }
            let author = told.flatMap { ActivityEntry($0.json)?.author } ?? ""
            found.append(
                OnsetChange(
                    kind: .plugin, configID: nil, after: before.recordedAt, at: told?.at ?? now.recordedAt, isExact: told != nil,
                    notes: OnsetFinder.notes(before.content, now.content),
                    author: now.origin == .push ? .you : author.isEmpty ? .unknown : .person(author)))
        }
        return found + entries.compactMap { change(nil, $0) }
    }

    /// "tag: 1.0.0 → 1.1.0", "config_schema changed".
    static func notes(_ before: JSONValue, _ now: JSONValue) -> [String] {
        (now.object?.effective ?? []).filter { before[$0.key] != $0.value }.map { member in
            guard ["name", "tag", "url"].contains(member.key) else { return "\(member.key) changed" }
            return "\(member.key): \(before[member.key]?.string ?? "none") → \(member.value.string ?? "none")"
        }
    }

    private func code() throws(MirrorError) -> [OnsetChange] {
        let versions = try mirror.sourceVersions.list(plugin)
        var found: [OnsetChange] = []
        for (now, before) in zip(versions, versions.dropFirst()) {
            let files = try (mirror.sourceVersions.files(plugin, version: before.version), mirror.sourceVersions.files(plugin, version: now.version))
            let names = Set(files.0.names).union(files.1.names).sorted().filter { files.0.entries[$0] != files.1.entries[$0] }
            found.append(
                OnsetChange(
                    kind: .code, configID: nil, after: before.recordedAt, at: now.recordedAt, isExact: now.origin == .push,
                    notes: names.map { OnsetFinder.note($0, files.0, files.1) }, author: now.origin == .push ? .you : .unknown))
        }
        return found
    }

    private static func note(_ name: String, _ before: SourceFiles, _ now: SourceFiles) -> String {
        if before.entries[name] == nil { return "\(name) is new" }
        return now.entries[name] == nil ? "\(name) is gone" : "\(name) changed"
    }
}
