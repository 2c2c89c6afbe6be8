import CFaultyVFS
import Models
import Storage
import Sync
import TestSupport
import Testing

/// The N-th operation of SQLite fails while a push or a pull is under way: the right error, and after that the right end.
@Suite struct FaultyDiskTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        let kind: UInt32
        let isPersistent: Bool
        var testDescription: String { "\(kind == FAULTY_FULL.rawValue ? "full" : "I/O error")\(isPersistent ? ", for good" : "")" }
        var name: String { "push-\(kind)-\(isPersistent)" }
    }

    static let kinds = [
        Kind(kind: FAULTY_FULL.rawValue, isPersistent: true), Kind(kind: FAULTY_IO.rawValue, isPersistent: false),
    ]

    @Test(arguments: kinds) func aPushWhoseDiskFailsAnywhereSendsNothingTwice(kind: Kind) async throws {
        let vfs = try #require(faulty_vfs_create(kind.name))
        defer { faulty_vfs_destroy(vfs) }
        var environment = SyncWorld.environment
        environment.vfs = kind.name
        var fired = 0
        let prepared = await PreparedWorld(try await SyncWorld.edited())
        for n in stride(from: 1, to: 10_000, by: 3) {
            let name = "\(kind.testDescription), operation \(n)"
            let world = try prepared.copy(environment: environment)
            let acted = ActedWrites(world.transport)
            faulty_vfs_arm(vfs, Int32(n), faulty_kind(kind.kind), kind.isPersistent ? 1 : 0)
            do {
                try await world.push()
            } catch is Problem {}
            let failures = faulty_vfs_failures(vfs)
            faulty_vfs_arm(vfs, 0, FAULTY_FULL, 0)
            let restarted = try await world.restarted()
            try await restarted.pushUntilDone(name)
            restarted.expectMeant(name)
            #expect(acted.creates == 1, "\(name)")
            #expect(try await restarted.edits() == [], "\(name)")
            #expect(try await !restarted.everythingStored().contains("sk_new"), "\(name)")
            await restarted.mirror.close()
            if failures == 0 { break }
            fired += 1
        }
        #expect(fired > 10, "the faults did not reach the push")
    }

    @Test(arguments: kinds) func aPullWhoseDiskFailsAnywhereLosesNoEdit(kind: Kind) async throws {
        let vfs = try #require(faulty_vfs_create("pull-" + kind.name))
        defer { faulty_vfs_destroy(vfs) }
        var environment = SyncWorld.environment
        environment.vfs = "pull-" + kind.name
        var fired = 0
        let pulled = try SyncWorld()
        try await pulled.pull()
        try await pulled.edit(1, .key("region"), .value("eu"))
        pulled.transport.change { $0.set(1, "endpoint", "https://theirs.example.com") }
        let prepared = await PreparedWorld(pulled)
        for n in stride(from: 1, to: 10_000, by: 3) {
            let name = "\(kind.testDescription), operation \(n)"
            let world = try prepared.copy(environment: environment)
            faulty_vfs_arm(vfs, Int32(n), faulty_kind(kind.kind), kind.isPersistent ? 1 : 0)
            do {
                try await world.pull()
            } catch is Problem {}
            let failures = faulty_vfs_failures(vfs)
            faulty_vfs_arm(vfs, 0, FAULTY_FULL, 0)
            let restarted = try await world.restarted()
            try await restarted.pull()
            let local = try #require(try await restarted.versions(1)).local
            #expect(local.values["region"] == "eu", "\(name)")
            #expect(local.values["endpoint"] == "https://theirs.example.com", "\(name)")
            #expect(try await restarted.presentConfigs() == [1, 2, 3], "\(name)")
            await restarted.mirror.close()
            if failures == 0 { break }
            fired += 1
        }
        #expect(fired > 5, "the faults did not reach the pull")
    }
}
