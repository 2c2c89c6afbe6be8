internal import Glibc
package import Models

/// Runs one config of one plugin: everything that comes out goes through `output`, in order.
///
/// One thread owns it. It touches no file, no network and no clock: time, randomness and answers come from the job.
package final class PluginSandbox {
    /// Takes a step's JSON text as `DryRunStep.json` would write it, instead of `.step` through `output`: parsing it again costs more than
    /// running a small plugin.
    package var rawStep: ((_ json: String) -> Void)?
    /// The same for the usual step.
    package var rawReturn: ((Returned) -> Void)?

    /// An engine for the first context, which need not be made then.
    package var warmEngine: Engine?

    let job: DryRunJob
    let output: (DryRunOutput) -> Void
    let liveFetch: (DryRunRequest) -> FetchAnswer
    private let files: SandboxFiles
    let geoip: GeoIPReader?
    var compiled: CompileResult?
    var instance: PluginInstance?
    var loadError: DryRunError?
    var ending = RunEnding()
    var desk: FetchDesk
    var startedAt = ContinuousClock.now
    var current: (method: String, event: Int?) = ("", nil)
    var stepCount = 0
    var isLoading = true
    var isMuted = false
    /// No call is under way: what is told belongs to the step before.
    var isIdle = false
    var isAfterStateLoss = false
    /// Whether a call had to be ended: the plugin then went on in a new context of the same process.
    package var hasLostState: Bool { isAfterStateLoss }
    var creations = 1
    var wantsStartOver = false
    /// The event that is run is a copy.
    private var isCopied = false
    /// How often one event's plugin is made anew before its setup counts as failed.
    static let maximumCreations = 10

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
        let text = Array(event) + [0]
        text.withUnsafeBufferPointer { run(terminated: UnsafeBufferPointer(rebasing: $0.dropLast()), index: index) }
    }

    /// The same for bytes that a NUL follows, which are not copied on their way into the engine.
    package func run(terminated event: UnsafeBufferPointer<UInt8>, index: Int) {
        // While a request waits for its answer, the bytes may be moved.
        guard job.fetch.mode != .live || isCopied else {
            isCopied = true
            defer { isCopied = false }
            return run(event: event, index: index)
        }
        ending.events += 1
        current.event = index
        if !current.method.isEmpty { output(.begin(method: current.method, event: index)) }
        guard loadError == nil, let text = event.baseAddress else { return passUntouched(String(decoding: event, as: UTF8.self), index) }
        repeat {
            wantsStartOver = false
            // The engine's own texts end at a NUL.
            if memchr(text, 0, event.count) != nil {
                perform { try $0.start("event", [$0.engine.make(utf8: event), $0.engine.make(Double(index))]) }
            } else {
                perform { try $0.start(event: text, index: index) }
            }
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

// MARK: - The instance

extension PluginSandbox {
    /// A context with the plugin's code evaluated in it.
    func makeInstance() throws -> DryRunCapabilities {
        guard let compiled else { preconditionFailure("there is code before there is an instance") }
        let settings = RunSettings(job: job, imports: compiled.imports).json
        let engine = warmEngine ?? Engine()
        warmEngine = nil
        let instance = try PluginInstance(engine: engine, settings: settings, map: compiled.map, callbacks: callbacks())
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
            returned: { [unowned self] in returned($0) },
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
}
