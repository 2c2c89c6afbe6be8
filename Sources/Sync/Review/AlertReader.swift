package import Models
package import Storage

/// Reads from the mirror what rules of alerts look at.
package enum AlertReader {
    /// - Parameters:
    ///   - mark: What the inbox held before the pull.
    ///   - hourSeconds: How far back rules look at hours; 0 for not at all.
    package static func facts(
        since mark: InboxMark, hourSeconds: Int64 = 0, now: Timestamp, in mirror: MirrorTransaction
    ) throws(MirrorError) -> AlertFacts {
        var names: [ProjectID: String] = [:]
        for project in try mirror.projects.all() { names[project.id] = project.name }
        func projects(_ ids: [ProjectID]) -> [String] { ids.flatMap { [names[$0] ?? $0.subject, $0.description] } }

        var facts = AlertFacts()
        // The first pull finds everything for the first time: that is no news.
        for id in mark.hasPulled ? try mirror.errors.changed(since: mark) : [] {
            guard let group = try mirror.errors.group(id), group.state != .muted else { continue }
            let places = try mirror.errors.places(id).compactMap(\.projectID)
            facts.troubles.append(
                AlertFacts.Trouble(
                    subject: id.subject, kind: group.kind,
                    change: id.rawValue > mark.lastGroup ? .new : group.state == .returned ? .cameBack : .again,
                    place: AlertPlace(plugin: group.pluginName, projects: projects(places)),
                    headline: group.name.isEmpty ? group.message : group.message.isEmpty ? group.name : "\(group.name): \(group.message)",
                    count: group.count))
        }
        var plugins: [PluginID: String] = [:]
        for plugin in try mirror.plugins.list() where plugin.removedAt == nil {
            plugins[plugin.id] = plugin.name
            guard let installed = plugin.tag, let latest = plugin.latestTag, installed != latest, !latest.isEmpty else { continue }
            facts.updates.append(
                AlertFacts.Update(
                    subject: plugin.id.subject, place: AlertPlace(plugin: plugin.name, projects: []), installed: installed, latest: latest))
        }
        for config in try mirror.configs.deliveryRates() where config.enabled {
            facts.deliveries.append(
                AlertFacts.Delivery(
                    subject: config.id.subject,
                    place: AlertPlace(plugin: plugins[config.pluginID] ?? config.pluginID.subject, projects: projects([config.projectID])),
                    rate: config.rate, hours: hourSeconds > 0 && config.rate != 1 ? try hours(of: config, back: hourSeconds, now: now, in: mirror) : []))
        }
        return facts
    }

    /// The whole hours of a config up to now; none when they are not known up to now.
    static func hours(
        of config: DeliveryRateRow, back seconds: Int64, now: Timestamp, in mirror: MirrorTransaction
    ) throws(MirrorError) -> [DeliveryHours] {
        let zone = try mirror.projects.zone(config.projectID)
        // One clock for all of them: hours in a row stay so where it is put forward or back.
        let offset = zone.rules.offsetSeconds(at: now)
        let end = Timestamp(milliseconds: zone.rules.hourNumber(of: now) * 3_600_000)
        let first = end.adding(seconds: -seconds - 86_400).day
        let buckets = try mirror.metrics.buckets(of: config.id, from: first)
        let hoursByDay = Dictionary(grouping: buckets.filter { $0.granularity == .hour }) { $0.bucket.prefix(10) }
        var hours: [DeliveryHours] = []
        for bucket in buckets {
            guard let start = Timestamp(iso8601: bucket.bucket) else { continue }
            let known = hoursByDay[bucket.bucket.prefix(10)]?.count ?? 0
            // Of a day with all its hours they count, of another one the day as a whole; of today there are only hours.
            let isToday = bucket.bucket.prefix(10) == end.day
            guard bucket.granularity == .hour ? isToday || known >= 23 : !isToday && known < 23 else { continue }
            let count: Int64 = bucket.granularity == .hour ? 1 : 24
            guard start.adding(seconds: count * 3600) <= end else { continue }
            hours.append(
                DeliveryHours(start: start.adding(seconds: -offset), count: count, delivered: bucket.delivered, failed: bucket.failed))
        }
        // An hour that was going on when it was read is not known, however it ended.
        let last = end.adding(seconds: -offset)
        guard hours.last?.end == last, let known = try mirror.metrics.knownAt(config.id), known >= last else { return [] }
        return hours
    }
}
