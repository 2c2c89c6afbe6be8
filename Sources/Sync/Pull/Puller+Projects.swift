import Models

extension Puller {
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
