import DemoInstance
import Models
import Storage
import Testing

@testable import CLI

/// What the commands make of runs; the sandbox itself runs nothing here.
@Suite struct DryRunCommandTests {
    private func edit(_ home: PulledHome, code: String) async throws {
        try write(code, to: home.home.path + "/index.ts")
        _ = try await home.run("edit-source", "plugin:4", "--from", home.home.path + "/index.ts")
    }

    @Test func anEditedConfigRunsBeforeAndAfter() async throws {
        let home = try await PulledHome()
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF")
        let result = try await home.runInFakeSandbox("dry-run")
        let json = try #require(result.result)
        #expect(result.outcome == "changed" && result.problems.isEmpty)
        #expect(json["variants"]?["base"]?["config_id"] == 1 && json["variants"]?["local"]?["era"] == "2023-11")
        #expect(json["differences"]?.array?.first == ["event": 0, "path": "currency", "base": "EUR", "local": "CHF"])
        #expect(json["summary"]?["events"] == 60 && json["summary"]?["changed"] == 60)
        let notes = (json["not_checked"]?.array ?? []).compactMap(\.string)
        #expect(notes.contains { $0.contains("phsync-secret-openExchangeRatesApiKey") })
        #expect(notes.contains { $0.contains("stored") } && notes.contains { $0.contains("missing") } && notes.contains { $0.contains("empty") })
    }

    @Test func aNewSecretGoesInAndComesOutNowhere() async throws {
        let home = try await PulledHome()
        try write("sk-very-new", to: home.home.path + "/key")
        _ = try await home.run("edit-config", "1", "openExchangeRatesApiKey=@\(home.home.path)/key")
        let mirror = try home.mirror()
        let edited = try mirror.look { mirror in try Edited.all(in: mirror) }
        let context = try CommandContext.test(["dry-run"], home: home.home, environment: [.phsyncHost: home.server.url])
        let subjects = try MirrorSubjects([], edited: edited, mirror, try context.instance(), context)
        let local = try #require(subjects.runnable.first?.local)
        #expect(local.config["openExchangeRatesApiKey"] == "sk-very-new" && local.secrets == ["sk-very-new"])
        #expect(subjects.runnable.first?.base?.config["openExchangeRatesApiKey"] == "phsync-secret-openExchangeRatesApiKey")
        let job = local.job(.run, DryRunOptions(), era: .november2023, clock: DryRunOptions.fixedClock)
        #expect(!"\(job)".contains("sk-very-new"))
    }

    @Test func anAttachedFileIsThereAndOneOfTheInstanceIsNot() async throws {
        let home = try await PulledHome()
        try write("id\nu-1\n", to: home.home.path + "/t.csv")
        _ = try await home.run("edit-config", "Customer lookup@Web shop", "--attach", "table=\(home.home.path)/t.csv")
        let mirror = try home.mirror()
        let edited = try mirror.look { mirror in try Edited.all(in: mirror) }
        let context = try CommandContext.test(["dry-run"], home: home.home, environment: [.phsyncHost: home.server.url])
        let subject = try #require(try MirrorSubjects([], edited: edited, mirror, try context.instance(), context).runnable.first)
        #expect(subject.local.attachments["table"]?.contents == Array("id\nu-1\n".utf8))
        #expect(subject.base?.attachments["table"] == nil)
        #expect(subject.base?.notChecked.contains { $0.contains("table") } == true)
    }

    @Test func editedCodeRunsWithEveryConfigOfThePlugin() async throws {
        let home = try await PulledHome()
        try await edit(home, code: "export function processEvent(event) { throw new Error() }\n")
        let result = try await home.runInFakeSandbox("dry-run")
        let runs = try #require(result.result?["runs"]?.array)
        #expect(runs.count == 2 && Set(runs.compactMap { $0["variants"]?["local"]?["config_id"]?.int }) == [4, 11])
        #expect(result.problems.map(\.kind) == [.invalid, .invalid] && result.problems[0].message.contains("index.ts:1:1"))
        #expect(result.problems[0].next == "phsync edit-source plugin:4")
        #expect(result.result?["summary"]?["newly_failing"] == 75)
    }

    @Test func withoutEditsThereIsNothingToRunAndASelectorRunsWhatIsThere() async throws {
        let home = try await PulledHome()
        let empty = try await home.runInFakeSandbox("dry-run")
        #expect(empty.outcome == "empty" && empty.problems.isEmpty)
        let one = try await home.runInFakeSandbox("dry-run", "1")
        #expect(one.outcome == "unchanged" && one.result?["variants"]?["base"] == one.result?["variants"]?["local"])
        let alone = try await home.runInFakeSandbox("dry-run", "1", "--against", "none")
        #expect(alone.result?["variants"]?["base"] == .null && alone.result?["differences"] == [])
    }

    @Test func whatHasNoCodeSaysHowToGetIt() async throws {
        let home = try await PulledHome()
        let result = try await home.runInFakeSandbox("dry-run", "GeoIP@Web shop")
        #expect(result.problems.map(\.code) == ["not-runnable"] && result.problems[0].kind == .failed)
        #expect(result.problems[0].next == "phsync source plugin:2 --fetch")
    }

    @Test func gatesJudgeTheRun() async throws {
        let home = try await PulledHome()
        try await edit(home, code: "export function processEvent(event) { fetch('x'); return event }\n")
        try write("events >= 1000\nno new hosts\nno new failures\n", to: home.home.path + "/gates")
        let result = try await home.runInFakeSandbox("dry-run", "--gates", home.home.path + "/gates")
        #expect(result.problems.map(\.code) == ["gate-failed", "gate-failed"])
        #expect(result.result?["gates"]?["gates"]?.array?.map { $0["state"] ?? .null } == ["fails", "fails", "holds"])
        #expect(result.next == nil)
        try write("evnts >= 1\n", to: home.home.path + "/gates")
        let mistake = await #expect(throws: Problem.self) { try await home.runInFakeSandbox("dry-run", "--gates", home.home.path + "/gates") }
        #expect(mistake?.kind == .usage && mistake?.message.contains("line 1") == true && mistake?.message.contains("\"events\"") == true)
    }

    @Test func eventsOfAFileAreTakenInstead() async throws {
        let home = try await PulledHome()
        try write("{\"event\":\"a\",\"distinct_id\":\"u\"}\n\n{\"event\":\"b\"}\n", to: home.home.path + "/events")
        let result = try await home.runInFakeSandbox("dry-run", "1", "--events", home.home.path + "/events")
        #expect(result.result?["summary"]?["events"] == 2)
        try write("{\"event\":\"a\"}\n{\"nothing\":1}\n", to: home.home.path + "/events")
        let mistake = await #expect(throws: Problem.self) { try await home.runInFakeSandbox("dry-run", "1", "--events", home.home.path + "/events") }
        #expect(mistake?.message.contains("line 2") == true)
    }

    /// The server goes on running what it has; it refuses only to install or upgrade it.
    @Test func aVersionThatTheInstanceWouldNotTakeAgainIsAWarning() async throws {
        let home = try await PulledHome()
        let mirror = try Storage.Mirror.open(directory: home.directory, mode: .readWriteCreate)
        let found = try mirror.look { mirror in try mirror.sources.versions(PluginID(4))?.local["plugin.json"] }
        let text = try #require(found)
        var manifest = try JSONValue(parsing: text).object ?? JSONObject()
        manifest["posthogVersion"] = "< 1.40.0"
        try write(JSONValue.object(manifest).prettyText, to: home.home.path + "/plugin.json")
        _ = try await home.run("edit-source", "plugin:4", "--file", "plugin.json", "--from", home.home.path + "/plugin.json")
        func finding(_ flags: String...) async throws -> JSONValue? {
            try await home.runInFakeSandbox(["validate", "plugin:4"] + flags).result?["findings"]?.array?.first { $0["code"] == "manifest-version" }
        }
        // Servers of that age hold plugins against one version for good.
        let frozen = try await finding()
        #expect(frozen?["severity"] == "warning" && frozen?["message"]?.string?.contains("1.43.0") == true)
        #expect(try await finding("--posthog-version", "1.41.0")?["severity"] == "error")
        try await mirror.write { mirror in try mirror.meta.setVersionToMeet("1.36.1") }
        #expect(try await finding() == nil)
    }

    // MARK: plan and push

    @Test func aPlanTellsWhatTheEditDoesToEvents() async throws {
        let home = try await PulledHome()
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF")
        let result = try await home.runInFakeSandbox("plan")
        #expect(result.result?["behaviour"]?["runs"]?.array?.first?["summary"]?["changed"] == 60)
        #expect(result.problems.isEmpty && result.next == "phsync push")
        #expect(try await home.runInFakeSandbox("plan", "--no-dry-run").result?["behaviour"] == .null)
    }

    @Test func aNewFailureStopsThePushAndInsistingIsJournalled() async throws {
        let home = try await PulledHome()
        try await edit(home, code: "export function processEvent(event) { throw new Error() }\n")
        let stopped = try await home.runInFakeSandbox("push", "--yes")
        #expect(stopped.outcome == "not-pushed" && stopped.problems.contains { $0.code == "dry-run-failed" && $0.kind == .invalid })
        #expect(!home.server.requests.contains { $0.method != "GET" })
        let pushed = try await home.runInFakeSandbox("push", "--yes", "--no-verify")
        #expect(pushed.outcome == "pushed" && pushed.problems.allSatisfy { $0.kind == .notice })
        let run = try home.mirror().look { mirror in try mirror.runs.latest(.push) }
        #expect(run?.isUnverified == true && run?.isResumed == false)
    }

    @Test func aPushThatNothingSpeaksAgainstIsNoInsistence() async throws {
        let home = try await PulledHome()
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF")
        #expect(try await home.runInFakeSandbox("push", "--yes", "--no-verify").outcome == "pushed")
        #expect(try home.mirror().look { mirror in try mirror.runs.latest(.push) }?.isUnverified == false)
    }

    @Test func aFailureForWantOfAnAnswerStopsNothing() async throws {
        let home = try await PulledHome()
        try await edit(home, code: "export function processEvent(event) { fetch('x'); throw 1 }\n")
        let pushed = try await home.runInFakeSandbox("push", "--yes")
        #expect(pushed.outcome == "pushed" && pushed.problems.contains { $0.code == "dry-run-failed" && $0.kind == .notice })
    }

    @Test func aGateStopsThePush() async throws {
        let home = try await PulledHome()
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF")
        try write("changed <= 10%\n", to: home.home.path + "/gates")
        let stopped = try await home.runInFakeSandbox("push", "--yes", "--gates", home.home.path + "/gates")
        #expect(stopped.problems.map(\.code) == ["gate-failed"] && !home.server.requests.contains { $0.method != "GET" })
    }

    @Test func withoutASandboxAPushGoesOnAndSaysThatNothingWasProved() async throws {
        let home = try await PulledHome()
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF")
        let pushed = try await home.run("push", "--yes")
        #expect(pushed.outcome == "pushed" && pushed.problems.map(\.code) == ["not-proved"])
    }

    @Test func aSwitchOrAPlaceNeedsNoProof() async throws {
        let home = try await PulledHome()
        _ = try await home.run("edit-config", "1", "--disable", "--position", "7")
        let pushed = try await home.run("push", "--yes")
        #expect(pushed.outcome == "pushed" && pushed.problems.isEmpty && pushed.result?["behaviour"] == .null)
    }
}
