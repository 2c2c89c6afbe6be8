import DemoInstance
import Models
import Storage
import Sync
import Testing

@Suite struct OnsetChangeTests {
    private func change(_ at: Int64, after: Int64? = nil, exact: Bool = true, note: String = "") -> OnsetChange {
        OnsetChange(
            kind: .config, configID: nil, after: after.map { Timestamp(milliseconds: $0 * 1000) }, at: Timestamp(milliseconds: at * 1000),
            isExact: exact, notes: [note], author: .unknown)
    }

    private func order(_ changes: [OnsetChange], onset: Int64) -> [String] {
        OnsetChange.before(Timestamp(milliseconds: onset * 1000), among: changes).flatMap(\.notes)
    }

    @Test func theClosestBeforeComesFirstAndWhatCameAfterIsNone() {
        let changes = [change(100, note: "a"), change(900, note: "b"), change(1001, note: "c"), change(500, note: "d")]
        #expect(order(changes, onset: 1000) == ["b", "d", "a"])
    }

    /// A pull saw it at 2000, the one before was at 500: it may have been made before 1000.
    @Test func aChangeWhoseSpanHoldsTheOnsetIsAsCloseAsCanBe() {
        let changes = [change(990, note: "a"), change(2000, after: 500, exact: false, note: "b"), change(2000, after: 1500, exact: false, note: "c")]
        #expect(order(changes, onset: 1000) == ["b", "a"])
    }

    @Test func whatIsLongAgoIsNone() {
        #expect(order([change(0, note: "a")], onset: OnsetChange.reachSeconds + 1) == [])
        #expect(order([change(0, note: "a")], onset: OnsetChange.reachSeconds) == ["a"])
    }
}

/// What changed, gathered from pulls of the stand-in.
@Suite struct OnsetFinderTests {
    @Test func versionsAndTheActivityLogAreToldOnceEach() async throws {
        let world = try SyncWorld(try SyncWorld.instance())
        world.transport.change { state in
            let user = state.users[0]
            // Before the mirror knew the config: only the log tells.
            state.activity.append(DemoActivity(
                projectID: user.currentProjectID, userID: user.id, activity: "enabled", scope: "PluginConfig", itemID: "1",
                createdAt: DemoInstant(microseconds: 1_699_900_000_000_000)))
        }
        try await world.pull(options: PullOptions())
        world.advance(hours: 1)
        world.transport.change { state in
            state.configs[1]?.order = 9
            state.plugins[1]?.tag = "9.9.9"
        }
        try await world.pull(options: PullOptions())
        let now = world.now()
        let (changes, ran) = try await world.mirror.read { mirror in
            let plugin = try #require(try mirror.configs.row(PluginConfigID(1))?.pluginID)
            return (
                try OnsetFinder(plugin: plugin, configs: [PluginConfigID(1)], in: mirror).changes(before: now),
                try RanWith(plugin: plugin, config: PluginConfigID(1), at: now, in: mirror)
            )
        }
        #expect(Set(changes.map(\.kind)) == [.order, .plugin, .config])
        #expect(changes.first { $0.kind == .plugin }?.notes.contains { $0.hasSuffix("→ 9.9.9") } == true)
        let order = try #require(changes.first { $0.kind == .order })
        #expect(!order.isExact && order.after != nil && order.changes.map(\.after) == [.value(9)])
        #expect(changes.last?.changes.map(\.field) == [.enabled] && changes.last?.isExact == true)
        #expect(ran.pluginTag == "9.9.9" && ran.configVersion == 2 && ran.isKnownThen)
    }

    /// Config 1 is first in the order, config 2 behind it; both get the same events.
    @Test func whatRunsBeforeItCountsAndWhatRunsBehindItOnlyWhereEventsHavePassedAll() async throws {
        let world = try SyncWorld(try SyncWorld.instance())
        try await world.pull(options: PullOptions())
        world.advance(hours: 1)
        world.transport.change { state in
            state.configs[1]?.config = ["apiKey": "sk_live_1", "region": "eu", "endpoint": "https://a.example.com"]
            state.configs[2]?.config = ["currency": "CHF", "password": "hunter2"]
        }
        try await world.pull(options: PullOptions())
        let now = world.now()
        func upstream(of config: Int64, _ method: String?) async throws -> [String] {
            try await world.mirror.read { mirror in
                let finder = try OnsetFinder(
                    plugin: PluginID(config), configs: [PluginConfigID(config)], failingIn: method, in: mirror)
                return try finder.changes(before: now).compactMap(\.upstream)
            }
        }
        #expect(try await upstream(of: 2, "processEvent") == ["Currency (config:1)"])
        #expect(try await upstream(of: 2, "") == ["Currency (config:1)"])
        #expect(try await upstream(of: 1, "processEvent") == [])
        #expect(try await upstream(of: 1, "onEvent") == ["Old style (config:2)"])
        #expect(try await upstream(of: 2, nil) == [])
        // What runs before it without processEvent can't have changed its events; what is off has not run.
        world.transport.change { $0.plugins[1]?.capabilities = ["methods": ["onEvent"], "jobs": [], "scheduled_tasks": []] }
        try await world.pull(options: PullOptions())
        #expect(try await upstream(of: 2, "processEvent") == [])
    }

    @Test func aPullFindsConfigsThatTheServerSwitchedOffAndDeliveriesThatFell() async throws {
        var state = try SyncWorld.instance()
        state.metrics = []
        state.logs = []
        state.plugins[1]?.capabilities = ["methods": ["processEvent"], "jobs": [], "scheduled_tasks": []]
        state.configs[1]?.isEnabled = true
        state.count(1, "processEvent", at: "2023-11-12T20:00:00Z", successes: 100)
        state.count(1, "processEvent", at: "2023-11-13T20:00:00Z", successes: 40, failures: 60)
        let world = try SyncWorld(state)
        try await world.pull(options: PullOptions())
        #expect(try await world.mirror.read { mirror in try mirror.errors.groups().map(\.kind) } == [.delivery])
        world.advance(hours: 1)
        // This server does not say when a config was saved: the failure speaks against it.
        world.transport.change {
            $0.configs[1]?.isEnabled = false
            $0.configs[1]?.error = ["message": "bad key", "time": "2023-11-14T22:50:00.000Z"]
        }
        try await world.pull(options: PullOptions())
        let groups = try await world.mirror.read { mirror in try mirror.errors.groups() }
        #expect(Set(groups.map(\.kind)) == [.delivery, .switchedOff, .error])
        #expect(groups.first { $0.kind == .delivery }?.message == "40.0% of 100 delivered, usually 100%")
    }
}
