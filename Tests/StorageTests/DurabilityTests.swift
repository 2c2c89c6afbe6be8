import CFaultyVFS
import Models
import Synchronization
import Testing

@testable import Storage

struct DurabilityTests {
    @Test func onlyADeferredTransactionIsCommittedWithoutSyncingTheDisk() async throws {
        let vfs = try #require(faulty_vfs_create("counted-syncs"))
        defer { faulty_vfs_destroy(vfs) }
        let folder = try Folder()
        let mirror = try folder.open(.readWriteCreate, MirrorEnvironment(vfs: "counted-syncs"))
        try await mirror.fill()
        func syncs(_ durability: Durability) async throws -> Int {
            let before = faulty_vfs_syncs(vfs)
            try await mirror.write(durability) { tx in try tx.edits.put(config12, .key("a"), .value("b"), at: at(1)) }
            return Int(faulty_vfs_syncs(vfs) - before)
        }
        #expect(try await syncs(.immediate) > 0)
        #expect(try await syncs(.deferred) == 0)
        #expect(try await syncs(.immediate) > 0)
        await mirror.close()
    }

    @Test func aDeferredTransactionThatRemovesASecretIsSyncedBeforeItsFileGoes() async throws {
        let vfs = try #require(faulty_vfs_create("removed-secret"))
        defer { faulty_vfs_destroy(vfs) }
        let folder = try Folder()
        let mirror = try folder.open(.readWriteCreate, MirrorEnvironment(vfs: "removed-secret"))
        try await mirror.fill()
        try await mirror.write { tx in try tx.edits.put(config12, .key("k"), .secret(Secret("sk")), at: at(1)) }
        let before = faulty_vfs_syncs(vfs)
        try await mirror.write(.deferred) { tx in try tx.edits.put(config12, .key("k"), .value("open"), at: at(2)) }
        #expect(faulty_vfs_syncs(vfs) > before)
        #expect(try folder.names("secrets") == [])
        #expect(try await mirror.read { tx in try tx.edits.list(config12).map(\.value) } == [.value("open")])
        await mirror.close()
    }
}
