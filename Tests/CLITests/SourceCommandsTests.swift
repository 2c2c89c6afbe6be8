import DemoInstance
import Glibc
import Models
import Storage
import Testing

/// Code of plugins through the built program: plugin:4 and plugin:5 are written on the instance, plugin:2 is another
/// organization's, plugin:3 is installed.
@Suite struct SourceCommandsTests: ServedSuite {
    let served: ServedHome

    init() throws {
        served = try ServedHome()
        #expect(try phsync("pull").status == 0)
    }

    private func code(_ plugin: Int64, _ file: String) -> String? {
        server.withState { $0.plugins[plugin]?.sources.first { $0.name == file }?.text }
    }

    /// An editor that does this to the file, `$1`.
    private func editor(_ line: String) throws -> String {
        let path = home.path + "/editor.sh"
        try write("#!/bin/sh\n\(line)\n", to: path, mode: 0o700)
        return path
    }

    private func leftovers() throws -> [String] {
        guard let stream = opendir(home.path + "/state/editing") else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    @Test func anEditInAnEditorGoesIntoTheServersDatabase() throws {
        let before = try #require(code(4, "index.ts"))
        let edited = try phsync(
            "edit-source", "plugin:4", editor: try editor(#"echo '// added' >> "$1""#))
        #expect(edited.status == 0, "\(edited.messages)")
        #expect(edited.output.contains("+// added"))
        #expect(try leftovers() == [])
        #expect(try phsync("status", "--exit-code").status == 2)
        #expect(try phsync("status").output.contains("plugin:4  code of Drop internal traffic  index.ts"))
        #expect(try phsync("plan").output.contains("change the code of Drop internal traffic (plugin:4)"))
        #expect(try phsync("push", "--yes").status == 0)
        #expect(code(4, "index.ts") == before + "// added\n")
        let history = try phsync("history", "plugin:4").output
        #expect(history.contains("version 2") && history.contains("push") && history.contains("index.ts: changed, +1 -0"))
        #expect(try isClean())
    }

    /// The texts of these tests are no plugins, so a push has nothing to prove them with.
    private func push() throws -> PhsyncProcess.Outcome { try phsync("push", "--yes", "--no-verify") }

    @Test func theWayBackFromAnEditThatAPushHasInHandIsAnEdit() async throws {
        let original = try #require(code(4, "index.ts"))
        #expect(try phsync("edit-source", "plugin:4", "--from", "-", input: "other\n").status == 0)
        let mirror = try Storage.Mirror.open(directory: "\(home.path)/data/127.0.0.1-\(server.port)", mode: .readWriteCreate)
        _ = try await mirror.write { mirror in try mirror.sourceEdits.markInFlight(try mirror.sourceEdits.all()) }
        #expect(try phsync("edit-source", "plugin:4", "--from", "-", input: original).status == 0)
        #expect(try mirror.readSync { mirror in try mirror.sourceEdits.all() }.map(\.value) == [.text(original)])
        await mirror.close()
        #expect(try phsync("pull").status == 0)
        #expect(try isClean() && code(4, "index.ts") == original, "nothing had been sent, so there is nothing to take back")
    }

    /// What was sent first may still arrive, whatever replaced its edit since.
    @Test(arguments: [["edit-source", "plugin:4", "--from", "-"], ["restore", "plugin:4", "--version", "1"]])
    func theWayBackOverASecondEditIsAnEditToo(back: [String]) async throws {
        let original = try #require(code(4, "index.ts"))
        #expect(try phsync("edit-source", "plugin:4", "--from", "-", input: "first\n").status == 0)
        let mirror = try Storage.Mirror.open(directory: "\(home.path)/data/127.0.0.1-\(server.port)", mode: .readWriteCreate)
        _ = try await mirror.write { mirror in
            let edits = try mirror.sourceEdits.all()
            let now = Timestamp(milliseconds: 1)
            let run = try mirror.runs.begin(.push, at: now)
            try mirror.journal.append(
                JournalStep(
                    runID: run, ordinal: 1, kind: .source, pluginID: PluginID(4),
                    subject: .source(edits.map { JournalStep.FileReference(file: $0.file, version: $0.version) }), method: "PATCH",
                    path: "/", fields: ["index.ts"], before: nil, expected: nil))
            try mirror.journal.markSent(run: run, ordinal: 1, fields: ["index.ts"], before: nil, expected: [:], at: now)
            try mirror.sourceEdits.markInFlight(edits)
        }
        #expect(try phsync("edit-source", "plugin:4", "--from", "-", input: "second\n").status == 0)
        #expect(try phsync(back, input: original).status == 0)
        #expect(try mirror.readSync { mirror in try mirror.sourceEdits.all() }.map(\.value) == [.text(original)])
        await mirror.close()
    }

    @Test func theEditorsFileIsPrivate() throws {
        let modes = home.path + "/modes"
        _ = try phsync("edit-source", "plugin:4", editor: try editor("stat -c %a \"$1\" \"$(dirname \"$1\")\" > \(modes)"))
        #expect(try contents(modes) == "600\n700\n")
    }

    @Test func anEditorThatFailsOrChangesNothingEditsNothing() throws {
        let unchanged = try phsync("edit-source", "plugin:4", "-o", "json", editor: "true")
        #expect(unchanged.status == 0)
        #expect(try JSONValue(parsing: unchanged.output)["outcome"] == "unchanged")
        #expect(try phsync("edit-source", "plugin:4", editor: "false").status == 1)
        #expect(try leftovers() == [])
        let failed = try phsync("edit-source", "plugin:4", editor: try editor("echo work >> \"$1\"; exit 3"))
        #expect(failed.status == 1)
        let path = try #require(failed.messages.split(separator: "\n").first?.split(separator: " ").last.map(String.init))
        #expect(try contents(path).hasSuffix("work\n"), "what was typed is kept")
        #expect(try isClean())
        #expect(try phsync("edit-source", "plugin:4").status == 64, "without any editor")
        #expect(try phsync("edit-source", "plugin:4", "--no-input", editor: "true").status == 64)
    }

    @Test func aTextIsNotStoredOverWhatChangedWhileTheEditorWasOpen() throws {
        try write("by another process\n", to: home.path + "/other.ts")
        let outcome = try phsync(
            "edit-source", "plugin:4",
            editor: try editor("\(PhsyncProcess.path) edit-source plugin:4 --from \(home.path)/other.ts > /dev/null; echo mine >> \"$1\""))
        #expect(outcome.status == 1)
        #expect(outcome.messages.contains("What was typed is kept in"))
        #expect(try phsync("source", "plugin:4", "--file", "index.ts").output == "by another process\n")
        #expect(try leftovers().count == 1)
    }

    @Test func aBrokenPluginJSONIsNamedByLineAndItsTextIsKept() throws {
        let outcome = try phsync(
            "edit-source", "plugin:4", "--file", "plugin.json", editor: try editor(#"printf '{\n  "name": "x",\n  nope}' > "$1""#))
        #expect(outcome.status == 7)
        #expect(outcome.messages.contains("line 3, column 3"))
        let path = try #require(outcome.messages.split(separator: " ").last { $0.hasPrefix("/") || $0.contains("/edit-") })
        let kept = path.split(separator: "\n").first.map(String.init) ?? ""
        #expect(try contents(kept).contains("nope"))
        for bad in ["{}", "[]", #"{"name": 1}"#, #"{"name": "x", "config": [{"key": "a"}, {"key": "a"}]}"#] {
            #expect(try phsync("edit-source", "plugin:4", "--file", "plugin.json", "--from", "-", input: bad).status == 7, "\(bad)")
        }
        #expect(try isClean())
        #expect(!server.requests.contains { $0.method != "GET" })
    }

    @Test func aKeyThatAnEditedSchemaMakesSecretIsHiddenFromThenOn() throws {
        let config = try #require(server.withState { $0.configs.values.first { $0.pluginID == 4 }?.id })
        #expect(try phsync("show", "\(config)").output.contains("@example.com"))
        let manifest = #"{"name": "Drop internal traffic", "config": [{"key": "emailSuffix", "type": "string", "secret": true}]}"#
        #expect(try phsync("edit-source", "plugin:4", "--file", "plugin.json", "--from", "-", input: manifest).status == 0)
        #expect(try !phsync("show", "\(config)").output.contains("@example.com"))
        #expect(try phsync("edit-config", "\(config)", "emailSuffix=x").status == 64)
        #expect(try phsync("plan").output.contains("config_schema: emailSuffix (secret)"))
    }

    @Test func whatTheServerCannotStoreIsRefused() throws {
        #expect(try phsync("edit-source", "plugin:4", "--from", "-", input: "a\u{0}b").status == 7)
        try write("x", to: home.path + "/latin")
        let descriptor = open(home.path + "/latin", O_WRONLY | O_TRUNC)
        // A surrogate in three bytes, which is no UTF-8.
        var bytes: [UInt8] = [0x61, 0xED, 0xA0, 0x80]
        #expect(Glibc.write(descriptor, &bytes, bytes.count) == 4)
        close(descriptor)
        #expect(try phsync("edit-source", "plugin:4", "--from", home.path + "/latin").status == 7)
        for name in ["../x", "/x", "a//b", "a\u{1B}b", String(repeating: "x", count: 201)] {
            #expect(try phsync("edit-source", "plugin:4", "--file", name, "--from", "-", input: "x").status == 64, "\(name)")
        }
        #expect(try phsync("edit-source", "plugin:4", "--file", "none.ts", "--delete").status == 64)
        #expect(try phsync("edit-source", "plugin:4", "--from", "/nowhere").status == 64)
        #expect(try isClean())
    }

    @Test func filesAreMadeAndDeletedAndAnEditBackIsNone() throws {
        #expect(try phsync("edit-source", "plugin:4", "--file", "site.ts", "--from", "-", input: "export function inject() {}\n").status == 0)
        #expect(try phsync("edit-source", "plugin:4", "--file", "site.ts", "--delete").status == 0)
        #expect(try isClean(), "a file that never was on the remote")
        #expect(try phsync("edit-source", "plugin:11", "--file", "site.ts", "--delete").status == 0)
        #expect(try phsync("source", "plugin:11").output.contains("deleted"))
        #expect(try push().status == 0)
        #expect(server.withState { $0.plugins[11]?.sources.map(\.name) } == ["plugin.json"])
    }

    @Test func anInstalledPluginMayBeEditedWithAWarningAndAnotherOrganizationsNot() throws {
        let outcome = try phsync("edit-source", "plugin:3", "--from", "-", input: "changed\n")
        #expect(outcome.status == 0)
        #expect(outcome.messages.contains("next upgrade overwrites"))
        #expect(try phsync("edit-source", "plugin:2", "--from", "-", input: "x").status == 4)
        #expect(try push().status == 0)
        #expect(code(3, "index.ts") == "changed\n")
    }

    @Test func aConflictIsShownAndResolvedPerFile() throws {
        #expect(try phsync("edit-source", "plugin:4", "--from", "-", input: "mine\n").status == 0)
        server.withState { state in
            guard let index = state.plugins[4]?.sources.firstIndex(where: { $0.name == "index.ts" }) else { return }
            state.plugins[4]?.sources[index].text = "theirs\n"
        }
        #expect(try push().status == 6)
        #expect(try phsync("pull").status == 3)
        #expect(try push().status == 3)
        let diff = try phsync("diff", "plugin:4").output
        #expect(diff.contains("<<<<<<< local\n    mine\n") && diff.contains("=======\n    theirs\n"))
        #expect(try phsync("resolve", "plugin:4", "site.ts", "--local").status == 64)
        #expect(try phsync("resolve", "plugin:4", "index.ts", "--local").status == 0)
        #expect(try push().status == 0)
        #expect(code(4, "index.ts") == "mine\n")
    }

    @Test func aSelectorNamesTheCodeOrTheConfigOrBoth() throws {
        let config = try #require(server.withState { $0.configs.values.first { $0.pluginID == 4 }?.id })
        #expect(try phsync("edit-source", "plugin:4", "--from", "-", input: "mine\n").status == 0)
        #expect(try phsync("edit-config", "\(config)", "dropAnonymous=yes", "--position", "9").status == 0)
        func steps(_ selector: String...) throws -> [String] {
            let outcome = try phsync(["plan", "-o", "json"] + selector)
            let plan = try JSONValue(parsing: outcome.output)["result"]
            return plan?["steps"]?.array?.compactMap { $0["kind"]?.string } ?? []
        }
        #expect(try steps() == ["source", "update"])
        #expect(try steps("plugin:4") == ["source"])
        #expect(try steps("config:\(config)") == ["update"])
        #expect(try phsync("discard", "--yes", "plugin:4").status == 0)
        #expect(try steps() == ["update"])
    }

    @Test func aFileIsPrintedByteForByteIntoAPipe() throws {
        server.withState { $0.plugins[4]?.sources[1].text = "a\r\n\u{1B}[31mé\n" }
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("source", "plugin:4", "--file", "index.ts").output == "a\r\n\u{1B}[31mé\n")
        let json = try JSONValue(parsing: phsync("source", "plugin:4", "--file", "index.ts", "-o", "json").output)
        #expect(json["result"]?["text"] == "a\r\n\u{1B}[31mé\n")
        #expect(try phsync("source", "plugin:4", "--file", "none").status == 64)
    }

    @Test func aPushThatIsKilledWhileItWritesCodeIsSettledAndSendsNothingTwice() throws {
        #expect(try phsync("edit-source", "plugin:4", "--from", "-", input: "mine\n").status == 0)
        server.setFaults([FaultRule(.slow(milliseconds: 60_000), method: "PATCH", path: "/api/**")])
        let child = try start("push", "--yes", "--no-verify")
        try waitForWrite()
        kill(child, SIGKILL)
        #expect(PhsyncProcess.wait(for: child) == 128 + SIGKILL)
        server.setFaults([])
        #expect(try phsync("status").output.contains("not settled"))
        #expect(try phsync("discard", "--yes", "plugin:4").status == 1, "what is under way is not given up")
        #expect(try push().status == 0)
        #expect(code(4, "index.ts") == "mine\n")
        #expect(server.requests.count { $0.method == "PATCH" } == 1)
        #expect(try isClean())
    }
}
