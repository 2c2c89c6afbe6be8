import DemoInstance
import Models
import Storage
import Sync
import TestSupport
import Testing

@Suite struct PullerTests {
    @Test func aPullMirrorsPluginsAndConfigsOfAllProjects() async throws {
        let world = try SyncWorld()
        let summary = try await world.pull()
        #expect(summary.collections.map(\.name) == ["plugins", "configs:1", "configs:2", "configs:3", "sources"])
        #expect(summary.collections.map(\.inserted) == [2, 2, 1, 0, 2])
        #expect(summary.problems == [])
        let content = try #require(try await world.remote(1))
        #expect(content.values["apiKey"] == .string(Secret.mask))
        #expect(content.values["big"]?.text == "12345678901234567890123")
    }

    @Test func aSecretThatTheServerShowsInClearNeverReachesTheMirror() async throws {
        let world = try SyncWorld()
        try await world.pull()
        #expect(try await world.remote(2)?.values["currency"] == "USD")
        let stored = try await world.everythingStored()
        #expect(stored.contains("USD"))
        #expect(!stored.contains("hunter2"))
    }

    @Test func aSecondPullWritesNothingButItsRunAndFreshness() async throws {
        let world = try SyncWorld()
        try await world.pull()
        let before = try await world.contents()
        let second = try await world.pull()
        #expect(second.collections.allSatisfy { $0.inserted + $0.changed + $0.removed == 0 })
        #expect(try await world.contents() == before)
    }

    @Test func everyVersionIsInTheHistoryFromTheFirstPullOn() async throws {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.change { $0.set(1, "region", "eu") }
        try await world.pull()
        let history = try await world.mirror.read { mirror in
            try mirror.history.list(.config(PluginConfigID(1)))
        }
        #expect(history.map { $0.content["config"]?["region"] } == ["eu", "us"])
    }

    @Test func anEditSurvivesAPullAndStandsOnTheNewRemote() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.change { $0.set(1, "endpoint", "https://b.example.com") }
        let summary = try await world.pull()
        #expect(summary.problems == [])
        let versions = try #require(try await world.versions(1))
        #expect(versions.base == versions.remote)
        #expect(versions.local.values["region"] == "eu")
        #expect(versions.local.values["endpoint"] == "https://b.example.com")
    }

    @Test func aFieldChangedOnBothSidesIsAConflictThatWaits() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("endpoint"), .value("https://mine.example.com"))
        world.transport.change { $0.set(1, "endpoint", "https://theirs.example.com") }
        let summary = try await world.pull()
        #expect(summary.problems.map(\.kind) == [.conflict])
        #expect(try await world.edits().count == 1)
        let versions = try #require(try await world.versions(1))
        #expect(versions.base?.values["endpoint"] == "https://a.example.com")
        #expect(versions.remote?.values["endpoint"] == "https://theirs.example.com")
    }

    @Test func anEditThatTheRemoteHasByNowIsSettled() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.change { $0.set(1, "region", "eu") }
        let summary = try await world.pull()
        #expect(summary.settledEdits.count == 1)
        #expect(try await world.edits() == [])
    }

    @Test func anEmptyListThatOnlyMeansNoPermissionDeletesNothing() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        for level in [0, 2] {
            world.transport.change { $0.organizations[0].pluginsAccessLevel = level }
            let summary = try await world.pull()
            #expect(summary.problems.contains { $0.kind == .permission })
            #expect(try await world.presentConfigs() == [1, 2, 3])
        }
        #expect(try await world.edits().count == 1)
    }

    @Test func aLevelThatFallsInTheMiddleOfAPullDeletesNothing() async throws {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.setBefore { number, _, state in
            if number == 4 { state.organizations[0].pluginsAccessLevel = 0 }
        }
        _ = try? await world.pull()  // Whether it fails is not the point here.
        #expect(try await world.presentConfigs() == [1, 2, 3])
    }

    @Test(arguments: ["/api/projects/1/plugin_configs/", "/api/organizations/01a20a38-a66f-0000-d395-c1e499a3c4dd/plugins/"])
    func aListThatCanNotBeReadDeletesNothing(path: String) async throws {
        for fault in [InstanceTransport.Fault.status(500, afterActing: false), .status(404, afterActing: false), .html, .refused] {
            let world = try SyncWorld()
            try await world.pull()
            try await world.edit(1, .key("region"), .value("eu"))
            world.transport.setFault { _, request in request.path == path ? fault : nil }
            var problems: [Problem] = []
            do {
                problems = try await world.pull().problems
            } catch let problem as Problem {
                problems = [problem]
            }
            #expect(!problems.isEmpty, "\(fault)")
            #expect(try await world.presentConfigs() == [1, 2, 3], "\(fault)")
            #expect(try await world.presentPlugins() == [1, 2], "\(fault)")
            #expect(try await world.edits().count == 1, "\(fault)")
        }
    }

    @Test func aServerThatAnswers404ForEverythingDeletesNothing() async throws {
        let world = try SyncWorld()
        try await world.pull()
        let body = Array(#"{"type":"invalid_request","code":"not_found","detail":"Endpoint not found.","attr":null}"#.utf8)
        let api = PostHogAPI(origin: SyncWorld.origin, token: Secret("x"), transport: FixedTransport(HTTPResponse(status: 404, body: body)))
        await #expect(throws: Problem.self) { try await Puller(api: api, mirror: world.mirror, now: world.now).pull() }
        #expect(try await world.presentConfigs() == [1, 2, 3])
    }

    @Test func oneSchemaThatTheServerCanNotRenderHidesNoOtherConfig() async throws {
        var state = try SyncWorld.instance()
        state.add(plugin: 3, "Broken", schema: ["client_secret": ["type": "string"]], state.organizations[0].id)
        state.add(config: 4, plugin: 3, project: 1, #"{"client_secret":"x"}"#)
        state.add(config: 5, plugin: 1, project: 1, #"{"region":"eu"}"#)
        let world = try SyncWorld(state)
        let summary = try await world.pull()
        #expect(try await world.presentConfigs() == [1, 2, 3, 5])
        #expect(summary.collections.first { $0.name == "configs:1" }?.state == .incomplete)
        world.transport.change { _ = $0.configs.removeValue(forKey: 1) }
        try await world.pull()
        #expect(try await world.presentConfigs() == [1, 2, 3, 5], "an incomplete list proves no deletion")
    }

    /// Pulls while a list has this row beside a good one, and another list has something new.
    private func pull(withRow odd: String, in path: String) async throws -> (SyncWorld, PullSummary) {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.change { state in
            state.set(3, "region", "mars")
            state.configs[2] = nil
        }
        let row = #"{"id":1,"plugin":1,"team_id":1,"enabled":true,"order":1,"config":{"region":"changed"}}"#
        let plugin = #"{"id":1,"name":"Renamed","config_schema":[]}"#
        let own = path.contains("plugin_configs") ? row : plugin
        world.transport.setFault { _, request in
            request.path.hasSuffix(path) ? .body(#"{"count":2,"results":[\#(own),\#(odd)]}"#) : nil
        }
        return (world, try await world.pull())
    }

    @Test(arguments: [
        (#"{"id":8,"plugin":1,"team_id":1,"enabled":true,"order":1,"config":null}"#, "config:8"),
        (#"{"id":8,"plugin":1,"enabled":true,"order":1,"config":{}}"#, "config:8"),
        (#"{"id":-8,"plugin":1,"team_id":1,"enabled":true,"order":1,"config":{}}"#, "found -8"), ("7", "found number"),
    ])
    func aConfigThatIsNoneHidesNoOther(row: String, name: String) async throws {
        let (world, summary) = try await pull(withRow: row, in: "/projects/1/plugin_configs/")
        #expect(summary.problems.map(\.code) == ["collection-incomplete"])
        #expect(summary.problems.first?.message.contains(name) == true)
        #expect(summary.collections.map(\.state) == [.complete, .incomplete, .complete, .complete, .complete])
        #expect(try await world.remote(1)?.values["region"] == "changed")
        #expect(try await world.remote(3)?.values["region"] == "mars")
        #expect(try await world.presentConfigs() == [1, 2, 3], "nothing was taken for deleted")
        let freshness = try await world.mirror.read { mirror in try mirror.freshness.row("configs:1") }
        #expect(freshness?.state == .incomplete)
    }

    @Test func aPluginThatIsNoneHidesNoOther() async throws {
        let (world, summary) = try await pull(withRow: #"{"name":"nameless"}"#, in: "/plugins/")
        #expect(summary.problems.map(\.subject) == ["plugins"])
        #expect(try await world.mirror.read { mirror in try mirror.plugins.row(PluginID(1))?.plugin.name } == "Renamed")
        #expect(try await world.presentPlugins() == [1, 2])
        #expect(try await world.remote(3)?.values["region"] == "mars")
    }

    @Test func aRowOfAnotherProjectSpoilsItsListAlone() async throws {
        let stranger = #"{"id":8,"plugin":1,"team_id":2,"enabled":true,"order":1,"config":{}}"#
        let (world, summary) = try await pull(withRow: stranger, in: "/projects/1/plugin_configs/")
        #expect(summary.problems.map(\.code) == ["wrong-project"])
        #expect(summary.problems.map(\.kind) == [.failed])
        #expect(summary.collections.map(\.state) == [.complete, .incomplete, .complete, .complete, .complete])
        #expect(try await world.remote(1)?.values["region"] == "us", "nothing of that page was stored")
        #expect(try await world.remote(3)?.values["region"] == "mars")
    }

    @Test func whatIsReallyGoneIsMarkedAndItsEditBecomesADecision() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.change { _ = $0.configs.removeValue(forKey: 1) }
        try await world.pull()
        #expect(try await world.presentConfigs() == [2, 3])
        #expect(try await world.edits().count == 1)
        #expect(try await world.plan().problems.map(\.code) == ["deleted-remotely"])
    }

    /// The list hides it and its own address still shows it, or the list shows it as well.
    @Test(arguments: [true, false])
    func aConfigThatOnlyCarriesTheMarkOfADeletionIsGone(isHidden: Bool) async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        let plan = try await world.plan().plan
        let row = #"{"id":1,"plugin":1,"team_id":1,"enabled":false,"order":1,"config":{"region":"us"},"deleted":true}"#
        world.transport.setFault { _, request in
            if request.path.hasSuffix("/projects/1/plugin_configs/1/") { return .body(row) }
            guard request.path.hasSuffix("/projects/1/plugin_configs/") else { return nil }
            return .body(#"{"count":\#(isHidden ? 0 : 1),"results":[\#(isHidden ? "" : row)]}"#)
        }
        world.transport.change { $0.configs[2] = nil }
        let moved = try await Pusher(api: world.api(), mirror: world.mirror, now: world.now).push(plan)
        #expect(moved.problems.map(\.kind) == [.moved])
        #expect(moved.problems.first?.message.contains("it is not there any more") == true)
        #expect(try await world.pull().collections.first { $0.name == "configs:1" }?.removed == 2)
        #expect(try await world.presentConfigs() == [3])
        #expect(try await world.plan().problems.map(\.code) == ["deleted-remotely"])
        let again = try await world.pull()
        #expect(again.collections.allSatisfy { $0.removed + $0.changed == 0 })
        #expect(again.problems.map(\.code) == ["deleted-remotely"] && again.problems.map(\.kind) == [.conflict])
        #expect(world.transport.writes == [])
        world.transport.clear()
        try await world.pull()
        #expect(try await world.presentConfigs() == [1, 3], "brought back")
    }

    @Test func aConfigThatComesBackIsThereAgain() async throws {
        let world = try SyncWorld()
        try await world.pull()
        let kept = world.transport.change { $0.configs.removeValue(forKey: 1) }
        try await world.pull()
        world.transport.change { $0.configs[1] = kept }
        try await world.pull()
        #expect(try await world.presentConfigs() == [1, 2, 3])
    }

    @Test func anotherIdentityIsRefusedBeforeAnythingIsWritten() async throws {
        let world = try SyncWorld()
        try await world.pull()
        let before = try await world.contents()
        await #expect { try await world.pull(token: "phx_test_token_member") } throws: {
            ($0 as? Problem)?.code == "mirror-of-another-identity"
        }
        #expect(try await world.contents() == before)
    }

    @Test func theWebPageSwitchingOrganizationsChangesNothing() async throws {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.change { state in
            state.users[0].organizationIDs.append(state.organizations[1].id)
            state.organizations[1].members[1] = 15
            state.users[0].currentOrganizationID = state.organizations[1].id
        }
        let summary = try await world.pull()
        #expect(summary.collections.map(\.name) == ["plugins", "configs:1", "configs:2", "configs:3", "sources"])
        #expect(try await world.presentConfigs() == [1, 2, 3])
    }

    @Test func aPullStoppedAtAnyRequestLosesNothingAndTheNextOneEndsTheSame() async throws {
        let whole = try SyncWorld(try SyncWorld.crowd())
        try await whole.pull()
        let expected = try await whole.contents()
        for stop in 1...whole.transport.log.count {
            for fault in [InstanceTransport.Fault.refused, .html, .status(502, afterActing: false)] {
                let world = try SyncWorld(try SyncWorld.crowd())
                world.transport.setFault { number, _ in number >= stop ? fault : nil }
                await #expect(throws: Problem.self) { try await world.pull() }
                world.transport.clear()
                try await world.pull()
                #expect(try await world.contents() == expected, "stopped at request \(stop) by \(fault)")
            }
        }
    }

    @Test(arguments: [5_000_001, 1_000_000_000_000_000, Int64.max, -1])
    func aCountThatNoListHasIsNotTheAPIs(count: Int64) async throws {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.setFault { _, request in
            request.path.hasSuffix("/plugins/") ? .body(#"{"count": \#(count), "next": null, "previous": null, "results": []}"#) : nil
        }
        await #expect { try await world.pull() } throws: { ($0 as? Problem)?.code == "not-the-api" }
        #expect(try await world.presentPlugins() == [1, 2])
    }

    @Test func aPullThatStopsTellsAllThatItDidBefore() async throws {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(3, .key("region"), .value("us"))
        let wrote = Seen()
        world.transport.setBefore { _, request, _ in if request.method == .patch { wrote.note(request) } }
        world.transport.setFault { _, request in request.method == .patch ? .answerLost : wrote.count > 0 ? .refused : nil }
        #expect(try await world.push().summary.steps.map(\.state) == [.unknown])
        try await world.edit(1, .key("endpoint"), .value("https://mine.example.com"))
        try await world.edit(2, .key("currency"), .value("CHF"))
        world.transport.clear()
        world.transport.change { state in
            state.set(1, "endpoint", "https://theirs.example.com")
            state.set(2, "currency", "CHF")
        }
        world.transport.setFault { _, request in request.path.hasSuffix("/projects/3/plugin_configs/") ? .refused : nil }
        let puller = Puller(api: world.api(), mirror: world.mirror, now: world.now, options: PullOptions(parts: [.sources, .logs]))
        let summary = try await puller.pull()
        #expect(summary.stopped?.kind == .temporary)
        #expect(summary.problems.map(\.code) == ["step-settled", "conflict"])
        #expect(summary.settledEdits.map(\.configID.rawValue) == [2])
        #expect(summary.collections.map(\.name) == ["plugins", "configs:1", "configs:2", "configs:3", "sources", "logs"])
        #expect(summary.collections.map(\.state) == [.complete, .complete, .complete, .incomplete, .unread, .unread])
    }

    /// A plugin that no list shows: its secrets are told by its config alone.
    private func foreign() throws -> SyncWorld {
        var state = try SyncWorld.instance()
        state.add(config: 9, plugin: 77, project: 1, #"{"region":"eu"}"#)
        return try SyncWorld(state)
    }

    @Test(arguments: [InstanceTransport.Fault.refused, .refusal(401, detail: "Invalid key."), .refusal(429, detail: "Wait.")])
    func aQuestionForAnUnknownPluginThatAllWouldFailStopsThePull(fault: InstanceTransport.Fault) async throws {
        let world = try foreign()
        world.transport.setFault { _, request in request.path.hasSuffix("/plugin_configs/9/") ? fault : nil }
        await #expect(throws: Problem.self) { try await world.pull() }
        #expect(try await world.presentConfigs().contains(9) == false)
    }

    @Test(arguments: [InstanceTransport.Fault.forbidden, .refusal(404, detail: "Not found."), .status(500, afterActing: false)])
    func aQuestionForAnUnknownPluginThatOnlyItFailsLeavesItUnknown(fault: InstanceTransport.Fault) async throws {
        let world = try foreign()
        world.transport.setFault { _, request in request.path.hasSuffix("/plugin_configs/9/") ? fault : nil }
        try await world.pull()
        let region = try await world.remote(9)?.values["region"]
        #expect(region.map(SecretRedaction.isRedacted) == true)
    }

    @Test func aWrongKeySaysSo() async throws {
        let world = try SyncWorld()
        await #expect { try await world.pull(token: "phx_wrong") } throws: {
            let problem = $0 as? Problem
            return problem?.kind == .permission && problem?.next == "phsync login" && problem?.message.contains("phx_wrong") == false
        }
    }
}

/// Answers everything alike.
private struct FixedTransport: Transport {
    let response: HTTPResponse
    init(_ response: HTTPResponse) { self.response = response }
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse { response }
}

extension SyncWorld {
    /// Enough configs for several pages.
    static func crowd() throws -> DemoState {
        var state = try instance()
        for id in Int64(10)..<130 {
            // Of another organization: listed, and their code is not asked for.
            state.add(plugin: id, "Plugin \(id)", schema: objectSchema, state.organizations[1].id)
            state.plugins[id]?.isGlobal = true
        }
        for id in Int64(10)..<130 { state.add(config: id, plugin: id, project: 1, #"{"currency":"c\#(id)"}"#) }
        return state
    }

    func versions(_ id: Int64) async throws -> Versions? {
        try await mirror.read { mirror in try mirror.configs.versions(PluginConfigID(id)) }
    }

    func presentConfigs() async throws -> [Int64] {
        try await mirror.read { mirror in
            var ids: [Int64] = []
            for project in try mirror.projects.all() {
                ids += try mirror.configs.presentIDs(project: project.id).map(\.rawValue)
            }
            return ids.sorted()
        }
    }

    func presentPlugins() async throws -> [Int64] {
        try await mirror.read { mirror in try mirror.plugins.presentIDs().map(\.rawValue).sorted() }
    }

    /// All that a pull may change beside its run and freshness, as one text.
    func contents() async throws -> String {
        try await mirror.read { mirror in
            var lines: [String] = []
            for plugin in try mirror.plugins.list() {
                lines.append("\(plugin)")
                lines += try mirror.history.list(.plugin(plugin.id)).map { "\($0.version) \($0.digest)" }
            }
            for config in try mirror.configs.list() {
                let row = try mirror.configs.row(config.id)
                lines.append("\(config.id) \(row?.baseText ?? "") \(row?.remoteText ?? "") \(row?.removedAt == nil)")
                lines += try mirror.history.list(.config(config.id)).map { "\($0.version) \($0.digest)" }
                lines.append("\(try mirror.cursors.row("configs:1") == nil)")
            }
            return lines.joined(separator: "\n")
        }
    }
}
