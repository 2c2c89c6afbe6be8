import DemoInstance
import Models
import Storage
import Sync
import TestSupport
import Testing

@Suite struct SourcePushTests {
    private static let added = SyncWorld.code + "export function onEvent() {}\n"

    @Test func onlyTheChangedFileIsSent() async throws {
        let world = try await SyncWorld.coded()
        let seen = Seen()
        world.transport.setBefore { _, request, _ in seen.note(request) }
        try await world.editCode("index.ts", Self.added)
        #expect(try await world.push().summary.isComplete)
        #expect(try seen.bodies.map { try JSONValue(parsing: $0) } == [["index.ts": .string(Self.added)]])
        #expect(world.transport.writes.map(\.path).first?.hasSuffix("/plugins/1/update_source/") == true)
        #expect(world.storedCode("index.ts") == Self.added)
        #expect(try await world.codeEdits() == [])
        #expect(try await world.code()?.remote["index.ts"] == Self.added)
        let versions = try await world.mirror.read { mirror in try mirror.sourceVersions.list(PluginID(1)) }
        #expect(versions.map(\.origin) == [.push, .pull])
    }

    @Test func allFilesOfAPluginGoInOneRequestAndNullOnlyForWhatIsThere() async throws {
        let world = try await SyncWorld.coded()
        let seen = Seen()
        world.transport.setBefore { _, request, _ in seen.note(request) }
        try await world.editCode("index.ts", "a")
        try await world.editCode("new.ts", "b")
        try await world.editCode("site.ts", nil)
        try await world.editCode("frontend.tsx", nil)
        try await world.editCode("never.ts", nil)
        #expect(try await world.push().summary.isComplete)
        #expect(try seen.bodies.map { try JSONValue(parsing: $0) } == [["index.ts": "a", "new.ts": "b", "site.ts": nil]])
        #expect(world.storedNames() == ["frontend.tsx", "index.ts", "new.ts", "plugin.json"])
        try await world.pull()
        #expect(try await world.codeEdits() == [], "what is not there needs no deletion")
    }

    @Test func pluginJSONChangesNameAndSchemaAndTheMirrorFollows() async throws {
        let world = try await SyncWorld.coded()
        let schema: JSONValue = .array((SyncWorld.arraySchema.array ?? []) + [["key": "later", "type": "string", "secret": true]])
        try await world.editCode("plugin.json", SyncWorld.manifest("Renamed", schema))
        let step = try await world.plan().plan.steps.first
        guard case .source(let source) = step else { Issue.record("no step about code"); return }
        #expect(source.newName == "Renamed")
        #expect(source.newSchema?.json == schema)
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.plugins[1]?.name == "Renamed")
        let (plugin, keys) = try await world.mirror.read { mirror in
            (try mirror.plugins.row(PluginID(1))?.plugin, try mirror.plugins.secretKeys(PluginID(1)))
        }
        #expect(plugin?.name == "Renamed")
        #expect(plugin?.schema.json == schema)
        #expect(keys.contains("later"))
    }

    @Test func theServerTakesNameAndSchemaFromPluginJSONAtEveryWriteAndThePlanSaysSo() async throws {
        let world = try await SyncWorld.coded { $0.plugins[1]?.name = "Renamed in the web page" }
        try await world.editCode("index.ts", Self.added)
        guard case .source(let step) = try await world.plan().plan.steps.first else { Issue.record("no step"); return }
        #expect(step.newName == "Currency")
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.plugins[1]?.name == "Currency")
    }

    @Test func aSchemaComesBeforeTheValuesThatItIsFor() async throws {
        let world = try await SyncWorld.coded()
        let schema: JSONValue = .array((SyncWorld.arraySchema.array ?? []) + [["key": "limit", "type": "choice", "choices": ["1", "2"]]])
        try await world.editCode("plugin.json", SyncWorld.manifest("Currency", schema))
        try await world.edit(1, .key("limit"), .value("2"))
        try await world.edit(1, .key("region"), .value("eu"))
        #expect(try await world.plan().issues.isEmpty, "held against the schema that will be")
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.step.kind) == [.source, .update])
        #expect(summary.isComplete)
        #expect(world.transport.state.stored(1, "limit") == "2")
        #expect(world.transport.state.stored(1, "apiKey") == "sk_live_1")
    }

    @Test func aKeyThatTheSamePlanMakesSecretOrShowsAgainStopsNothingAndLeaksNothing() async throws {
        let world = try await SyncWorld.coded { $0.set(1, "token2", "sk_second") }
        var fields = SyncWorld.arraySchema.array ?? []
        fields[3] = ["key": "endpoint", "type": "string", "secret": true]
        fields[4] = ["key": "token2", "type": "string"]
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(3, .key("endpoint"), .value("https://user:sk_typed@example.com"))
        try await world.editCode("plugin.json", SyncWorld.manifest("Currency", .array(fields)))
        let summary = try await world.push().summary
        #expect(summary.problems == [])
        #expect(summary.steps.map(\.state) == [.applied, .applied, .applied])
        #expect(world.transport.state.stored(1, "region") == "eu")
        #expect(world.transport.state.stored(1, "endpoint") == "https://a.example.com")
        #expect(world.transport.state.stored(1, "token2") == "sk_second")
        #expect(world.transport.state.stored(3, "endpoint") == "https://user:sk_typed@example.com")
        #expect(try await world.edits() == [])
        let stored = try await world.everythingStored()
        for secret in ["sk_typed", "sk_second", "a.example.com"] { #expect(!stored.contains(secret), "\(secret)") }
    }

    @Test func codeThatMovedSinceThePlanIsNotWritten() async throws {
        let changes: [@Sendable (inout DemoState) -> Void] = [
            { $0.setCode("index.ts", "theirs") }, { $0.setCode("site.ts", "theirs") }, { $0.setCode("more.ts", "theirs") },
            { $0.setCode("site.ts", nil) }, { $0.plugins[1]?.name = "Theirs" }, { $0.plugins[1]?.configSchema = [] },
            { _ = $0.plugins.removeValue(forKey: 1) }, { $0.setCode("plugin.json", SyncWorld.manifest("Theirs")) },
        ]
        for (index, change) in changes.enumerated() {
            let world = try await SyncWorld.coded()
            try await world.editCode("index.ts", Self.added)
            try await world.edit(2, .enabled, .value(false))
            world.transport.change(change)
            do {
                #expect(try await world.push().summary.problems.map(\.kind) == [.moved], "\(index)")
            } catch let problem as Problem {
                #expect(problem.kind == .moved, "\(index)")
            }
            #expect(world.transport.writes == [], "\(index)")
            #expect(try await world.codeEdits().map(\.state) == [.pending], "\(index)")
        }
    }

    @Test func aNewSpellingOfPluginJSONIsNoMove() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", Self.added)
        let compact = try JSONValue(parsing: SyncWorld.manifest()).text
        world.transport.change { $0.setCode("plugin.json", compact) }
        #expect(try await world.push().summary.isComplete)
    }

    @Test func codeThatMovesInTheMiddleStopsThePush() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", Self.added)
        try await world.editCode("index.ts", "b", plugin: 2)
        world.transport.setBefore { _, request, state in
            if request.method == .patch { state.setCode("index.ts", "theirs", plugin: 2) }
        }
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.applied, .moved])
        #expect(world.storedCode("index.ts", plugin: 2) == "theirs")
        #expect(try await world.codeEdits().map(\.pluginID.rawValue) == [2])
    }

    @Test func somebodyElsesSaveRightAfterOursIsNoticed() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", Self.added)
        let wrote = Seen()
        world.transport.setBefore { _, request, state in
            if request.method == .get, wrote.count == 1 { state.setCode("index.ts", "theirs") }
            if request.method == .patch { wrote.note(request) }
        }
        #expect(try await world.push().summary.problems.map(\.code) == ["overtaken"])
        #expect(try await world.codeEdits().count == 1, "the edit is kept")
        #expect(try await world.plan().problems.map(\.kind) == [.conflict], "and theirs is not overwritten unasked")
    }

    @Test func anotherFileThatSomebodySavedAtTheSameMomentIsNamed() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", Self.added)
        world.transport.setBefore { _, request, state in
            if request.method == .patch { state.setCode("site.ts", "theirs") }
        }
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.appliedAmongOthers(["site.ts"])])
        #expect(summary.problems.map(\.kind) == [.notice])
        #expect(try await world.codeEdits() == [])
    }

    @Test func aHalfStoredWriteIsSaidAndTheRestIsSentByTheNextPush() async throws {
        let world = try await SyncWorld.coded()
        let text = SyncWorld.manifest("Renamed")
        try await world.editCode("plugin.json", text)
        try await world.editCode("index.ts", Self.added)
        // The server stores file by file, and here it dies before it has read plugin.json.
        world.transport.setFault { _, request in
            guard request.method == .patch else { return nil }
            return .halfDone { state in
                state.setCode("plugin.json", text)
                state.setCode("index.ts", Self.added)
            }
        }
        let summary = try await world.push().summary
        #expect(summary.problems.map(\.code) == ["half-stored"])
        #expect(summary.problems.map(\.kind) == [.partlyApplied])
        #expect(summary.problems.first?.message.contains("the plugin's name") == true)
        #expect(try await world.codeEdits().map(\.file) == ["plugin.json"], "index.ts has arrived; name and schema have not followed")
        world.transport.clear()
        try await world.pull()
        #expect(try await world.codeEdits().map(\.file) == ["plugin.json"], "a pull does not take it for settled")
        #expect(try await world.push().summary.isComplete)
        #expect(world.transport.state.plugins[1]?.name == "Renamed")
        #expect(try await world.codeEdits() == [])
    }

    @Test func aBrokenPluginJSONOnTheRemoteIsPutRightBeforeAnythingElseIsSent() async throws {
        let world = try await SyncWorld.coded { $0.setCode("plugin.json", "{nope") }
        try await world.editCode("index.ts", Self.added)
        #expect(try await world.plan().problems.map(\.code) == ["broken-plugin-json"])
        try await world.editCode("plugin.json", SyncWorld.manifest())
        #expect(try await world.push().summary.isComplete)
        #expect(world.storedCode("index.ts") == Self.added)
    }

    @Test func aRefusalKeepsTheEditAndSaysWhy() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", Self.added)
        world.transport.setBefore { _, request, state in
            if request.method == .patch { state.organizations[0].pluginsAccessLevel = 3 }
        }
        let summary = try await world.push().summary
        #expect(summary.steps.map(\.state) == [.refused])
        #expect(summary.problems.map(\.kind) == [.permission])
        #expect(try await world.codeEdits().map(\.state) == [.pending])
    }

    @Test func anEditMadeDuringThePushIsKeptAndNoConflictWithOurselves() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "first")
        let plan = try await world.plan().plan
        world.transport.setBefore { [world] _, request, _ in
            if request.method == .patch { world.editCodeNow("index.ts", "second") }
        }
        #expect(try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).push(plan).isComplete)
        world.transport.clear()
        #expect(world.storedCode("index.ts") == "first")
        #expect(try await world.push().summary.isComplete)
        #expect(world.storedCode("index.ts") == "second")
    }

    @Test func anotherOrganizationsPluginIsRefusedBeforeAnythingIsSent() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", Self.added)
        world.transport.change { state in
            state.plugins[1]?.organizationID = state.organizations[1].id
            state.plugins[1]?.isGlobal = true
        }
        try await world.pull()
        #expect(try await world.plan().problems.map(\.code) == ["foreign-plugin"])
        #expect(try await world.codeEdits().count == 1)
    }

    @Test func theSamePlanHasTheSameDigestAndAnotherTextAnother() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "a")
        let first = try await world.plan().plan.digest
        #expect(try await world.plan().plan.digest == first)
        try await world.editCode("index.ts", "b")
        #expect(try await world.plan().plan.digest != first)
    }
}
