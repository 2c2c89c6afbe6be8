import DemoInstance
import Models
import Storage
import Sync
import Testing

/// What a pull may take for deleted: a whole list without the row, a 404 of the row itself, and a key that still sees.
@Suite struct DeletionTests {
    private static let config = "/api/projects/1/plugin_configs/1/"
    private static let configs = "/api/projects/1/plugin_configs/"

    /// All that can go wrong with one read but a 404 of the API's own.
    static let otherFailures: [InstanceTransport.Fault] = [
        .status(500, afterActing: false), .status(502, afterActing: false), .status(404, afterActing: false), .forbidden,
        .refusal(404, detail: "Endpoint not found."), .refusal(400, detail: "Bad."), .refusal(410, detail: "Gone."),
        .refusal(429, detail: "Slow."), .body(#"{"id":1,"#), .body("null"), .html, .refused, .lostOnTheWay, .timedOut,
    ]

    @Test(arguments: otherFailures) func aConfigWhoseReReadFailsInAnyOtherWayIsNotTakenForDeleted(fault: InstanceTransport.Fault) async throws {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.change { _ = $0.configs.removeValue(forKey: 1) }
        world.transport.setFault { _, request in request.path == Self.config ? fault : nil }
        try await world.pull()
        #expect(try await world.presentConfigs() == [1, 2, 3])
        world.transport.clear()
        try await world.pull()
        #expect(try await world.presentConfigs() == [2, 3], "a 404 of the API is one")
    }

    @Test(arguments: otherFailures) func aPluginWhoseReReadFailsInAnyOtherWayIsNotTakenForDeleted(fault: InstanceTransport.Fault) async throws {
        let world = try await worldWithUnusedPlugin()
        world.transport.change { _ = $0.plugins.removeValue(forKey: 4) }
        world.transport.setFault { _, request in request.path.hasSuffix("/plugins/4/") ? fault : nil }
        try await world.pull()
        #expect(try await world.presentPlugins() == [1, 2, 4])
        world.transport.clear()
        try await world.pull()
        #expect(try await world.presentPlugins() == [1, 2], "a 404 of the API is one")
    }

    /// The row was away only while the list was read; then everything is a 404 to this key.
    private static let losses: [@Sendable (inout DemoState) -> Void] = [
        { $0.organizations[0].pluginsAccessLevel = 0 }, { $0.organizations[0].pluginsAccessLevel = 2 },
        { state in state.organizations[0].projectIDs.removeAll { $0 == 1 } },
    ]

    @Test(arguments: losses.indices) func aConfigIsNotTakenForDeletedWhenTheKeySeesNoneAnyMore(loss: Int) async throws {
        let world = try SyncWorld()
        try await world.pull()
        let kept = try #require(world.transport.change { $0.configs.removeValue(forKey: 1) })
        world.transport.setBefore { _, request, state in
            guard request.path == Self.config else { return }
            state.configs[1] = kept
            Self.losses[loss](&state)
            // A project that the organization does not have is a 404 to it.
            if loss == 2 { state.configs[1]?.projectID = 2 }
        }
        do { _ = try await world.pull() } catch is Problem {}  // Whether it fails is not the point here.
        #expect(try await world.presentConfigs() == [1, 2, 3])
    }

    @Test func aPluginIsNotTakenForDeletedWhenTheKeySeesNoneAnyMore() async throws {
        let world = try await worldWithUnusedPlugin()
        let kept = try #require(world.transport.change { $0.plugins.removeValue(forKey: 4) })
        world.transport.setBefore { _, request, state in
            guard request.path.hasSuffix("/plugins/4/") else { return }
            state.plugins[4] = kept
            state.organizations[0].pluginsAccessLevel = 3
        }
        try await world.pull()
        #expect(try await world.presentPlugins() == [1, 2, 4])
    }

    /// The row that can't be read may be the one that seems to be missing.
    @Test(arguments: [
        "{}", "null", "7", #"{"id":null,"plugin":1,"team_id":1,"enabled":true,"order":1,"config":{}}"#,
        #"{"id":"1","plugin":1,"team_id":1,"enabled":true,"order":1,"config":{}}"#,
        #"{"id":1.5,"plugin":1,"team_id":1,"enabled":true,"order":1,"config":{}}"#,
        #"{"id":9,"plugin":null,"team_id":1,"enabled":true,"order":1,"config":{}}"#,
        #"{"id":9,"plugin":1,"team_id":1,"enabled":true,"order":1,"config":null}"#,
    ])
    func aListWithARowThatCanNotBeReadProvesNoDeletion(row: String) async throws {
        let world = try SyncWorld()
        try await world.pull()
        world.transport.change { _ = $0.configs.removeValue(forKey: 1) }
        let checked = try await world.mirror.read { mirror in try mirror.freshness.row("configs:1")?.checkedAt }
        let other = #"{"id":2,"plugin":2,"team_id":1,"enabled":true,"order":2,"config":{"currency":"USD"}}"#
        let list = #"{"count":2,"next":null,"previous":null,"results":[\#(other),\#(row)]}"#
        world.transport.setFault { _, request in request.path == Self.configs ? .body(list) : nil }
        let pulled = try await world.pull()
        #expect(pulled.collections.first { $0.name == "configs:1" }?.state == .incomplete)
        #expect(try await world.presentConfigs() == [1, 2, 3])
        #expect(try await world.mirror.read { mirror in try mirror.freshness.row("configs:1")?.checkedAt } == checked)
    }

    @Test func aPageWithARowOfAnotherProjectIsNotStored() async throws {
        let world = try SyncWorld()
        try await world.pull()
        let row = #"{"id":3,"plugin":1,"team_id":2,"enabled":false,"order":9,"config":{"region":"theirs"}}"#
        let list = #"{"count":1,"next":null,"previous":null,"results":[\#(row)]}"#
        world.transport.setFault { _, request in request.path == Self.configs ? .body(list) : nil }
        #expect(try await world.pull().problems.map(\.code) == ["wrong-project"])
        #expect(try await world.presentConfigs() == [1, 2, 3])
        #expect(try await world.remote(3)?.values["region"] == "eu")
        let projects = try await world.mirror.read { mirror in try mirror.configs.presentIDs(project: ProjectID(1)) }
        #expect(projects.map(\.rawValue).sorted() == [1, 2])
    }

    private func worldWithUnusedPlugin() async throws -> SyncWorld {
        let world = try SyncWorld()
        world.transport.change { $0.add(plugin: 4, "Unused", schema: [], $0.organizations[0].id) }
        try await world.pull()
        #expect(try await world.presentPlugins() == [1, 2, 4])
        return world
    }
}
