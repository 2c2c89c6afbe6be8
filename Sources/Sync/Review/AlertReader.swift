package import Models
package import Storage

/// Reads from the mirror what rules of alerts look at.
package enum AlertReader {
    /// - Parameter mark: What the inbox held before the pull.
    package static func facts(since mark: InboxMark, in mirror: MirrorTransaction) throws(MirrorError) -> AlertFacts {
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
                    rate: config.rate))
        }
        return facts
    }
}
