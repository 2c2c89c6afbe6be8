import DemoInstance
import Models
import Storage
import Sync
import Testing

@Suite struct SourcePullTests {
    private func asked(_ world: SyncWorld) -> Int { world.transport.log.count { $0.path.hasSuffix("/source/") } }

    @Test func codeIsMirroredByteForByteAndNullIsNotAbsent() async throws {
        let world = try await SyncWorld.coded { $0.setCode("odd.ts", "\r\n\té\u{301}\u{2028}") }
        let code = try #require(try await world.code())
        #expect(code.remote["index.ts"] == SyncWorld.code)
        #expect(code.remote["odd.ts"]?.utf8.elementsEqual("\r\n\té\u{301}\u{2028}".utf8) == true)
        #expect(code.remote.names == ["frontend.tsx", "index.ts", "odd.ts", "plugin.json", "site.ts"])
        #expect(code.base == code.remote)
    }

    @Test func codeIsAskedForAgainOnlyWhenItCanHaveChanged() async throws {
        let world = try await SyncWorld.coded { $0.plugins[2]?.type = "custom" }
        try await world.pull()
        #expect(asked(world) == 1, "the one that is written on the instance")
        world.transport.clear()
        world.transport.change { $0.plugins[2]?.tag = "v2" }
        try await world.pull()
        #expect(asked(world) == 2)
        world.transport.clear()
        try await world.editCode("index.ts", "mine", plugin: 2)
        try await world.pull()
        #expect(asked(world) == 2, "edited code is always looked at")
        world.transport.clear()
        try await world.pull(full: true)
        #expect(asked(world) == 2)
    }

    @Test func anUntouchedFileFollowsTheRemoteAndAnEditStays() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "mine")
        world.transport.change { $0.setCode("site.ts", "theirs") }
        #expect(try await world.pull().problems == [])
        let code = try #require(try await world.code())
        #expect(code.local["index.ts"] == "mine")
        #expect(code.local["site.ts"] == "theirs")
        #expect(code.base == code.remote)
    }

    @Test func aFileChangedOnBothSidesIsAConflictThatWaitsForADecision() async throws {
        for side in [Resolution.local, .remote] {
            let world = try await SyncWorld.coded()
            try await world.editCode("index.ts", "mine")
            try await world.editCode("new.ts", "mine")
            world.transport.change { state in
                state.setCode("index.ts", "theirs")
                state.setCode("site.ts", "theirs")
            }
            #expect(try await world.pull().problems.map(\.subject) == ["plugin:1 index.ts"])
            #expect(try await world.plan().problems.map(\.kind) == [.conflict])
            let code = try #require(try await world.code())
            #expect(code.base["index.ts"] == SyncWorld.code)
            #expect(code.base["site.ts"] == "theirs", "a file in conflict keeps no other one back")
            let now = world.now()
            let settled = try await world.mirror.write { mirror in
                try side.apply(toSourceOf: PluginID(1), file: "index.ts", in: mirror, at: now)
            }
            #expect(settled == ["index.ts"])
            #expect(try await world.push().summary.isComplete)
            #expect(world.storedCode("index.ts") == (side == .local ? "mine" : "theirs"))
            #expect(world.storedCode("new.ts") == "mine")
        }
    }

    @Test func aFileChangedOnBothSidesInDifferentLinesIsMergedByThePull() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "// mine\n" + SyncWorld.code)
        world.transport.change { $0.setCode("index.ts", SyncWorld.code + "// theirs\n") }
        #expect(try await world.pull().problems == [])
        let code = try #require(try await world.code())
        let both = "// mine\n" + SyncWorld.code + "// theirs\n"
        #expect(code.local["index.ts"] == both && code.base == code.remote)
        try await world.pull()
        #expect(try await world.code()?.local["index.ts"] == both, "a second pull merges nothing twice")
        #expect(try await world.push().summary.isComplete)
        #expect(world.storedCode("index.ts") == both)
        #expect(try await world.codeEdits() == [])
    }

    @Test func aDeletionHereAndAChangeThereIsAConflictBothWays() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("site.ts", nil)
        try await world.editCode("index.ts", "mine")
        world.transport.change { state in
            state.setCode("site.ts", "theirs")
            state.setCode("index.ts", nil)
        }
        #expect(try await world.pull().problems.map(\.subject) == ["plugin:1 index.ts", "plugin:1 site.ts"])
    }

    @Test func anEditThatTheRemoteHasByNowIsSettledAlsoInAnotherSpelling() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "same")
        let text = SyncWorld.manifest("New")
        try await world.editCode("plugin.json", text)
        let compact = try JSONValue(parsing: text).text
        world.transport.change { state in
            state.setCode("index.ts", "same")
            state.setCode("plugin.json", compact)
            state.plugins[1]?.name = "New"
        }
        let summary = try await world.pull()
        #expect(summary.settledSourceEdits.map(\.file) == ["index.ts", "plugin.json"])
        #expect(try await world.codeEdits() == [])
    }

    @Test func aKeyThatMayNotReadCodeIsNotedAndDeletesNothing() async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "mine")
        let code = try await world.code()
        world.transport.change { $0.organizations[0].pluginsAccessLevel = 3 }
        let summary = try await world.pull()
        #expect(summary.collections.last?.state == .unreachable)
        #expect(asked(world) == 0)
        #expect(try await world.code() == code)
        world.transport.change { $0.organizations[0].pluginsAccessLevel = 9 }
        for fault in [InstanceTransport.Fault.status(403, afterActing: false), .status(404, afterActing: false), .status(500, afterActing: false)] {
            world.transport.clear()
            world.transport.setFault { _, request in request.path.hasSuffix("/source/") ? fault : nil }
            do { try await world.pull() } catch is Problem {}
            #expect(try await world.code() == code, "\(fault)")
        }
    }

    /// A key with scopes: 403 for this action, and for every plugin.
    @Test func aScopedKeyIsRefusedOnceNotForEveryPlugin() async throws {
        var state = try SyncWorld.instance()
        for id in Int64(10)..<60 { state.add(plugin: id, "Plugin \(id)", schema: [], state.organizations[0].id) }
        let world = try SyncWorld(state)
        world.transport.setFault { _, request in request.path.hasSuffix("/source/") ? .forbidden : nil }
        let summary = try await world.pull()
        #expect(summary.collections.last?.state == .unreachable)
        #expect(summary.problems.map(\.kind) == [.notice])
        #expect(asked(world) <= 16, "asked \(asked(world)) times")
        let rows = try await world.mirror.read { mirror in try mirror.sources.all() }
        #expect(rows.count == 52)
        #expect(rows.values.allSatisfy { $0.readAt == nil && !$0.detail.isEmpty })
    }

    @Test func anotherOrganizationsPluginIsNotAskedFor() async throws {
        var state = try SyncWorld.instance()
        state.add(plugin: 5, "Global", schema: [], state.organizations[1].id)
        state.plugins[5]?.isGlobal = true
        let world = try SyncWorld(state)
        #expect(try await world.pull().collections.last?.seen == 2)
        #expect(!world.transport.log.contains { $0.path.contains("/plugins/5/") })
    }

    @Test func codeThatNoMirrorCouldHoldStopsNothingElse() async throws {
        let world = try await SyncWorld.coded { $0.setCode("index.ts", String(repeating: "x", count: SourceLimits.fileBytes + 1), plugin: 2) }
        #expect(try await world.code(2) == nil)
        #expect(try await world.code(1) != nil)
        let detail = try await world.mirror.read { mirror in try mirror.sources.row(PluginID(2))?.detail }
        #expect(detail?.contains("MiB") == true)
    }

    @Test func aServerThatKeepsCodeInThePluginIsReadWithoutAsking() async throws {
        let world = try await SyncWorld.coded()
        let plugin = try Plugin(["id": 7, "name": "Old", "plugin_type": "source", "source": "function processEvent() {}"])
        let time = world.now()
        try await world.mirror.write { mirror throws in
            try mirror.plugins.store(plugin, at: time)
            let files = try #require(SourceForm.field.files(in: plugin))
            _ = try SourceRebase.store(files, of: plugin, in: mirror, at: time)
            try mirror.sourceEdits.put(plugin.id, "index.js", .text("\nfunction processEvent() {}\n\n"), at: time)
            #expect(try SourceRebase.store(files, of: plugin, in: mirror, at: time).settled.count == 1, "white space around it is no difference")
            try mirror.sourceEdits.put(plugin.id, "index.js", .text("changed"), at: time)
        }
        guard case .source(let step) = try await world.plan().plan.steps.first else { Issue.record("no step"); return }
        #expect(step.form == .field)
        let write = SourceWrite(changing: SourceFiles(texts: ["index.js": "x"]), form: .field, edits: step.edits)
        #expect(write.action == "")
        #expect(write.body == ["source": "changed"])
    }
}
