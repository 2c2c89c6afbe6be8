import DemoInstance
import Models
import Storage
import Sync
import TestSupport
import Testing

/// An edit back to what is there, while a push has the edit before it in hand: what the remote will have then, nobody knows.
@Suite struct WayBackTests {
    private func edited() async throws -> SyncWorld {
        let world = try SyncWorld()
        try await world.pull()
        try await world.edit(1, .key("region"), .value("eu"))
        return world
    }

    private func wantAsItWas(_ world: SyncWorld) async throws {
        let now = world.now()
        try await world.mirror.write { mirror in
            try ConfigEdits([(.key("region"), .value("us"))]).store(in: PluginConfigID(1), of: mirror, at: now)
        }
    }

    /// The write arrives, its answer is lost, and nothing can be asked afterwards.
    private func pushWithoutAnAnswer(_ world: SyncWorld) async throws {
        let seen = Seen()
        world.transport.setFault { _, request in
            guard request.method == .patch else { return seen.count > 0 ? .refused : nil }
            seen.note(request)
            return .answerLost
        }
        #expect(try await world.push().summary.steps.map(\.state) == [.unknown])
    }

    /// The answer of the push is lost, and nothing can be asked afterwards.
    @Test(arguments: [true, false]) func itWaitsUntilTheRemoteTellsWhatItHas(arrives: Bool) async throws {
        let world = try await edited()
        let seen = Seen()
        world.transport.setFault { _, request in
            guard request.method == .patch else { return seen.count > 0 ? .refused : nil }
            seen.note(request)
            return arrives ? .answerLost : .lostOnTheWay
        }
        #expect(try await world.push().summary.steps.map(\.state) == [.unknown])
        let pusher = Pusher(api: world.api(), mirror: world.mirror, now: world.now)
        #expect(try await pusher.settle().open.keys.sorted() == ["config:1"])
        #expect(try await world.edits().map(\.state) == [.inFlight], "it stays in hand while nobody can tell")
        world.transport.clear()
        #expect(world.transport.state.stored(1, "region") == (arrives ? "eu" : "us"))
        try await wantAsItWas(world)
        #expect(try await world.edits().map(\.value) == [.value("us")])
        try await world.pushUntilDone("back")
        #expect(world.transport.state.stored(1, "region") == "us")
        #expect(world.transport.writes.count == (arrives ? 1 : 0))
    }

    /// The remote in the mirror may be older than what the push has done.
    @Test(arguments: Again.allCases) func nothingThatLooksAtTheMirrorAgainTakesItAway(again: Again) async throws {
        let world = try await edited()
        try await pushWithoutAnAnswer(world)
        world.transport.clear()
        try await wantAsItWas(world)
        let now = world.now()
        try await world.mirror.write { mirror in
            switch again {
            case .resolve: _ = try Resolution.remote.apply(to: PluginConfigID(1), fields: nil, in: mirror, at: now)
            case .edit: try ConfigEdits([(.key("region"), .value("us"))]).store(in: PluginConfigID(1), of: mirror, at: now)
            case .restore:
                try mirror.edits.put(PluginConfigID(1), .key("region"), .value("mars"), at: now)
                guard let versions = try mirror.configs.versions(PluginConfigID(1)), let base = versions.base else { return }
                let restoration = ConfigRestoration(to: base, of: versions, schema: ConfigSchema([]), secretKeys: [])
                try restoration.store(PluginConfigID(1), base: base, in: mirror, at: now)
            case .rebase: try Rebase.again(PluginConfigID(1), in: mirror, at: now)
            }
        }
        #expect(try await world.edits().map(\.value) == [.value("us")])
        try await world.pushUntilDone("back")
        #expect(world.transport.state.stored(1, "region") == "us")
    }

    enum Again: CaseIterable {
        case resolve, edit, rebase, restore
    }

    /// A conflict that came while the push was open, decided for what the mirror takes for the remote's value.
    @Test func aTypedDecisionForTheMirrorsValueIsKept() async throws {
        let world = try await edited()
        try await world.edit(1, .key("endpoint"), .value("https://b.example.com"))
        try await pushWithoutAnAnswer(world)
        let now = world.now()
        let settled = try await world.mirror.write { mirror in
            // The base is older than what the mirror has of the remote: a conflict.
            guard let remote = try mirror.configs.remote(PluginConfigID(1)) else { return [ConfigField]() }
            let base = Resolution.adopting(.key("region"), of: ["config": ["region": "mars"]], into: remote.json)
            try mirror.configs.store(remote, base: .becomes(base), at: now)
            return try TypedResolution.apply([(.key("region"), "us")], to: PluginConfigID(1), in: mirror, at: now)
        }
        #expect(settled == [.key("region")])
        #expect(try await world.edits().map(\.value).contains(.value("us")))
        world.transport.clear()
        try await world.pushUntilDone("back")
        #expect(world.transport.state.stored(1, "region") == "us")
        #expect(world.transport.state.stored(1, "endpoint") == "https://b.example.com")
    }

    @Test(arguments: [true, false]) func aTypedDecisionAboutCodeIsKeptWhileThatIsUnderWay(isHeld: Bool) async throws {
        let world = try await SyncWorld.coded()
        try await world.editCode("index.ts", "ours")
        let seen = Seen()
        world.transport.setFault { _, request in
            guard request.method == .patch else { return seen.count > 0 ? .refused : nil }
            seen.note(request)
            return isHeld ? .answerLost : .refused
        }
        _ = try await world.push()
        let now = world.now()
        let isSettled = try await world.mirror.write { mirror in
            guard var base = try mirror.sources.versions(PluginID(1))?.base else { return false }
            base["index.ts"] = "older"
            try mirror.sources.storeBase(base, of: PluginID(1))
            return try TypedResolution.apply(SyncWorld.code, toFile: "index.ts", of: PluginID(1), in: mirror, at: now)
        }
        #expect(isSettled)
        #expect(try await world.codeEdits().map(\.value) == (isHeld ? [.text(SyncWorld.code)] : []))
        world.transport.clear()
        try await world.pushUntilDone("back")
        #expect(world.storedCode("index.ts") == SyncWorld.code)
    }

    @Test func withoutAPushItTakesTheEditAway() async throws {
        let world = try await edited()
        try await wantAsItWas(world)
        #expect(try await world.edits().isEmpty)
    }
}
