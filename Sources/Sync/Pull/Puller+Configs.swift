import Models
import Storage

extension Puller {
    /// Mirrors one project's configs; what is edited here is rebased, never overwritten.
    ///
    /// - Parameter ready: Awaited before a page is stored; tells whether the list of plugins could be read.
    func pullConfigs(
        _ project: Project, _ reach: Reach, run: Int64, full: Bool, _ summary: inout PullSummary,
        ready: @Sendable () async throws(Problem) -> Bool
    ) async throws(Problem) {
        let collection = PullCollection.configs(api, of: project)
        guard reach.canSeeConfigs else {
            try await refuseEmptyList(collection, &summary)
            return
        }
        var settled: [Edit] = []
        var problems: [Problem] = []
        // Also when the walk stops: what was stored is told.
        defer {
            summary.settledEdits += settled
            summary.problems += problems
        }
        do throws(Problem) {
            try await walk(collection, run: run, full: full, &summary) { (rows, end, result) async throws(Problem) in
                let hasListedPlugins = try await ready()
                let own = try belonging(rows, to: project)
                if !api.profile.namesProject { try await confirmCurrent(project, reach) }
                try await learnPlugins(of: own, in: project, run: run, all: !hasListedPlugins)
                let (page, isComplete) = try await store(own, end, run: run, &result)
                settled += page.flatMap(\.settled)
                problems += page.filter { !$0.conflicts.isEmpty }.flatMap(\.problems)
                return isComplete
            } absent: { (seen, result) async throws(Problem) in
                try await confirmCurrent(project, reach)
                try await removeAbsentConfigs(seen, project, reach, &result)
            }
            problems += try await mirror.reading { mirror in try Puller.editedAndGone(in: project, mirror) }
        } catch {
            guard error.code == Puller.wrongProject else { throw error }
            try await leaveUntrusted(collection, error, &summary)
        }
    }

    private static let wrongProject = "wrong-project"

    /// A list with rows of another project is believed in nothing; the other lists may be right.
    private func leaveUntrusted(
        _ collection: PullCollection, _ problem: Problem, _ summary: inout PullSummary
    ) async throws(Problem) {
        try await mark(collection.name, .incomplete, problem.message)
        summary.collections.append(
            PullSummary.Collection(name: collection.name, title: collection.title, state: .incomplete, detail: problem.message))
        summary.problems.append(problem)
    }

    /// Access level 0 to 2: the server answers an empty list with 200, which means nothing.
    private func refuseEmptyList(_ collection: PullCollection, _ summary: inout PullSummary) async throws(Problem) {
        let detail = "the organization's plugin access level does not let this key see configs"
        try await mark(collection.name, .unreachable, detail)
        let result = PullSummary.Collection(name: collection.name, title: collection.title, state: .unreachable, detail: detail)
        summary.collections.append(result)
        summary.problems.append(
            Problem(
                .permission, code: "no-permission", subject: collection.name,
                message: "\(collection.title) can't be read: \(detail). The mirror keeps what it has."))
    }

    /// The rows, provided that every one is of this project: some servers ignore the project in the URL.
    private func belonging(_ rows: [JSONValue], to project: Project) throws(Problem) -> [JSONValue] {
        if let stranger = rows.first(where: { $0["team_id"]?.int != project.id.rawValue }) {
            guard api.profile.isScopedByPath else { throw Puller.switchedAway(from: project) }
            throw Problem(
                .failed, code: Puller.wrongProject, subject: project.id.subject,
                message: "Asked for the configs of \(project.name) (\(project.id)), the instance sent one of project"
                    + " \(stranger["team_id"]?.text ?? "null"). Nothing of that page was stored.", next: "phsync doctor")
        }
        return rows
    }

    /// A config may be of a plugin that no list shows; the config itself tells about it, secrets included.
    ///
    /// - Parameter all: Also of plugins that the mirror has: no list has shown in this pull what became of them.
    private func learnPlugins(of rows: [JSONValue], in project: Project, run: Int64, all: Bool) async throws(Problem) {
        let known = try await mirror.reading { mirror in try mirror.plugins.presentIDs() }
        var asked: Set<Int64> = all ? [] : Set(known.map(\.rawValue))
        for row in rows {
            guard let id = row["plugin"]?.int, let config = row["id"]?.int, asked.insert(id).inserted else { continue }
            // Without it the config is stored all the same, with every value redacted.
            guard let plugin = try await plugin(shownBy: PluginConfigID(config), in: project) else { continue }
            let now = now()
            _ = try await mirror.writing(.deferred) { mirror in
                try Puller.store(plugin, in: mirror, run: run, at: now)
            }
        }
    }

    /// nil when this config does not tell; a network or a key that fails for all of them is thrown.
    private func plugin(shownBy config: PluginConfigID, in project: Project) async throws(Problem) -> Plugin? {
        let info: JSONValue?
        do {
            info = try await api.config(config, in: project.id)["plugin_info"]
        } catch {
            let outcome = error.detailOutcome("The plugin of \(config.subject) could not be read", subject: config.subject)
            if case .stopped(let problem) = outcome { throw problem }
            return nil
        }
        guard let info, info.object != nil else { return nil }
        do {
            return try Plugin(info)
        } catch {
            return nil
        }
    }

    private struct Page: Sendable {
        let settled: [Edit]
        let conflicts: [Conflict]
        let subject: String

        var problems: [Problem] {
            conflicts.map { conflict in
                Problem(
                    .conflict, code: "conflict", subject: "\(subject) \(conflict.field.label)",
                    message: "\(conflict.field.label) of \(subject) was changed here and on the remote; your edit is kept.",
                    next: "phsync diff \(subject)")
            }
        }
    }

    private func store(
        _ rows: [JSONValue], _ end: PageEnd, run: Int64, _ result: inout PullSummary.Collection
    ) async throws(Problem) -> ([Page], isComplete: Bool) {
        let now = now()
        let outcome = try await mirror.writing(.deferred) { mirror in
            var stored: [Stored] = []
            var pages: [Page] = []
            var removed = 0
            let decoder = try ConfigDecoder(mirror)
            for row in rows {
                let (config, secretKeys) = try decoder.config(row)
                // Lists hide what is deleted; one that does not means the same.
                if config.content.isDeleted {
                    if try mirror.configs.markRemoved(config.id, at: now) { removed += 1 }
                    continue
                }
                let rebased = try Rebase.store(config, secretKeys: secretKeys, in: mirror, at: now)
                // What is unchanged was recorded in the transaction that stored it.
                if rebased.stored != .unchanged {
                    try mirror.history.record(
                        .config(config.id), content: config.content.json, origin: .pull, runID: run, at: now)
                }
                stored.append(rebased.stored)
                if !rebased.settled.isEmpty || !rebased.conflicts.isEmpty {
                    pages.append(Page(settled: rebased.settled, conflicts: rebased.conflicts, subject: config.id.subject))
                }
            }
            let isChanged = removed > 0 || stored.contains { $0 != .unchanged }
            return (stored: stored, removed: removed, pages: pages, isComplete: try end.write(in: mirror, changed: isChanged))
        }
        result.count(outcome.stored)
        result.removed += outcome.removed
        return (outcome.pages, outcome.isComplete)
    }
}

extension Puller {
    /// Where the path does not decide, a list is the project's only if it still is the current one after the walk.
    private func confirmCurrent(_ project: Project, _ reach: Reach) async throws(Problem) {
        guard !api.profile.isScopedByPath else { return }
        let after = try await Reach.probe(api, bound: reach.identity, next: "phsync pull")
        guard after.currentProjectID == project.id else { throw Puller.switchedAway(from: project) }
    }

    private static func switchedAway(from project: Project) -> Problem {
        Problem(
            .temporary, code: "project-switched", subject: project.id.subject,
            message: "While the configs of \(project.name) were read, somebody made another project your current one."
                + " Nothing was taken for deleted.", next: "phsync pull")
    }

    /// A deletion there against an edit here: as long as nobody has decided, each pull says so.
    private static func editedAndGone(in project: Project, _ mirror: MirrorTransaction) throws(MirrorError) -> [Problem] {
        var problems: [Problem] = []
        for id in try mirror.edits.configIDs() {
            guard let row = try mirror.configs.row(id), row.projectID == project.id, row.removedAt != nil else { continue }
            problems.append(
                Problem(
                    .conflict, code: "deleted-remotely", subject: id.subject,
                    message: "\(id.subject) is edited here, but the remote has deleted it; your edit is kept.", next: "phsync diff \(id.subject)"))
        }
        return problems
    }

    private func removeAbsentConfigs(
        _ seen: Set<Int64>, _ project: Project, _ reach: Reach, _ result: inout PullSummary.Collection
    ) async throws(Problem) {
        let present = try await mirror.reading { mirror in try mirror.configs.presentIDs(project: project.id) }
        let missing = present.filter { !seen.contains($0.rawValue) }.sorted()
        guard !missing.isEmpty else { return }
        var gone: [PluginConfigID] = []
        for id in missing {
            if await absence({ () throws(APIError) in try await api.config(id, in: project.id) }) == .gone { gone.append(id) }
        }
        // A level below 3 makes every config a 404 as well, so look once more who we are before believing it.
        let after = try await Reach.probe(api, bound: reach.identity, next: "phsync pull")
        guard after.sees(project.id, api.profile) else { return }
        let now = now()
        let confirmed = gone
        result.removed += try await mirror.writing(.deferred) { mirror in
            var removed = 0
            for id in confirmed where try mirror.configs.markRemoved(id, at: now) { removed += 1 }
            return removed
        }
    }
}
