import Foundation
import Models
import Testing

@testable import Storage

struct MirrorTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
    }

    @Test func whatIsWrittenIsReadInEveryWay() async throws {
        let mirror = try folder.open()
        try await mirror.fill()
        let names = try await mirror.read { tx in try tx.plugins.list().map(\.name) }
        #expect(names == ["Currency Normalization"])
        #expect(try mirror.readSync { tx in try tx.configs.row(config12)?.pluginID } == PluginID(1))
        let other = try folder.open(.readOnly)
        #expect(try other.readSync { tx in try tx.projects.all().count } == 1)
    }

    @Test func everythingIsPrivateFromTheStart() async throws {
        let mask = umask(0)
        defer { umask(mask) }
        let mirror = try folder.open()
        try await mirror.fill()
        try await mirror.write { tx throws in
            try tx.edits.put(config12, .key("apiKey"), .secret(Secret("sk-new")), at: at(1))
        }
        #expect(try folder.permissions("") == 0o700)
        #expect(try folder.permissions("secrets") == 0o700)
        for name in try folder.names() where name != "secrets" { #expect(try folder.permissions(name) == 0o600, "\(name)") }
        #expect(try folder.names().contains("mirror.sqlite-wal"))
        for name in try folder.names("secrets") { #expect(try folder.permissions("secrets/\(name)") == 0o600) }
        #expect(try folder.names("secrets").count == 1)
    }

    @Test func aFolderThatOthersCouldReadIsClosedToThem() throws {
        try folder.write("mirror.sqlite", [])
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.mirror)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.file)
        _ = try folder.open()
        #expect(try folder.permissions("") == 0o700)
        #expect(try folder.permissions("mirror.sqlite") == 0o600)
    }

    @Test func aClosureThatThrowsLeavesNothing() async throws {
        let mirror = try folder.open()
        try await mirror.fill()
        let problem = Problem(.conflict, code: "test", message: "no")
        await #expect(throws: MirrorError(aborting: problem)) {
            try await mirror.write { tx throws in
                try tx.edits.put(config12, .key("apiKey"), .secret(Secret("sk-new")), at: at(1))
                throw MirrorError(aborting: problem)
            }
        }
        #expect(MirrorError(aborting: problem).problem == problem)
        #expect(try mirror.readSync { tx in try tx.edits.all() } == [])
        #expect(try folder.names("secrets") == [])
    }

    @Test func aFailedStatementLosesTheTransactionEvenWhenItsErrorIsCaught() async throws {
        let mirror = try folder.open()
        try await mirror.fill()
        await #expect(throws: MirrorError.self) {
            try await mirror.write { tx throws in
                try tx.edits.put(config12, .enabled, .value(true), at: at(1))
                do throws(MirrorError) {
                    try tx.edits.put(PluginConfigID(404), .enabled, .value(true), at: at(1))
                } catch {
                    #expect(error.code == .bug)
                }
            }
        }
        #expect(try mirror.readSync { tx in try tx.edits.all() } == [])
    }

    @Test func aReaderDoesNotWaitForTheWriterAndSeesTheLastCommit() async throws {
        let mirror = try folder.open(.readWriteCreate, MirrorEnvironment(busyTimeoutMilliseconds: 0))
        try await mirror.fill()
        try await mirror.write { tx throws in
            try tx.edits.put(config12, .enabled, .value(true), at: at(1))
            let beside = try mirror.readSync { tx in try tx.edits.all().count }
            #expect(beside == 0)
        }
        #expect(try mirror.readSync { tx in try tx.edits.all().count } == 1)
    }

    @Test func aSecondWriterIsToldThatTheMirrorIsBusy() async throws {
        let mirror = try folder.open(.readWriteCreate, MirrorEnvironment(busyTimeoutMilliseconds: 1))
        try await mirror.fill()
        let other = try folder.connect()
        try other.run("BEGIN IMMEDIATE")
        let error = await #expect(throws: MirrorError.self) {
            try await mirror.write { tx throws in
                try tx.edits.put(config12, .enabled, .value(true), at: at(1))
            }
        }
        #expect(error?.code == .locked)
        #expect(error?.problem.kind == .temporary)
        #expect(try mirror.readSync { tx in try tx.plugins.list().count } == 1)
        try other.run("ROLLBACK")
        try await mirror.write { tx in _ = try tx.edits.put(config12, .enabled, .value(true), at: at(1)) }
    }

    @Test func aMirrorThatIsOpenForReadingIsNotWritten() async throws {
        try await folder.open().fill()
        let mirror = try folder.open(.readOnly)
        await #expect(throws: MirrorError.self) {
            try await mirror.write { tx in try tx.projects.markRemoved(ProjectID(3), at: at(1)) }
        }
        let error = #expect(throws: MirrorError.self) {
            try mirror.readSync { tx in try tx.projects.markRemoved(ProjectID(3), at: at(1)) }
        }
        #expect(error?.code == .readOnly)
    }

    @Test func settingsAreInForce() async throws {
        let mirror = try folder.open()
        try await mirror.write { tx throws in
            do {
                #expect(try tx.connection.pragma("PRAGMA journal_mode") == "wal")
                #expect(try tx.connection.pragma("PRAGMA synchronous") == "2")
                #expect(try tx.connection.pragma("PRAGMA foreign_keys") == "1")
                #expect(try tx.connection.pragma("PRAGMA trusted_schema") == "0")
                #expect(try tx.connection.pragma("PRAGMA secure_delete") == "1")
                #expect(throws: SQLiteError.self) { try tx.connection.pragma("SELECT \"no such column\"") }
            } catch {
                Issue.record(error)
            }
        }
    }

    @Test func tenThousandConfigsAreCountedWithinAStart() async throws {
        let mirror = try folder.open()
        let configs = try (1...10_000).map { try Sample.config($0) }
        try await mirror.write { tx throws in
            for config in configs { try tx.configs.store(config, base: .followsRemote, at: at(0)) }
            try tx.edits.put(config12, .enabled, .value(true), at: at(1))
        }
        await mirror.close()
        let clock = ContinuousClock()
        let elapsed = try clock.measure {
            let reader = try folder.open(.readOnly)
            let (counts, edited) = try reader.readSync { tx in
                (try tx.configs.counts(), try tx.configs.versionsWithEdits())
            }
            #expect(counts.configs == 10_000)
            #expect(edited.count == 1)
        }
        print("opening and counting 10,000 configs took \(elapsed)")
        // Far above the 15 ms of a release build: this catches a full scan of the JSON, not a slow machine.
        #expect(elapsed < .milliseconds(500))
    }
}
