import DemoInstance
import Models
import Storage
import Sync
import Testing

@testable import CLI

/// What happens to the mirror between the question of `discard` and its answer.
@Suite struct DiscardTests {
    private let home: PulledHome
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    init() async throws {
        home = try await PulledHome()
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF")
    }

    /// What the person was asked about, then something else happens, then they say yes.
    private func discard(_ meanwhile: (Storage.Mirror) async throws -> Void) async throws {
        let edited = try home.mirror().readSync { mirror in try Edited.all(in: mirror) }
        let mirror = try Storage.Mirror.open(directory: home.directory, mode: .readWriteCreate)
        try await meanwhile(mirror)
        try await mirror.write { [now] mirror in try DiscardCommand.discard(edited, in: mirror, at: now) }
        await mirror.close()
    }

    private func edits() throws -> [ConfigField] {
        try home.mirror().readSync { mirror in try mirror.edits.all() }.map(\.field)
    }

    @Test func nothingIsGivenUpThatAPushHasTakenInHand() async throws {
        await #expect {
            try await discard { mirror in
                _ = try await mirror.write { mirror in try mirror.edits.markInFlight(try mirror.edits.all()) }
            }
        } throws: { ($0 as? MirrorError)?.problem.code == "in-flight" }
        #expect(try edits() == [.key("normalizedCurrency")])
    }

    @Test func anEditMadeMeanwhileStaysAndSoDoesItsConflict() async throws {
        try await discard { _ in
            _ = try await home.run("edit-config", "1", "amountProperty=mine")
            home.server.withState { state in
                guard var config = state.configs[1]?.config.object else { return }
                config["amountProperty"] = "theirs"
                state.configs[1]?.config = .object(config)
            }
            #expect(try home.phsync(["pull"]).status == 3)
        }
        #expect(try edits() == [.key("amountProperty")])
        let versions = try #require(try home.mirror().readSync { mirror in try mirror.configs.versions(PluginConfigID(1)) })
        #expect(ThreeWayMerge(versions, secretKeys: []).conflicts.map(\.field) == [.key("amountProperty")])
    }

    @Test func aDraftThatWasEditedMeanwhileStays() async throws {
        _ = try await home.run("edit-config", "Office hours@1", "start=8")
        await #expect {
            try await discard { _ in _ = try await home.run("edit-config", "Office hours@1", "end=16") }
        } throws: { ($0 as? MirrorError)?.problem.code == "edited-meanwhile" }
        #expect(try edits().contains(.key("end")) && edits().contains(.key("normalizedCurrency")), "all or nothing")
    }
}
