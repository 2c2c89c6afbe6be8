import Models
import Storage
import Sync

/// Shows entries as they come: asks the instance now and then, stores what it gives, and prints what is new.
struct LogFollower: Sendable {
    let context: CommandContext
    let instance: Instance
    let arguments: LogArguments
    let view: LogTableView
    let clock: any WaitingClock

    /// Goes on until it is interrupted, or the instance refuses.
    func run() async throws(Problem) -> CommandResult {
        guard context.format != .json else {
            throw Problem(
                .usage, code: "endless", subject: "--follow", message: "--follow has no end, and -o json is one document",
                next: "phsync logs --follow -o ndjson")
        }
        let mirror = try context.mirrorToEdit(instance)
        let api = try context.api(instance)
        let (project, arguments) = (instance.project, arguments)
        let (scope, profile, first) = try await mirror.reading { mirror in
            let scope = try arguments.scope(project, in: mirror)
            return (scope, try mirror.meta.apiProfile().flatMap(APIProfile.init(rawValue:)), try LogPage(arguments, scope, in: mirror))
        }
        guard let profile else { throw Problem(.usage, code: "never-pulled", message: "nothing was pulled yet", next: "phsync pull") }
        guard profile.hasLogs else { throw Problem(.failed, code: "no-logs", message: "this instance has no logs of plugins") }
        var printed = Printed()
        show(first.shown.map(\.entry), first.titles, &printed)
        let puller = Puller(api: api.adopting(profile), mirror: mirror, now: context.now, options: instance.context.pullOptions)
        var pace = FollowPace()
        while true {
            let result = await round(puller, mirror, scope, &printed)
            switch result {
            case .success(let new): pace.looked(found: new)
            case .failure(let problem) where problem.kind == .temporary:
                context.progress.step(problem.message)
                context.progress.update(problem.message)
                pace.failed()
            case .failure(let problem): throw problem
            }
            do throws(CancellationError) {
                try await clock.sleep(seconds: pace.seconds)
            } catch {
                await mirror.close()
                throw Problem(.interrupted, code: "interrupted", message: "Stopped following.")
            }
        }
    }

    /// Asks once and prints what is new; while another run holds the lock, what that one stores is shown.
    private func round(_ puller: Puller, _ mirror: Mirror, _ scope: LogScope, _ printed: inout Printed) async -> Result<Int, Problem> {
        do throws(Problem) {
            try await ask(puller, mirror, scope)
            let since = printed.newest.map { $0.adding(seconds: -LogWalkTable.overlapSeconds) } ?? arguments.since
            let arguments = arguments
            let (entries, titles) = try await mirror.reading { mirror in
                let found = try mirror.logs.newest(arguments.query(scope, since: since, limit: FollowPace.mostAtOnce))
                return (Array(found.reversed()), try LogPage.titles(of: found, in: mirror))
            }
            return .success(show(entries, titles, &printed))
        } catch {
            return .failure(error)
        }
    }

    private func ask(_ puller: Puller, _ mirror: Mirror, _ scope: LogScope) async throws(Problem) {
        let lock: MirrorLock
        do throws(Problem) {
            lock = try context.runLock(instance, command: "logs --follow")
        } catch where error.code == "mirror-locked" {
            return
        }
        defer { withExtendedLifetime(lock) {} }
        let candidates = try await mirror.reading { mirror in
            let projects = try scope.project.map { [$0] } ?? mirror.projects.all().map(\.id)
            return try mirror.logWalks.candidates(in: projects, all: scope.config != nil).filter { scope.config == nil || $0.config == scope.config }
        }
        guard !candidates.isEmpty else { return }
        _ = try await puller.pullLogs(of: candidates)
    }

    /// - Returns: How many were new.
    @discardableResult
    private func show(_ entries: [LogEntry], _ titles: [PluginConfigID: String], _ printed: inout Printed) -> Int {
        let new = entries.filter { printed.take($0) }
        for entry in new {
            context.say(view.line(entry, titles))
            context.emit(LogTableView.json(entry, titles, isMatch: true))
        }
        return new.count
    }

    /// What was printed already: entries come late and out of order.
    private struct Printed {
        var newest: ServerTime?
        private var keys: Set<EntryKey> = []

        mutating func take(_ entry: LogEntry) -> Bool {
            guard keys.insert(EntryKey(entry)).inserted else { return false }
            newest = max(newest ?? entry.time, entry.time)
            if keys.count > 2 * FollowPace.mostAtOnce { forget() }
            return true
        }

        /// What is older than the overlap is never read again.
        private mutating func forget() {
            guard let newest else { return }
            let oldest = newest.adding(seconds: -2 * LogWalkTable.overlapSeconds)
            keys = keys.filter { $0.time >= oldest }
        }
    }
}

/// How long to wait between two looks: short while something comes, longer when nothing does or the instance is in trouble.
struct FollowPace: Sendable, Equatable {
    static let mostAtOnce = 2000
    private static let shortest = 5.0
    private static let longest = 30.0
    private static let longestInTrouble = 120.0

    private(set) var seconds = FollowPace.shortest

    mutating func looked(found count: Int) {
        seconds = count > 0 ? FollowPace.shortest : min(FollowPace.longest, seconds * 1.5)
    }

    mutating func failed() {
        seconds = min(FollowPace.longestInTrouble, max(FollowPace.shortest, seconds) * 2)
    }
}
