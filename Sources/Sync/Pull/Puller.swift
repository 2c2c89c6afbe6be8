package import Models
package import Storage

/// Mirrors the instance: probes it, settles what an earlier push left open, then reads each collection.
///
/// Hold the run lock. Each page is one transaction with its cursor, so an interruption anywhere leaves what was read, and
/// the next pull goes on. What a list does not show any more is marked as removed only when the whole list was seen, the
/// key may see it, and the instance says 404 for the row itself.
/// - Source: docs/architecture.md, "Pull".
package struct Puller: Sendable {
    let api: PostHogAPI
    let mirror: Mirror
    let now: NowSource
    let options: PullOptions
    let report: @Sendable (PullEvent) -> Void

    package init(
        api: PostHogAPI, mirror: Mirror, now: @escaping NowSource, options: PullOptions = PullOptions(),
        report: @escaping @Sendable (PullEvent) -> Void = { _ in }
    ) {
        self.api = api
        self.mirror = mirror
        self.now = now
        self.options = options
        self.report = report
    }

    /// Pulls everything, or the configs of some projects.
    ///
    /// - Parameters:
    ///   - full: Walks every list from its start, also where an earlier pull was interrupted.
    ///   - switchesProjects: On servers that serve only the user's current project, makes each the current one in turn.
    ///   - select: The projects to read configs of, chosen by the caller from those that the probe found.
    /// - Returns: What was pulled, also by a pull that stopped on its way; trouble with single collections is in its problems.
    /// - Throws: `Problem` when nothing was begun.
    package func pull(
        full: Bool = false, switchesProjects: Bool = false,
        select: @Sendable ([Project]) throws(Problem) -> [Project] = { (all) throws(Problem) in all }
    ) async throws(Problem) -> PullSummary {
        let start = now()
        let bound = try await mirror.reading { mirror in try mirror.meta.identity() }
        var reach = try await Reach.probe(api, bound: bound, next: "phsync pull")
        // Also what is put back first is the account's own: another key must not move its user's current project.
        if let bound, !bound.isSame(as: reach.identity) {
            throw MirrorError(.otherIdentity(bound: bound, asked: reach.identity), path: mirror.path).problem
        }
        let restored = try await ProjectSwitch(api: api, mirror: mirror).recover(current: reach.currentProjectID)
        if restored != nil { reach = try await Reach.probe(api, bound: bound, next: "phsync pull") }
        let projects = try select(reach.projects)
        guard let profile = try await api.profile(for: reach, next: "phsync pull") else { throw try await archive(reach) }
        let walk = PullWalk(projects: projects, isFull: full, switchesProjects: switchesProjects, start: start)
        var summary = try await Puller(api: api.adopting(profile), mirror: mirror, now: now, options: options, report: report)
            .pull(walk, reach)
        if let restored { summary.problems.insert(restored, at: 0) }
        return summary
    }

    private func pull(_ walk: PullWalk, _ reach: Reach) async throws(Problem) -> PullSummary {
        let run = try await begin(reach)
        var summary = PullSummary(identity: reach.identity)
        do throws(Problem) {
            try await pull(walk, reach, run: run, &summary)
            let isWhole = summary.collections.allSatisfy { $0.state == .complete }
            try await finish(run, outcome: isWhole ? "pulled" : "partly pulled", detail: "")
        } catch {
            summary.stopped = error
            summary.collections += unread(walk, reach, besides: summary.collections)
            await stop(run, error, &summary)
        }
        return summary
    }

    private func pull(_ walk: PullWalk, _ reach: Reach, run: Int64, _ summary: inout PullSummary) async throws(Problem) {
        summary.problems += try await Settler(api: api, mirror: mirror, now: now).settleAll().told
        try await pullLists(walk, reach, run: run, &summary)
        if options.reads(.sources) { try await pullSources(reach, run: run, full: walk.isFull, &summary) }
        try await pullReview(DetailScope(reach, read(walk, reach), run: run, start: walk.start, full: walk.isFull), &summary)
        try await removeOldVersions()
    }

    /// The collections that a pull which stopped did not come to.
    private func unread(
        _ walk: PullWalk, _ reach: Reach, besides known: [PullSummary.Collection]
    ) -> [PullSummary.Collection] {
        let lists = [PullCollection.plugins(api, of: reach.identity.organizationID)]
            + read(walk, reach).map { PullCollection.configs(api, of: $0) }
        let parts = PullOptions.Part.allCases.filter { part in
            switch part {
            case .metrics: options.reads(part) && api.profile.hasMetrics
            case .activity: options.reads(part) && api.profile.hasActivity
            case .events: options.reads(part) && options.keepsEvents
            case .logs: options.reads(part) && api.profile.hasLogs
            case .sources, .errors: options.reads(part)
            }
        }
        let names = Set(known.map(\.name))
        return (lists.map { (name: $0.name, title: $0.title) } + parts.map { (name: $0.name, title: $0.title) })
            .filter { !names.contains($0.name) }
            .map { PullSummary.Collection(name: $0.name, title: $0.title, state: .unread) }
    }

    private func stop(_ run: Int64, _ problem: Problem, _ summary: inout PullSummary) async {
        do throws(Problem) {
            try await finish(run, outcome: "stopped", detail: problem.code)
        } catch {
            // The run stays open in the mirror; what stopped it comes first.
            if error != problem { summary.problems.append(error) }
        }
    }

    /// Reads what happened on the instance, as opposed to how it is set up.
    private func pullReview(_ scope: DetailScope, _ summary: inout PullSummary) async throws(Problem) {
        if options.reads(.events) { try await forgetEvents() }
        if options.reads(.logs), api.profile.hasLogs { try await pullLogs(scope, &summary) }
        if options.reads(.metrics), api.profile.hasMetrics { try await pullMetrics(scope, &summary) }
        if options.reads(.errors) { try await pullErrorDetails(scope, &summary) }
        if options.reads(.activity), api.profile.hasActivity { try await pullActivity(scope, &summary) }
        if options.reads(.errors) { try await reviewInbox() }
        if options.reads(.events), options.keepsEvents { try await pullEvents(scope, &summary) }
    }

    private func begin(_ reach: Reach) async throws(Problem) -> Int64 {
        let now = now()
        let profile = api.profile
        return try await mirror.writing { mirror in
            try mirror.meta.bind(reach.identity)
            try mirror.meta.setAPIProfile(profile.rawValue)
            try mirror.meta.setArchived(nil)
            let run = try mirror.runs.begin(.pull, at: now)
            for project in reach.projects { try mirror.projects.store(project) }
            return run
        }
    }

    private func finish(_ run: Int64, outcome: String, detail: String) async throws(Problem) {
        let now = now()
        try await mirror.writing { mirror in
            try mirror.runs.finish(run, outcome: outcome, detail: detail, at: now)
        }
    }
}

/// What one pull is asked to walk.
struct PullWalk: Sendable {
    let projects: [Project]
    let isFull: Bool
    let switchesProjects: Bool
    /// Before the first request.
    let start: Timestamp
}
