import DemoInstance
import Glibc
import Models
import Storage
import Testing

@testable import CLI

/// A newer version of a plugin, rehearsed and installed; the sandbox itself runs nothing here.
@Suite struct UpgradeTests {
    private static let tag = "9ab2c344"

    /// A pulled home whose instance finds a newer version of Currency Normalization, and the same code in a folder.
    private func home(code: String = "export function processEvent(event) { return event }\n", _ fields: [JSONValue] = [], requires: String? = nil) async throws -> (PulledHome, String) {
        let home = try await PulledHome()
        let plugin = try #require(home.server.withState { $0.plugins[1] })
        let schema = JSONValue.array((plugin.configSchema.array ?? []) + fields)
        let manifest: JSONValue = ["name": .string(try #require(plugin.name)), "main": "index.ts", "config": schema, "posthogVersion": JSONValue(requires)]
        home.server.withState { state in
            guard let index = state.repositories.firstIndex(where: { $0.url == plugin.url }) else { return }
            let files = [DemoSourceFile(name: "plugin.json", text: manifest.text), DemoSourceFile(name: "index.ts", text: code)]
            state.repositories[index].versions.insert(.init(commit: Self.tag, pluginJSON: manifest, mainFile: "index.ts", files: files), at: 0)
        }
        let folder = home.home.path + "/newer"
        mkdir(folder, 0o700)
        try write(manifest.prettyText, to: folder + "/plugin.json")
        try write(code, to: folder + "/index.ts")
        return (home, folder)
    }

    private func writes(_ home: PulledHome) -> [String] { home.server.requests.filter { $0.method != "GET" }.map { "\($0.method) \($0.path)" } }

    @Test func aRehearsalInstallsNothingAndTellsWhatChanges() async throws {
        let (home, folder) = try await home([["key": "mode", "name": "Mode", "type": "string", "default": "fast"]])
        let result = try await home.runInFakeSandbox("upgrade", "plugin:1", "--rehearse", "--from", folder)
        #expect(result.outcome == "rehearsed" && result.problems.allSatisfy { $0.kind == .notice }, "\(result.problems)")
        #expect(result.result?["candidate"] == .string(Self.tag))
        #expect(result.result?["schema"]?.array?.map { $0["key"] ?? .null } == ["mode"])
        #expect(result.result?["behaviour"]?["runs"]?.array?.isEmpty == false)
        #expect(writes(home).isEmpty)
    }

    @Test func whatBreaksAConfigStopsIt() async throws {
        let (home, folder) = try await home([["key": "region", "name": "Region", "type": "string", "required": true]])
        let result = try await home.runInFakeSandbox("upgrade", "plugin:1", "--yes", "--from", folder)
        #expect(result.outcome == "breaking" && result.problems.contains { $0.code == "breaks-config" && $0.kind == .invalid })
        #expect(writes(home).isEmpty)
    }

    @Test func aVersionThatTheInstanceWouldRefuseStopsIt() async throws {
        let (home, folder) = try await home(requires: ">= 2.0.0")
        let result = try await home.runInFakeSandbox("upgrade", "plugin:1", "--yes", "--from", folder)
        #expect(result.outcome == "breaking", "\(result.problems)")
        #expect(result.problems.contains { $0.code == "version-refused" && $0.message.contains("\">= 2.0.0\"") && $0.message.contains("1.43.0") })
        #expect(try home.mirror().look { mirror in try mirror.meta.versionToMeet() } == "1.43.0")
        #expect(writes(home).isEmpty)
    }

    @Test func anUpgradeIsProvedToBeWhatWasRehearsed() async throws {
        let (home, folder) = try await home()
        let result = try await home.runInFakeSandbox("upgrade", "plugin:1", "--yes", "--from", folder)
        #expect(result.outcome == "upgraded" && result.result?["is_as_rehearsed"] == true, "\(result.problems)")
        #expect(writes(home).count == 1 && writes(home)[0].hasSuffix("/plugins/1/upgrade/"))
        let (row, files, run, open) = try home.mirror().look { mirror in
            (
                try mirror.plugins.row(PluginID(1)), try mirror.sources.files(.remote, of: PluginID(1)), try mirror.runs.latest(.push),
                try mirror.journal.unsettled()
            )
        }
        #expect(row?.plugin.tag == Self.tag && files["index.ts"]?.contains("return event") == true)
        #expect(run?.detail == RunRow.upgrade && run?.outcome == "pushed" && open.isEmpty)
        // An upgrade is no push that could be taken back or gone on with.
        #expect(try home.mirror().look { mirror in try mirror.runs.interruptedPushes() }.isEmpty)
        #expect(try await home.runInFakeSandbox("upgrade", "plugin:1", "--yes", "--from", folder).outcome == "unchanged")
    }

    @Test func otherCodeThanWasRehearsedIsSaid() async throws {
        let (home, folder) = try await home()
        try write("export function processEvent(event) { return { ...event } }\n", to: folder + "/index.ts")
        let result = try await home.runInFakeSandbox("upgrade", "plugin:1", "--yes", "--from", folder)
        #expect(result.outcome == "other-version" && result.problems.contains { $0.code == "other-version" && $0.kind == .partlyApplied })
        #expect(result.problems.contains { $0.message.contains("index.ts") })
    }

    @Test func aNewFailureStopsItUnlessThePersonInsists() async throws {
        let (home, folder) = try await home(code: "export function processEvent(event) { throw 1 }\n")
        #expect(try await home.runInFakeSandbox("upgrade", "plugin:1", "--yes", "--from", folder).problems.contains { $0.kind == .invalid })
        #expect(writes(home).isEmpty)
        #expect(try await home.runInFakeSandbox("upgrade", "plugin:1", "--yes", "--no-verify", "--from", folder).outcome == "upgraded")
        #expect(try home.mirror().look { mirror in try mirror.runs.latest(.push) }?.isUnverified == true)
    }

    @Test func aPluginThatIsWrittenOnTheInstanceHasNoNewerVersion() async throws {
        let (home, _) = try await home()
        let problem = await #expect(throws: Problem.self) { try await home.runInFakeSandbox("upgrade", "plugin:4") }
        #expect(problem?.code == "not-installed" && problem?.next == "phsync edit-source plugin:4")
    }
}
