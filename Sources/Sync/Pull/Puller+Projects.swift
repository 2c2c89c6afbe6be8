import Models

extension Puller {
    /// Mirrors the plugins, and the configs of the projects that this server and this key let us see.
    ///
    /// - Throws: `Problem` when one was stopped; what the others did is in the summary all the same.
    func pullLists(
        _ walk: PullWalk, _ reach: Reach, run: Int64, _ summary: inout PullSummary
    ) async throws(Problem) {
        let plugins = Task {
            await part(reach) { (part) async throws(Problem) in
                try await pullPlugins(reach, run: run, full: walk.isFull, &part)
            }
        }
        // What configs keep secret is told by their plugins: no config is stored before those are known.
        let (listed, configs) = await withTaskCancellationHandler {
            let configs = await part(reach) { (part) async throws(Problem) in
                guard api.profile.isScopedByPath else {
                    if let problem = await plugins.value.stopped { throw problem }
                    return try await pullProjects(walk, reach, run: run, &part)
                }
                let parts = await pullConfigs(walk.projects, reach, run: run, full: walk.isFull) { () async throws(Problem) in
                    let plugins = await plugins.value
                    if let problem = plugins.stopped { throw problem }
                    return plugins.hasListedPlugins
                }
                for project in parts { part.add(project) }
            }
            // In here, since ^C must reach the plugins also when there were no configs to wait for.
            return (await plugins.value, configs)
        } onCancel: {
            plugins.cancel()
        }
        summary.add(listed)
        summary.add(configs)
        if !summary.hasListedPlugins { try await softenMissingList(&summary) }
        if let problem = summary.stopped { throw problem }
    }

    /// Reads the current project, and the others where that was asked for, one after another.
    private func pullProjects(
        _ walk: PullWalk, _ reach: Reach, run: Int64, _ summary: inout PullSummary
    ) async throws(Problem) {
        guard let current = reach.currentProjectID else { throw Puller.noCurrentProject }
        let others = walk.projects.filter { $0.id != current }
        let own = walk.projects.filter { $0.id == current }
        for project in own { try await pullConfigs(project, reach, run: run, full: walk.isFull, &summary) { true } }
        guard !others.isEmpty else { return }
        guard walk.switchesProjects else { return summary.problems.append(Puller.notCurrent(others, hasOwn: !own.isEmpty)) }
        var part = PullSummary(identity: reach.identity)
        defer { summary.add(part) }
        try await ProjectSwitch(api: api, mirror: mirror).each(others, from: current) { (project) async throws(Problem) in
            try await pullConfigs(project, reach, run: run, full: walk.isFull, &part) { true }
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
    /// - Parameter ready: As for one project; the pages are asked for meanwhile.
    private func pullConfigs(
        _ projects: [Project], _ reach: Reach, run: Int64, full: Bool,
        ready: @escaping @Sendable () async throws(Problem) -> Bool
    ) async -> [PullSummary] {
        let results = await withTaskGroup(of: (Int, PullSummary).self) { group in
            var results: [Int: PullSummary] = [:]
            var next = 0
            var isStopped = false
            while true {
                while !isStopped, next < projects.count, next - results.count < Puller.concurrency {
                    let index = next
                    group.addTask {
                        let result = await part(reach) { (part) async throws(Problem) in
                            try await pullConfigs(projects[index], reach, run: run, full: full, &part, ready: ready)
                        }
                        return (index, result)
                    }
                    next += 1
                }
                guard let (index, result) = await group.next() else { return results }
                results[index] = result
                if result.stopped != nil { isStopped = true }
            }
        }
        return results.sorted { $0.key < $1.key }.map(\.value)
    }

    /// What a part of the pull did, also of one that stopped.
    private func part(
        _ reach: Reach, _ body: (inout PullSummary) async throws(Problem) -> Void
    ) async -> PullSummary {
        var summary = PullSummary(identity: reach.identity)
        do throws(Problem) {
            try await body(&summary)
        } catch {
            summary.stopped = error
        }
        return summary
    }
}
