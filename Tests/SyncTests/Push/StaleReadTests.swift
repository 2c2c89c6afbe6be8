import DemoInstance
import Models
import Storage
import Sync
import Synchronization
import Testing

/// What is sent was made from what was read right before; and silence of the instance is not taken for an answer.
@Suite struct StaleReadTests {
    private func edited() async throws -> SyncWorld {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.clear()
        return world
    }

    @Test func aThrottledWriteIsMadeAnewAndSeesWhatSomebodySavedMeanwhile() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        let writes = Seen()
        world.transport.setFault { _, request in
            guard request.method == .patch else { return nil }
            writes.note(request)
            return writes.count == 1 ? .refusal(429, detail: "Request was throttled.") : nil
        }
        world.transport.setBefore { _, _, state in if writes.count == 1 { state.set(1, "endpoint", "theirs") } }
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.moved])
        #expect(writes.count == 1)
        #expect(world.transport.state.stored(1, "endpoint") == "theirs")
        #expect(try await world.edits().map(\.state) == [.pending])
    }

    @Test(arguments: [InstanceTransport.Fault.refusal(429, detail: "Request was throttled."), .refused])
    func aWriteThatDidNothingIsSentAgainAfterANewReRead(fault: InstanceTransport.Fault) async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        let writes = Seen()
        world.transport.setFault { _, request in
            guard request.method == .patch else { return nil }
            writes.note(request)
            return writes.count == 1 ? fault : nil
        }
        #expect(try await world.push().summary.isComplete)
        #expect(writes.count == 2)
        #expect(world.transport.pushLog.suffix(4).map(\.method) == ["PATCH", "GET", "PATCH", "GET"])
        #expect(world.transport.state.stored(1, "region") == "eu")
    }

    @Test func anInstanceThatThrottlesEveryWriteIsLeftAloneAndTheEditKept() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.setFault { _, request in request.method == .patch ? .refusal(429, detail: "Request was throttled.") : nil }
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.refused])
        #expect(summary.problems.map(\.code) == ["rate-limited"])
        #expect(world.transport.writes.count == 20)
        #expect(try await world.edits().map(\.state) == [.pending])
        #expect(try await world.mirror.read { mirror in try mirror.journal.unsettled() } == [])
    }

    /// The machine sleeps right after the re-read; meanwhile a colleague saves.
    @Test func aMachineThatSleptBetweenReadingAndWritingReadsAgain() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        let planned = try await world.plan().plan
        let slept = Mutex(false)
        let pusher = Pusher(api: world.api(), mirror: world.mirror, now: { [now = world.now] in
            // The re-read before the step is the second: the first is that of all preconditions.
            if world.transport.log.count == 2, !slept.withLock({ $0 }) {
                slept.withLock { $0 = true }
                _ = now()
                world.transport.change { $0.set(1, "endpoint", "theirs") }
                return now()
            }
            return slept.withLock { $0 } ? Timestamp(milliseconds: now().milliseconds + 3_600_000) : now()
        })
        let summary = try await pusher.push(planned)
        #expect(slept.withLock { $0 })
        #expect(summary.steps.map(\.state) == [.moved])
        #expect(world.transport.writes == [])
        #expect(world.transport.state.stored(1, "endpoint") == "theirs")
    }

    @Test func aLostCreateIsNotTakenForMissingByAKeyThatLostItsAccess() async throws {
        let world = try await edited()
        _ = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: false)
        let writes = Seen()
        world.transport.setFault { _, request in
            writes.note(request)
            return request.method == .post ? .answerLost : writes.count == 0 ? nil : .refused
        }
        #expect(try await world.push().summary.steps.map(\.state) == [.unknown])
        world.transport.clear()
        world.transport.change { $0.organizations[0].pluginsAccessLevel = 0 }
        let pulled = try await world.pull()
        #expect(pulled.problems.map(\.code).contains("step-open"))
        #expect(try await world.mirror.read { mirror in try mirror.journal.unsettled().count } == 1)
        world.transport.change { $0.organizations[0].pluginsAccessLevel = 9 }
        try await world.pull()
        #expect(try await world.mirror.read { mirror in try mirror.journal.unsettled().count } == 0)
        #expect(try await world.edits() == [])
        #expect(world.transport.state.configs.values.count { $0.projectID == 3 } == 1)
    }

    @Test func aStepThatCanNotBeSettledKeepsOnlyItsOwnSubjectFromBeingPushed() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(3, .key("region"), .value("us"))
        let writes = Seen()
        world.transport.setFault { _, request in
            writes.note(request)
            return request.path.hasSuffix("/1/") && writes.count > 0 ? .lostOnTheWay : nil
        }
        _ = try await world.push()
        world.transport.clear()
        // Config 1 answers 500 from now on.
        world.transport.setFault { _, request in request.path.hasSuffix("/plugin_configs/1/") ? .status(500, afterActing: false) : nil }
        let pulled = try await world.pull()
        #expect(pulled.problems.map(\.code).contains("step-open"))
        await #expect { _ = try await world.push() } throws: { ($0 as? Problem)?.code == "step-open" }
        let pusher = Pusher(api: world.api(), mirror: world.mirror, now: world.now)
        #expect(try await pusher.settle().open.keys.sorted() == ["config:1"])
        let plan = try await world.plan().plan
        await #expect { _ = try await pusher.push(plan) } throws: { ($0 as? Problem)?.code == "step-open" }
        let others = Plan(steps: plan.steps.filter { $0.subject != "config:1" })
        #expect(try await pusher.push(others).isComplete)
        #expect(world.transport.state.stored(3, "region") == "us")
    }

    @Test func aCreateWithoutValuesDoesNotAdoptARowThatMayBeSomebodyElses() throws {
        let config: JSONValue = ["id": 9, "plugin": 1, "team_id": 1, "enabled": false, "order": 1, "config": [:]]
        var theirs = try #require(config.object)
        theirs["order"] = 7
        let redaction = SecretRedaction(key: [1])
        let expected = try PluginConfig(config, secretKeys: [], redaction: redaction).content
        let actual = try PluginConfig(.object(theirs), secretKeys: [], redaction: redaction).content
        #expect(Settlement.decide(before: nil, expected: expected, actual: actual, sent: []) == .undecidable)
    }
}
