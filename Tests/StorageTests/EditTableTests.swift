import Models
import Testing

@testable import Storage

struct EditTableTests {
    private let folder: Folder
    private let mirror: Mirror

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
    }

    @Test(arguments: [
        ConfigField.enabled, .order, .deleted, .key("currency"), .key(""), .key("a.b"), .key("nul\u{0}key"), .key("ключ"),
    ])
    func everyFieldAndValueComesBackAsItWas(field: ConfigField) async throws {
        let values: [JSONValue] = [
            "", "nul\u{0}inside", nil, true, 0, ["a": [1, .null]], .number(try #require(JSONNumber("1.0"))),
        ]
        for value in values {
            let put = try await mirror.write { tx in try tx.edits.put(config12, field, .value(value), at: at(1)) }
            let found = try mirror.readSync { tx in try tx.edits.edit(config12, field) }
            #expect(found == put)
            guard case .value(let stored) = found?.value else { Issue.record("no value"); continue }
            #expect(stored.text == value.text)
        }
        try await mirror.write { tx in try tx.edits.put(config12, field, .unset, at: at(2)) }
        #expect(try mirror.readSync { tx in try tx.edits.list(config12) }.map(\.value) == [.unset])
    }

    @Test func aConfirmationDoesNotRemoveAnEditMadeMeanwhile() async throws {
        try await mirror.write { tx throws in
            let sent = try tx.edits.put(config12, .enabled, .value(true), at: at(1))
            #expect(try tx.edits.markInFlight([sent]) == 1)
            #expect(try tx.edits.edit(config12, .enabled)?.state == .inFlight)
            let newer = try tx.edits.put(config12, .enabled, .value(false), at: at(2))
            #expect(try !tx.edits.remove(config12, .enabled, version: sent.version))
            #expect(try tx.edits.release([sent]) == 0)
            #expect(try tx.edits.all() == [newer])
            #expect(newer.state == .pending)
            #expect(try tx.edits.remove(config12, .enabled, version: newer.version))
            #expect(try tx.edits.configIDs() == [])
        }
    }

    @Test func versionsNeverComeBackAfterARemovalOrAReopening() async throws {
        let first = try await mirror.write { tx throws in
            let edit = try tx.edits.put(config12, .enabled, .value(true), at: at(1))
            try tx.edits.remove(config12, .enabled, version: edit.version)
            return edit.version
        }
        await mirror.close()
        let again = try folder.open()
        let second = try await again.write { tx in try tx.edits.put(config12, .enabled, .value(true), at: at(2)).version }
        #expect(second > first)
    }

    @Test func claimingAndReleasingTouchOnlyWhatIsNamed() async throws {
        try await mirror.write { tx throws in
            let one = try tx.edits.put(config12, .enabled, .value(true), at: at(1))
            try tx.edits.put(config12, .order, .value(2), at: at(1))
            try tx.edits.markInFlight([one])
            #expect(try tx.edits.list(config12).map(\.state) == [.inFlight, .pending])
            #expect(try tx.configs.counts().editsInFlight == 1)
            try tx.edits.release([one])
            #expect(try tx.edits.list(config12).map(\.state) == [.pending, .pending])
        }
    }

    @Test func aSecretIsInItsOwnFileAndNowhereElse() async throws {
        let edit = try await mirror.write { tx throws in
            try tx.edits.put(config12, .key("apiKey"), .secret(Secret("sk-very-secret")), at: at(1))
        }
        guard case .secret(let reference) = edit.value else { Issue.record("no secret"); return }
        #expect(try mirror.secrets.read(reference) == Secret("sk-very-secret"))
        #expect(try folder.names("secrets") == [reference])
        for name in ["mirror.sqlite", "mirror.sqlite-wal"] {
            #expect(!String(decoding: try folder.bytes(name), as: UTF8.self).contains("sk-very-secret"))
        }
    }

    @Test func aReplacedConfirmedOrUnsetSecretIsGone() async throws {
        let put = { (text: String) async throws in
            try await self.mirror.write { tx throws in
                try tx.edits.put(config12, .key("apiKey"), .secret(Secret(text)), at: at(1))
            }
        }
        _ = try await put("one")
        let second = try await put("two")
        #expect(try folder.names("secrets").count == 1)
        try await mirror.write { tx in try tx.edits.remove(config12, .key("apiKey"), version: second.version) }
        #expect(try folder.names("secrets") == [])
        _ = try await put("three")
        try await mirror.write { tx in try tx.edits.put(config12, .key("apiKey"), .unset, at: at(2)) }
        #expect(try folder.names("secrets") == [])
    }

    @Test func aRolledBackRemovalKeepsTheSecret() async throws {
        let edit = try await mirror.write { tx throws in
            try tx.edits.put(config12, .key("apiKey"), .secret(Secret("sk")), at: at(1))
        }
        let stop = Problem(.failed, code: "test", message: "stop")
        await #expect(throws: MirrorError.self) {
            try await mirror.write { tx throws in
                try tx.edits.remove(config12, .key("apiKey"), version: edit.version)
                throw stop
            }
        }
        #expect(try folder.names("secrets").count == 1)
    }

    @Test func aSweepRemovesOnlyWhatNoEditRefersTo() async throws {
        try await mirror.write { tx in try tx.edits.put(config12, .key("apiKey"), .secret(Secret("sk")), at: at(1)) }
        let orphan = String(repeating: "ab", count: 16)
        try folder.write("secrets/\(orphan)", Array("left behind".utf8))
        try folder.write("secrets/notes.txt", Array("not ours".utf8))
        try await mirror.write { tx throws in
            try tx.edits.put(config12, .key("other"), .secret(Secret("made in this transaction")), at: at(1))
            try tx.sweepSecrets()
        }
        let names = try folder.names("secrets")
        #expect(names.count == 3)
        #expect(!names.contains(orphan))
        #expect(names.contains("notes.txt"))
    }

    private static let file = NewFile(name: "db.csv", contentType: "text/csv", bytes: Array("id\u{0}1\n".utf8))

    @Test func anAttachedFileIsInItsOwnFileAndItsDescriptionInTheMirror() async throws {
        let put = try await mirror.write { tx in try tx.edits.put(config12, .attachment("db"), .file(Self.file), at: at(1)) }
        guard case .file(let waiting) = put.value else { Issue.record("no file"); return }
        #expect((waiting.name, waiting.contentType, waiting.sizeBytes) == ("db.csv", "text/csv", 5))
        #expect(try mirror.readSync { tx in try tx.edits.all() } == [put])
        #expect(try mirror.readSync { tx in try tx.edits.edit(config12, .attachment("db")) } == put)
        #expect(try mirror.attachments.read(waiting.reference) == Self.file.bytes)
        #expect(try folder.names("attachments") == [waiting.reference])
        #expect(try folder.permissions("attachments") == 0o700)
        #expect(try folder.permissions("attachments/\(waiting.reference)") == 0o600)
        #expect(Mirror.salvageEdits(directory: folder.mirror) == [put])
        await mirror.close()
        #expect(try await folder.open().read { tx in try tx.edits.list(config12) } == [put], "it survives the process")
    }

    @Test func aReplacedDetachedOrRemovedFileIsGone() async throws {
        let put = { (input: EditTable.Input) async throws in
            try await self.mirror.write { tx throws in try tx.edits.put(config12, .attachment("db"), input, at: at(1)) }
        }
        _ = try await put(.file(Self.file))
        let second = try await put(.file(NewFile(name: "new.csv", contentType: "text/csv", bytes: [])))
        guard case .file(let waiting) = second.value else { Issue.record("no file"); return }
        #expect(try folder.names("attachments") == [waiting.reference])
        #expect(try mirror.readSync { tx in try tx.attachments.all() } == [waiting])
        _ = try await put(.unset)
        #expect(try folder.names("attachments") == [])
        #expect(try mirror.readSync { tx in try tx.attachments.all() } == [])
        let third = try await put(.file(Self.file))
        try await mirror.write { tx in try tx.edits.remove(config12, .attachment("db"), version: third.version) }
        #expect(try folder.names("attachments") == [])
        #expect(try mirror.readSync { tx in try tx.attachments.all() } == [])
    }

    @Test func aSweepKeepsTheFilesOfEdits() async throws {
        let put = try await mirror.write { tx in try tx.edits.put(config12, .attachment("db"), .file(Self.file), at: at(1)) }
        guard case .file(let waiting) = put.value else { Issue.record("no file"); return }
        let orphan = String(repeating: "cd", count: 16)
        try folder.write("attachments/\(orphan)", Array("left behind".utf8))
        try await mirror.write { tx throws in
            try tx.sweepSecrets()
        }
        #expect(try folder.names("attachments") == [waiting.reference])
    }

    @Test func anEditThatWasRolledBackLeavesNoFile() async throws {
        await #expect(throws: MirrorError.self) {
            try await mirror.write { tx throws in
                try tx.edits.put(config12, .attachment("db"), .file(Self.file), at: at(1))
                throw Problem(.failed, code: "test", message: "stop")
            }
        }
        #expect(try folder.names("attachments") == [])
        #expect(try mirror.readSync { tx in try tx.edits.all() } == [])
    }

    @Test func aReferenceThatIsNoneReadsNothing() throws {
        for name in ["", "../mirror.sqlite", "../../../../../../etc/passwd", String(repeating: "AB", count: 16)] {
            #expect(try mirror.secrets.read(name) == nil)
            #expect(try !mirror.secrets.remove(name))
        }
    }

    @Test func aConfigWithEditsCannotVanish() async throws {
        try await mirror.write { tx in try tx.edits.put(config12, .enabled, .value(true), at: at(1)) }
        let beside = try folder.connect(busyTimeoutMilliseconds: 1000)
        #expect(throws: SQLiteError.self) { try beside.run("DELETE FROM config") }
    }
}
