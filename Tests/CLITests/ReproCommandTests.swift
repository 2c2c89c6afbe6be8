import DemoInstance
import Glibc
import Models
import Storage
import Testing

@testable import CLI

/// What `repro` makes of runs; the sandbox itself runs nothing here.
@Suite struct ReproCommandTests {
    /// The demo's currency failure; its plugin is plugin 1, its config 1.
    private func failing(_ home: PulledHome) async throws -> String {
        let rows = try #require(try await home.run("errors", "--search", "toUpperCase").result?.array)
        return try #require(rows.first?["id"]?.string)
    }

    private func edit(_ home: PulledHome, code: String) async throws {
        try write(code, to: home.home.path + "/index.ts")
        _ = try await home.run("edit-source", "plugin:1", "--from", home.home.path + "/index.ts")
    }

    @Test func theEventOfTheErrorRunsThroughBothVersions() async throws {
        let home = try await PulledHome()
        let id = try await failing(home)
        try await edit(home, code: "export function processEvent(event) { throw new Error() }\n")
        let result = try await home.runInFakeSandbox("repro", id)
        let variants = try #require(result.result?["variants"])
        #expect(variants["installed"]?["steps"]?.array?.contains { $0["event"] == 0 } == true)
        #expect(variants["local"]?["verdict"] == "other" && variants["installed"]?["verdict"] == "passes")
        #expect(result.outcome == "fails-otherwise" && result.problems.map(\.kind) == [.invalid])
        #expect(result.result?["edited"] == true && result.result?["id"]?.string == id)
    }

    @Test func whatDoesNotFailHereSaysSo() async throws {
        let home = try await PulledHome()
        let result = try await home.runInFakeSandbox("repro", try await failing(home))
        #expect(result.outcome == "not-reproduced" && result.problems.isEmpty)
    }

    @Test func aKeptEventIsRunByEveryDryRunUntilItIsForgotten() async throws {
        let home = try await PulledHome()
        let id = try await failing(home)
        let before = try await home.runInFakeSandbox("dry-run", "1").result?["summary"]?["events"]?.int
        let saved = try await home.runInFakeSandbox("repro", id, "--save")
        #expect(saved.result?["saved"] == true)
        #expect(try await home.runInFakeSandbox("repro", id, "--save").result?["saved"] == false)
        #expect(try await home.runInFakeSandbox("dry-run", "1").result?["summary"]?["events"]?.int == before.map { $0 + 1 })
        #expect(try await home.run("repro", id, "--forget").result?["forgotten"] == 1)
        #expect(try await home.runInFakeSandbox("dry-run", "1").result?["summary"]?["events"]?.int == before)
    }

    private func folder(_ home: PulledHome, _ name: String, code: String) throws -> String {
        let path = home.home.path + "/" + name
        mkdir(path, 0o700)
        try write(#"{"name": "Currency", "config": []}"#, to: path + "/plugin.json")
        try write(code, to: path + "/index.ts")
        return path
    }

    @Test func theNewestReleaseRunsBesideTheEditAndIsOfferedWhereItHelps() async throws {
        let home = try await PulledHome()
        let id = try await failing(home)
        try await edit(home, code: "export function processEvent(event) { throw new Error() }\n")
        let fixed = try await home.runInFakeSandbox("repro", id, "--from", try folder(home, "fixed", code: "export function processEvent(event) { return event }\n"))
        #expect(fixed.result?["variants"]?["newest"]?["verdict"] == "passes" && fixed.result?["variants"]?["local"]?["verdict"] == "other")
        #expect(fixed.next == "phsync upgrade plugin:1 --rehearse" && fixed.problems.map(\.kind) == [.invalid])
        let broken = try await home.runInFakeSandbox("repro", id, "--from", try folder(home, "broken", code: "export function processEvent() { throw 1 }\n"))
        #expect(broken.result?["variants"]?["newest"]?["verdict"] == "other" && broken.next == "phsync edit-config config:1")
    }

    @Test func aReleaseThatCannotBeHadIsSaidAndTheRestIsRun() async throws {
        let home = try await PulledHome()
        let id = try await failing(home)
        let result = try await home.runInFakeSandbox("repro", id, "--newest")
        #expect(result.problems.map(\.code) == ["no-newer-release"] && result.problems.map(\.kind) == [.usage])
        #expect(result.result?["variants"]?["installed"]?["verdict"] == "passes" && result.result?["variants"]?["newest"] == nil)
        let wrong = try await home.runInFakeSandbox("repro", id, "--newest", "--from", home.home.path + "/nowhere")
        #expect(wrong.problems.count == 1 && wrong.result?["variants"]?["installed"] != nil)
    }

    @Test(.enabled(if: access("/usr/bin/unzip", X_OK) == 0 && access("/usr/bin/zip", X_OK) == 0, "zip and unzip are not installed"))
    func theNewestReleaseIsDownloadedByItsTagWithoutTheKeyAndKeptNowhere() async throws {
        let home = try await PulledHome { state in
            state.plugins[1]?.type = "custom"
            state.plugins[1]?.url = "https://github.com/example/currency"
            state.plugins[1]?.tag = "aaaa"
            state.plugins[1]?.latestTag = "bbbb"
        }
        let id = try await failing(home)
        _ = try folder(home, "currency-bbbb", code: "export function processEvent(event) { return event }\n")
        #expect(system("cd \(home.home.path) && zip -qr release.zip currency-bbbb >/dev/null") == 0)
        let archives = try OneAnswerServer(file: home.home.path + "/release.zip")
        let name = "127.0.0.1-\(home.server.port)"
        try home.home.writeConfig(#"{"version": 1, "contexts": {"\#(name)": {"host": "\#(home.server.url)", "archive_origin": "\#(archives.url)"}}}"#)
        let result = try await home.runInFakeSandbox("repro", id, "--newest")
        #expect(result.result?["variants"]?["newest"]?["verdict"] == "passes", "\(result.problems)")
        #expect(archives.request.hasPrefix("GET /example/currency/zip/bbbb ") && !archives.request.lowercased().contains("authorization"))
        #expect(try home.phsync(["source", "plugin:1"]).output.contains("bbbb") == false)
    }

    @Test(arguments: [["repro", "E99"], ["repro", "x"]])
    func mistakesAreExplained(arguments: [String]) async throws {
        let home = try await PulledHome()
        #expect(try home.phsync(arguments).status == 64)
    }
}
