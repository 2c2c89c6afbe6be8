import DemoInstance
import Models
import Storage
import Sync
import Testing

/// One set of edits of every kind, and what the instance's database must hold after they were pushed.
extension SyncWorld {
    /// Edits of three configs, one with a secret, one with a file, and a create with its enabling: five writes.
    static func edited(
        _ state: DemoState? = nil, environment: MirrorEnvironment = SyncWorld.environment
    ) async throws -> SyncWorld {
        let world = try SyncWorld(state, environment: environment)
        try await world.pull()
        world.transport.clear()
        try await world.edit(1, .key("region"), .value("eu"))
        try await world.edit(1, .key("apiKey"), .secret(Secret("sk_new")))
        try await world.edit(2, .enabled, .value(false))
        try await world.edit(3, .key("endpoint"), .value("https://new.example.com"))
        try await world.edit(
            3, .attachment("file"), .file(NewFile(name: "a.csv", contentType: "text/csv", bytes: Array("file_new".utf8))))
        _ = try await world.draft(plugin: world.free.plugin, project: world.free.project, ["currency": "EUR"], enabled: true)
        return world
    }

    func expectMeant(_ name: String) {
        let state = transport.state
        let stored: [JSONValue] = [(1, "region"), (1, "apiKey"), (1, "endpoint"), (2, "password"), (3, "endpoint"), (3, "apiKey")].map {
            state.stored($0.0, $0.1) ?? .null
        }
        #expect(stored == ["eu", "sk_new", "https://a.example.com", "hunter2", "https://new.example.com", "sk_live_3"], "\(name)")
        #expect(state.configs[2]?.isEnabled == false, "\(name)")
        #expect(state.attachments[3]?.map(\.bytes) == [Array("file_new".utf8)], "\(name)")
        let created = state.configs.values.filter { $0.id > 3 }
        let shown: [[JSONValue]] = created.map { [JSONValue($0.pluginID), JSONValue($0.projectID), $0.config, .bool($0.isEnabled)] }
        #expect(shown == [[JSONValue(free.plugin), JSONValue(free.project), ["currency": "EUR"], true]], "\(name)")
    }
}
