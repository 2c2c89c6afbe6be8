import Foundation
import Models
import Testing

@testable import Storage

/// Files that are no mirror of ours, or not yet, or no more.
struct OpeningTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
    }

    private func failure(_ mode: Mirror.Mode) -> MirrorError? {
        do {
            _ = try folder.open(mode)
            return nil
        } catch {
            return error
        }
    }

    private let bothModes: [Mirror.Mode] = [.readWriteCreate, .readOnly]

    @Test func withoutAMirrorReadingSaysSoAndMakesNothing() throws {
        let error = failure(.readOnly)
        #expect(error?.code == .missing)
        #expect(error?.problem.next == "phsync pull")
        #expect(!FileManager.default.fileExists(atPath: folder.mirror))
    }

    @Test func aMirrorThatMayNotBeReadIsSaidToBeClosedAndWhere() throws {
        // Nothing is closed to root, so the system's answer is made up.
        let path = folder.mirror + "/mirror.sqlite"
        try folder.write("mirror.sqlite", [1])
        let refusal = FileSystem { operation, _ in operation == .access ? FileError.accessDenied : 0 }.refusal(toRead: path)
        let error = MirrorError(try #require(refusal))
        #expect(error.code == .readOnly && error.problem.message.contains("Permission denied"))
        #expect(error.problem.message.contains("The mirror in \(folder.mirror) "))
        #expect(FileSystem().refusal(toRead: path) == nil)
        #expect(FileSystem().refusal(toRead: path + ".none") == nil)
    }

    @Test func aFullDiskIsNamed() {
        let problem = MirrorError(.full, path: "/srv/my data/mirror.sqlite").problem
        #expect(problem.message.contains("The disk with /srv/my data is full") && problem.next == "df -h '/srv/my data'")
    }

    @Test func anEmptyFileIsAMirrorThatWasNeverFilled() async throws {
        try folder.write("mirror.sqlite", [])
        #expect(failure(.readOnly)?.code == .missing)
        try await folder.open().fill()
    }

    @Test func aMirrorOfANewerProgramIsRefusedUntouched() async throws {
        try await makeMirror()
        try folder.connect().run("PRAGMA user_version = 99")
        let before = try folder.bytes("mirror.sqlite")
        for mode in bothModes {
            let error = failure(mode)
            #expect(error?.code == .fromNewerVersion(found: 99, known: Migrator.currentVersion))
            #expect(error?.problem.message.contains("schema 99, this one knows \(Migrator.currentVersion)") == true)
        }
        #expect(try folder.bytes("mirror.sqlite") == before)
    }

    @Test func aDatabaseOfAnotherProgramIsRefusedUntouched() throws {
        try folder.write("mirror.sqlite", [])
        do {
            let foreign = try folder.connect()
            try foreign.run("CREATE TABLE bookmark (url TEXT)")
        }
        let before = try folder.bytes("mirror.sqlite")
        for mode in bothModes { #expect(failure(mode)?.code == .fromUnknownProgram) }
        #expect(try folder.bytes("mirror.sqlite") == before)
    }

    @Test func aTextFileIsRefusedUntouched() throws {
        let text = Array(String(repeating: "shopping list\n", count: 500).utf8)
        try folder.write("mirror.sqlite", text)
        for mode in bothModes { #expect(failure(mode)?.code == .damaged) }
        #expect(try folder.bytes("mirror.sqlite") == text)
    }

    @Test func damagedPagesAreReportedAndTheFileIsKept() async throws {
        try await makeMirror()
        var bytes = try folder.bytes("mirror.sqlite")
        for index in 4096..<bytes.count { bytes[index] = 0xA5 }
        try folder.write("mirror.sqlite", bytes)
        let error = #expect(throws: MirrorError.self) {
            try folder.open(.readOnly).readSync { tx in try tx.configs.list() }
        }
        #expect(error?.code == .damaged)
        #expect(error?.problem.code == "mirror-damaged")
        #expect(error?.problem.next == "mv \(folder.mirror) \(folder.mirror).damaged && phsync pull")
        await #expect(throws: MirrorError.self) {
            let mirror = try folder.open()
            try await mirror.write { tx in try tx.edits.put(config12, .enabled, .value(true), at: at(1)) }
        }
        #expect(try folder.bytes("mirror.sqlite") == bytes)
    }

    @Test func aTruncatedFileIsDamaged() async throws {
        try await makeMirror()
        try folder.write("mirror.sqlite", Array(try folder.bytes("mirror.sqlite").prefix(5000)))
        let error = #expect(throws: MirrorError.self) {
            try folder.open(.readOnly).readSync { tx in try tx.configs.list() }
        }
        #expect(error?.code == .damaged)
    }

    @Test func aRowThatBreaksItsTypeIsDamageNamedByColumn() async throws {
        try await makeMirror()
        try folder.connect().run("UPDATE config SET base_json = 'not json'")
        let error = #expect(throws: MirrorError.self) {
            try folder.open(.readOnly).readSync { tx in try tx.configs.versions(config12) }
        }
        #expect(error?.code == .damaged)
        #expect(error?.detail.contains("config:12") == true)
    }

    @Test func aPathMayHoldAnything() async throws {
        let odd = "\(folder.mirror)/a b?mode=memory#%41 ü'"
        let mirror = try Mirror.open(directory: odd, mode: .readWriteCreate)
        try await mirror.fill()
        #expect(FileManager.default.fileExists(atPath: "\(odd)/mirror.sqlite"))
        #expect(MirrorError(.damaged, path: "/x y/it's/mirror.sqlite").problem.next
            == "mv '/x y/it'\\''s' '/x y/it'\\''s.damaged' && phsync pull")
    }

    @Test func readingInAFolderThatNobodyCanWriteToWorks() async throws {
        try await makeMirror()
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.mirror)
        defer { restoreRights() }
        // Root may write anywhere, so the answer of the system is given here.
        let files = FileSystem { operation, _ in operation == .access ? EACCES : 0 }
        let mirror = try folder.open(.readOnly, MirrorEnvironment(files: files))
        #expect(try mirror.readSync { tx in try tx.configs.list().count } == 1)
        #expect(try folder.names() == ["mirror.sqlite"])
    }

    @Test(.enabled(if: getuid() != 0, "root may write anywhere"))
    func aFolderThatNobodyCanWriteToIsNamedWhenWriting() async throws {
        try await makeMirror()
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.mirror)
        defer { restoreRights() }
        let error = await #expect(throws: MirrorError.self) {
            let mirror = try folder.open()
            try await mirror.write { tx in try tx.edits.put(config12, .enabled, .value(true), at: at(1)) }
        }
        #expect(error?.code == .readOnly)
    }

    @Test func aDatabaseThatTurnsReadOnlyIsNamedSo() async throws {
        let mirror = try folder.open()
        try await mirror.fill()
        let error = await #expect(throws: MirrorError.self) {
            try await mirror.write { tx throws in
                try tx.connection.run("PRAGMA query_only = ON")
                try tx.edits.put(config12, .enabled, .value(true), at: at(1))
            }
        }
        #expect(error?.code == .readOnly)
        #expect(error?.problem.message.contains("INSERT") == false)
    }

    @Test func manyWhoMakeTheSameMirrorAtOnceAllGetIt() async throws {
        let folder = folder
        let draws = try await withThrowingTaskGroup(of: PluginConfigID.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let mirror = try folder.open()
                    return try await mirror.write { tx throws in
                        try tx.configs.createDraft(plugin: PluginID(1), project: ProjectID(3), at: at(0))
                    }
                }
            }
            return try await group.reduce(into: Set<PluginConfigID>()) { $0.insert($1) }
        }
        #expect(draws.count == 8)
    }

    @Test func editsOfAMirrorWithDamagedConfigsCanBeSaved() async throws {
        try await makeMirror()
        let mirror = try folder.open()
        let edit = try await mirror.write { tx throws in
            try tx.edits.put(config12, .key("currency"), .value("USD"), at: at(1))
        }
        await mirror.close()
        let page = try rootPageOfConfigs()
        var bytes = try folder.bytes("mirror.sqlite")
        for index in ((page - 1) * 4096)..<(page * 4096) { bytes[index] = 0xA5 }
        try folder.write("mirror.sqlite", bytes)
        #expect(Mirror.salvageEdits(directory: folder.mirror) == [edit])
        let problem = MirrorError(.damaged, path: folder.file).problem(readableEdits: 1)
        #expect(problem.message.contains("1 edit that was not pushed can still be read"))
        #expect(Mirror.salvageEdits(directory: folder.path) == [])
    }

    private func rootPageOfConfigs() throws -> Int {
        try #require(Int(try folder.connect().pragma("SELECT rootpage FROM sqlite_schema WHERE name = 'config'")))
    }

    private func makeMirror() async throws {
        let mirror = try folder.open()
        try await mirror.fill()
        await mirror.close()
    }

    private func restoreRights() {
        chmod(folder.mirror, 0o700)
    }
}
