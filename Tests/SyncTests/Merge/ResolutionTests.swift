import DemoInstance
import Models
import Storage
import Sync
import Testing

@Suite struct ResolutionTests {
    /// Two fields of one config, each changed here and there.
    private func clashing() async throws -> SyncWorld {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("endpoint"), .value("mine"))
        try await world.edit(1, .key("region"), .value("eu"))
        world.transport.change { state in
            state.set(1, "endpoint", "theirs")
            state.set(1, "region", "mars")
        }
        try await world.pull()
        return world
    }

    @Test(arguments: [Resolution.local, .remote]) func settlingOneConflictSettlesNoOther(side: Resolution) async throws {
        let world = try await clashing()
        let now = world.now()
        let settled = try await world.mirror.write { mirror in
            try side.apply(to: PluginConfigID(1), fields: [.key("endpoint")], in: mirror, at: now)
        }
        #expect(settled == [.key("endpoint")])
        #expect(try await world.plan().problems.map(\.subject) == ["config:1 region"])
        try await world.pull()
        #expect(try await world.plan().problems.map(\.subject) == ["config:1 region"], "nor does the next pull")
        #expect(try await world.versions(1)?.base?.values["region"] == "us")
    }
}
