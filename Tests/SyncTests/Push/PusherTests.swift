import DemoInstance
import Models
import Storage
import Sync
import Synchronization
import TestSupport
import Testing

@Suite struct PusherTests {
    private func edited() async throws -> SyncWorld {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.clear()
        return world
    }

    @Test func anEditReachesTheServerAndNothingElseChanges() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        let summary = try await world.push().summary
        #expect(summary.isComplete)
        let config = world.transport.state.configs[1]
        #expect(config?.config == (try JSONValue(parsing: #"{"apiKey":"sk_live_1","region":"eu","endpoint":"https://a.example.com","big":12345678901234567890123,"token2":null}"#)))
        #expect(config?.isEnabled == true)
        #expect(world.transport.writes.map(\.method) == ["PATCH"])
        #expect(try await world.edits() == [])
        #expect(try await world.remote(1)?.values["region"] == "eu")
    }

    @Test func allFieldsOfAConfigGoInOneRequest() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(1, .key("endpoint"), .unset)
        try await world.edit(1, .enabled, .value(false))
        try await world.edit(1, .order, .value(7))
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.writes.count == 1)
        let config = try #require(world.transport.state.configs[1])
        #expect(config.isEnabled == false)
        #expect(config.order == 7)
        #expect(config.config["endpoint"] == nil)
        #expect(config.config["region"] == "eu")
        #expect(config.config["apiKey"] == "sk_live_1")
    }

    @Test func aSwitchDoesNotTouchTheValues() async throws {
        let world = try await edited()
        try await world.edit(2, .enabled, .value(false))
        try await world.push()
        #expect(world.transport.state.configs[2]?.config == ["currency": "USD", "password": "hunter2"])
        #expect(world.transport.state.configs[2]?.isEnabled == false)
    }

    @Test func anObjectFormSecretGoesBackInClearAndStaysOutOfTheMirror() async throws {
        let world = try await edited()
        try await world.edit(2, .key("currency"), .value("CHF"))
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.configs[2]?.config == ["currency": "CHF", "password": "hunter2"])
        #expect(!(try await world.everythingStored().contains("hunter2")))
    }

    @Test func aNewSecretArrivesAndLeavesNoTrace() async throws {
        let world = try await edited()
        try await world.edit(1, .key("apiKey"), .secret(Secret("sk_new_secret")))
        try await world.edit(2, .key("password"), .secret(Secret("sk_new_clear")))
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(1, "apiKey") == "sk_new_secret")
        #expect(world.transport.state.stored(2, "password") == "sk_new_clear")
        let stored = try await world.everythingStored()
        #expect(!stored.contains("sk_new"))
    }

    @Test func thePlanAndTheJournalOfANewSecretTellOnlyThatThereIsOne() async throws {
        let world = try await edited()
        for (id, key) in [(Int64(1), "apiKey"), (2, "password")] { try await world.edit(id, .key(key), .secret(Secret("sk_new"))) }
        try await world.edit(2, .key("currency"), .value("CHF"))
        let plan = try await world.plan().plan
        #expect(plan.steps.count == 2)
        let journal = Mutex("")
        world.transport.setBefore { [world] _, request, _ in
            if request.method == .patch { journal.withLock { $0 += "\(world.openSteps())" } }
        }
        let summary = try await world.push().summary
        #expect(summary.isComplete)
        let told = "\(plan) \(plan.steps) \(summary) \(journal.withLock { $0 })"
        #expect(told.contains("password") && told.contains("CHF"))
        for secret in ["sk_new", "hunter2", "sk_live_1"] { #expect(!told.contains(secret), "\(secret)") }
    }

    @Test func theMaskNeverReachesTheServer() async throws {
        let world = try await edited()
        let seen = Seen()
        world.transport.setBefore { _, request, _ in seen.note(request) }
        for id in [Int64(1), 3] { try await world.edit(id, .key("region"), .value("eu")) }
        try await world.edit(1, .enabled, .value(false))
        try await world.push()
        #expect(seen.bodies.count >= 1)
        #expect(!seen.bodies.contains { $0.contains("POSTHOG SECRET FIELD") })
    }

    @Test func aSecretDestroyedEarlierStopsTheWriteInsteadOfBeingDeletedOrSent() async throws {
        let world = try SyncWorld()
        world.transport.change { $0.set(2, "currency", .string(Secret.mask)) }
        try await world.pull()
        world.transport.clear()
        try await world.edit(2, .key("password"), .secret(Secret("new")))
        let summary = try await world.push().summary
        #expect(summary.problems.map(\.code) == ["mask-outside-schema"])
        #expect(world.transport.writes == [])
        #expect(try await world.edits().map(\.state) == [.pending])
    }

    @Test func aSchemaThatNoLongerMasksAKeyStopsThePushBeforeTheFirstWrite() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.change { $0.plugins[1]?.configSchema = [["key": "apiKey", "type": "string"], ["key": "region"]] }
        #expect(try await world.push().summary.problems.map(\.kind) == [.moved])
        #expect(world.transport.writes == [])
        #expect(world.transport.state.stored(1, "apiKey") == "sk_live_1")
    }

    @Test func aSchemaThatChangedInAnyOtherWayStopsThePushToo() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.change { state in
            let fields = SyncWorld.arraySchema.array ?? []
            state.plugins[1]?.configSchema = .array(fields + [["key": "later", "type": "string", "secret": true]])
        }
        #expect(try await world.push().summary.problems.map(\.kind) == [.moved])
        #expect(world.transport.writes == [])
        try await world.pull()
        #expect(try await world.push().summary.isComplete)
    }

    @Test func aTargetThatMovedSinceThePlanIsNotWritten() async throws {
        let changes: [@Sendable (inout DemoState) -> Void] = [
            { $0.set(1, "endpoint", "https://theirs.example.com") }, { $0.configs[1]?.isEnabled = false },
            { $0.configs[1]?.order = 99 }, { $0.set(1, "new", 1) }, { _ = $0.configs.removeValue(forKey: 1) },
            { $0.set(1, "apiKey", "") },
            { $0.attachments[1] = [DemoAttachment(id: 9, key: "file", fileName: "b.csv", contentType: "text/csv", bytes: [1])] },
        ]
        for (index, change) in changes.enumerated() {
            let world = try await edited()
            try await world.edit(1, .key("region"), .value("eu"))
            try await world.edit(3, .key("region"), .value("us"))
            world.transport.change(change)
            let summary = try await world.push().summary
            #expect(summary.steps.map(\.state) == [.moved, .skipped], "\(index)")
            #expect(summary.problems.map(\.kind) == [.moved], "\(index)")
            #expect(world.transport.writes == [], "\(index)")
            #expect(try await world.edits().map(\.state) == [.pending, .pending], "\(index)")
        }
    }

    @Test func allTargetsThatMovedAreNamedBeforeAnythingIsWritten() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(3, .key("region"), .value("us"))
        world.transport.change { state in
            state.configs[1]?.order = 98
            state.configs[3]?.order = 99
        }
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.moved, .moved])
        #expect(summary.problems.map(\.subject) == ["config:1", "config:3"])
        #expect(world.transport.writes == [])
    }

    @Test func aTargetThatMovesInTheMiddleStopsThePush() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(3, .key("region"), .value("us"))
        world.transport.setBefore { _, request, state in
            if request.method == .patch { state.set(3, "endpoint", "theirs") }
        }
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.applied, .moved])
        #expect(summary.problems.map(\.kind) == [.moved])
        #expect(world.transport.state.stored(3, "endpoint") == "theirs")
        #expect(world.transport.state.stored(3, "region") == "eu")
        #expect(try await world.edits().map(\.configID.rawValue) == [3])
    }

    @Test func somebodyElsesSaveRightAfterOursIsNoticed() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .get, wrote.count == 1 { state.set(1, "region", "mars") }
            if request.method == .patch { wrote.note(request) }
        }
        let summary = try await world.push().summary
        #expect(summary.problems.map(\.code) == ["overtaken"])
        #expect(try await world.edits().count == 1, "the edit is kept")
    }

    @Test func aCreateIsDisabledThenVerifiedThenEnabled() async throws {
        let world = try await edited()
        let id = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: true)
        #expect(id.isDraft)
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.step.kind) == [.create, .enable])
        #expect(summary.isComplete)
        #expect(world.transport.writes.map(\.method) == ["POST", "PATCH"])
        let created = try #require(world.transport.state.configs.values.first { $0.projectID == 3 })
        #expect(created.isEnabled)
        #expect(created.order == 4)
        #expect(created.config == ["currency": "EUR"])
        #expect(try await world.edits() == [])
        #expect(try await world.presentConfigs() == [1, 2, 3, created.id])
    }

    @Test func aConfigOfAPluginThatOnlyTheListShowsCanBeCreated() async throws {
        let world = try SyncWorld()
        world.transport.change { $0.organizations[0].pluginsAccessLevel = 3 }
        try await world.pull()
        _ = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: false)
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.configs.values.count { $0.projectID == 3 } == 1)
    }

    @Test func aConfigThatSomebodyCreatedMeanwhileIsNotOverwritten() async throws {
        let world = try await edited()
        _ = try await world.draft(plugin: 2, project: 3, ["currency": "EUR"], enabled: false)
        world.transport.change { $0.add(config: 9, plugin: 2, project: 3, #"{"currency":"theirs"}"#) }
        #expect(try await world.push().summary.problems.map(\.kind) == [.moved])
        #expect(world.transport.writes == [])
        try await world.pull()
        #expect(try await world.plan().problems.map(\.code) == ["created-elsewhere"])
    }

    @Test func aRefusalKeepsTheEditAndSaysWhy() async throws {
        let world = try await edited()
        try await world.edit(1, .order, .value(.number(JSONNumber(99_999_999_999))))
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.refused])
        #expect(summary.problems.count == 1)
        #expect(try await world.edits().map(\.state) == [.pending])
    }

    @Test func whatWasPushedIsInTheHistory() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.push()
        let history = try await world.mirror.read { mirror in
            try mirror.history.list(.config(PluginConfigID(1)))
        }
        #expect(history.map(\.origin) == [.push, .pull])
    }

    @Test func anEditMadeDuringThePushIsKept() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        let plan = try await world.plan().plan
        async let pushing = Pusher(api: world.api(), mirror: world.mirror, now: world.now).push(plan)
        try await world.edit(1, .key("endpoint"), .value("later"))
        #expect(try await pushing.isComplete)
        #expect(try await world.edits().map(\.field) == [.key("endpoint")])
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(1, "endpoint") == "later")
        #expect(world.transport.state.stored(1, "region") == "eu")
    }

    @Test func aFieldEditedAgainDuringThePushIsNoConflictWithOurselves() async throws {
        let world = try await edited()
        try await world.edit(1, .key("endpoint"), .value("first"))
        let plan = try await world.plan().plan
        world.transport.setBefore { [world] _, request, _ in
            guard request.method == .patch else { return }
            world.editNow(1, .key("endpoint"), .value("second"))
        }
        #expect(try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).push(plan).isComplete)
        world.transport.clear()
        #expect(world.transport.state.stored(1, "endpoint") == "first")
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(1, "endpoint") == "second")
    }

    @Test func aKeyThatBecomesSecretAfterThePlanWasShownIsNotSentAsItWasShown() async throws {
        let world = try await edited()
        try await world.edit(1, .key("hook"), .value("https://new.example.com"))
        let plan = try await world.plan().plan
        _ = try await world.mirror.write { mirror in try mirror.plugins.learnSecretKeys(["hook"], of: PluginID(1)) }
        await #expect { _ = try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).push(plan) } throws: {
            ($0 as? Problem)?.code == "edited-meanwhile"
        }
        #expect(world.transport.writes == [])
        #expect(try await world.edits().map(\.state) == [.pending])
    }

    @Test func anEditThatIsNoTextIsNotSentWhenItsKeyHasBecomeSecret() async throws {
        let world = try await edited()
        try await world.edit(1, .key("pin"), .value(4711))
        _ = try await world.mirror.write { mirror in try mirror.plugins.learnSecretKeys(["pin"], of: PluginID(1)) }
        await #expect { try await world.push() } throws: {
            let problem = $0 as? Problem
            return problem?.code == "secret-not-text" && problem?.message.contains("4711") == false
        }
        #expect(world.transport.writes == [])
        #expect(try await world.edits().count == 1)
        try await world.edit(1, .key("pin"), .secret(Secret("4711")))
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(1, "pin") == "4711")
    }

    @Test(arguments: [EditTable.Input.unset, .value("")])
    func aValueTakenAwayBeforeItsKeyBecameSecretIsTakenAway(input: EditTable.Input) async throws {
        let world = try await edited()
        try await world.edit(1, .key("endpoint"), input)
        world.transport.change { state in
            let fields = SyncWorld.arraySchema.array ?? []
            state.plugins[1]?.configSchema = .array(
                fields.filter { $0["key"] != "endpoint" } + [["key": "endpoint", "type": "string", "secret": true]])
        }
        try await world.pull()
        let now = world.now()
        _ = try await world.mirror.write { mirror in
            try Resolution.local.apply(to: PluginConfigID(1), fields: nil, in: mirror, at: now)
        }
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.stored(1, "endpoint") == "")
        #expect(try await world.edits() == [])
    }

    @Test func theSamePlanHasTheSameDigestAndAnotherEditAnother() async throws {
        let world = try await edited()
        try await world.edit(1, .key("region"), .value("eu"))
        let first = try await world.plan().plan.digest
        #expect(try await world.plan().plan.digest == first)
        try await world.edit(1, .key("region"), .value("us2"))
        #expect(try await world.plan().plan.digest != first)
    }
}
