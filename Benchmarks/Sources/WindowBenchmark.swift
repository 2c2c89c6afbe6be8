import DemoInstance
import Glibc
import Models
import Storage
import Sync
import Synchronization

/// How long a push leaves between its last look at a config and its write: `Benchmarks window`.
///
/// The server has no compare-and-swap, so whatever somebody saves in that time is replaced. What is measured is from the
/// answer of the re-read to the start of the write; to the server it is one way of the network more on each side.
enum WindowBenchmark {
    static let mode = "window"
    private static let configs = 50

    static func run() async throws {
        for latency in [0, 30] { try await measure(latencyMilliseconds: latency) }
    }

    private static func measure(latencyMilliseconds latency: Int) async throws {
        let home = "/tmp/phsync-window-bench-\(getpid())"
        mkdir(home, 0o700)
        defer { World.cleanUp(home) }
        let server = try DemoServer(state: .scaled(configs: configs, perProject: configs, seed: 1))
        defer { server.stop() }
        let mirror = try Mirror.open(directory: home + "/mirror", mode: .readWriteCreate)
        let watched = WatchedTransport(CurlTransport(CurlTransport.Configuration(version: "bench")))
        let api = PostHogAPI(origin: server.url, token: Secret(DemoKeys.admin), transport: watched)
        let now = MirrorEnvironment.wallClock
        _ = try await Puller(api: api, mirror: mirror, now: now, options: PullOptions(parts: [])).pull()
        let count = try await edit(in: mirror, at: now())
        server.setLatency(milliseconds: latency)
        watched.clear()
        let plan = try mirror.readSync { mirror in try Planner.plan(PlannerInput.all(in: mirror)).plan }
        let start = Seconds.now()
        let pusher = Pusher(api: try await api.asPulled(into: mirror), mirror: mirror, now: now)
        guard try await pusher.push(plan).isComplete else { throw Failure("the push did not come to its end") }
        let total = (Seconds.now() - start) * 1000
        await mirror.close()
        let windows = watched.windows
        guard windows.count == count else { throw Failure("\(windows.count) windows, \(count) writes") }
        let between = windows.map(\.requests).max() ?? 0
        print("window: \(count) configs at \(latency) ms: \(Figure.milliseconds(Figure.median(windows.map(\.milliseconds)))) between re-read and write,"
            + " \(Figure.milliseconds(windows.map(\.milliseconds).max() ?? 0)) at most, \(between) requests in between; plus \(latency) ms on the way;"
            + " the whole push \(Figure.milliseconds(total))")
    }

    /// Another value for a text of each config that has one.
    private static func edit(in mirror: Mirror, at time: Timestamp) async throws -> Int {
        try await mirror.write { mirror in
            var count = 0
            for row in try mirror.configs.list() {
                guard let versions = try mirror.configs.versions(row.id), let order = versions.remote?.order else { continue }
                let secrets = try mirror.plugins.secretKeys(versions.pluginID)
                let text = versions.remote?.values.members.first { !secrets.contains($0.key) && $0.value.string != nil && $0.value != .string(Secret.mask) }
                if let text {
                    try mirror.edits.put(row.id, .key(text.key), .value(.string("\(text.value.string ?? "") (new)")), at: time)
                } else {
                    try mirror.edits.put(row.id, .order, .value(JSONValue(order + 1)), at: time)
                }
                count += 1
            }
            return count
        }
    }
}

/// Notes when requests began and ended.
private final class WatchedTransport: Transport {
    struct Window {
        let milliseconds: Double
        /// Between the re-read of the config and its write.
        let requests: Int
    }

    private struct Note {
        let method: String
        let path: String
        let start: Double
        var end: Double
    }

    private let base: any Transport
    private let notes = Mutex<[Note]>([])

    init(_ base: any Transport) {
        self.base = base
    }

    func clear() { notes.withLock { $0 = [] } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let start = Seconds.now()
        let response = try await base.send(request)
        let end = Seconds.now()
        notes.withLock { $0.append(Note(method: request.method.rawValue, path: request.path, start: start, end: end)) }
        return response
    }

    /// Of each write, the time since the last read of the same path.
    var windows: [Window] {
        let notes = notes.withLock { $0 }
        return notes.enumerated().compactMap { index, write in
            guard write.method == "PATCH", let read = notes[..<index].lastIndex(where: { $0.method == "GET" && $0.path == write.path }) else { return nil }
            return Window(milliseconds: (write.start - notes[read].end) * 1000, requests: index - read - 1)
        }
    }
}
