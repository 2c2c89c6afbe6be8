import DemoInstance
import Models
import Storage
import Sync
import TestSupport
import Testing

/// A write whose answer was lost, and a config that shows what it showed before: it never arrived, or somebody has set it back.
@Suite struct ArrivalTests {
    private let patch = { @Sendable (request: HTTPRequest) in request.method == .patch }

    private func world(_ change: (inout DemoState) -> Void = { _ in }) async throws -> SyncWorld {
        var state = try SyncWorld.instance()
        change(&state)
        let world = try SyncWorld(state)
        try await world.pull()
        return world
    }

    /// Pushes and dies at the write: its answer is lost, and nothing reaches the instance any more.
    private func pushAndDie(_ world: SyncWorld, arrives: Bool) async throws {
        let wrote = Seen()
        world.transport.setFault { [patch] _, request in
            if patch(request) { wrote.note(request) }
            return wrote.count == 0 ? nil : patch(request) ? (arrives ? .answerLost : .lostOnTheWay) : .refused
        }
        #expect(try await world.push().summary.steps.map(\.state) == [.unknown])
        world.transport.clear()
        world.transport.advance(seconds: 10)
    }

    private func settle(_ world: SyncWorld) async throws -> (notices: [Problem], open: [String: Problem]) {
        try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).settle()
    }

    @Test func theLogTellsThatItArrivedAndTheEditIsAConflict() async throws {
        let world = try await world()
        try await world.edit(1, .enabled, .value(false))
        try await pushAndDie(world, arrives: true)
        #expect(world.transport.serve(.colleague(1, "enabled", "true")).status == 200)
        #expect(try await settle(world).notices.map(\.message).first?.contains("somebody has saved since, so whether it had arrived can't be told") == true)
        #expect(try await world.plan().problems.map(\.kind) == [.conflict])
        #expect(world.transport.writes.isEmpty)
    }

    @Test func whatTheLogDoesNotKnowNeverArrived() async throws {
        let world = try await world()
        try await world.edit(1, .enabled, .value(false))
        try await pushAndDie(world, arrives: false)
        #expect(world.transport.serve(.colleague(1, "order", "7")).status == 200)
        #expect(try await settle(world).notices.map(\.message).first?.contains("it had not arrived") == true)
        #expect(try await world.plan().plan.steps.count == 1)
        try await world.pushUntilDone("again")
        #expect(world.transport.state.configs[1]?.isEnabled == false)
    }

    /// An entry that the mirror knew when the write was sent is of an older one.
    @Test(arguments: [true, false]) func anOlderPushOfTheSameValueIsNotTakenForIt(isLogPulled: Bool) async throws {
        let world = try await world()
        try await world.edit(1, .enabled, .value(false))
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.serve(.colleague(1, "enabled", "true")).status == 200)
        try await world.pull(options: PullOptions(parts: isLogPulled ? [.sources, .activity] : [.sources]))
        try await world.edit(1, .enabled, .value(false))
        try await pushAndDie(world, arrives: false)
        _ = try await settle(world)
        // Without the log of then nobody can tell, and a person decides.
        #expect(try await world.plan().problems.map(\.kind) == (isLogPulled ? [] : [.conflict]))
    }

    @Test(arguments: [InstanceTransport.Fault.refused, .status(502, afterActing: false), .refusal(503, detail: "Try again.")])
    func aLogThatCanNotBeReadNowKeepsTheStepOpen(fault: InstanceTransport.Fault) async throws {
        let world = try await world()
        try await world.edit(1, .enabled, .value(false))
        try await pushAndDie(world, arrives: true)
        #expect(world.transport.serve(.colleague(1, "enabled", "true")).status == 200)
        world.transport.setFault { _, request in request.path.hasSuffix("/activity/") ? fault : nil }
        #expect(try await settle(world).open.keys.sorted() == ["config:1"])
        await #expect { try await world.push() } throws: { ($0 as? Problem)?.code == "step-open" }
        #expect(world.transport.writes.isEmpty)
        world.transport.clear()
        _ = try await settle(world)
        #expect(try await world.plan().problems.map(\.kind) == [.conflict], "it may have arrived")
        #expect(world.transport.writes.isEmpty)
    }

    @Test(arguments: [InstanceTransport.Fault.forbidden, .refusal(500, detail: "A server error occurred."), .refusal(404, detail: "Not found.")])
    func aLogThatIsNotServedStopsNothing(fault: InstanceTransport.Fault) async throws {
        let world = try await world()
        try await world.edit(1, .enabled, .value(false))
        try await pushAndDie(world, arrives: false)
        world.transport.setFault { _, request in request.path.hasSuffix("/activity/") ? fault : nil }
        try await world.pushUntilDone("again")
        #expect(world.transport.state.configs[1]?.isEnabled == false)
    }

    /// The log tells neither key nor value of a secret: an entry like it may be of an older push, and a new secret would be lost.
    @Test func aSecretIsSentAgainWhateverTheLogTells() async throws {
        let world = try await world()
        try await world.edit(1, .key("apiKey"), .secret(Secret("first")))
        #expect(try await world.push().summary.isComplete)
        try await world.edit(1, .key("apiKey"), .secret(Secret("second")))
        try await pushAndDie(world, arrives: false)
        try await world.pushUntilDone("again")
        #expect(world.transport.state.stored(1, "apiKey") == "second")
    }

    /// A value beside the secret that looks like an older push of it makes a conflict, and keeps the secret.
    @Test func aSecretBesideAValueThatTheLogKnowsIsKept() async throws {
        let world = try await world()
        try await world.edit(1, .enabled, .value(false))
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.serve(.colleague(1, "enabled", "true")).status == 200)
        try await world.pull()
        try await world.edit(1, .enabled, .value(false))
        try await world.edit(1, .key("apiKey"), .secret(Secret("second")))
        try await pushAndDie(world, arrives: false)
        _ = try await settle(world)
        #expect(try await world.plan().problems.map(\.kind) == [.conflict])
        let now = world.now()
        try await world.mirror.write { mirror in _ = try Resolution.local.apply(to: PluginConfigID(1), fields: nil, in: mirror, at: now) }
        try await world.pushUntilDone("decided")
        #expect(world.transport.state.stored(1, "apiKey") == "second" && world.transport.state.configs[1]?.isEnabled == false)
    }

    /// The server saves files after the values, and logs the values before the files.
    @Test func aFileIsSentAgainWhateverTheLogTellsOfTheValues() async throws {
        let file = EditTable.Input.file(NewFile(name: "a.csv", contentType: "text/csv", bytes: Array("old".utf8)))
        let world = try await world()
        try await world.edit(1, .attachment("file"), file)
        try await world.edit(1, .enabled, .value(false))
        #expect(try await world.push().summary.isComplete)
        try await world.edit(1, .attachment("file"), .file(NewFile(name: "a.csv", contentType: "text/csv", bytes: Array("new".utf8))))
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.setFault { [patch] _, request in
            patch(request) ? .halfDone { state in state.set(1, "region", "eu") } : nil
        }
        _ = try await world.push()
        world.transport.clear()
        try await world.pushUntilDone("again")
        #expect(world.transport.state.attachments[1]?.map(\.bytes) == [Array("new".utf8)])
    }
}

/// The same on servers that stamp a config with the time of its last save.
@Suite struct ArrivalByStampTests {
    private enum Since: CaseIterable {
        case nothing, ours, theirs
    }

    /// A config that has a stamp, an edit of it whose answer was lost, and what happened on the instance; no log is served.
    private func died(_ since: Since, _ field: ConfigField, _ input: EditTable.Input) async throws -> SyncWorld {
        var state = try SyncWorld.instance()
        DemoVariant.severalConfigs.apply(to: &state)
        let world = try SyncWorld(state)
        #expect(world.transport.serve(.colleague(1, "enabled", "true")).status == 200)
        try await world.pull()
        try await world.edit(1, field, input)
        let wrote = Seen()
        world.transport.setFault { _, request in
            if request.method == .patch { wrote.note(request) }
            return wrote.count == 0 ? nil : request.method == .patch ? (since == .ours ? .answerLost : .lostOnTheWay) : .refused
        }
        #expect(try await world.push().summary.steps.map(\.state) == [.unknown])
        world.transport.clear()
        world.transport.advance(seconds: 10)
        if since == .theirs { #expect(world.transport.serve(.colleague(1, "order", "1")).status == 200) }
        if since == .ours { #expect(world.transport.serve(.colleague(1, "enabled", "true")).status == 200) }
        world.transport.setFault { _, request in request.path.hasSuffix("/activity/") ? .forbidden : nil }
        return world
    }

    @Test func theSameStampMeansThatNothingArrived() async throws {
        let world = try await died(.nothing, .enabled, .value(false))
        try await world.pushUntilDone("again")
        #expect(world.transport.state.configs[1]?.isEnabled == false)
    }

    @Test(arguments: [true, false]) func anotherStampIsAConflictWhoeverSaved(isOurs: Bool) async throws {
        let world = try await died(isOurs ? .ours : .theirs, .enabled, .value(false))
        _ = try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).settle()
        #expect(try await world.plan().problems.map(\.kind) == [.conflict])
        #expect(world.transport.writes.isEmpty)
    }

    /// That it did not arrive is possible, and a secret that is not sent would be lost.
    @Test func aSecretBehindAnotherStampIsSentAgain() async throws {
        let world = try await died(.theirs, .key("apiKey"), .secret(Secret("ours")))
        try await world.pushUntilDone("again")
        #expect(world.transport.state.stored(1, "apiKey") == "ours")
    }
}
