import DemoInstance
import Models
import Storage
import Sync
import Testing

/// Metrics, errors, activity and events, pulled from the stand-in.
@Suite struct ReviewPullTests {
    private static let all = PullOptions()
    private static let endpointMissing = InstanceTransport.Fault.refusal(404, detail: "Endpoint not found.")

    /// Configs 1 and 3 are of a plugin that processes events, 2 of one that exports; the clock stands at 2023-11-14T22:13:20Z.
    private func world() throws -> SyncWorld {
        var state = try SyncWorld.instance()
        state.metrics = []
        state.logs = []
        state.errorDetails = []
        state.plugins[1]?.capabilities = ["methods": ["processEvent"], "jobs": [], "scheduled_tasks": []]
        state.plugins[2]?.capabilities = ["methods": ["exportEvents"], "jobs": [], "scheduled_tasks": []]
        state.count(1, "processEvent", at: "2023-11-14T20:00:00Z", successes: 90, failures: 1)
        state.count(1, "processEvent", at: "2023-11-10T20:00:00Z", successes: 7)
        state.count(2, "exportEvents", at: "2023-11-14T21:00:00Z", successes: 5, retries: 2)
        state.fail(1, "processEvent", "TypeError", "no 'a'", at: "2023-11-14T20:00:00Z", uuid: "u1")
        state.capture(project: 1, "id-1", at: "2023-11-14T20:00:00Z")
        return try SyncWorld(state)
    }

    @Test func everythingIsMirrored() async throws {
        let world = try world()
        world.transport.change { state in
            let change = state.users[0]
            state.activity.append(DemoActivity(
                projectID: change.currentProjectID, userID: change.id, activity: "enabled", scope: "PluginConfig", itemID: "1",
                createdAt: DemoInstant(microseconds: 1_699_900_000_123_456)))
        }
        let summary = try await world.pull(options: ReviewPullTests.all)
        #expect(summary.collections.suffix(4).map(\.name) == ["metrics", "errors", "activity", "events"])
        #expect(summary.collections.allSatisfy { $0.state == .complete } && summary.problems == [])
        let (days, groups, activity, events) = try await world.mirror.read { mirror in
            (
                try mirror.metrics.days(from: "2023-11-10", config: PluginConfigID(1)), try mirror.errors.groups(),
                try mirror.activity.count(), try mirror.events.latest(ProjectID(1), limit: 9)
            )
        }
        #expect(days.map(\.day) == ["2023-11-10", "2023-11-11", "2023-11-12", "2023-11-13", "2023-11-14"])
        #expect(days.map(\.successes) == [7, 0, 0, 0, 90])
        #expect(groups.map(\.message) == ["no 'a'"] && groups.first?.pluginName == "Currency")
        #expect(activity == 1)
        #expect(events.map(\.id) == ["id-1"])
    }

    @Test func aSecondPullAsksOnlyForWhatCanHaveChanged() async throws {
        let world = try world()
        try await world.pull(options: ReviewPullTests.all)
        let before = try await world.reviewContents()
        world.transport.clear()
        let second = try await world.pull(options: ReviewPullTests.all)
        // Config 3 has counted nothing for a day; no error has moved.
        #expect(world.metricCalls == ["1 processEvent 2023-11-11", "2 exportEvents 2023-11-11"])
        #expect(world.transport.log.filter { $0.path.contains("error_details") } == [])
        #expect(world.transport.log.filter { $0.path.contains("activity") }.count == 1)
        #expect(world.transport.log.filter { $0.path.contains("/events/") }.count == 0, "a sample of this hour will do")
        #expect(second.collections.allSatisfy { $0.inserted == 0 })
        #expect(try await world.reviewContents() == before)
    }

    @Test func aFullPullAsksForEverythingAgain() async throws {
        let world = try world()
        try await world.pull(options: ReviewPullTests.all)
        world.transport.clear()
        try await world.pull(full: true, options: ReviewPullTests.all)
        #expect(world.metricCalls == ["1 processEvent -30d", "2 exportEvents -30d", "3 processEvent -30d"])
    }

    @Test func onlyAnErrorTypeThatHasMovedIsReadAgain() async throws {
        let world = try world()
        world.transport.change {
            $0.fail(1, "processEvent", "RangeError", "too big", at: "2023-11-14T19:00:00Z", uuid: "u2")
            $0.fail(2, "exportEvents", "RetryError", "HTTP 503", at: "2023-11-14T19:00:00Z", uuid: "u3")
        }
        try await world.pull(options: ReviewPullTests.all)
        world.transport.clear()
        world.transport.change { $0.fail(1, "processEvent", "RangeError", "too big again", at: "2023-11-14T21:00:00Z", uuid: "u4") }
        try await world.pull(options: ReviewPullTests.all)
        let calls = world.transport.log.filter { $0.path.contains("error_details") }
        #expect(calls.map(\.query) == ["category=processEvent&error_type=RangeError"])
        #expect(try await world.mirror.read { mirror in try mirror.errors.groups().map(\.count) }.sorted() == [1, 1, 1, 1])
    }

    @Test func detailsThatTheServerNoLongerShowsStay() async throws {
        let world = try world()
        try await world.pull(options: ReviewPullTests.all)
        world.transport.change { state in
            for index in 0..<25 {
                state.fail(1, "processEvent", "TypeError", "no 'b'", at: "2023-11-14T21:\(10 + index):00Z", uuid: "v\(index)")
            }
        }
        try await world.pull(options: ReviewPullTests.all)
        let group = try await world.mirror.read { mirror in try mirror.errors.groups().first }
        #expect(group?.count == 21)
        #expect(group?.hasMore == true)
        #expect(group?.firstSeen == Timestamp(iso8601: "2023-11-14T20:00:00Z"))
    }

    @Test func aQuietConfigIsNotAskedForDaysOnEndButIsWhenItWakesUp() async throws {
        let world = try world()
        try await world.pull(options: ReviewPullTests.all)
        for _ in 1...4 {
            world.advance(hours: 20)
            world.transport.clear()
            try await world.pull(options: ReviewPullTests.all)
            #expect(!world.metricCalls.contains { $0.hasPrefix("3 ") })
        }
        world.transport.change { $0.count(3, "processEvent", at: "2023-11-18T05:00:00Z", successes: 4, project: 2) }
        world.transport.clear()
        try await world.pull(options: ReviewPullTests.all)
        #expect(world.metricCalls.contains("3 processEvent 2023-11-11"))
        let days = try await world.mirror.read { mirror in try mirror.metrics.days(from: "2023-11-12", config: PluginConfigID(3)) }
        #expect(days.map(\.successes) == [0, 0, 0, 0, 0, 0, 4], "the days in between are zeros that were served, no gap")
    }

    @Test func aServerWithoutMetricsIsAskedOnceAndNothingIsLost() async throws {
        let world = try world()
        try await world.pull(options: ReviewPullTests.all)
        let before = try await world.reviewContents()
        world.transport.clear()
        world.transport.setFault { _, request in request.path.contains("app_metrics") ? ReviewPullTests.endpointMissing : nil }
        let summary = try await world.pull(options: ReviewPullTests.all)
        #expect(world.metricCalls.count == 1)
        #expect(summary.problems.map(\.kind) == [.notice])
        #expect(summary.collections.first { $0.name == "metrics" }?.state == .unreachable)
        #expect(try await world.reviewContents() == before)
    }

    @Test func eventsOfAProjectThatWasSwitchedMeanwhileAreNotStored() async throws {
        let world = try world()
        world.transport.setFault { _, request in request.path.hasSuffix("/events/") ? ReviewPullTests.endpointMissing : nil }
        world.transport.setBefore { _, request, state in
            if request.path == "/api/event/" { state.users[0].currentProjectID = 2 }
        }
        try await world.pull(options: ReviewPullTests.all)
        #expect(try await world.mirror.read { mirror in try mirror.events.count() } == 0)
    }

    @Test func aKeyThatMayNotReadErrorDetailsKeepsEverythingElse() async throws {
        let world = try world()
        world.transport.change { $0.fail(2, "exportEvents", "RetryError", "HTTP 503", at: "2023-11-14T19:00:00Z", uuid: "u3") }
        world.transport.setFault { _, request in
            request.path.contains("error_details") ? .refusal(403, detail: "This action does not support Personal API Key access") : nil
        }
        let summary = try await world.pull(options: ReviewPullTests.all)
        #expect(summary.problems.map(\.kind) == [.notice])
        #expect(world.transport.log.filter { $0.path.contains("error_details") }.count == 1)
        world.transport.clear()
        try await world.pull(options: ReviewPullTests.all)
        #expect(try await world.mirror.read { mirror in try mirror.errors.groups().count } == 2, "they are read when the key may")
    }

    @Test func aCategoryThatTheServerDoesNotKnowIsNoFailure() async throws {
        let world = try world()
        world.transport.change { $0.plugins[1]?.capabilities = ["methods": ["composeWebhook"]] }
        let summary = try await world.pull(options: ReviewPullTests.all)
        #expect(summary.problems == [])
        world.transport.clear()
        try await world.pull(options: ReviewPullTests.all)
        #expect(!world.metricCalls.contains { $0.contains("composeWebhook") })
    }

    @Test(arguments: [#"{"metrics":{}}"#, #"{"metrics":{"dates":["2023-11-14"],"successes":[],"successes_on_retry":[],"failures":[]},"errors":[]}"#])
    func anAnswerOfAnotherFormSpoilsOnlyItsConfig(body: String) async throws {
        let world = try world()
        world.transport.setFault { _, request in request.path.contains("app_metrics/1/") ? .body(body) : nil }
        let summary = try await world.pull(options: ReviewPullTests.all)
        #expect(summary.collections.first { $0.name == "metrics" }?.state == .incomplete)
        #expect(try await world.mirror.read { mirror in try mirror.metrics.series().map(\.configID.rawValue) } == [2, 3])
    }

    @Test func activityIsReadBackToTheFirstKnownEntryOverPages() async throws {
        let world = try world()
        world.transport.change { $0.log(230) }
        try await world.pull(options: ReviewPullTests.all)
        #expect(try await world.mirror.read { mirror in try mirror.activity.count() } == 230)
        world.transport.clear()
        world.transport.change { $0.log(3) }
        try await world.pull(options: ReviewPullTests.all)
        #expect(try await world.mirror.read { mirror in try mirror.activity.count() } == 233)
        #expect(world.transport.log.filter { $0.path.contains("activity") }.count == 1)
    }

    @Test func activityThatBrokeOffIsReadWholeNextTime() async throws {
        let world = try world()
        world.transport.change { $0.log(230) }
        world.transport.setFault { _, request in request.url.contains("page=2") ? .refused : nil }
        await #expect(throws: Problem.self) { try await world.pull(options: ReviewPullTests.all) }
        world.transport.clear()
        try await world.pull(options: ReviewPullTests.all)
        #expect(try await world.mirror.read { mirror in try mirror.activity.count() } == 230)
    }

    @Test func whoeverWantsNoEventsHasNone() async throws {
        let world = try world()
        try await world.pull(options: ReviewPullTests.all)
        #expect(try await world.mirror.read { mirror in try mirror.events.count() } == 1)
        world.transport.clear()
        let summary = try await world.pull(options: PullOptions(keepsEvents: false))
        #expect(try await world.mirror.read { mirror in try mirror.events.count() } == 0)
        #expect(world.transport.log.filter { $0.path.contains("/events/") } == [])
        #expect(!summary.collections.contains { $0.name == "events" })
    }

    @Test func eventsAreAskedForAgainAfterAnHourAndOnlyTheNewOnes() async throws {
        let world = try world()
        try await world.pull(options: ReviewPullTests.all)
        world.advance(hours: 2)
        world.transport.change { $0.capture(project: 1, "id-2", at: "2023-11-14T23:00:00Z") }
        world.transport.clear()
        try await world.pull(options: ReviewPullTests.all)
        let calls = world.transport.log.filter { $0.path.contains("/events/") }
        #expect(calls.map(\.query).sorted() == ["limit=100", "limit=100", "limit=100&after=2023-11-14T20%3A00%3A00.000Z"])
        #expect(try await world.mirror.read { mirror in try mirror.events.latest(ProjectID(1), limit: 9).map(\.id) } == ["id-2", "id-1"])
    }

    @Test func eventsAreForgottenAfterTheirTime() async throws {
        let world = try world()
        try await world.pull(options: ReviewPullTests.all)
        world.transport.change { $0.events = [] }
        world.advance(hours: 29 * 24)
        try await world.pull(options: ReviewPullTests.all)
        #expect(try await world.mirror.read { mirror in try mirror.events.count() } == 1)
        world.advance(hours: 25)
        try await world.pull(options: ReviewPullTests.all)
        #expect(try await world.mirror.read { mirror in try mirror.events.count() } == 0)
    }

    @Test func aPullOfOneProjectAsksForThatOneAndMakesNothingElseFresh() async throws {
        let world = try world()
        let puller = Puller(api: world.api(), mirror: world.mirror, now: world.now)
        _ = try await puller.pull { projects throws(Problem) in projects.filter { $0.id == ProjectID(2) } }
        #expect(world.metricCalls == ["3 processEvent -30d"])
        #expect(try await world.mirror.read { mirror in try mirror.freshness.row("metrics") } == nil)
    }

    @Test func aPullStoppedAtAnyRequestGoesOnAndEndsTheSame() async throws {
        let whole = try world()
        whole.transport.change { $0.log(120) }
        try await whole.pull(options: ReviewPullTests.all)
        let expected = try await whole.reviewContents()
        for stop in 1...whole.transport.log.count {
            let world = try world()
            world.transport.change { $0.log(120) }
            world.transport.setFault { number, _ in number >= stop ? .refused : nil }
            await #expect(throws: Problem.self) { try await world.pull(options: ReviewPullTests.all) }
            let read = Set(world.storedMetricCalls(before: stop))
            world.transport.clear()
            try await world.pull(options: ReviewPullTests.all)
            #expect(try await world.reviewContents() == expected, "stopped at request \(stop)")
            #expect(read.isDisjoint(with: world.metricCalls), "what was read before request \(stop) is not read again")
        }
    }
}

extension SyncWorld {
    /// "config category date_from" of each call for figures.
    var metricCalls: [String] { transport.log.compactMap(SyncWorld.metricCall).sorted() }

    /// Those that were answered: all before the request that broke.
    fileprivate func storedMetricCalls(before stop: Int) -> [String] { transport.log.prefix(stop - 1).compactMap(SyncWorld.metricCall) }

    private static func metricCall(_ record: InstanceTransport.Record) -> String? {
        let parts = record.path.split(separator: "/")
        guard parts.count == 5, parts[3] == "app_metrics" else { return nil }
        let values = record.query.split(separator: "&").map { $0.split(separator: "=").last ?? "" }
        return "\(parts[4]) \(values.joined(separator: " "))"
    }

    /// All that the review part of a pull stores but when it looked, as one text.
    func reviewContents() async throws -> String {
        try await mirror.read { mirror in
            var lines = try mirror.metrics.days(from: "").map { "\($0)" }
            lines += try mirror.metrics.series().map { "\($0.configID) \($0.category) \($0.lastDay ?? "-")" }
            for group in try mirror.errors.groups() {
                lines.append("\(group.pluginName) \(group.name) \(group.message) \(group.count) \(group.firstSeen)")
                lines += try mirror.errors.occurrences(group.id, limit: 99).map { "\($0)" }
            }
            lines.append("\(try mirror.errorTypes.unread())")
            lines.append("\(try mirror.activity.count()) \(try mirror.events.latest(ProjectID(1), limit: 99))")
            return lines.joined(separator: "\n")
        }
    }
}

extension DemoState {
    mutating func count(
        _ config: Int64, _ category: String, at time: String, successes: Int64 = 0, retries: Int64 = 0, failures: Int64 = 0, project: Int64 = 1
    ) {
        metrics.append(DemoMetric(JSONObject([
            .init(key: "team_id", value: JSONValue(project)), .init(key: "plugin_config_id", value: JSONValue(config)),
            .init(key: "timestamp", value: .string(time)), .init(key: "category", value: .string(category)),
            .init(key: "successes", value: JSONValue(successes)), .init(key: "successes_on_retry", value: JSONValue(retries)),
            .init(key: "failures", value: JSONValue(failures)),
        ])))
    }

    mutating func fail(_ config: Int64, _ category: String, _ type: String, _ message: String, at time: String, uuid: String, project: Int64 = 1) {
        let details: JSONValue = [
            "error": ["name": .string(type), "message": .string(message), "stack": .string("\(type)\n    at processEvent (index.js:4:32)")],
            "event": ["event": "$pageview", "distinct_id": "u1"],
        ]
        metrics.append(DemoMetric(JSONObject([
            .init(key: "team_id", value: JSONValue(project)), .init(key: "plugin_config_id", value: JSONValue(config)),
            .init(key: "timestamp", value: .string(time)), .init(key: "category", value: .string(category)),
            .init(key: "failures", value: 1), .init(key: "error_type", value: .string(type)), .init(key: "error_uuid", value: .string(uuid)),
            .init(key: "error_details", value: JSONValue(errorDetails.count)),
        ])))
        errorDetails.append(details.text)
    }

    mutating func capture(project: Int64, _ id: String, at time: String) {
        events.append(DemoEvent(
            projectID: project, id: id, name: "order", distinctID: "u1", at: DemoInstant(time) ?? DemoInstant(microseconds: 0),
            properties: ["amount": 5]))
    }

    /// That many changes of config 1, each a second after the one before.
    mutating func log(_ count: Int) {
        for _ in 0..<count {
            let at = DemoInstant(microseconds: 1_699_900_000_000_000 + Int64(activity.count) * 1_000_000)
            activity.append(DemoActivity(
                projectID: users[0].currentProjectID, userID: users[0].id, activity: "config_updated", scope: "PluginConfig", itemID: "1", createdAt: at))
        }
    }
}
