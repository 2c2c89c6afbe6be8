import Glibc
import Models
import TestSupport
import Testing

@testable import CLI

/// The built program and the built sandbox, as a plugin's author uses them.
@Suite struct AuthorTests {
    private let home: TemporaryHome

    init() throws { home = try TemporaryHome() }

    private func phsync(_ arguments: String..., input: String = "") throws -> PhsyncProcess.Outcome {
        try PhsyncProcess.run(arguments, environment: home.environment, input: input)
    }

    private var folder: String { home.path + "/geo" }
    private static let events = """
        {"event":"a","distinct_id":"u","team_id":1,"uuid":"1","properties":{"x":1},"timestamp":"2024-01-01T00:00:00Z"}
        {"event":"b","distinct_id":"u","team_id":1,"uuid":"2","properties":{"x":2}}

        """

    @Test(arguments: ["typescript", "javascript"])
    func aNewPluginPassesItsTestAndIsValid(language: String) throws {
        #expect(try phsync("new-plugin", folder, "--language", language).status == 0)
        let tested = try phsync("test", folder, "-o", "json")
        #expect(tested.status == 0, "\(tested.output)\(tested.messages)")
        #expect(try JSONValue(parsing: tested.output)["result"] == [["test": "greets", "state": "passed", "differences": []]])
        let checked = try phsync("validate", "--plugin", folder, "-o", "json")
        #expect(try JSONValue(parsing: checked.output)["result"]?["findings"] == [], "\(checked.output)")
        #expect(checked.status == 0)
        // It takes no folder that has something in it.
        #expect(try phsync("new-plugin", folder).status == 64)
    }

    @Test func aTestThatFailsSaysWhereAndIsUpdated() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        let code = try contents(folder + "/index.ts")
        try write(code.replacing("greeting: global.greeting", with: "greeting: global.greeting + '!'"), to: folder + "/index.ts")
        let failed = try phsync("test", folder)
        #expect(failed.status == 7 && failed.output.contains("steps[1].result.properties.greeting: \"Good morning\" → \"Good morning!\""), "\(failed.output)")
        #expect(try phsync("test", folder, "--update").status == 0)
        #expect(try phsync("test", folder).status == 0)
        #expect(try phsync("test", folder, "gretes").messages.contains("did you mean \"greets\"?"))
    }

    @Test func aFolderIsRunAndItsReportHasTheFixedParts() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        try write(Self.events, to: home.path + "/events")
        let arguments = ["dry-run", "--plugin", folder, "--events", home.path + "/events", "-o", "json", "--no-timings"]
        let once = try PhsyncProcess.run(arguments, environment: home.environment)
        let twice = try PhsyncProcess.run(arguments, environment: home.environment)
        #expect(once.status == 0 && once.output == twice.output)
        let result = try #require(try JSONValue(parsing: once.output)["result"])
        #expect(result["variants"]?["base"] == .null)
        let local = try #require(result["variants"]?["local"]?.object)
        #expect(
            Set(local.keys).isSuperset(of: [
                "config_id", "plugin", "source_hash", "era", "capabilities", "load_error", "steps", "logs", "requests", "captures", "jobs", "cache", "storage", "metrics",
            ]))
        #expect(local["steps"]?.array?.map { $0["method"] ?? .null } == ["setupPlugin", "processEvent", "processEvent"])
        #expect(local["steps"]?.array?[1]["result"]?["properties"]?["greeting"] == "Hello")
        #expect(result["summary"] == ["events": 2, "unchanged": 0, "changed": 2, "dropped": 0, "newly_failing": 0, "fixed": 0])
        #expect(result["differences"] == [])
        #expect(result["not_checked"]?.array?.isEmpty == false)
    }

    /// Plugin servers hand a config over as it was saved, and fill nothing in.
    @Test func aGivenConfigIsRunAsItIsAndOnlyWithoutOneTheDefaultsAre() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        try write("export function processEvent(event, { config }) { event.properties = { got: JSON.stringify(config) }; return event }\n", to: folder + "/index.ts")
        try write(#"{"unwanted": "b", "more": 1}"#, to: home.path + "/config")
        func got(_ flags: [String]) throws -> (got: JSONValue?, notes: [String]) {
            let outcome = try PhsyncProcess.run(
                ["dry-run", "--plugin", folder, "--events", "-", "-o", "json"] + flags, environment: home.environment, input: Self.events)
            let result = try JSONValue(parsing: outcome.output)["result"]
            return (result?["variants"]?["local"]?["steps"]?.array?.first?["result"]?["properties"]?["got"], result?["not_checked"]?.array?.compactMap(\.string) ?? [])
        }
        let given = try got(["--config", home.path + "/config"])
        #expect(given.got == #"{"unwanted":"b","more":1}"# && given.notes.contains { $0.contains("lacks greeting:") }, "\(given)")
        let filled = try got([])
        #expect(filled.got == #"{"greeting":"Hello","unwanted":""}"# && filled.notes.contains { $0.contains("defaults of the schema") }, "\(filled)")
        for (config, expected) in [(#""config": {"unwanted": "x"},"#, #"{"unwanted":"x"}"#), ("", #"{"greeting":"Hello","unwanted":""}"#)] {
            try write("{\(config) \"events\": [{\"event\": \"a\"}]}", to: folder + "/tests/greets.json")
            #expect(try phsync("test", folder, "--update").status == 0)
            let written = try JSONValue(parsing: try contents(folder + "/tests/greets.json"))["expected"]?["steps"]?.array?.last
            #expect(written?["result"]?["properties"]?["got"] == .string(expected))
        }
        try write(#"{"config": [], "events": []}"#, to: folder + "/tests/greets.json")
        #expect(try phsync("test", folder).messages.contains("\"config\" is an object"))
    }

    @Test func aFolderRunsForTheTeamOfItsFirstEvent() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        try write("export async function processEvent(event) { await posthog.capture('seen'); return event }\n", to: folder + "/index.ts")
        let outcome = try phsync(
            "dry-run", "--plugin", folder, "--events", "-", "-o", "json", input: #"{"event":"a","distinct_id":"u","team_id":7}"# + "\n" + #"{"event":"b"}"# + "\n")
        let local = try JSONValue(parsing: outcome.output)["result"]?["variants"]?["local"]
        #expect(local?["captures"]?.array?.map { $0["team_id"] ?? .null } == [7, 7], "\(outcome.output)")
        #expect(local?["steps"]?.array?.last?["result"]?["team_id"] == 7)
    }

    @Test func aVersionOfTheServerIsHeldAgainstTheManifest() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        let manifest = try contents(folder + "/plugin.json")
        try write(manifest.replacing("\"main\":", with: "\"posthogVersion\": \">= 1.40.0, <2\",\n  \"main\":"), to: folder + "/plugin.json")
        let refused = try phsync("validate", "--plugin", folder, "--posthog-version", "1.36.1", "-o", "json")
        let finding = try JSONValue(parsing: refused.output)["result"]?["findings"]?.array?.first
        #expect(refused.status == 7 && finding?["code"] == "manifest-version" && finding?["line"] == 4, "\(refused.output)")
        #expect(finding?["message"]?.string?.contains("Currently running PostHog version 1.36.1 does not match") == true)
        #expect(try phsync("validate", "--plugin", folder, "--posthog-version", "1.40.0").status == 0)
        #expect(try phsync("validate", "--plugin", folder).status == 0)
        let mistake = try phsync("validate", "--plugin", folder, "--posthog-version", "1.36")
        #expect(mistake.status == 64 && mistake.messages.contains("write three numbers"))
    }

    @Test func eventsOfAnEditorThatMarksItsTextsAreRead() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        try write("\u{FEFF}{\"event\":\"a\"}\r\n{\"event\":\"b\"}\r\n", to: home.path + "/events")
        let outcome = try phsync("dry-run", "--plugin", folder, "--events", home.path + "/events", "-o", "json")
        #expect(try JSONValue(parsing: outcome.output)["result"]?["summary"]?["events"] == 2, "\(outcome.messages)")
    }

    @Test func whatCanNotBeLoadedLeadsToItsCheckAndEachFindingHasAFix() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        try write("export function processEvent(event {\n", to: folder + "/index.ts")
        let run = try phsync("dry-run", "--plugin", folder, "--events", "-", "-o", "json", input: Self.events)
        #expect(run.status == 7)
        #expect(try JSONValue(parsing: run.output)["problems"]?.array?.first?["next"] == .string("phsync validate --plugin \(folder)"))
        try write(#"{"greeting": 5, "unwantd": "x"}"#, to: home.path + "/config")
        let checked = try phsync("validate", "--plugin", folder, "--config", home.path + "/config", "-o", "json")
        let findings = try JSONValue(parsing: checked.output)["result"]?["findings"]?.array ?? []
        #expect(findings.map { $0["code"] ?? .null } == ["syntax", "type", "unknown-key"])
        #expect(findings.allSatisfy { $0["fix"]?.string != nil }, "\(checked.output)")
    }

    @Test func stepsStreamOneALine() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        let outcome = try phsync("dry-run", "--plugin", folder, "--events", "-", "-o", "ndjson", "--no-timings", input: Self.events)
        let lines = try outcome.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        #expect(lines.count == 5)
        #expect(lines.prefix(3).map { $0["method"] ?? .null } == ["setupPlugin", "processEvent", "processEvent"])
        #expect(lines[2]["variant"] == "local" && lines[2]["event"] == 1)
        #expect(lines[3]["summary"]?["events"] == 2 && lines[3]["variants"] == nil)
        #expect(lines[4]["command"] == "dry-run" && lines[4]["result"] == nil)
    }

    @Test func aFailureIsShownWithItsLineAndEndsWithSeven() throws {
        #expect(try phsync("new-plugin", folder, "--language", "javascript").status == 0)
        try write("export function processEvent(event) {\n    return event.missing.deeply\n}\n", to: folder + "/index.js")
        let outcome = try phsync("dry-run", "--plugin", folder, "--events", "-", input: Self.events)
        #expect(outcome.status == 7)
        #expect(outcome.output.contains("TypeError: Cannot read properties of undefined (reading 'deeply') at index.js:2"), "\(outcome.output)")
        #expect(outcome.output.contains("> 2 |     return event.missing.deeply"))
    }

    @Test func theCodeIsCheckedByTheServersOwnCompiler() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        try write(
            """
            import yaml from 'js-yaml'
            import { PluginEvent } from '@posthog/plugin-scaffold'
            export async function setupPlugin({ config, jobs }) {
                setTimeout(() => {}, 1)
                await jobs.retry({ key: config.greting, why: config.unwanted }).runNow()
            }
            export function processEvent(event: PluginEvent) { yaml.load('x') }

            """, to: folder + "/index.ts")
        let outcome = try phsync("validate", "--plugin", folder, "-o", "json")
        #expect(outcome.status == 7)
        let findings = try JSONValue(parsing: outcome.output)["result"]?["findings"]?.array ?? []
        let places = findings.map { "\($0["code"]?.string ?? "") \($0["file"]?.string ?? ""):\($0["line"]?.int ?? 0):\($0["column"]?.int ?? 0)" }
        #expect(
            places == [
                "import-unknown index.ts:1:1", "global-absent index.ts:4:5", "job-unknown index.ts:5:16", "config-not-in-schema index.ts:5:36",
                "config-not-read plugin.json:6:5", "drops-all index.ts:7:8",
            ], "\(places)")
        #expect(findings.allSatisfy { $0["fix"]?.string != nil })
        try write("export function processEvent(event) {\n  return <b>event</b>\n}\n", to: folder + "/index.ts")
        #expect(try phsync("validate", "--plugin", folder).output.contains("index.ts:2:"))
    }

    @Test func nothingOfThePluginRunsWhenItIsChecked() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        try write("while (true) {}\nexport function processEvent(event) { return event }\n", to: folder + "/index.ts")
        #expect(try phsync("validate", "--plugin", folder).status == 0)
    }

    @Test func withoutTheSandboxTheMessageSaysSo() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        let environment = home.environment.merging(["PHSYNC_SANDBOX": "/nowhere/phsync-sandbox"]) { $1 }
        let run = try PhsyncProcess.run(["dry-run", "--plugin", folder], environment: environment)
        #expect(run.status == 1 && run.messages.contains("/nowhere/phsync-sandbox") && run.messages.contains("phsync doctor"))
        // What needs no sandbox is checked all the same.
        let checked = try PhsyncProcess.run(["validate", "--plugin", folder], environment: environment)
        #expect(checked.status == 0 && checked.output.contains("Not checked:"))
    }

    @Test(arguments: [
        (["dry-run", "--plugin", "/nowhere"], "there is no folder"), (["dry-run", "--plugin", "/etc/passwd"], "is a file; a plugin is a folder"),
        (["dry-run", "--plugin", ".", "--method", "procesEvent"], "did you mean \"processEvent\"?"), (["dry-run", "--plugin", ".", "12"], "leave the selectors out"), (["dry-run", "--config", "x"], "--plugin"),
        (["dry-run", "--plugin", ".", "--fetch", "replay"], "needs the recorded answers"), (["dry-run", "--plugin", ".", "--fetch", "live"], "hosts that you name"),
        (["dry-run", "--plugin", ".", "--seed", "x"], "whole number"), (["test", "/nowhere"], "there is no folder"), (["test", "--watch", "-o", "json"], "no end"),
    ])
    func mistakesOnTheCommandLineAreNamed(arguments: [String], part: String) throws {
        let outcome = try PhsyncProcess.run(arguments, environment: home.environment)
        #expect(outcome.status == 64 && (outcome.messages + outcome.output).contains(part), "\(outcome.messages)")
    }

    @Test(.timeLimit(.minutes(2))) func watchingRunsAgainAfterASaveAndEndsWithAnInterrupt() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let reader = try #require(fdopen(ends[0], "r"))
        defer { fclose(reader) }
        let variables = home.environment.map { "\($0)=\($1)" }
        let child = try ChildProgram(
            ["/usr/bin/env"] + variables + [PhsyncProcess.path, "test", folder, "--watch", "-o", "ndjson"], output: ends[1])
        close(ends[1])
        // Reading waits for the next line: nothing here sleeps.
        func line() throws -> JSONValue {
            var text: UnsafeMutablePointer<CChar>?
            var size = 0
            defer { free(text) }
            try #require(getline(&text, &size, reader) > 0, "the watch has ended")
            return try JSONValue(parsing: String(cString: try #require(text)))
        }
        // As editors save: beside, and then in its place.
        func save(_ text: String) throws {
            try write(text, to: home.path + "/saved")
            try #require(rename(home.path + "/saved", folder + "/index.ts") == 0)
        }
        #expect(try line()["state"] == "passed")
        let code = try contents(folder + "/index.ts")
        for broken in [code.replacing("greeting: global.greeting", with: "greeting: 'Bye'"), "not a plugin ("] {
            try save(broken)
            #expect(try line()["state"] == "failed")
            #expect(try line()["code"] == (broken.hasPrefix("not") ? "not-loaded" : "test-failed"))
        }
        try save(code)
        #expect(try line()["state"] == "passed")
        kill(child.id, SIGINT)
        let last = try line()
        #expect(last["command"] == "test" && last["outcome"] == "stopped")
        #expect(child.wait() == 0)
    }

    @Test func aPluginThatCannotBeLoadedFailsItsTestsWithThatAlone() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        try write("export function processEvent( {", to: folder + "/index.ts")
        let outcome = try phsync("test", folder)
        #expect(outcome.status == 7 && outcome.output.contains("SyntaxError: /index.ts: ") && !outcome.output.contains("steps["), "\(outcome.output)")
        #expect(outcome.messages.contains("can't be loaded: SyntaxError") && outcome.messages.contains("phsync validate --plugin"))
        #expect(!outcome.messages.contains("--update"))
    }

    @Test func aFileThatIsNoDatabaseOfPlacesIsRefused() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        try write("{}", to: home.path + "/x.mmdb")
        let refused = try phsync("dry-run", "--plugin", folder, "--geoip", home.path + "/x.mmdb")
        #expect(refused.status == 64 && refused.messages.contains("no MaxMind database"))
        #expect(try phsync("dry-run", "--plugin", folder, "--geoip", home.path + "/none").status == 64)
    }

    @Test func aSavedFileIsNoticedAndAnUntouchedOneIsNot() throws {
        #expect(try phsync("new-plugin", folder).status == 0)
        let before = FileStamp.all(of: folder, Files())
        #expect(before == FileStamp.all(of: folder, Files()))
        try write("{}", to: folder + "/tests/other.json")
        let after = FileStamp.all(of: folder, Files())
        #expect(after != before && after.count == before.count + 1)
    }
}
