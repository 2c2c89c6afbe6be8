import Models
@testable import Runtime

/// Runs a small plugin and keeps what came out.
struct PluginRun {
    var steps: [DryRunStep] = []
    var logs: [DryRunLog] = []
    var requests: [DryRunRequest] = []
    var capabilities = DryRunCapabilities()
    var loadError: DryRunError?
    var ending = DryRunEnding()
    private var outputs: [DryRunOutput] = []

    /// - Parameters:
    ///   - events: Each a JSON object's text, or a name for an ordinary event.
    ///   - geoip: A MaxMind database; a server without one when nil.
    init(
        _ source: String, era: Era = .december2023, events: [String] = ["pageview"], config: JSONObject = JSONObject(), geoip: [UInt8]? = nil,
        configure: (inout DryRunJob) -> Void = { _ in }
    ) throws {
        var job = DryRunJob(
            plugin: PluginIdentity(name: "test-plugin", id: 60), configID: 39, teamID: 2, pluginJSON: #"{"name": "test-plugin"}"#,
            files: ["index.js": source], config: config, era: era, clock: Timestamp(milliseconds: 1_700_000_000_000))
        configure(&job)
        if job.compiled == nil, era.compiles, !job.files.isEmpty {
            let entry = try PluginLoader(job: job).entry()
            job.compiled = try SharedCompiler.compile(
                entry.source, file: entry.name, era: era, taskTimeoutSeconds: job.limits.taskTimeoutSeconds).json
        }
        outputs = (geoip ?? []).withUnsafeBytes { bytes in
            var outputs: [DryRunOutput] = []
            let files = SandboxFiles(compilerPath: "", compiler: nil, geoip: geoip == nil ? nil : bytes)
            let sandbox = PluginSandbox(job: job, files: files, output: { outputs.append($0) }, fetch: { _ in .failed("not live") })
            sandbox.load()
            for (index, event) in events.enumerated() {
                sandbox.run(event: (event.hasPrefix("{") ? event : PluginRun.event(event)).utf8, index: index)
            }
            sandbox.finish()
            return outputs
        }
        for output in outputs { keep(output) }
    }

    static func event(_ name: String) -> String {
        #"{"event":"\#(name)","distinct_id":"u1","ip":"1.2.3.4","site_url":"","team_id":2,"now":"2023-11-14T22:13:20.000Z","uuid":"01","#
            + #""properties":{"n":1}}"#
    }

    private mutating func keep(_ output: DryRunOutput) {
        switch output {
        case .step(var step):
            step.durationMicroseconds = nil
            steps.append(step)
        case .log(let log): logs.append(log)
        case .request(let request): requests.append(request)
        case .loaded(let capabilities, let error):
            self.capabilities = capabilities
            loadError = error
        case .finished(let ending): self.ending = ending
        default: break
        }
    }

    /// Everything that came out, a line each, without timings.
    var lines: [String] {
        outputs.compactMap { output in
            switch output {
            case .begin, .compiled: nil
            case .step(let step): step.json(withTimings: false).text
            default: output.json.text
            }
        }
    }

    func step(_ method: String) -> DryRunStep? { steps.first { $0.method == method } }

    var messages: [String] { logs.map(\.message) }
}
