import Glibc
import Models
import SandboxHost
import Testing

/// The built phsync-sandbox and jobs with limits that a test can wait for.
enum SandboxFixture {
    /// The program beside the test bundle.
    static let program: SandboxProgram = {
        let bundle = text(of: "/proc/self/maps").split(separator: "\n")
            .compactMap { $0.hasSuffix(".xctest") ? $0.drop { $0 != "/" } : nil }.first
        let directory = bundle.flatMap { path in path.lastIndex(of: "/").map { path[..<$0] } } ?? ".build/debug"
        return SandboxProgram(path: String(directory) + "/phsync-sandbox")
    }()

    static let settings = SandboxSettings(program: program)

    /// One plugin in plain JavaScript.
    static func job(_ source: String, _ change: (inout DryRunJob) -> Void = { _ in }) -> DryRunJob {
        var job = DryRunJob(
            plugin: PluginIdentity(name: "hostile", id: 1), configID: 7, teamID: 2,
            pluginJSON: #"{"name": "hostile", "main": "index.js"}"#, files: ["index.js": source], entry: "index.js",
            clock: Timestamp(milliseconds: 1_700_000_000_000))
        job.limits.wallSecondsPerCall = 0.3
        job.limits.memoryBytes = 96 << 20
        job.limits.maximumLogEntries = 200
        job.limits.maximumOutputBytes = 8 << 20
        job.limits.maximumResultBytes = 1 << 20
        job.limits.maximumRequests = 50
        change(&job)
        return job
    }

    /// Events whose property `i` is their index.
    static func events(_ count: Int) -> () -> EventText? {
        var next = 0
        return {
            guard next < count else { return nil }
            defer { next += 1 }
            return EventText(
                #"{"event":"e","distinct_id":"d","team_id":2,"uuid":"u\#(next)","ip":null,"now":"2023-11-14T22:13:20.000Z","properties":{"i":\#(next)}}"#)
        }
    }

    static func run(_ job: DryRunJob, events count: Int = 3, settings: SandboxSettings = settings) throws -> DryRunVariant {
        try SandboxRunner(settings: settings).run(job, events: events(count))
    }

    private static func text(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension DryRunVariant {
    /// The steps of processEvent, by event: a later one of the same event replaces an earlier.
    var events: [Int: DryRunStep] {
        Dictionary(steps.compactMap { step in step.event.map { ($0, step) } }, uniquingKeysWith: { $1 })
    }
}
