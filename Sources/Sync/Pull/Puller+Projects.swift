import Models

extension Puller {
    /// Mirrors the configs of the projects that this server and this key let us see.
    func pullProjects(
        _ walk: PullWalk, _ reach: Reach, run: Int64, _ summary: inout PullSummary
    ) async throws(Problem) {
        if api.profile.isScopedByPath {
            for part in try await pullConfigs(walk.projects, reach, run: run, full: walk.isFull) { summary.add(part) }
            return
        }
        guard let current = reach.currentProjectID else { throw Puller.noCurrentProject }
        let others = walk.projects.filter { $0.id != current }
        let own = walk.projects.filter { $0.id == current }
        for project in own { try await pullConfigs(project, reach, run: run, full: walk.isFull, &summary) }
        guard !others.isEmpty else { return }
        guard walk.switchesProjects else { return summary.problems.append(Puller.notCurrent(others, hasOwn: !own.isEmpty)) }
        var part = PullSummary(identity: reach.identity)
        defer { summary.add(part) }
        try await ProjectSwitch(api: api, mirror: mirror).each(others, from: current) { (project) async throws(Problem) in
            try await pullConfigs(project, reach, run: run, full: walk.isFull, &part)
        }
    }

    /// The projects whose configs this pull reads.
    func read(_ walk: PullWalk, _ reach: Reach) -> [Project] {
        if api.profile.isScopedByPath || walk.switchesProjects { return walk.projects }
        return walk.projects.filter { $0.id == reach.currentProjectID }
    }

    private static var noCurrentProject: Problem {
        Problem(
            .permission, code: "no-current-project",
            message: "This server serves only the configs of your current project, and you have none. Open a project in the web page.",
            next: "phsync pull")
    }

    private static func notCurrent(_ projects: [Project], hasOwn: Bool) -> Problem {
        let names = projects.map { "\($0.name) (\($0.id))" }.joined(separator: ", ")
        return Problem(
            hasOwn ? .notice : .failed, code: "project-not-current", subject: projects.map(\.id.subject).joined(separator: " "),
            message: "This server serves only the configs of your current project. Not read: \(names). To read them your current"
                + " project is switched for a moment, in every browser of yours.", next: "phsync pull --switch-projects")
    }

    /// Projects that are read at once: many small ones would otherwise wait for the network one after another. More than the
    /// transport sends to one host at a time, so that it is never idle while a page is stored.
    private static let concurrency = 8

    /// Mirrors the configs of these projects; the parts come back in the order of the projects.
    ///
    /// After a failure no further project is begun; those under way end by themselves and keep what they have read.
    func pullConfigs(
        _ projects: [Project], _ reach: Reach, run: Int64, full: Bool
    ) async throws(Problem) -> [PullSummary] {
        let results = await withTaskGroup(of: (Int, Result<PullSummary, Problem>).self) { group in
            var results: [Int: Result<PullSummary, Problem>] = [:]
            var next = 0
            var isStopped = false
            while true {
                while !isStopped, next < projects.count, next - results.count < Puller.concurrency {
                    let index = next
                    group.addTask { (index, await self.part(projects[index], reach, run: run, full: full)) }
                    next += 1
                }
                guard let (index, result) = await group.next() else { return results }
                results[index] = result
                if case .failure = result { isStopped = true }
            }
        }
        var parts: [PullSummary] = []
        for index in results.keys.sorted() {
            if let result = results[index] { parts.append(try result.get()) }
        }
        return parts
    }

    private func part(_ project: Project, _ reach: Reach, run: Int64, full: Bool) async -> Result<PullSummary, Problem> {
        var summary = PullSummary(identity: reach.identity)
        do throws(Problem) {
            try await pullConfigs(project, reach, run: run, full: full, &summary)
            return .success(summary)
        } catch {
            return .failure(error)
        }
    }
}
