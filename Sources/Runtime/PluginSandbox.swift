package import Models

/// Runs one config of one plugin: everything that comes out goes through `output`, in order.
///
/// One thread owns it. It touches no file, no network and no clock: time, randomness and answers come from the job.
package final class PluginSandbox {
    /// Takes a step's JSON text as `DryRunStep.json` would write it, instead of `.step` through `output`: parsing it again costs more than
    /// running a small plugin.
    package var rawStep: ((_ json: String) -> Void)?

    let job: DryRunJob
    let output: (DryRunOutput) -> Void
    private let liveFetch: (DryRunRequest) -> FetchAnswer
    private let files: SandboxFiles
    private let geoip: GeoIPReader?
    private var compiled: CompileResult?
    private var instance: PluginInstance?
    private var loadError: DryRunError?
    var ending = RunEnding()
    private var desk: FetchDesk
    private var startedAt = ContinuousClock.now
    private var current: (method: String, event: Int?) = ("", nil)
    private var stepCount = 0
    private var isLoading = true
    private var isMuted = false
    /// No call is under way: what is told belongs to the step before.
    private var isIdle = false
    private var isAfterStateLoss = false
    /// Whether a call had to be ended: the plugin then went on in a new context of the same process.
    package var hasLostState: Bool { isAfterStateLoss }
    private var creations = 1
    private var wantsStartOver = false
    /// How often one event's plugin is made anew before its setup counts as failed.
    private static let maximumCreations = 10

    /// - Parameter fetch: Sends a request; called in live mode only.
    package init(
        job: DryRunJob, files: SandboxFiles, output: @escaping (DryRunOutput) -> Void,
        fetch: @escaping (DryRunRequest) -> FetchAnswer
    ) {
        self.job = job
        self.files = files
        self.output = output
        liveFetch = fetch
        geoip = files.geoip.flatMap { GeoIPReader($0) }
        desk = FetchDesk(job.fetch, maximumRequests: job.limits.maximumRequests)
    }

    /// Compiles, or takes the job's compiled code, and evaluates the entry.
    ///
    /// A plugin that can't be loaded is a result, told in `.loaded`; only a compiler that can't be had is `.broken`.
    package func load() {
        do {
            let entry = try PluginLoader(job: job).entry()
            let result = try job.compiled.flatMap(CompileResult.init) ?? compile(entry)
            compiled = result
            if let error = result.error { return fail(error) }
            let capabilities = try makeInstance()
            ending.capabilities = capabilities
            isLoading = false
            output(.loaded(capabilities, loadError: nil))
        } catch let error as LoadFailure {
            fail(error.error)
        } catch {
            output(.broken("the compiler failed: \(error)"))
            fail(DryRunError(name: "Error", message: "the compiler failed: \(error)"))
        }
    }

    private func compile(_ entry: PluginLoader.Entry) throws -> CompileResult {
        let result = try Compiler(babel: files.readCompiler).compile(
            entry.source, file: entry.name, era: job.era, taskTimeoutSeconds: job.limits.taskTimeoutSeconds)
        if job.era.compiles { output(.compiled(result.json)) }
        return result
    }

    private func fail(_ error: DryRunError) {
        isLoading = false
        loadError = error
        instance = nil
        output(.loaded(DryRunCapabilities(), loadError: error))
    }

    /// Runs the methods that take an event, setup before the first of them.
    ///
    /// - Parameter event: One JSON object.
    package func run(event: some Collection<UInt8>, index: Int) {
        ending.events += 1
        current.event = index
        if !current.method.isEmpty { output(.begin(method: current.method, event: index)) }
        guard loadError == nil else { return passUntouched(String(decoding: event, as: UTF8.self), index) }
        repeat {
            wantsStartOver = false
            perform { try $0.start("event", [$0.engine.make(utf8: event), $0.engine.make(Double(index))]) }
        } while startOver()
    }

    /// Tasks, jobs, the last flush and teardown; then tells what is left.
    package func finish() {
        if loadError == nil {
            runRest()
        }
        ending.unheardRejections = instance?.unheard ?? 0
        ending.deniedHosts = desk.deniedHosts
        ending.refusedRequests = desk.refusedByLimit
        output(.finished(ending.json(job: job, state: stateAtEnd(), loadError: loadError)))
        instance = nil
    }
}

// MARK: - Calls

extension PluginSandbox {
    private func runRest() {
        repeat {
            wantsStartOver = false
            perform { try $0.start("setUp") }
        } while startOver()
        for name in scheduledTasks() { perform { try $0.start("startTask", [$0.engine.make(name)]) } }
        perform { try $0.start("flushExports") }
        runJobs()
        perform { try $0.start("startTeardown") }
        runJobs()
    }

    /// Lets timers fire, such as those of buffers, and runs jobs as they become due, until nothing waits.
    private func runJobs() {
        fireTimers()
        while ending.jobsRun < RunEnding.maximumJobs, perform({ try $0.start("startJob") }) {
            ending.jobsRun += 1
            fireTimers()
        }
    }

    private func fireTimers() {
        guard let instance else { return }
        isIdle = true
        defer { isIdle = false }
        do {
            let limit = try instance.call("elapsed").number + RunEnding.idleMilliseconds
            for _ in 0..<RunEnding.maximumTimers {
                guard try instance.call("advance", [instance.engine.make(limit)]).boolean else { break }
                try tellRejections(instance)
            }
        } catch {
            recover(from: error)
        }
    }

    private func tellRejections(_ instance: PluginInstance) throws {
        for reason in instance.takeRejections() { try instance.call("lost", [reason]) }
    }

    private func scheduledTasks() -> [String] {
        do {
            let text = try instance?.call("scheduled").text ?? "[]"
            return try JSONValue(parsing: text).array?.compactMap(\.string) ?? []
        } catch {
            // Only a context that is gone refuses; then there is nothing to schedule in it.
            return []
        }
    }

    /// Starts calls and lets time pass until they are over.
    ///
    /// - Returns: Whether there was anything to call.
    @discardableResult
    private func perform(_ start: (PluginInstance) throws -> Bool) -> Bool {
        guard let instance else { return false }
        startedAt = .now
        do {
            guard try start(instance) else { return false }
            try settle(instance)
            while instance.hasMore, !wantsStartOver {
                startedAt = .now
                guard try instance.start("next") else { break }
                try settle(instance)
            }
        } catch {
            recover(from: error)
        }
        return true
    }

    /// Moves virtual time until the call is over; gives it up when time can't bring anything.
    private func settle(_ instance: PluginInstance) throws {
        while !instance.isFinished {
            guard try instance.call("advance").boolean else {
                try instance.call("abandon")
                break
            }
        }
        try tellRejections(instance)
    }

    /// The context is unusable: says so, makes a new one and sets it up again without repeating what it tells.
    private func recover(from error: any Error) {
        let isTerminated = if case .terminated? = error as? EngineError { true } else { false }
        let text = isTerminated ? SandboxLimit.callTime(job.limits.wallSecondsPerCall) : "the runtime failed: \(error)"
        emit(
            DryRunStep(
                method: current.method, event: current.event, outcome: .timedOut,
                error: DryRunError(name: SandboxLimit.name, message: text)))
        ending.stateLosses += 1
        do {
            isMuted = true
            defer { isMuted = false }
            instance = nil
            _ = try makeInstance()
            _ = perform { try $0.start("setUp") }
            isAfterStateLoss = true
        } catch {
            instance = nil
        }
    }

    /// Whether the whole plugin was made anew because its setup failed.
    private func startOver() -> Bool {
        guard wantsStartOver, let old = instance else { return false }
        do {
            let state = try old.call("saved")
            let wait = 3000.0 * Double(1 << (creations - 1))
            let elapsed = try old.call("elapsed").number + wait
            let text = state.text
            creations += 1
            _ = try makeInstance()
            try instance?.call("restore", [engineText(text)])
            try instance?.call("moveTo", [engineNumber(elapsed)])
            return instance != nil
        } catch {
            recover(from: error)
            return false
        }
    }

    private func engineText(_ text: String) -> EngineValue {
        guard let instance else { preconditionFailure("asked only while there is an instance") }
        return instance.engine.make(text)
    }

    private func engineNumber(_ number: Double) -> EngineValue {
        guard let instance else { preconditionFailure("asked only while there is an instance") }
        return instance.engine.make(number)
    }

    private func stateAtEnd() -> JSONValue {
        do {
            return try instance.map { try JSONValue(parsing: try $0.call("ending").text) } ?? .null
        } catch {
            return .null
        }
    }

    /// A plugin that can't be loaded has no methods: the server lets events pass.
    private func passUntouched(_ text: String, _ index: Int) {
        guard job.methods?.contains("processEvent") ?? true else { return }
        do {
            emit(DryRunStep(method: "processEvent", event: index, outcome: .returned, result: try JSONValue(parsing: text)))
        } catch {
            emit(
                DryRunStep(
                    method: "processEvent", event: index, outcome: .failed,
                    error: DryRunError(name: "SyntaxError", message: "\(error)")))
        }
    }
}

// MARK: - The instance

extension PluginSandbox {
    /// A context with the plugin's code evaluated in it.
    private func makeInstance() throws -> DryRunCapabilities {
        guard let compiled else { preconditionFailure("there is code before there is an instance") }
        let settings = RunSettings(job: job, imports: compiled.imports).json
        let instance = try PluginInstance(settings: settings, map: compiled.map, callbacks: callbacks())
        self.instance = instance
        // Before the parent's own limit, so that most runaway calls cost a context and not a process.
        instance.engine.setTimeLimit(seconds: job.limits.wallSecondsPerCall * 0.8)
        do {
            return try DryRunCapabilities(JSONValue(parsing: try instance.load(compiled)))
        } catch let error as EngineError {
            throw LoadFailure(error: describe(error, in: instance))
        }
    }

    private func describe(_ error: EngineError, in instance: PluginInstance) -> DryRunError {
        guard let value = error.value else {
            let seconds = job.limits.taskTimeoutSeconds
            return DryRunError(name: "Error", message: "Script execution timed out after \(seconds * 1000 + 1)ms")
        }
        do {
            return try DryRunError(JSONValue(parsing: try instance.call("describe", [value]).text))
        } catch {
            return DryRunError(name: "Error", message: value.text)
        }
    }

    private func callbacks() -> PluginInstance.Callbacks {
        PluginInstance.Callbacks(
            begin: { [unowned self] method, event in
                current = (method, event)
                ending.called.insert(method)
                if !isMuted { output(.begin(method: method, event: event)) }
            },
            step: { [unowned self] in step($0) },
            log: { [unowned self] in log($0, $1) },
            capture: { [unowned self] in if !isMuted { ending.capture($0) } },
            job: { [unowned self] in if !isMuted { ending.job($0) } },
            fetch: { [unowned self] in fetch($0) },
            recordedCall: { [unowned self] in recordedCall(module: $0, path: $1, arguments: $2) },
            disabled: { [unowned self] in ending.isDisabled = true },
            startOver: { [unowned self] in
                wantsStartOver = creations < PluginSandbox.maximumCreations
                return wantsStartOver
            },
            geoip: { [unowned self] address in geoip.map { $0.locate(address)?.text ?? (IPAddress(address) == nil ? "false" : "null") } },
            attachment: { [unowned self] key in job.attachments[key]?.contents ?? [] })
    }

    /// The step that a log entry or a request belongs to; nil while the entry is loaded.
    private var stepIndex: Int? {
        let index = isIdle ? stepCount - 1 : stepCount
        return isLoading || index < 0 ? nil : index
    }

    private func log(_ type: String, _ message: String) {
        guard !isMuted else { return }
        ending.logs += 1
        guard ending.logs <= job.limits.maximumLogEntries else { return }
        let level = DryRunLog.Level(rawValue: type) ?? .log
        output(.log(DryRunLog(type: level, message: message, step: stepIndex)))
    }

    /// A call on a stand-in for a service's SDK would have gone over the network.
    private func recordedCall(module: String, path: String, arguments: String) {
        guard !isMuted else { return }
        ending.standIn(module)
        do {
            output(
                .request(
                    DryRunRequest(
                        method: "CALL", url: "\(module):\(path)", body: try JSONValue(parsing: arguments), answered: .stubbed,
                        step: stepIndex)))
        } catch {
            output(.broken("a recorded call can't be read: \(error)"))
        }
    }

    private func fetch(_ request: DryRunRequest) -> FetchAnswer {
        var request = request
        request.step = stepIndex
        let (answer, how) = desk.answer(request, live: liveFetch)
        request.answered = how
        if !isMuted { output(.request(request)) }
        return answer
    }

    private func step(_ json: String) {
        guard !isMuted else { return }
        let duration = Int(startedAt.duration(to: .now) / .microseconds(1))
        guard json.utf8.count <= job.limits.maximumResultBytes else { return emit(tooLarge(json)) }
        let text = "\(json),\"duration_us\":\(duration)\(isAfterStateLoss ? ",\"after_state_loss\":true" : "")}"
        if let rawStep {
            stepCount += 1
            return rawStep(text)
        }
        do {
            emit(try DryRunStep(JSONValue(parsing: text)))
        } catch {
            output(.broken("a step can't be read: \(error)"))
        }
    }

    private func tooLarge(_ json: String) -> DryRunStep {
        DryRunStep(
            method: current.method, event: current.event, outcome: .failed,
            error: DryRunError(
                name: SandboxLimit.name,
                message: "the result of \(current.method) has \(json.utf8.count) bytes, the limit is \(job.limits.maximumResultBytes)"
                    + "; it is left out of the report"))
    }

    private func emit(_ step: DryRunStep) {
        var step = step
        step.isAfterStateLoss = isAfterStateLoss
        stepCount += 1
        if let rawStep { rawStep(step.json.text) } else { output(.step(step)) }
    }
}
