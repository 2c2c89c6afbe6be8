import DemoInstance
import Models
import Storage
import Sync
import Testing

@testable import Sync

/// Hours of deliveries, from an instance to what rules look at. The tests' clock begins at 2023-11-14T22:13:20Z.
@Suite struct AlertReaderTests {
    private func failing() throws -> SyncWorld {
        var state = try SyncWorld.instance()
        state.metrics = []
        state.plugins[1]?.capabilities = ["methods": ["processEvent"], "jobs": [], "scheduled_tasks": []]
        for (hour, failures) in [("19", 0), ("20", 30), ("21", 40), ("22", 0)] as [(String, Int64)] {
            state.count(1, "processEvent", at: "2023-11-14T\(hour):10:00Z", successes: 100, failures: failures)
        }
        return try SyncWorld(state)
    }

    private func delivery(_ world: SyncWorld) async throws -> AlertFacts.Delivery {
        let now = world.now()
        return try await world.mirror.read { mirror in
            let facts = try AlertReader.facts(since: try mirror.errors.mark(), hourSeconds: 7200, now: now, in: mirror)
            return try #require(facts.deliveries.first { $0.subject == "config:1" })
        }
    }

    private func alerts(_ delivery: AlertFacts.Delivery, _ now: Timestamp) throws -> [Alert] {
        let rules = try AlertRuleParser.rules("delivery below 95 % for 2 h")
        return AlertRule.evaluate(rules, AlertFacts(deliveries: [delivery]), AlertMemory(), now: now).alerts
    }

    @Test func aPullForARuleOfHoursReadsThemAndJudgesTheWholeOnes() async throws {
        let world = try failing()
        try await world.pull(options: PullOptions(readsHours: true))
        let found = try await delivery(world)
        #expect(found.hours.last?.end == Timestamp(iso8601: "2023-11-14T22:00:00Z") && found.hours.count >= 26)
        let alert = try #require(try alerts(found, world.now()).first)
        #expect(alert.message.contains("below 95 % in each hour with events from 2023-11-14 20:00 to 2023-11-14 22:00 UTC"))
        // An hour later the fine one has ended too; what was read while it went on says nothing of it.
        world.advance(hours: 1)
        #expect(try await delivery(world).hours.isEmpty)
        try await world.pull(options: PullOptions(readsHours: true))
        #expect(try alerts(try await delivery(world), world.now()).isEmpty)
    }

    @Test func withoutSuchARuleNobodyAsksForHours() async throws {
        let world = try failing()
        try await world.pull(options: PullOptions())
        #expect(try await delivery(world).hours.isEmpty)
        #expect(try await world.mirror.read { mirror in try mirror.metrics.buckets(of: PluginConfigID(1), from: "2023-11-13").allSatisfy { $0.granularity == .day } })
    }

    /// Half an hour beside those of UTC, and a day of which only the whole is known.
    @Test func hoursAreThoseOfTheProjectsClock() async throws {
        let world = try failing()
        try await world.pull()
        let (project, now) = (try Project(["id": 1, "name": "Default", "timezone": "Asia/Kolkata"]), world.now())
        func hour(_ text: String) -> Metric { Metric(granularity: .hour, bucket: text, successes: 1, successesOnRetry: 0, failures: 1) }
        let day = Metric(granularity: .day, bucket: "2023-11-14", successes: 1, successesOnRetry: 0, failures: 1)
        let hours = (0...3).map { hour("2023-11-15 0\($0):00:00") } + [hour("2023-11-14 23:00:00")]
        try await world.mirror.write { mirror in
            try mirror.projects.store(project)
            try mirror.metrics.store(hours + [day], config: PluginConfigID(1), category: "onEvent", at: now)
        }
        let found = try await delivery(world).hours
        // It is 03:43 there.
        #expect(found.map(\.count) == [24, 1, 1, 1] && found.last?.end == Timestamp(iso8601: "2023-11-14T21:30:00Z"))
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.end == $1.start })
    }
}
