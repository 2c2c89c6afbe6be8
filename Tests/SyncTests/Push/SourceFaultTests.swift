import CFaultyVFS
import DemoInstance
import Models
import Storage
import Sync
import Testing

/// Every fault at every request of a push with code in it: the right end, and nothing sent twice.
@Suite struct SourceFaultTests {
    private func edited() async throws -> SyncWorld {
        let world = try await SyncWorld.coded()
        let schema: JSONValue = .array((SyncWorld.arraySchema.array ?? []) + [["key": "limit", "type": "string"]])
        try await world.editCode("plugin.json", SyncWorld.manifest("Renamed", schema))
        try await world.editCode("index.ts", "new code")
        try await world.editCode("site.ts", nil)
        try await world.edit(1, .key("limit"), .value("5"))
        return world
    }

    private func expectMeant(_ world: SyncWorld, _ name: String) {
        #expect(world.storedCode("index.ts") == "new code", "\(name)")
        #expect(world.storedNames() == ["frontend.tsx", "index.ts", "plugin.json"], "\(name)")
        #expect(world.transport.state.plugins[1]?.name == "Renamed", "\(name)")
        #expect(world.transport.state.plugins[1]?.configSchema.array?.count == 7, "\(name)")
        #expect(world.transport.state.stored(1, "limit") == "5", "\(name)")
        #expect(world.transport.state.stored(1, "apiKey") == "sk_live_1", "\(name)")
    }

    @Test func anyFaultOfAnyRequestIsMadeUpForByTheNextPush() async throws {
        let prepared = await PreparedWorld(try await edited())
        let straight = try prepared.copy()
        #expect(try await straight.push().summary.isComplete)
        expectMeant(straight, "straight")
        #expect(straight.transport.writes.count == 2)
        let faults: [InstanceTransport.Fault] = [
            .refused, .lostOnTheWay, .answerLost, .html, .status(500, afterActing: false), .status(500, afterActing: true),
            .status(502, afterActing: true),
        ]
        for number in 1...straight.transport.log.count {
            for fault in faults {
                let name = "request \(number), \(fault)"
                let world = try prepared.copy()
                let acted = ActedWrites(world.transport)
                world.transport.setFault { request, _ in request == number ? fault : nil }
                try await world.pushUntilDone(name)
                expectMeant(world, name)
                #expect(acted.count == 2, "\(name): a write that took effect was sent again")
                #expect(try await world.codeEdits().isEmpty, "\(name)")
            }
        }
    }

    @Test func aPushThatDiedAtAnyRequestIsSettledByAnotherProcess() async throws {
        let prepared = await PreparedWorld(try await edited())
        let straight = try prepared.copy()
        try await straight.push()
        for number in 1...straight.transport.pushLog.count {
            for first in [InstanceTransport.Fault.answerLost, .lostOnTheWay] {
                let name = "from request \(number), \(first)"
                let world = try prepared.copy()
                let acted = ActedWrites(world.transport)
                world.transport.setFault { request, _ in request == number ? first : request > number ? .refused : nil }
                do {
                    let summary = try await world.push().summary
                    #expect(!summary.isComplete, "\(name)")
                } catch is Problem {}
                world.transport.setFault { _, _ in nil }
                let restarted = try await world.restarted()
                try await restarted.pushUntilDone(name)
                expectMeant(restarted, name)
                #expect(acted.count == 2, "\(name)")
            }
        }
    }

    @Test func aLostAnswerIsSettledByAPullToo() async throws {
        let world = try await edited()
        let plan = try await world.plan().plan
        let counter = Seen()
        world.transport.setFault { _, request in
            if request.method == .patch { counter.note(request) }
            return request.method == .patch ? .answerLost : counter.count > 0 ? .refused : nil
        }
        let summary = try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).push(plan)
        #expect(summary.problems.map(\.code).first == "outcome-unknown")
        #expect(try await world.codeEdits().allSatisfy { $0.state == .inFlight })
        world.transport.clear()
        let pulled = try await world.pull()
        #expect(pulled.problems.contains { $0.code == "step-settled" && $0.subject == "plugin:1" && $0.message.contains("had arrived") })
        #expect(try await world.codeEdits() == [])
        #expect(try await world.push().summary.isComplete)
        expectMeant(world, "settled by a pull")
    }

    @Test func aPushWhoseDiskFailsAnywhereSendsNothingTwice() async throws {
        let vfs = try #require(faulty_vfs_create("source-push"))
        defer { faulty_vfs_destroy(vfs) }
        var environment = SyncWorld.environment
        environment.vfs = "source-push"
        var fired = 0
        let prepared = await PreparedWorld(try await edited())
        for n in stride(from: 1, to: 10_000, by: 7) {
            let name = "operation \(n)"
            let world = try prepared.copy(environment: environment)
            let acted = ActedWrites(world.transport)
            faulty_vfs_arm(vfs, Int32(n), FAULTY_FULL, 1)
            do {
                try await world.push()
            } catch is Problem {}
            let failures = faulty_vfs_failures(vfs)
            faulty_vfs_arm(vfs, 0, FAULTY_FULL, 0)
            let restarted = try await world.restarted()
            try await restarted.pushUntilDone(name)
            expectMeant(restarted, name)
            #expect(acted.count == 2, "\(name)")
            await restarted.mirror.close()
            if failures == 0 { break }
            fired += 1
        }
        #expect(fired > 5, "the faults did not reach the push")
    }
}
