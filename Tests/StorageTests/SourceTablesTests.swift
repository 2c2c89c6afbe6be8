import Models
import Testing

@testable import Storage

struct SourceTablesTests {
    private let folder: Folder
    private let mirror: Mirror
    private let five = PluginID(5)

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
    }

    private func store(_ files: SourceFiles, base: SourceFiles? = nil, at time: Timestamp = at(1)) async throws -> Stored {
        let five = five
        return try await mirror.write { tx in
            try tx.sources.store(files, base: base ?? files, of: five, form: .endpoint, readOf: "d", at: time)
        }
    }

    private func count(_ table: String) throws -> String {
        try folder.connect(.readOnly).pragma(table == "source_text" ? "SELECT count(*) FROM source_text" : "SELECT count(*) FROM source_file")
    }

    @Test func filesComeBackAsTheyWereNullIncluded() async throws {
        let files = try SourceFiles(
            serverJSON: ["index.ts": "é\u{301}\r\n\u{2028}", "empty.ts": "", "frontend.tsx": nil], of: five)
        #expect(try await store(files) == .inserted)
        #expect(try await store(files) == .unchanged)
        let five = five
        try mirror.readSync { tx throws in
            #expect(try tx.sources.files(.remote, of: five) == files)
            #expect(try tx.sources.versions(five)?.local == files)
            #expect(try tx.sources.row(five)?.readAt == at(1))
        }
        #expect(try await store(SourceFiles(texts: ["index.ts": "x"])) == .changed)
    }

    @Test func equalTextsAreStoredOnceAndGoWithTheLastThatHasThem() async throws {
        _ = try await store(SourceFiles(texts: ["a.ts": "same", "b.ts": "same"]))
        #expect(try count("source_text") == "1")
        let five = five
        try await mirror.write { tx throws in
            try tx.sourceVersions.record(SourceFiles(texts: ["a.ts": "same"]), of: five, origin: .pull, runID: nil, at: at(2))
        }
        _ = try await store(SourceFiles())
        #expect(try count("source_text") == "1", "a version still has it")
        let edit = try await mirror.write { tx in try tx.sourceEdits.put(five, "a.ts", .text("sk-typed-by-hand"), at: at(3)) }
        #expect(try count("source_text") == "2")
        try await mirror.write { tx in try tx.sourceEdits.remove(five, "a.ts", version: edit.version) }
        #expect(try count("source_text") == "1")
        for name in ["mirror.sqlite", "mirror.sqlite-wal"] {
            #expect(!String(decoding: try folder.bytes(name), as: UTF8.self).contains("sk-typed-by-hand"), "\(name)")
        }
    }

    @Test func anEditHasOneVersionWithAllOthersAndIsConfirmedByIt() async throws {
        _ = try await store(SourceFiles(texts: ["index.ts": "a"]))
        let five = five
        try await mirror.write { tx throws in
            let config = try tx.edits.put(config12, .enabled, .value(true), at: at(1))
            let first = try tx.sourceEdits.put(five, "index.ts", .text("b"), at: at(2))
            #expect(first.version > config.version)
            #expect(try tx.sourceEdits.markInFlight([first]) == 1)
            #expect(try tx.configs.counts().editsInFlight == 1)
            let second = try tx.sourceEdits.put(five, "index.ts", .deletion, at: at(3))
            #expect(try !tx.sourceEdits.remove(five, "index.ts", version: first.version))
            #expect(try tx.sourceEdits.markInFlight([first]) == 0)
            #expect(try tx.sourceEdits.list(five) == [second])
            #expect(try tx.configs.counts().edits == 2)
            #expect(try tx.configs.counts().editedSources == 1)
            #expect(try tx.sources.versionsWithEdits().map(\.pluginID) == [five])
        }
    }

    @Test func codeThatIsNotInTheMirrorCannotBeEdited() async throws {
        await #expect(throws: MirrorError.self) {
            try await mirror.write { tx in try tx.sourceEdits.put(PluginID(9), "index.ts", .text("x"), at: at(1)) }
        }
    }

    @Test func aRefusalKeepsWhatWasRead() async throws {
        let files = SourceFiles(texts: ["index.ts": "a"])
        _ = try await store(files)
        let five = five
        try await mirror.write { tx throws in
            try tx.sources.markUnreadable(five, form: .endpoint, detail: "403", at: at(9))
            #expect(try tx.sources.row(five)?.detail == "403")
            #expect(try tx.sources.row(five)?.readAt == at(1))
            #expect(try tx.sources.files(.remote, of: five) == files)
            try tx.sources.markUnreadable(PluginID(6), form: .endpoint, detail: "403", at: at(9))
            #expect(try tx.sources.versions(PluginID(6)) == nil)
        }
    }

    @Test func whatWasGivenByHandIsNeverTheRemotes() async throws {
        let five = five
        try await mirror.write { tx throws in
            try tx.sources.storeGiven(SourceFiles(texts: ["index.ts": "g"]), of: five, form: .endpoint, from: "/src", at: at(1))
            #expect(try tx.sources.files(.given, of: five) == SourceFiles(texts: ["index.ts": "g"]))
            #expect(try tx.sources.versions(five) == nil)
        }
        _ = try await store(SourceFiles(texts: ["index.ts": "r"]))
        #expect(try mirror.readSync { tx in try tx.sources.row(five)?.givenFrom } == "/src")
    }

    @Test func versionsAreRecordedWhenTheFilesChange() async throws {
        let five = five
        try await mirror.write { tx throws in
            let one = SourceFiles(texts: ["index.ts": "1"])
            let two = SourceFiles(texts: ["index.ts": "1", "site.ts": "2"])
            #expect(try tx.sourceVersions.record(one, of: five, origin: .pull, runID: nil, at: at(1)))
            #expect(try !tx.sourceVersions.record(one, of: five, origin: .push, runID: nil, at: at(2)))
            #expect(try tx.sourceVersions.record(two, of: five, origin: .push, runID: nil, at: at(3)))
            #expect(try tx.sourceVersions.list(five).map(\.version) == [2, 1])
            #expect(try tx.sourceVersions.list(five).map(\.origin) == [.push, .pull])
            #expect(try tx.sourceVersions.files(five, version: 1) == one)
            #expect(try tx.sourceVersions.files(five, version: 2) == two)
        }
    }

    @Test func aStepAboutCodeGoesThroughTheJournal() async throws {
        let step = JournalStep(
            runID: 1, ordinal: 1, kind: .source, pluginID: five, subject: .source([.init(file: "index.ts", version: 4)]),
            method: "PATCH", path: "/", fields: ["index.ts"], before: nil, expected: nil)
        try await mirror.write { tx throws in
            let run = try tx.runs.begin(.push, planDigest: "abc", at: at(1))
            try tx.journal.append(step)
            #expect(try tx.journal.steps(run: run) == [step])
            try tx.journal.markSent(run: run, ordinal: 1, fields: ["index.ts"], before: ["a": 1], expected: ["a": 2], at: at(2))
            #expect(try tx.journal.unsettled().map(\.subject) == [step.subject])
            try tx.journal.settle(run: run, ordinal: 1, as: .applied, at: at(3))
            #expect(try tx.journal.unsettled() == [])
        }
    }

    @Test func theSchemaRefusesNonsense() async throws {
        _ = try await store(SourceFiles(texts: ["index.ts": "a"]))
        let beside = try folder.connect(busyTimeoutMilliseconds: 1000)
        for sql: StaticString in [
            "INSERT INTO source_file VALUES (5, 'local', 'x', NULL)", "INSERT INTO source_file VALUES (5, 'base', '', NULL)",
            "INSERT INTO source_file VALUES (5, 'base', 'x', 'no such text')", "INSERT INTO source_file VALUES (7, 'base', 'x', NULL)",
            "INSERT INTO source_edit VALUES (5, 'x', 'text', NULL, 99, 1, 'pending')", "DELETE FROM source_text",
            "INSERT INTO source_text VALUES (hex(zeroblob(32)), hex(zeroblob(4194305)))",
            "UPDATE source SET given_at = 1", "INSERT INTO run VALUES (9, 'push', 1, NULL, NULL, NULL, '')",
        ] {
            if "\(sql)".hasPrefix("INSERT INTO run") {
                try beside.run(sql)
                #expect(throws: SQLiteError.self) {
                    try beside.run("INSERT INTO journal VALUES (9, 1, 'source', 3, 5, NULL, '', '', '[]', '[]', NULL, NULL, 'planned', NULL, NULL, '')")
                }
                #expect(throws: SQLiteError.self) {
                    try beside.run("INSERT INTO journal VALUES (9, 1, 'update', NULL, 5, 3, '', '', '[]', '[]', NULL, NULL, 'planned', NULL, NULL, '')")
                }
            } else {
                #expect(throws: SQLiteError.self, "\(sql)") { try beside.run(sql) }
            }
        }
    }

    /// A mirror as the first release made it keeps its journal, edits and history.
    @Test func anOlderMirrorKeepsItsJournalButNotTheContentsOfWhatIsSettled() async throws {
        let old = try Folder()
        try old.write("mirror.sqlite", [])
        do {
            let connection = try old.connect()
            try connection.runScript(Migration001.sql)
            try connection.runScript(
                """
                INSERT INTO meta VALUES ('redaction_key', '00'), ('created_at', '0');
                INSERT INTO run VALUES (1, 'push', 1, 2, 'pushed', 'abc', '');
                INSERT INTO journal VALUES (1, 1, 'update', 12, 1, 3, 'PATCH', '/p', '["config"]', '[{"field":"config.a","version":4}]',
                    '{"x":1}', '{"x":2}', 'sent', 5, NULL, 'why');
                INSERT INTO journal VALUES (1, 3, 'update', 12, 1, 3, 'PATCH', '/p', '["config"]', '[]',
                    '{"x":1}', '{"x":2}', 'applied', 5, 6, '');
                INSERT INTO journal VALUES (1, 2, 'create', -1, 1, 3, 'POST', '/p', '[]', '[]', NULL, NULL, 'planned', NULL, NULL, '');
                PRAGMA application_id = 0x70687379;
                PRAGMA user_version = 1;
                """)
        }
        let mirror = try old.open()
        try mirror.readSync { tx throws in
            let steps = try tx.journal.steps(run: 1)
            #expect(steps.map(\.subject) == [
                .config(PluginConfigID(12), ProjectID(3), [.init(field: .key("a"), version: 4)]), .config(PluginConfigID(-1), ProjectID(3), []),
                .config(PluginConfigID(12), ProjectID(3), []),
            ])
            #expect(steps.map(\.kind) == [.update, .create, .update])
            #expect(steps.last?.state == .applied && steps.last?.before == nil && steps.last?.expected == nil)
            #expect(steps.first?.before == ["x": 1] && steps.first?.detail == "why" && steps.first?.state == .sent)
            #expect(try tx.journal.unsettled().count == 1)
        }
    }
}
