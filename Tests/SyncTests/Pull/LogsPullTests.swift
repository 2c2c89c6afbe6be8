import DemoInstance
import Models
import Storage
import Synchronization
import Testing

@testable import Sync

@Suite struct LogsPullTests {
    private func world(entries: Int = 30) throws -> SyncWorld {
        var state = try SyncWorld.instance()
        state.logs = []
        for number in 0..<entries {
            // Three at each moment, so that pages cut through them.
            state.addLog(number, config: 1, project: 1, seconds: Int64(number / 3))
            state.addLog(number + 100_000, config: 3, project: 2, seconds: Int64(number / 3))
        }
        return try SyncWorld(state)
    }

    private func stored(_ world: SyncWorld) async throws -> [String] {
        try await world.mirror.read { mirror in try mirror.logs.newest(LogQuery(limit: 1_000_000)).map(\.id).sorted() }
    }

    private func expected(_ world: SyncWorld) -> [String] {
        world.transport.state.logs.compactMap { $0["id"]?.string }.sorted()
    }

    @Test func allEntriesOfAllConfigsAreMirroredOnce() async throws {
        let world = try world()
        let summary = try await world.pull(options: PullOptions(parts: [.logs]))
        #expect(summary.collections.last?.name == "logs")
        #expect(summary.collections.last?.inserted == 60)
        #expect(summary.collections.last?.seen == 3)
        #expect(try await stored(world) == expected(world))
        #expect(try await world.pull(options: PullOptions(parts: [.logs])).collections.last?.inserted == 0)
    }

    @Test func manyPagesStoppedAtAnyRequestLeaveNoHole() async throws {
        let whole = try world(entries: 9)
        try await whole.pull(options: PullOptions(parts: [.logs], logPageSize: 4))
        #expect(try await stored(whole) == expected(whole))
        let requests = whole.transport.log
        for stop in 1...requests.count where requests[stop - 1].path.hasSuffix("/logs") {
            let world = try world(entries: 9)
            world.transport.setFault { number, _ in number >= stop ? .refused : nil }
            await #expect(throws: Problem.self) { try await world.pull(options: PullOptions(parts: [.logs], logPageSize: 4)) }
            world.transport.clear()
            world.transport.change { $0.addLog(7_000_000, config: 1, project: 1, seconds: 5000) }
            try await world.pull(options: PullOptions(parts: [.logs], logPageSize: 4))
            #expect(try await stored(world) == expected(world), "stopped at request \(stop)")
        }
    }

    @Test func entriesThatArriveLateAreFound() async throws {
        let world = try world()
        try await world.pull(options: PullOptions(parts: [.logs]))
        world.transport.change { $0.addLog(9999, config: 1, project: 1, seconds: -500) }
        #expect(try await world.pull(options: PullOptions(parts: [.logs])).collections.last?.inserted == 1)
    }

    @Test func onlyLogsThatCanHaveGrownAreAskedFor() async throws {
        let world = try world()
        world.transport.change { $0.configs[2]?.isEnabled = false }
        try await world.pull(options: PullOptions(parts: [.logs]))
        let now = world.now()
        try await world.mirror.write { mirror in
            // As if the pull had been long after the config was disabled.
            try mirror.logWalks.save(
                LogProgress(completeAt: now.adding(seconds: 3600)), of: PluginConfigID(2), at: now.adding(seconds: 3600))
        }
        world.transport.clear()
        try await world.pull(options: PullOptions(parts: [.logs]))
        #expect(world.transport.log.map(\.path).filter { $0.hasSuffix("/logs") }.sorted()
            == ["/api/projects/1/plugin_configs/1/logs", "/api/projects/2/plugin_configs/3/logs"])
        world.transport.clear()
        try await world.pull(full: true, options: PullOptions(parts: [.logs]))
        #expect(world.transport.log.count { $0.path.hasSuffix("/logs") } == 3)
    }

    @Test func oneLogThatCanNotBeReadHidesNoOther() async throws {
        let world = try world()
        world.transport.setFault { _, request in request.path.hasSuffix("/1/logs") ? .status(500, afterActing: false) : nil }
        let summary = try await world.pull(options: PullOptions(parts: [.logs]))
        #expect(summary.collections.last?.state == .incomplete)
        #expect(summary.problems.map(\.code) == ["collection-incomplete"])
        #expect(try await stored(world).count == 30)
        let ages = try await world.mirror.read { mirror in
            [try mirror.logWalks.completeAt(PluginConfigID(1)), try mirror.logWalks.completeAt(PluginConfigID(3))]
        }
        #expect(ages[0] == nil && ages[1] != nil)
    }

    @Test func anEntryOfAnotherProjectIsRefusedAndNothingOfItsPageStored() async throws {
        for body in [#"{"id":"a","team_id":2,"#, #"{"id":"a","team_id":1,"plugin_config_id":9,"#] {
            let world = try world()
            let text = #"{"count":1,"next":null,"previous":null,"results":["# + body
                + #""timestamp":"2023-11-04T10:00:01Z","message":"x","type":"LOG","source":"CONSOLE"}]}"#
            let liar = LyingTransport(world.transport, path: "/1/logs", body: text)
            let api = PostHogAPI(origin: SyncWorld.origin, token: Secret("phx_test_token_admin"), transport: liar)
            await #expect { try await Puller(api: api, mirror: world.mirror, now: world.now, options: PullOptions(parts: [.logs])).pull().unlessStopped() } throws: {
                ($0 as? Problem)?.code == "wrong-project"
            }
            #expect(try await !stored(world).contains("a"))
        }
    }

    @Test func aRowAsIn126TakesItsConfigFromTheRequest() async throws {
        let world = try world()
        let text = #"{"count":1,"next":null,"previous":null,"results":[{"id":"a","team_id":1,"plugin_id":2,"#
            + #""timestamp":"2021-06-17T10:00:00Z","message":"x","type":"LOG","source":"CONSOLE","instance_id":"i"}]}"#
        let old = LyingTransport(world.transport, path: "/1/logs", body: text)
        let api = PostHogAPI(origin: SyncWorld.origin, token: Secret("phx_test_token_admin"), transport: old)
        _ = try await Puller(api: api, mirror: world.mirror, now: world.now, options: PullOptions(parts: [.logs])).pull()
        let entries = try await world.mirror.read { mirror in try mirror.logs.newest(LogQuery(config: PluginConfigID(1), limit: 9)) }
        #expect(entries.map(\.id) == ["a"])
    }

    @Test func oldEntriesGoWhenTheContextSaysSo() async throws {
        let world = try world()
        try await world.pull(options: PullOptions(parts: [.logs]))
        #expect(try await stored(world).count == 60)
        // The world's clock is ten days after its entries.
        try await world.pull(options: PullOptions(parts: [.logs], logDays: 11))
        #expect(try await stored(world).count == 60)
        try await world.pull(options: PullOptions(parts: [.logs], logDays: 9))
        #expect(try await stored(world).isEmpty)
    }

    @Test func everyTimeInARequestHasSixDecimals() async throws {
        let queries = Mutex<[String]>([])
        let world = try world()
        world.transport.setBefore { _, request, _ in
            if request.path.hasSuffix("/logs") { queries.withLock { $0.append(request.url) } }
        }
        try await world.pull(options: PullOptions(parts: [.logs], logPageSize: 4))
        try await world.pull(options: PullOptions(parts: [.logs], logPageSize: 4))
        let times = queries.withLock { $0 }.flatMap { $0.split(separator: "?")[1].split(separator: "&") }
            .filter { $0.hasPrefix("after=") || $0.hasPrefix("before=") }
        #expect(times.count > 4)
        for time in times { #expect(time.hasSuffix("Z") && time.split(separator: ".").last?.count == 7, "\(time)") }
    }

    @Test func projectsTakeTurnsAndKeepTheirOrder() {
        let candidates = [(1, 1), (2, 1), (3, 1), (4, 2), (5, 3), (6, 2)].map { id, project in
            LogCandidate(config: PluginConfigID(Int64(id)), project: ProjectID(Int64(project)), progress: LogProgress())
        }
        #expect(LogOrder.spread(candidates).map(\.config.rawValue) == [1, 4, 5, 2, 6, 3])
        #expect(LogOrder.largestProject(candidates) == 3)
    }
}

/// The instance, but for one path.
private struct LyingTransport: Transport {
    let base: InstanceTransport
    let path: String
    let body: String

    init(_ base: InstanceTransport, path: String, body: String) {
        self.base = base
        self.path = path
        self.body = body
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if request.path.hasSuffix(path) { return HTTPResponse(status: 200, body: Array(body.utf8)) }
        return try await base.send(request)
    }
}

extension DemoState {
    /// An entry so many seconds after 2023-11-04T10:00:00Z, ten days before the tests' clock.
    fileprivate mutating func addLog(_ number: Int, config: Int64, project: Int64, seconds: Int64) {
        let digits = String(number)
        var row = JSONObject()
        row["id"] = .string("00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits)
        row["team_id"] = JSONValue(project)
        row["plugin_id"] = 1
        row["plugin_config_id"] = JSONValue(config)
        row["timestamp"] = .string(DemoInstant(microseconds: 1_699_092_000_000_000 + seconds * 1_000_000).text)
        row["source"] = "CONSOLE"
        row["type"] = "LOG"
        row["message"] = .string("entry \(number)")
        row["instance_id"] = "018b9a3c-1111-4000-8000-000000000001"
        logs.append(row)
    }
}
