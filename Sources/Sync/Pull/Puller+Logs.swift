package import Models
package import Storage
import Synchronization

extension Puller {
    /// Mirrors the logs of the projects' configs, as far as they can have grown.
    func pullLogs(
        _ scope: DetailScope, _ summary: inout PullSummary
    ) async throws(Problem) {
        guard scope.reach.canSeeConfigs else {
            try await mark("logs", .unreachable, "the organization's plugin access level does not let this key see logs")
            return
        }
        try await groupOlderLogs()
        let ids = scope.projects.map(\.id)
        let full = scope.full
        let candidates = try await mirror.reading { mirror in try mirror.logWalks.candidates(in: ids, all: full) }
        let cutInstants = Mutex(0)
        try await pullDetails(
            .logs, of: LogOrder.spread(candidates), isWhole: scope.isWhole || !api.profile.isScopedByPath,
            inOneBudget: LogOrder.largestProject(candidates), &summary
        ) { candidate in
            let (outcome, cut) = await readLog(of: candidate, full: full)
            if cut > 0 { cutInstants.withLock { $0 += cut } }
            return outcome
        }
        let cut = cutInstants.withLock { $0 }
        if cut > 0 {
            summary.problems.append(
                Problem(
                    .notice, code: "logs-cut", subject: "logs",
                    message: "At \(cut) moment(s) there are more log entries than one answer can hold; some of them are missing."))
        }
        try await removeOldLogs()
    }

    /// Reads the logs of some configs once, without any list; for who follows them between pulls.
    ///
    /// Hold the run lock.
    /// - Returns: How many entries were new.
    /// - Throws: What stopped it; what one config's log could not be read for when none could.
    package func pullLogs(of candidates: [LogCandidate]) async throws(Problem) -> Int {
        try await groupOlderLogs()
        let read = await DetailReader().read(candidates) { _ in } one: { candidate in await readLog(of: candidate, full: false).0 }
        if let problem = read.stopped { throw problem }
        if read.read == 0, let error = read.absent ?? read.unreachable.first {
            throw error.problem("The logs could not be read", subject: "logs", next: "phsync doctor")
        }
        return read.inserted
    }

    /// Reads one config's log to its end, a page and the walk's progress in one transaction.
    private func readLog(of candidate: LogCandidate, full: Bool) async -> (DetailReader.Outcome, cutInstants: Int) {
        let startedAt = now()
        var walk = LogWalk(
            from: full ? LogProgress() : candidate.progress, pageSize: options.logPageSize, overlapSeconds: LogWalkTable.overlapSeconds,
            now: startedAt)
        var inserted = 0
        while let range = walk.next {
            switch await page(range, of: candidate) {
            case .ended(let outcome): return (outcome, walk.cutInstants)
            case .tooLarge(let error):
                guard walk.wasTooLarge() else { return (.unreachable(error), walk.cutInstants) }
            case .page(let entries, let isCut):
                walk.received(entries.map(\.time), isCut: isCut)
                do throws(Problem) {
                    inserted += try await store(entries, walk.progress, of: candidate.config, at: startedAt)
                } catch {
                    return (.stopped(error), walk.cutInstants)
                }
                if walk.next != nil { report(.progressed(collection: "Log of \(candidate.config.subject)", seen: inserted, of: nil)) }
            }
        }
        return (.read(inserted: inserted), walk.cutInstants)
    }

    private enum Answer {
        case page([LogEntry], isCut: Bool)
        case tooLarge(APIError)
        case ended(DetailReader.Outcome)
    }

    private func page(_ range: LogRange, of candidate: LogCandidate) async -> Answer {
        var rows: [JSONValue] = []
        let summary: PageSummary
        do throws(APIError) {
            summary = try await api.logs(of: candidate.config, in: candidate.project, range) { rows.append($0) }
        } catch {
            if error.code == .transport(.bodyTooLarge) { return .tooLarge(error) }
            return .ended(error.detailOutcome("The log of \(candidate.config.subject) could not be read", subject: candidate.config.subject))
        }
        if let problem = stranger(in: rows, candidate) { return .ended(.stopped(problem)) }
        do throws(DecodeError) {
            let entries = try rows.map { row throws(DecodeError) in try LogEntry(row, of: candidate.config) }
            // A server that gives fewer than it was asked for says in its count that there are more.
            return .page(entries, isCut: summary.rowCount >= range.limit || summary.count > summary.rowCount)
        } catch {
            let path = api.profile.logsPath(candidate.config, in: candidate.project)
            return .ended(.unreachable(
                APIError(.notTheAPI, subject: "GET \(path)", status: 200, detail: "\(error)", mayHaveTakenEffect: false)))
        }
    }

    /// Some servers ignore the project in the URL elsewhere; 1.26 has no config in the rows.
    private func stranger(in rows: [JSONValue], _ candidate: LogCandidate) -> Problem? {
        let stranger = rows.first { row in
            let config = row["plugin_config_id"]?.int
            return row["team_id"]?.int != candidate.project.rawValue || (config ?? candidate.config.rawValue) != candidate.config.rawValue
        }
        guard let stranger else { return nil }
        return Problem(
            .failed, code: "wrong-project", subject: candidate.config.subject,
            message: "Asked for the log of \(candidate.config.subject) in \(candidate.project.subject), the instance sent an entry of"
                + " project \(stranger["team_id"]?.text ?? "null"), config \(stranger["plugin_config_id"]?.text ?? "not told")."
                + " Nothing of that page was stored.", next: "phsync doctor")
    }

    private func store(
        _ entries: [LogEntry], _ progress: LogProgress, of config: PluginConfigID, at time: Timestamp
    ) async throws(Problem) -> Int {
        try await mirror.writing(.deferred) { mirror in
            let inserted = try mirror.logs.insert(entries, at: time)
            try mirror.logWalks.save(progress, of: config, at: time)
            return inserted
        }
    }
}

extension Puller {
    /// Entries that go in one transaction: others get to write in between.
    private static let removedAtOnce = 5000

    /// Takes out entries that are older than the context wants to keep.
    private func removeOldLogs() async throws(Problem) {
        guard let days = options.logDays else { return }
        let end = ServerTime(now().adding(seconds: -Int64(days) * 86_400))
        var hasRemoved = false
        while !Task.isCancelled {
            let removed = try await mirror.writing(.deferred) { mirror in try mirror.logs.remove(before: end, limit: Puller.removedAtOnce) }
            hasRemoved = hasRemoved || removed > 0
            if removed < Puller.removedAtOnce { break }
        }
        if hasRemoved { try await mirror.writing(.deferred) { mirror in try mirror.errors.forgetRemovedLogs() } }
    }
}

/// In which order logs are asked for.
enum LogOrder {
    /// Takes turns among the projects: the server counts requests by project, and a used-up one must not hold up the others.
    ///
    /// Within a project the order stays.
    static func spread(_ candidates: [LogCandidate]) -> [LogCandidate] {
        var turns: [ProjectID: Int] = [:]
        let numbered = candidates.enumerated().map { index, candidate in
            let turn = turns[candidate.project, default: 0]
            turns[candidate.project] = turn + 1
            return (turn: turn, index: index, candidate: candidate)
        }
        return numbered.sorted { ($0.turn, $0.index) < ($1.turn, $1.index) }.map(\.candidate)
    }

    static func largestProject(_ candidates: [LogCandidate]) -> Int {
        Dictionary(grouping: candidates, by: \.project).values.map(\.count).max() ?? 0
    }
}
