import Models
import Storage

extension Puller {
    private static let metrics = "metrics"
    /// How old an interrupted pull of figures may be for the next one to skip what it has read.
    private static let resumeSeconds: Int64 = 3600

    /// Mirrors the figures of the configs that can have new ones, and learns which error details are new.
    func pullMetrics(_ scope: DetailScope, _ summary: inout PullSummary) async throws(Problem) {
        let (plan, isResumed) = try await metricPlan(scope)
        let now = now()
        try await mirror.writing(.deferred) { mirror in
            for quiet in plan.quiet { try mirror.metrics.markKnown(quiet.config, quiet.category, at: quiet.until) }
            if !plan.asks.isEmpty, !isResumed {
                try mirror.cursors.set(
                    CursorRow(collection: Puller.metrics, offset: 0, startedAt: now, runID: scope.run))
            }
        }
        try await pullDetails(.metrics, of: plan.asks, isWhole: scope.isWhole, &summary) { ask in
            await readMetrics(ask)
        }
        if isResumed || !plan.asks.isEmpty {
            try await mirror.writing(.deferred) { mirror in try mirror.cursors.clear(Puller.metrics) }
        }
    }

    private func metricPlan(_ scope: DetailScope) async throws(Problem) -> (MetricPlan, isResumed: Bool) {
        let now = now()
        let projects = scope.projectIDs
        return try await mirror.reading { mirror in
            var capabilities: [PluginID: [String]] = [:]
            for id in try mirror.plugins.presentIDs() {
                capabilities[id] = MetricCategory.of(capabilities: try mirror.plugins.row(id)?.plugin.json["capabilities"])
            }
            var toldAt: [ProjectID: Timestamp] = [:]
            for id in projects {
                // Only rates of this very pull: what an interrupted one has told may be older than it looks.
                guard let list = try mirror.freshness.row(FreshnessRow.configs(of: id)), list.state == .complete,
                    let checked = list.checkedAt, checked >= scope.start
                else { continue }
                toldAt[id] = scope.start
            }
            let cursor = try mirror.cursors.row(Puller.metrics)
            let isResumed = cursor.map { !scope.full && now.seconds(since: $0.startedAt) < Puller.resumeSeconds } ?? false
            let plan = MetricPlan(
                try mirror.configs.deliveries().filter { projects.contains($0.projectID) }, capabilities: capabilities,
                // A full pull trusts nothing of what earlier ones knew.
                series: scope.full ? [] : try mirror.metrics.series(), toldAt: toldAt, readsHours: options.readsHours, resumedFrom: isResumed ? cursor?.startedAt : nil, now: now)
            return (plan, isResumed)
        }
    }

    private func readMetrics(_ ask: MetricPlan.Ask) async -> DetailReader.Outcome {
        // Before the request: what is counted while it is under way belongs to the next one.
        let asked = now()
        do throws(APIError) {
            let answer = try await api.metrics(of: ask.config, in: ask.project, category: ask.category, from: ask.from)
            return await storing {
                // Hours of two days say nothing of how far the days are known.
                if ask.isHourly { return try $0.metrics.store(answer.metrics, config: ask.config, category: ask.category) }
                let changed = try $0.metrics.store(answer.metrics, config: ask.config, category: ask.category, at: asked)
                try $0.errorTypes.store(answer.errors, config: ask.config, category: ask.category, from: answer.firstDay)
                return changed
            }
        } catch {
            if error.status == 400, !MetricCategory.first.contains(ask.category) {
                return await storing {
                    try $0.metrics.markKnown(ask.config, ask.category, isRefused: true, at: asked)
                    return 0
                }
            }
            return error.reviewOutcome("The metrics of \(ask.config.subject) could not be read", subject: ask.config.subject)
        }
    }

    /// Stores what was read of one entity in one transaction.
    ///
    /// - Parameter body: Returns how many rows are new.
    func storing(_ body: @Sendable (MirrorTransaction) throws -> Int) async -> DetailReader.Outcome {
        do throws(Problem) {
            return .read(inserted: try await mirror.writing(.deferred, body))
        } catch {
            return .stopped(error)
        }
    }
}

extension APIError {
    /// As `detailOutcome`; an answer of another form says nothing about the other entities either.
    func reviewOutcome(_ what: String, subject: String) -> DetailReader.Outcome {
        if case .notTheAPI = code, status == 200, !mayHaveTakenEffect { return .unreachable(self) }
        return detailOutcome(what, subject: subject)
    }
}
