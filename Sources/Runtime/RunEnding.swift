import Models

/// What a run gathers until it is over, and what it has to admit then.
struct RunEnding {
    /// Jobs that jobs ask for run as well; one that always asks for itself must end somewhere.
    static let maximumJobs = 200
    /// How long timers are waited for when nothing else is left to do: as long as the longest buffer of exportEvents may wait.
    static let idleMilliseconds = 600_000.0
    static let maximumTimers = 1000

    var events = 0
    var logs = 0
    var jobsRun = 0
    var unheardRejections = 0
    var stateLosses = 0
    var isDisabled = false
    var deniedHosts: [String] = []
    var refusedRequests = 0
    var capabilities = DryRunCapabilities()
    var called: Set<String> = []
    private var captures: [JSONValue] = []
    private var jobs: [JSONValue] = []
    private var recordedModules: [String] = []

    mutating func capture(_ text: String) { append(text, to: \.captures) }

    mutating func job(_ text: String) { append(text, to: \.jobs) }

    /// A call on a vendor's module that only stands in.
    mutating func standIn(_ module: String) {
        if !recordedModules.contains(module) { recordedModules.append(module) }
    }

    private mutating func append(_ text: String, to list: WritableKeyPath<RunEnding, [JSONValue]>) {
        self[keyPath: list].append(json(text))
    }

    private func json(_ text: String) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            // The JavaScript half writes JSON; a text that is none is shown as it is.
            return .string(text)
        }
    }

    /// - Parameter state: What the driver tells at the end; null when its context is gone.
    func json(job: DryRunJob, state: JSONValue, loadError: DryRunError?) -> DryRunEnding {
        DryRunEnding(
            captures: captures, jobs: jobs, cache: state["cache"]?.object ?? JSONObject(),
            storage: state["storage"]?.object ?? JSONObject(), metrics: state["metrics"]?.object ?? JSONObject(),
            notChecked: notChecked(job, state, loadError))
    }

    private func notChecked(_ job: DryRunJob, _ state: JSONValue, _ loadError: DryRunError?) -> [String] {
        var result: [String] = []
        if loadError != nil { result.append("nothing of the plugin ran: it can't be loaded") }
        if isDisabled { result.append("setupPlugin failed, so the server would disable the plugin: \(events) events passed untouched") }
        if !deniedHosts.isEmpty {
            let hosts = deniedHosts.count == 1 ? "1 host" : "\(deniedHosts.count) hosts"
            result.append("fetch was denied for \(hosts): \(deniedHosts.joined(separator: ", "))")
        }
        if refusedRequests > 0 { result.append("\(refusedRequests) requests were refused: the limit is \(job.limits.maximumRequests)") }
        if unheardRejections > 0 { result.append("\(unheardRejections) more rejections that nobody handled were left out: \(PluginInstance.maximumRejections) of a call are told") }
        let dropped = logs - job.limits.maximumLogEntries
        if dropped > 0 { result.append("\(dropped) log entries were dropped: the limit is \(job.limits.maximumLogEntries)") }
        if stateLosses > 0 {
            result.append("\(stateLosses) calls had to be ended: what the plugin kept until then was lost, and setupPlugin ran again")
        }
        if let queued = state["queued"]?.int, queued > 0 { result.append("\(queued) \(queued == 1 ? "job was" : "jobs were") still waiting when the run ended") }
        let historical = state["historical"]?.array?.compactMap(\.string) ?? []
        if !historical.isEmpty {
            result.append("\(historical.joined(separator: ", ")) was asked for and not run: it exports what only the instance has")
        }
        result += notExercised(job, state)
        if !recordedModules.isEmpty { result.append("stand-ins answered for \(recordedModules.joined(separator: ", "))") }
        return result
    }

    /// What the plugin could do and this run did not make it do.
    private func notExercised(_ job: DryRunJob, _ state: JSONValue) -> [String] {
        // exportEvents brings methods, jobs and a task of its own making.
        var injected: Set<String> = []
        if capabilities.methods.contains("exportEvents") {
            injected = ["setupPlugin", "teardownPlugin", "onEvent", "exportEventsWithRetry"]
            injected.formUnion(job.era.historicalJobs)
            let own = state["ownTasks"]?.array?.compactMap(\.string)
            injected.formUnion(own.map { own in capabilities.scheduledTasks.filter { !own.contains($0) } } ?? [])
        }
        let names = capabilities.methods + capabilities.scheduledTasks + capabilities.jobs
        let absent = names.isEmpty ? [] : (job.methods ?? []).filter { !names.contains($0) }.map { "the plugin has no \($0)" }
        var seen: Set<String> = ["processEventBatch"]
        return absent + names.filter { !called.contains($0) && !injected.contains($0) && seen.insert($0).inserted }.map { "\($0) was not exercised" }
    }
}
