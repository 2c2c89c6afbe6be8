package import Models

/// Runs jobs in sandboxes, each config in a process of its own, and turns whatever happens to one into its report.
///
/// All functions block; call them on a thread that may.
package struct SandboxRunner {
    package typealias LiveFetch = (DryRunRequest) -> FetchAnswer

    let settings: SandboxSettings
    let liveFetch: LiveFetch?
    let isCancelled: () -> Bool
    /// Where processes go that have said all they had to say; nil when each is waited for before the run returns.
    var leftovers: Leftovers?

    /// - Parameters:
    ///   - liveFetch: Sends a request of a job whose policy is live; without it such requests are refused.
    ///   - isCancelled: Asked many times a second.
    package init(settings: SandboxSettings, liveFetch: LiveFetch? = nil, isCancelled: @escaping () -> Bool = { false }) {
        self.settings = settings
        self.liveFetch = liveFetch
        self.isCancelled = isCancelled
    }

    /// How many times a plugin may take its process down before its other events are left out.
    static let maximumProcesses = 20

    /// Runs the events through the plugin.
    ///
    /// - Parameters:
    ///   - events: Gives one event at a time, then nil.
    ///   - observe: Gets every message in order, redacted, as it comes.
    ///   - onIdle: Called whenever there is nothing to do but to wait for the process.
    /// - Throws: `SandboxError` when the sandbox can't be used, and what `events` throws.
    package func run(
        _ job: DryRunJob, events: @escaping () throws -> EventText?, observe: (DryRunOutput) -> Void = { _ in }, onIdle: () -> Void = {}
    ) throws -> DryRunVariant {
        var feed = EventFeed(events)
        var record = RunRecord(job, collects: settings.collects)
        var job = job
        let cacheKey = settings.cache.map { _ in CompileCache.key(of: job, program: settings.program) }
        if let cache = settings.cache, let key = cacheKey, job.compiled == nil { job.compiled = cache.value(for: key) }
        for process in 1... {
            let conversation = try Conversation(job: job, runner: self)
            leftovers?.keep(conversation)
            let end = try conversation.run(&feed, &record, onIdle: onIdle) { output in
                if case .compiled(let result) = output {
                    job.compiled = result
                    if let cache = settings.cache, let key = cacheKey { cache.store(result, for: key) }
                }
                observe(output)
            }
            if let protections = conversation.announced, !protections.areComplete {
                record.note("the system enforced the sandbox only in part: \(protections.gaps.joined(separator: "; "))")
            }
            guard let fault = end else { break }
            let firstOpen = feed.firstGiven
            guard case .resume(let event) = record.settle(fault, firstOpen: firstOpen, observe: observe) else { break }
            feed.settle(through: event)
            feed.takeBack()
            guard try feed.hasMore() else { break }
            guard process < SandboxRunner.maximumProcesses else {
                record.note("events after event \(event) were not run: the plugin ended its sandbox \(process) times")
                break
            }
        }
        return record.variant
    }

    /// Checks the plugin's sources; nothing of it is executed.
    package func check(_ job: DryRunJob) throws -> [JSONValue] {
        var feed = EventFeed { nil }
        var record = RunRecord(job, collects: true)
        var findings: [JSONValue]?
        let conversation = try Conversation(job: job, runner: self)
        let fault = try conversation.run(&feed, &record) { output in
            if case .findings(let found) = output { findings = found }
        }
        if let findings { return findings }
        throw SandboxError(
            .died, subject: settings.program.path,
            message: "the check of \(job.plugin.name) did not end: \(fault?.error.message ?? "no findings came")")
    }

    /// Starts a sandbox without a job and asks what protects it.
    package func protections() throws -> SandboxProtections {
        try Conversation(job: nil, runner: self).protections()
    }
}

/// Processes whose end nobody waits for any more: taking down an engine's memory takes the kernel milliseconds.
final class Leftovers {
    private var kept: [Conversation] = []

    func keep(_ conversation: Conversation) {
        // Only the last one can still be there: the others have ended, which is why there is another.
        kept = [conversation]
    }

    /// Ends them, and waits until they are gone.
    func end() {
        kept = []
    }
}

extension EventFeed {
    /// Whether there is an event that no process has dealt with.
    mutating func hasMore() throws -> Bool {
        if hasReturned { return true }
        guard try next() != nil else { return false }
        takeBack()
        return true
    }
}
