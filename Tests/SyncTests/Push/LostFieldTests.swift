import DemoInstance
import Models
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Sync

/// A colleague saves in the moment between our re-read and our write: what that undoes is found out and offered.
@Suite struct LostFieldTests {
    /// Our edit is of the region, or whatever is given; the colleague acts right before the instance acts on our write.
    private func pushed(
        _ field: ConfigField = .key("region"), _ input: EditTable.Input = .value("eu"), against theirs: DemoRequest,
        before: @escaping @Sendable (inout DemoState) -> Void = { _ in }
    ) async throws -> (SyncWorld, PushSummary) {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.clear()
        try await world.edit(1, field, input)
        world.transport.setColleague { _, request in request.method == .patch ? theirs : nil }
        world.transport.setBefore { _, request, state in if request.method == .patch { before(&state) } }
        let summary = try await world.push().summary
        world.transport.clear()
        return (world, summary)
    }

    private func form(_ name: String, _ value: String) -> DemoRequest { .colleague(1, name, value) }

    private func theirConfig(_ change: (inout JSONObject) -> Void) throws -> DemoRequest {
        var config: JSONObject = try #require(try SyncWorld.instance().configs[1]?.config.object)
        config["apiKey"] = nil
        change(&config)
        return form("config", JSONValue.object(config).text)
    }

    private func offered(_ world: SyncWorld) async throws -> [LostField] {
        try await world.mirror.read { mirror in try LostField.open(in: mirror) }
    }

    @Test func whatOurSaveHasUndoneIsOfferedAndNotWritten() async throws {
        let (world, summary) = try await pushed(against: try theirConfig { $0["endpoint"] = "https://theirs.example.com" })
        #expect(summary.isComplete)
        #expect(world.transport.state.stored(1, "region") == "eu")
        #expect(world.transport.state.stored(1, "endpoint") == "https://a.example.com", "our whole row has undone it")
        #expect(summary.problems.map(\.code) == ["lost-field"])
        #expect(summary.problems.first?.message.hasPrefix("member@example.com saved endpoint of Currency@") == true)
        #expect(summary.problems.first?.next == "phsync heal config:1")
        let lost = try await offered(world)
        #expect(lost.map(\.field) == [.key("endpoint")] && lost.map(\.value) == ["https://theirs.example.com"])
        #expect(try await world.edits().isEmpty, "nothing is edited by itself")
        #expect(try await world.push().summary.steps.isEmpty && world.transport.writes.isEmpty)
    }

    /// The server reads the row for our request, they save, and then the server saves ours: their switch is undone too.
    @Test func aSwitchThatTheServerItselfHasUndoneIsOffered() async throws {
        let known = try #require(try SyncWorld.instance().configs[1])
        let (world, _) = try await pushed(against: form("enabled", "false")) { $0.configs[1] = known }
        #expect(world.transport.state.configs[1]?.isEnabled == true)
        #expect(try await offered(world).map(\.field) == [.enabled])
        #expect(try await offered(world).map(\.value) == [false])
    }

    @Test func aKeyThatTheyHaveTakenAwayIsOfferedAsThat() async throws {
        let (world, _) = try await pushed(against: try theirConfig { $0["endpoint"] = nil })
        let lost = try await offered(world)
        #expect(lost.map(\.field) == [.key("endpoint")] && lost.map(\.value) == [nil])
    }

    @Test func whatTheirSaveKeepsIsNotOffered() async throws {
        // Our write carries no config, so theirs stays.
        let (world, summary) = try await pushed(.order, .value(7), against: try theirConfig { $0["endpoint"] = "https://theirs.example.com" })
        #expect(world.transport.state.stored(1, "endpoint") == "https://theirs.example.com")
        #expect(try await offered(world).isEmpty)
        #expect(summary.problems.map(\.code) == ["changed-meanwhile"])
    }

    @Test func ourOwnFieldAndAValueThatTheyPutBackAreNoLoss() async throws {
        let (world, _) = try await pushed(against: try theirConfig { $0["region"] = "asia" })
        #expect(try await offered(world).isEmpty, "it is the field that we meant to write")
        let (same, _) = try await pushed(against: form("enabled", "true"))
        #expect(try await offered(same).isEmpty)
    }

    @Test func aSecretOfTheirsIsNeverKept() async throws {
        let (world, _) = try await pushed(against: try theirConfig { $0["token2"] = "sk_theirs" })
        #expect(try await offered(world).isEmpty)
        #expect(try await !world.everythingStored().contains("sk_theirs"))
    }

    @Test func anOfferEndsWhenSomebodySavesTheFieldAgain() async throws {
        let (world, _) = try await pushed(against: try theirConfig { $0["endpoint"] = "https://theirs.example.com" })
        world.transport.change { $0.set(1, "endpoint", "https://third.example.com") }
        try await world.pull()
        #expect(try await offered(world).isEmpty)
    }

    /// What the log names last is not what is there: somebody, or the instance itself, has gone on without an entry.
    @Test func aFieldThatIsNeitherTheirsNorWhatWeReadIsNotOffered() async throws {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.clear()
        try await world.edit(1, .key("region"), .value("eu"))
        let theirs = try theirConfig { $0["endpoint"] = "https://theirs.example.com" }
        world.transport.setColleague { _, request in request.method == .patch ? theirs : nil }
        let sent = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .patch { return sent.note(request) }
            if sent.count == 1 { state.set(1, "endpoint", "https://third.example.com") }
        }
        #expect(try await world.push().summary.steps.map(\.state) == [.appliedAmongOthers(["endpoint"])])
        #expect(try await offered(world).isEmpty)
    }

    @Test func anOlderEntryOfTheLogIsNoLoss() async throws {
        let world = try SyncWorld()
        world.transport.change { state in
            state.activity.append(DemoActivity(
                projectID: 1, userID: 3, activity: "disabled", scope: "PluginConfig", itemID: "1",
                createdAt: DemoInstant(microseconds: 1_699_999_990_000_000)))
        }
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        #expect(try await world.push().summary.problems.isEmpty)
        #expect(try await offered(world).isEmpty, "the instance may have switched it on again by itself since")
    }

    @Test func aLogThatCantBeReadFailsNothing() async throws {
        for fault in [InstanceTransport.Fault.refused, .forbidden, .html, .body("[]"), .refusal(404, detail: "Not found.")] {
            let world = try SyncWorld()
            try await world.pull()
            try await world.edit(1, .key("region"), .value("eu"))
            world.transport.setFault { _, request in request.path.hasSuffix("/activity/") ? fault : nil }
            let summary = try await world.push().summary
            #expect(summary.isComplete && summary.problems.allSatisfy { $0.kind == .notice }, "\(fault)")
            #expect(try await offered(world).isEmpty)
        }
    }

    @Test(arguments: [500, 502]) func aLogThatFailsIsSaid(status: Int) async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.setFault { _, request in request.path.hasSuffix("/activity/") ? .status(status, afterActing: false) : nil }
        #expect(try await world.push().summary.problems.map(\.code) == ["not-looked"])
    }

    @Test func theLogIsAskedOncePerPushAndOnlyAfterAWrite() async throws {
        let world = try await SyncWorld.edited()
        try await world.push()
        #expect(world.transport.log.count { $0.path.hasSuffix("/activity/") } == 1)
        world.transport.clear()
        try await world.push()
        #expect(world.transport.log.isEmpty)
    }
}
