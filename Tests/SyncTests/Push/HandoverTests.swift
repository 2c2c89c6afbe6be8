import DemoInstance
import Models
import Storage
import Sync
import Testing

/// Instances of 2025 may make a hog function in the place of a config, and answer the create with a null id.
@Suite struct HandoverTests {
    /// A draft of a plugin that has a template, or of one that has none, with its enabling.
    private func drafted(template: Bool = true) async throws -> SyncWorld {
        var state = try SyncWorld.instance()
        DemoVariant.handover.apply(to: &state)
        state.hogTemplates = template ? [2] : []
        let world = try SyncWorld(state)
        try await world.pull()
        world.transport.clear()
        _ = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: true)
        return world
    }

    private func functions(_ world: SyncWorld) -> Int { world.transport.state.hogFunctions.count }
    private func created(_ world: SyncWorld) -> Int { world.transport.state.configs.values.count { $0.projectID == 3 } }

    /// Pushes and pulls, starting anew each time, as long as somebody may try; returns what the last push said.
    private func tryOn(_ world: SyncWorld) async throws -> (SyncWorld, String?) {
        var world = world
        var last: String?
        for _ in 0..<2 {
            do { last = try await world.push().summary.problems.first?.code } catch let problem as Problem { last = problem.code }
            do { try await world.pull() } catch is Problem {}
            world = try await world.restarted()
        }
        return (world, last)
    }

    @Test func aCreateAnsweredWithANullIDIsToldAndNeverSentAgain() async throws {
        let world = try await drafted()
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.handedOver, .skipped])
        #expect(summary.problems.map(\.code) == ["handed-over"])
        #expect(summary.problems.map(\.kind) == [.partlyApplied])
        #expect(summary.problems.first?.next == "phsync discard draft:1")
        #expect(world.transport.writes.map(\.method) == ["POST"], "what was not created is not enabled")
        #expect(world.transport.state.hogFunctions.map(\.isEnabled) == [false])
        #expect(try await world.edits().map(\.state) == [.pending, .pending, .pending], "nothing of the draft is lost")
        let counts = try await world.mirror.read { mirror in try mirror.configs.counts() }
        #expect(counts.unsettledSteps == 0)
        let (after, code) = try await tryOn(world)
        #expect(code == "handed-over")
        #expect(functions(after) == 1 && created(after) == 0)
        #expect(try await after.plan().problems.map(\.kind) == [.conflict])
        #expect(try await after.plan().plan.isEmpty)
    }

    @Test func aDraftThatIsGivenUpLeavesNothingBehind() async throws {
        let world = try await drafted()
        try await world.push()
        try await world.mirror.write { mirror in _ = try mirror.configs.discardDraft(PluginConfigID(-1)) }
        #expect(try await world.push().summary.steps.isEmpty)
        #expect(try await world.edits().isEmpty)
    }

    @Test func whoeverDecidesItGetsItSentAgain() async throws {
        let world = try await drafted()
        try await world.push()
        #expect(try await world.mirror.write { mirror in try mirror.journal.reopen(PluginConfigID(-1)) })
        #expect(try await world.push().summary.problems.map(\.code) == ["handed-over"])
        #expect(functions(world) == 2)
        #expect(try await world.plan().problems.map(\.code) == ["handed-over"])
    }

    @Test func otherEditsArePushedBesideIt() async throws {
        let world = try await drafted()
        try await world.push()
        try await world.edit(1, .key("region"), .value("eu"))
        let output = try await world.mirror.read { mirror in
            try Planner.plan(PlannerInput.all(in: mirror).filter { !$0.versions.id.isDraft })
        }
        #expect(output.problems.isEmpty)
        #expect(try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).push(output.plan).isComplete)
        #expect(world.transport.state.stored(1, "region") == "eu")
    }

    /// The answer is lost, or the program dies, at any request: at most one thing is made, whichever it is.
    @Test(arguments: [true, false]) func afterAnyFaultNothingIsMadeTwice(template: Bool) async throws {
        let prepared = await PreparedWorld(try await drafted(template: template))
        let straight = try prepared.copy()
        try await straight.push()
        let faults = [InstanceTransport.Fault.lostOnTheWay, .answerLost]
        for number in 1...straight.transport.log.count {
            for fault in faults {
                for dies in [false, true] {
                    let name = "request \(number), \(fault), \(dies ? "then nothing" : "once"), template \(template)"
                    let world = try prepared.copy()
                    let acted = ActedWrites(world.transport)
                    world.transport.setFault { request, _ in request == number ? fault : dies && request > number ? .refused : nil }
                    do { try await world.push() } catch is Problem {}
                    world.transport.setFault { _, _ in nil }
                    let (after, code) = try await tryOn(world)
                    #expect(acted.creates <= 1, "\(name)")
                    #expect(functions(after) + created(after) <= 1, "\(name)")
                    if template {
                        #expect(["handed-over", "create-untraceable"].contains(code ?? ""), "\(name): \(code ?? "nothing")")
                        #expect(try await after.edits().count == 3, "\(name)")
                    } else if created(after) == 1 {
                        #expect(try await after.edits().isEmpty, "\(name)")
                        #expect(after.transport.state.configs.values.contains { $0.projectID == 3 && $0.isEnabled }, "\(name)")
                    } else {
                        #expect(code == "create-untraceable", "\(name): \(code ?? "nothing")")
                    }
                }
            }
        }
    }

    @Test func aLostCreateIsDecidedByAPersonAndThenArrives() async throws {
        let world = try await drafted(template: false)
        world.transport.setFault { _, request in request.method == .post ? .lostOnTheWay : nil }
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.unknown, .skipped])
        #expect(summary.problems.map(\.code) == ["create-untraceable"])
        #expect(summary.problems.first?.message.contains("phsync resolve draft:1 --local") == true)
        world.transport.clear()
        await #expect { try await world.push() } throws: { ($0 as? Problem)?.code == "create-untraceable" }
        #expect(world.transport.writes.isEmpty)
        #expect(try await world.mirror.write { mirror in try mirror.journal.reopen(PluginConfigID(-1)) })
        #expect(try await world.push().summary.isComplete)
        #expect(created(world) == 1)
    }

    /// The key may not see hog functions: that they are there is all that counts.
    @Test func aKeyWithoutTheScopeForHogFunctionsProvesNothing() async throws {
        let world = try await drafted(template: false)
        world.transport.change { $0.keyLimits["phx_test_token_admin"] = DemoKeyLimit(scopes: ["user:read", "plugin:write"]) }
        world.transport.setFault { _, request in request.method == .post ? .lostOnTheWay : nil }
        #expect(try await world.push().summary.problems.map(\.code) == ["create-untraceable"])
    }

    @Test func aRefusedCreateSaysThatNoneIsMadeAnyMore() async throws {
        let world = try await drafted(template: false)
        world.transport.change { state in
            DemoVariant.frozen.apply(to: &state)
            state.hogTemplates = []
        }
        let summary = try await world.push().summary
        #expect(summary.problems.map(\.code) == ["creation-closed"])
        #expect(summary.problems.map(\.kind) == [.failed])
        #expect(try await world.edits().map(\.state) == [.pending, .pending, .pending])
        #expect(functions(world) + created(world) == 0)
    }

    @Test func aConfigThatAnswersWithANullIDIsNotWritten() async throws {
        let world = try await drafted()
        try await world.mirror.write { mirror in _ = try mirror.configs.discardDraft(PluginConfigID(-1)) }
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.setFault { _, request in
            request.path.hasSuffix("/plugin_configs/1/") ? .body(#"{"id":null,"plugin":1,"team_id":1,"config":{}}"#) : nil
        }
        await #expect { try await world.push() } throws: { ($0 as? Problem)?.kind == .moved }
        world.transport.clear()
        #expect(try await world.edits().map(\.state) == [.pending])
    }
}

/// A project with several configs of one plugin, as is normal from early 2024 on.
@Suite struct SeveralConfigsTests {
    private func drafted() async throws -> SyncWorld {
        var state = try SyncWorld.instance()
        DemoVariant.severalConfigs.apply(to: &state)
        state.nextConfigID = 10
        let world = try SyncWorld(state)
        try await world.pull()
        world.transport.clear()
        _ = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: false)
        return world
    }

    /// Somebody makes a sibling in the moment before ours: whatever its id, it is not taken for ours.
    @Test(arguments: [8, 99], [InstanceTransport.Fault.answerLost, .status(500, afterActing: true)])
    func aLostCreateIsNotMistakenForASibling(sibling: Int64, fault: InstanceTransport.Fault) async throws {
        for diesAfterwards in [false, true] {
            let world = try await drafted()
            world.transport.setBefore { _, request, state in
                if request.method == .post { state.add(config: sibling, plugin: 2, project: 3, #"{"currency":"theirs"}"#) }
            }
            let acted = Seen()
            world.transport.setFault { _, request in
                if request.method == .post { acted.note(request); return fault }
                return diesAfterwards && acted.count > 0 ? .refused : nil
            }
            do { try await world.push() } catch is Problem {}
            world.transport.clear()
            let after = try await world.restarted()
            try await after.pull()
            #expect(try await after.edits().isEmpty)
            #expect(try await after.push().summary.steps.isEmpty)
            #expect(try await after.remote(10)?.values["currency"] == "EUR")
            #expect(try await after.remote(sibling)?.values["currency"] == "theirs")
            #expect(after.transport.state.configs.values.count { $0.projectID == 3 } == 2)
            let history = try await after.mirror.read { mirror in try mirror.history.list(.config(PluginConfigID(10))) }
            #expect(history.map(\.origin) == [.create])
        }
    }

    @Test func aSiblingIsNotTakenForACreateThatNeverArrived() async throws {
        let world = try await drafted()
        let sent = Seen()
        world.transport.setFault { _, request in
            guard request.method == .post else { return nil }
            sent.note(request)
            return .lostOnTheWay
        }
        world.transport.setBefore { _, _, state in
            if sent.count > 0 { state.add(config: 8, plugin: 2, project: 3, #"{"currency":"theirs"}"#) }
        }
        #expect(try await world.push().summary.problems.map(\.code) == ["overtaken"])
        world.transport.clear()
        try await world.pull()
        await #expect { try await world.push() } throws: { ($0 as? Problem)?.code == "created-elsewhere" }
        #expect(world.transport.writes.isEmpty)
        #expect(world.transport.state.stored(8, "currency") == "theirs")
        #expect(try await world.edits().count == 2)
    }

    @Test func eachSiblingIsEditedForItself() async throws {
        var state = try SyncWorld.instance()
        DemoVariant.severalConfigs.apply(to: &state)
        let world = try SyncWorld(state)
        try await world.pull()
        try await world.edit(4, .key("region"), .value("eu"))
        try await world.edit(4, .enabled, .value(true))
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(4, "region") == "eu" && world.transport.state.stored(1, "region") == "us")
        #expect(world.transport.state.stored(4, "apiKey") == "sk_live_1")
        #expect(try await world.pull().collections.allSatisfy { $0.changed == 0 && $0.inserted == 0 && $0.removed == 0 })
    }
}
