import DemoInstance
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

    @Test(arguments: [["repro", "E99"], ["repro", "x"]])
    func mistakesAreExplained(arguments: [String]) async throws {
        let home = try await PulledHome()
        #expect(try home.phsync(arguments).status == 64)
    }
}
