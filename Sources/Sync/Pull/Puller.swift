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
    let report: @Sendable (PullEvent) -> Void
    let logRetentionDays: Int?
    let logPageSize: Int
    private let readsDetails: Bool

    /// - Parameters:
    ///   - logRetentionDays: Log entries older than this go after the logs were read; nil keeps them for good.
    ///   - logPageSize: Log entries to ask for at a time.
    ///   - readsDetails: Whether what is asked for config by config is read too, after all lists.
    package init(
        api: PostHogAPI, mirror: Mirror, now: @escaping NowSource, logRetentionDays: Int? = nil,
        logPageSize: Int = LogWalk.pageSize, readsDetails: Bool = true,
        report: @escaping @Sendable (PullEvent) -> Void = { _ in }
    ) {
        self.api = api
        self.mirror = mirror
        self.now = now
        self.logRetentionDays = logRetentionDays
        self.logPageSize = logPageSize
        self.readsDetails = readsDetails
        self.report = report
    }

    /// Pulls everything, or the configs of one project.
    ///
    /// - Parameters:
    ///   - selected: The project to read configs of; nil for all. Chosen by the caller from those that the probe found.
    ///   - full: Walks every list from its start, also where an earlier pull was interrupted.
    /// - Throws: `Problem` when nothing could be pulled; trouble with single collections is in the summary.
    package func pull(
        full: Bool = false, select: @Sendable ([Project]) throws(Problem) -> [Project] = { (all) throws(Problem) in all }
    ) async throws(Problem) -> PullSummary {
        let bound = try await mirror.reading { mirror in try mirror.meta.identity() }
        let reach = try await Reach.probe(api, bound: bound, next: "phsync pull")
        let projects = try select(reach.projects)
        let run = try await begin(reach)
        var summary = PullSummary(identity: reach.identity)
        do throws(Problem) {
            summary.problems += try await Settler(api: api, mirror: mirror, now: now).settleAll()
            try await pullPlugins(reach, run: run, full: full, &summary)
            for part in try await pullConfigs(projects, reach, run: run, full: full) { summary.add(part) }
            if readsDetails { try await pullLogs(projects, reach, full: full, &summary) }
        } catch {
            try await finish(run, outcome: "stopped", detail: error.code)
            throw error
        }
        let isWhole = summary.collections.allSatisfy { $0.state == .complete }
        try await finish(run, outcome: isWhole ? "pulled" : "partly pulled", detail: "")
        return summary
    }

    private func begin(_ reach: Reach) async throws(Problem) -> Int64 {
        let now = now()
        return try await mirror.writing { mirror in
            try mirror.meta.bind(reach.identity)
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
