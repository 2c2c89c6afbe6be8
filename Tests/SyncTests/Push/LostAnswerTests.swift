import DemoInstance
import Models
import Storage
import Sync
import TestSupport
import Testing

/// "After a lost answer or `kill -9` at any step the next push settles it and sends nothing twice."
@Suite struct LostAnswerTests {
    /// Of the two kinds of servers one takes a second create for a change, the other makes a second config.
    static let servers = ["2023-11", "1.26"]

    private func edited(_ server: String) async throws -> PreparedWorld {
        await PreparedWorld(try await SyncWorld.edited(server == "1.26" ? SyncWorld.oldInstance() : SyncWorld.instance()))
    }

    private func expectMeant(_ world: SyncWorld, _ name: String) { world.expectMeant(name) }

    @Test(arguments: servers) func anyFaultOfAnyRequestIsMadeUpForByTheNextPush(server: String) async throws {
        let prepared = try await edited(server)
        let straight = try prepared.copy()
        #expect(try await straight.push().summary.isComplete)
        expectMeant(straight, "straight")
        let requests = straight.transport.log.count
        let writes = straight.transport.writes.count
        #expect(writes == 5)
        let faults: [InstanceTransport.Fault] = [
            .refused, .lostOnTheWay, .answerLost, .html, .status(500, afterActing: false), .status(500, afterActing: true),
            .status(502, afterActing: true),
        ]
        for number in 1...requests {
            for fault in faults {
                let name = "request \(number), \(fault)"
                let world = try prepared.copy()
                let acted = ActedWrites(world.transport)
                world.transport.setFault { request, _ in request == number ? fault : nil }
                try await world.pushUntilDone(name)
                expectMeant(world, name)
                #expect(acted.creates == 1, "\(name)")
                #expect(acted.count == writes, "\(name): a write that took effect was sent again")
                #expect(try await world.edits() == [], "\(name)")
                let stored = try await world.everythingStored()
                #expect(!stored.contains("sk_new") && !stored.contains("file_new"), "\(name)")
            }
        }
    }

    @Test(arguments: servers) func aNetworkThatDiesAtAnyRequestLeavesAJournalThatTheNextPushFinishes(server: String) async throws {
        let prepared = try await edited(server)
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
                try await world.pushUntilDone(name)
                expectMeant(world, name)
                #expect(acted.creates == 1, "\(name)")
                #expect(try await world.edits() == [], "\(name)")
            }
        }
    }

    /// The only write that can't be told from outside: one secret in the place of another, and nothing else.
    @Test func aLoneSecretWhoseAnswerWasLostIsSentAgainAndSaidSo() async throws {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.clear()
        try await world.edit(1, .key("apiKey"), .secret(Secret("sk_new")))
        world.transport.setFault { _, request in request.method == .patch ? .answerLost : nil }
        let summary = try await world.push().summary
        #expect(summary.problems.map(\.code) == ["secret-undecided"])
        world.transport.setFault { _, _ in nil }
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(1, "apiKey") == "sk_new")
        #expect(try await !world.everythingStored().contains("sk_new"))
    }
}
