import Models
import Storage

extension Puller {
    /// Events that are asked for at a time.
    private static let eventRows = 100
    /// A sample need not be the latest: within that time it is not asked for again.
    private static let eventFreshSeconds: Int64 = 3600

    /// Forgets what is older than it may be; everything when no events are to be kept.
    func forgetEvents() async throws(Problem) {
        let oldest = options.keepsEvents ? now().adding(seconds: -Int64(options.eventDays) * 86_400) : nil
        guard try await mirror.reading({ mirror in try mirror.events.count() }) > 0 else { return }
        try await mirror.writing(.deferred) { mirror in try mirror.events.forget(storedBefore: oldest) }
    }

    /// Mirrors a sample of each project's newest events, unless the last one is young.
    func pullEvents(_ scope: DetailScope, _ summary: inout PullSummary) async throws(Problem) {
        let last = try await mirror.reading { mirror in try mirror.freshness.row("events") }
        if !scope.full, let last, last.state == .complete, let checked = last.checkedAt,
            scope.start.seconds(since: checked) < Puller.eventFreshSeconds
        {
            return
        }
        let isScoped = api.profile.isScopedByPath
        let projects = scope.projects.filter { isScoped || $0.id == scope.reach.currentProjectID }
        try await pullDetails(.events, of: projects, isWhole: scope.isWhole || !isScoped, &summary) { project in
            await readEvents(of: project)
        }
    }

    private func readEvents(of project: Project) async -> DetailReader.Outcome {
        let what = "The events of \(project.name) could not be read"
        do {
            let after = try await mirror.reading { mirror in try mirror.events.latestTime(project.id) }
            let rows = try await events(of: project, after: after)
            let now = now()
            return await storing { mirror in
                try mirror.events.store(rows.compactMap { SampleEvent($0) }, project: project.id, at: now)
            }
        } catch let error as APIError {
            return error.reviewOutcome(what, subject: project.id.subject)
        } catch let problem as Problem {
            return .stopped(problem)
        } catch {
            preconditionFailure("a call throws APIError and the mirror Problem")
        }
    }

    private func events(of project: Project, after: Timestamp?) async throws(APIError) -> [JSONValue] {
        if api.profile.isScopedByPath { return try await api.events(of: project.id, after: after, limit: Puller.eventRows) }
        let rows = try await api.events(of: nil, after: after, limit: Puller.eventRows)
        // These don't say whose they are: they are this project's if it was the current one before and after.
        return try await api.me()["team"]?["id"]?.int == project.id.rawValue ? rows : []
    }
}
