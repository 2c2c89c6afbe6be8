import Models
import Sync
import Testing

@Suite struct SourceMergeTests {
    /// What a side may have of a file; the server may list one with null, which counts as none.
    private enum Side: String, CaseIterable {
        case absent, null, a = "A", b = "B", c = "C"

        var text: String? { self == .absent || self == .null ? nil : rawValue }

        func files(_ name: String, _ text: (String) -> String = { $0 }) -> SourceFiles {
            switch self {
            case .absent: SourceFiles()
            case .null: SourceFiles([name: .null])
            case .a, .b, .c: SourceFiles(texts: [name: text(rawValue)])
            }
        }
    }

    private func plugin(_ name: String = "P", _ schema: JSONValue = []) throws -> Plugin {
        try Plugin(["id": 1, "name": .string(name), "plugin_type": "source", "config_schema": schema])
    }

    private func edit(_ file: String, _ text: String?, state: Edit.State = .pending) -> SourceEdit {
        SourceEdit(
            pluginID: PluginID(1), file: file, value: text.map(SourceEdit.Value.text) ?? .deletion, version: 1,
            madeAt: Timestamp(milliseconds: 0), state: state)
    }

    private func merge(
        _ file: String = "index.ts", base: String, local: String, remote: String, form: SourceForm = .endpoint,
        state: Edit.State = .pending
    ) throws -> SourceMerge {
        SourceMerge(
            SourceVersions(
                pluginID: PluginID(1), form: form, base: SourceFiles(texts: [file: base]), remote: SourceFiles(texts: [file: remote]),
                edits: [edit(file, local, state: state)]), plugin: try plugin())
    }

    /// All of {absent, null, A, B, C}³ of one file, in both forms: what the remote has is settled, what only we moved is sent, else a
    /// conflict: also an edit that the remote had and that somebody has replaced.
    @Test func everyCaseOfOneFileFollowsTheDefinition() throws {
        for form in [SourceForm.endpoint, .field] {
            let file = form.mainFile
            for base in Side.allCases {
                for local in Side.allCases {
                    for remote in Side.allCases {
                        let versions = SourceVersions(
                            pluginID: PluginID(1), form: form, base: base.files(file), remote: remote.files(file),
                            edits: [edit(file, local.text)])
                        let result = SourceMerge(versions, plugin: try plugin())
                        let name = "\(form) base \(base), local \(local), remote \(remote)"
                        let isSettled = local.text == remote.text
                        let isSent = !isSettled && base.text == remote.text
                        #expect(result.settled.count == (isSettled ? 1 : 0), "\(name)")
                        #expect(result.toSend.map(\.value.text) == (isSent ? [local.text] : []), "\(name)")
                        #expect(result.clashing.count == (!isSettled && !isSent ? 1 : 0), "\(name)")
                        #expect(result.merged[file] == (isSent ? local.text : remote.text), "\(name)")
                        #expect(result.combined.isEmpty, "\(name)")
                        let rebased = versions.rebased(onto: versions.remote, plugin: try plugin())
                        #expect(rebased[file] == (result.clashing.isEmpty ? remote.text : base.text), "\(name)")
                    }
                }
            }
        }
    }

    @Test func linesApartAreMergedAndLinesTogetherAreAConflict() throws {
        let base = "one\ntwo\nthree\nfour\n"
        let apart = try merge(base: base, local: "ONE\ntwo\nthree\nfour\n", remote: "one\ntwo\nthree\nFOUR\n")
        #expect(apart.toSend.map(\.value.text) == ["ONE\ntwo\nthree\nFOUR\n"])
        #expect(apart.combined == ["index.ts"])
        #expect(apart.merged["index.ts"] == "ONE\ntwo\nthree\nFOUR\n")
        #expect(try merge(base: base, local: "ONE\ntwo\nthree\nfour\n", remote: "one\nTWO\nthree\nfour\n").clashing.count == 1)
    }

    @Test func whatTheRemoteHasAmongOtherChangesIsSettled() throws {
        let result = try merge(base: "1\n2\n3\n", local: "X\n2\n3\n", remote: "X\n2\nY\n")
        #expect(result.settled.map(\.file) == ["index.ts"] && result.toSend.isEmpty)
    }

    @Test func anEditThatIsUnderWayIsNotRewritten() throws {
        #expect(try merge(base: "1\n2\n3\n", local: "X\n2\n3\n", remote: "1\n2\nY\n", state: .inFlight).clashing.count == 1)
    }

    @Test func whiteSpaceThatTheServerCutsIsNoChange() throws {
        let result = try merge("index.js", base: "1\n2\n3", local: "\n1\n2\nX\n", remote: "Y\n2\n3", form: .field)
        #expect(result.toSend.map(\.value.text) == ["\nY\n2\nX\n"])
        #expect(try merge(base: "1\n2\n3", local: "1\n2\n3\n", remote: "1\n2\nX").clashing.count == 1, "where nothing is cut, it is one")
    }

    @Test func aManifestThatAnInstallWroteAnewIsMergedByItsMeaning() throws {
        func text(_ name: String, _ key: String) -> JSONValue {
            ["name": .string(name), "description": "d", "config": [["key": .string(key), "type": "string"]]]
        }
        let (base, local, remote) = (text("P", "k").prettyText, text("Mine", "k").prettyText, text("P", "theirs").text)
        let result = try merge("plugin.json", base: base, local: local, remote: remote)
        let merged = try #require(result.toSend.first?.value.text)
        #expect(try JSONValue(parsing: merged) == text("Mine", "theirs"))
    }

    @Test func aManifestThatWouldBeNoneIsAConflict() throws {
        let twice = "[{\"key\": \"x\"},\n{\"key\": \"p\"},\n{\"key\": \"q\"}\n]"
        func manifest(_ config: String) -> String { "{\"name\": \"P\", \"config\":\n\(config)}\n" }
        let first = twice.replacing("[{", with: "[\n{\"key\": \"new\"},\n{").replacing("[\n", with: "[")
        let last = twice.replacing("\"q\"}\n", with: "\"q\"},\n{\"key\": \"new\"}\n")
        #expect(try merge("plugin.json", base: manifest(twice), local: manifest(first), remote: manifest(last)).clashing.count == 1)
    }
}
