import Models
import Storage

extension Puller {
    /// Mirrors the plugins; their schemas decide what is secret, so this comes before any config.
    func pullPlugins(_ reach: Reach, run: Int64, full: Bool, _ summary: inout PullSummary) async throws(Problem) {
        let collection = PullCollection.plugins(api, of: reach.identity.organizationID)
        try await walk(collection, run: run, full: full, &summary) { (rows, end, result) async throws(Problem) in
            let plugins = try rows.map { row throws(Problem) in try decode(row) }
            return try await store(plugins, end, run: run, &result)
        } absent: { (seen, result) async throws(Problem) in
            try await removeAbsentPlugins(seen, reach, &result)
        }
    }

    /// A key for some projects may not list plugins, but each config tells of its own: nothing that is mirrored lacks one then.
    func softenMissingList(_ summary: inout PullSummary) async throws(Problem) {
        guard let index = summary.problems.firstIndex(where: { $0.subject == "plugins" && $0.code == "forbidden" }) else { return }
        let (known, used) = try await mirror.reading { mirror in
            (try mirror.plugins.presentIDs(), Set(try mirror.configs.list().filter { !$0.isDraft }.map(\.pluginID)))
        }
        guard !used.isEmpty, used.isSubset(of: known) else { return }
        summary.problems[index] = Problem(
            .notice, code: "plugins-from-configs", subject: "plugins",
            message: "This key may not list plugins, as one that is limited to projects can't: they are known from their configs only,"
                + " so one without a config is not shown, or not as it is now.", next: "phsync doctor")
    }

    private func decode(_ row: JSONValue) throws(Problem) -> Plugin {
        do {
            return try Plugin(row)
        } catch {
            throw Problem(.failed, code: "bad-answer", message: "The instance sent a plugin that is none: \(error).", next: "phsync doctor")
        }
    }

    private func store(
        _ plugins: [Plugin], _ end: PageEnd, run: Int64, _ result: inout PullSummary.Collection
    ) async throws(Problem) -> Bool {
        let now = now()
        let (stored, isComplete) = try await mirror.writing(.deferred) { mirror in
            var stored: [Stored] = []
            for plugin in plugins { stored.append(try Puller.store(plugin, in: mirror, run: run, at: now)) }
            return (stored, try end.write(in: mirror, changed: stored.contains { $0 != .unchanged }))
        }
        result.count(stored)
        return isComplete
    }

    static func store(
        _ plugin: Plugin, in mirror: MirrorTransaction, run: Int64, at now: Timestamp
    ) throws(MirrorError) -> Stored {
        let stored = try mirror.plugins.store(plugin, at: now)
        try mirror.history.record(
            .plugin(plugin.id), content: plugin.writableContent, origin: .pull, runID: run, at: now)
        return stored
    }

    private func removeAbsentPlugins(
        _ seen: Set<Int64>, _ reach: Reach, _ result: inout PullSummary.Collection
    ) async throws(Problem) {
        let present = try await mirror.reading { mirror in try mirror.plugins.presentIDs() }
        let missing = present.filter { !seen.contains($0.rawValue) }.sorted()
        guard !missing.isEmpty else { return }
        var gone: [PluginID] = []
        for id in missing {
            // Below level 6 the instance answers 404 for every plugin; the complete list is all there is to go by.
            if reach.canSeePluginDetails {
                let answer = await absence { () throws(APIError) in try await api.plugin(id, of: reach.identity.organizationID) }
                guard answer == .gone else { continue }
            }
            gone.append(id)
        }
        // A level that has fallen below 6 makes every plugin a 404, so look once more who we are before believing it.
        let after = try await Reach.probe(api, bound: reach.identity, next: "phsync pull")
        guard after.identity.isSame(as: reach.identity), after.canSeePluginDetails == reach.canSeePluginDetails else { return }
        let now = now()
        let confirmed = gone
        result.removed += try await mirror.writing(.deferred) { mirror in
            var removed = 0
            for id in confirmed where try mirror.plugins.markRemoved(id, at: now) { removed += 1 }
            return removed
        }
    }
}
