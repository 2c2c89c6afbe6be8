import DemoInstance
import Glibc
import Models
import Storage
import Testing

@testable import CLI

/// `report` over a mirror that was pulled from the demo instance.
@Suite struct ReportCommandTests {
    private let pulled: PulledHome

    /// A world whose failing event is full of what must not be seen, with a hostile name and a secret.
    init() async throws {
        pulled = try await PulledHome { state in
            // A report is about the last days.
            state = .demo(now: DemoServer.systemClock())
            let event: JSONValue = [
                "event": "purchase", "distinct_id": "visitor-4711", "ip": "203.0.113.9", "team_id": 1,
                "properties": [
                    "currency": "chf", "email": "ida.lovelace@example.net", "customer_name": "Ida Lovelace", "$set": ["plan": "platinum-plan"],
                    "$current_url": "https://shop.example.com/users/lovelace?session_token=tok-99",
                ],
            ]
            let details: JSONValue = [
                "error": [
                    "name": "TypeError", "message": "<b>no rate</b> for visitor-4711 of ida.lovelace@example.net\u{1B}[2J",
                    "stack": "TypeError: no rate\n    at convert (index.ts:7:3) 203.0.113.9",
                ],
                "event": event,
            ]
            state.errorDetails.append(details.text)
            let row: [(String, JSONValue)] = [
                ("team_id", 1), ("plugin_config_id", 1), ("timestamp", .string(DemoServer.systemClock().advanced(bySeconds: -60).text)),
                ("category", "processEvent"), ("failures", 1), ("error_type", "TypeError"), ("error_uuid", "uuid-report"),
                ("error_details", JSONValue(state.errorDetails.count - 1)),
            ]
            state.metrics.append(DemoMetric(JSONObject(row.map { JSONObject.Member(key: $0.0, value: $0.1) })))
        }
    }

    private static let personal = ["visitor-4711", "203.0.113.9", "ida.lovelace@example.net", "Ida Lovelace", "platinum-plan", "tok-99", "/users/lovelace"]

    @Test func noFormShowsPersonalDataOrWhatATerminalOrABrowserActsOn() throws {
        for flags in [[], ["--html", "-"], ["--text"], ["-o", "json"], ["-o", "ndjson"]] {
            let outcome = try pulled.phsync(["report"] + flags)
            #expect(outcome.status == 0)
            for text in Self.personal { #expect(!outcome.output.contains(text), "\(text) with \(flags)") }
            #expect(outcome.output.contains("no rate") && outcome.output.contains("convert"), "\(flags)")
            #expect(!outcome.output.contains("\u{1B}"), "\(flags)")
            if outcome.output.hasPrefix("<!DOCTYPE") { #expect(!outcome.output.contains("<b>no rate")) }
        }
        let page = try pulled.phsync(["report", "--with-personal-data"]).output
        for text in Self.personal where text != "tok-99" { #expect(page.contains(text), "\(text)") }
        #expect(page.contains("holds personal data"))
        #expect(!page.contains("tok-99"), "what is a key to something goes all the same")
    }

    @Test func aPageGoesToAPrivateFileAndSaysWhere() throws {
        let path = pulled.home.path + "/page.html"
        let outcome = try pulled.phsync(["report", "--html", path, "--since", "3d"])
        #expect(outcome.status == 0 && outcome.output.contains("Written to \(path)"))
        #expect(pulled.home.mode("page.html") == 0o600)
        #expect(try contents(path).hasPrefix("<!DOCTYPE html>\n"))
        let json = try JSONValue(parsing: try pulled.phsync(["report", "--html", path, "-o", "json"]).output)
        #expect(json["result"]?["file"] == .string(path))
        for path in ["/dev/null", pulled.home.path] {
            let outcome = try pulled.phsync(["report", "--html", path])
            #expect(outcome.status == 64 && outcome.messages.contains("no ordinary file"))
        }
        #expect(try pulled.phsync(["report", "--html", pulled.home.path + "/none/page.html"]).status == 1)
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR, "what is no ordinary file is not replaced")
    }

    @Test func theReportSaysWhatIsEditedAndWhatCameBeforeAnError() async throws {
        _ = try await pulled.run("edit-config", "1", "currencyProperty=currency")
        let report = try #require(try JSONValue(parsing: try pulled.phsync(["report", "-o", "json"]).output)["result"])
        #expect(report["waiting"]?["edited"]?.array?.first?["changes"] == ["currencyProperty: \"currency_code\" → \"currency\""])
        let known = report["errors"]?.array?.first { $0["message"]?.string?.contains("toUpperCase") == true }
        #expect(known?["change_before"]?["text"] == "currencyProperty: \"currency\" → \"currency_code\"")
        #expect(report["days"]?.array?.count == 14 && report["totals"]?.array?.count == 14)
        #expect(report["changes"]?.array?.contains { $0["origin"] == "instance" && $0["subject"] == "config:1" } == true, "before the first pull")
        let config = report["configs"]?.array?.first { $0["config_id"] == 1 }
        #expect(config?["edited"] == true && config?["state"] == "watch")
    }

    @Test func aProjectHasOnlyItsOwn() throws {
        let report = try #require(try JSONValue(parsing: try pulled.phsync(["report", "--project", "Staging", "-o", "json"]).output)["result"])
        #expect(report["project"] == "Staging")
        #expect(report["configs"]?.array?.allSatisfy { $0["project"] == "Staging" } == true && report["configs"]?.array?.isEmpty == false)
        #expect(report["errors"]?.array?.contains { $0["message"]?.string?.contains("no rate") == true } == false)
    }

    @Test func theTextHasTheSamePartsAndFitsTheTerminal() async throws {
        let model = try pulled.mirror().readSync { mirror in
            try ReportReader(
                mirror: mirror, now: Timestamp(milliseconds: Clock.system.nowMilliseconds()), since: Timestamp(milliseconds: Clock.system.nowMilliseconds() - 864_000_000),
                project: nil, hasPersonalData: false
            ).report(context: "shop", origin: "https://posthog.example.com")
        }
        for width in [40, 80, 200] {
            let renderer = TextRenderer(width: width, outputColors: false, messageColors: false, isQuiet: false)
            let envelope = Envelope(
                command: "report", context: nil, status: Status.done, result: CommandResult(text: ReportText(report: model, width: width).blocks), usage: [],
                isStreamed: false, nowMilliseconds: 0)
            let lines = renderer.render(envelope).output.split(separator: "\n")
            for title in ["Deliveries", "Errors", "What changed", "Waiting here"] { #expect(lines.contains(Substring(title)), "\(title) at \(width)") }
            let parts = lines.filter { !$0.hasPrefix("     ") && !$0.contains("https://") }
            if width >= 80 { for line in parts { #expect(DisplayWidth.of(String(line)) <= width, "\(line)") } }
        }
    }

    @Test func mistakesAreExplained() throws {
        for flags in [["--since", "soon"], ["--since", "2999-01-01"], ["--html", "a", "--text"], ["--project", "none"]] {
            let outcome = try pulled.phsync(["report"] + flags)
            #expect(outcome.status == 64 && outcome.messages.hasPrefix("phsync: "), "\(flags)")
        }
    }
}
