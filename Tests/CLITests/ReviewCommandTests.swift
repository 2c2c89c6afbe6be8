import DemoInstance
import Glibc
import Models
import Storage
import Testing

@testable import CLI

/// `errors` and `metrics` of the built program, over a mirror that was pulled from a server on loopback.
@Suite struct ReviewCommandTests: ServedSuite {
    let served: ServedHome

    init() throws {
        let now = DemoServer.systemClock()
        var state = DemoState.demo(now: now)
        // Config 1 fails in one way only, which the test brings.
        state.configs[1]?.error = .null
        state.logs.removeAll { $0["type"] == "ERROR" }
        state.metrics.removeAll { $0["plugin_config_id"] == 1 && $0["error_uuid"] != nil }
        state.metrics.removeAll { $0["timestamp"]?.string.map { $0 < now.advanced(bySeconds: -10 * 86_400).text } ?? false }
        for minutes in Int64(1)...3 {
            let row: [(String, JSONValue)] = [
                ("team_id", 1), ("plugin_config_id", 1), ("timestamp", .string(now.advanced(bySeconds: -60 * minutes).text)),
                ("category", "processEvent"), ("failures", 1), ("error_type", "TypeError"), ("error_uuid", .string("uuid-\(minutes)")),
                ("error_details", JSONValue(state.errorDetails.count)),
            ]
            state.metrics.append(DemoMetric(JSONObject(row.map { JSONObject.Member(key: $0.0, value: $0.1) })))
            let details: JSONValue = [
                "error": [
                    "name": "TypeError", "message": .string("no rate for 'c\(minutes)'\u{1B}[2J"),
                    "stack": "TypeError: no rate\n    at normalize (index.ts:12:7)\n    at processEvent (index.ts:3:1)",
                ],
                "event": ["event": "purchase", "distinct_id": "person-17", "properties": ["amount": 5]],
            ]
            state.errorDetails.append(details.text)
        }
        served = try ServedHome(state)
    }

    private func json(_ arguments: String...) throws -> JSONValue {
        return try JSONValue(parsing: phsync(arguments + ["-o", "json"]).output)
    }

    @Test func errorsAreListedOnceEachAndShownWithStackAndEvent() throws {
        #expect(try phsync("pull").status == 0)
        server.stop()
        let list = try json("errors")
        let groups = try #require(list["result"]?.array)
        #expect(groups.map { $0["name"] } == ["TypeError", "SyntaxError"])
        #expect(groups.first?["count"] == 3 && groups.first?["project"] == "Web shop" && groups.first?["config_id"] == 1)
        #expect(list["freshness"]?.array?.contains { $0["collection"] == "errors" && $0["pulled_at"]?.string != nil } == true)
        let text = try phsync("errors").output
        let id = try #require(groups.first?["id"]?.string)
        #expect(text.contains("Next: phsync errors show \(id)"))
        #expect(!text.contains("person-17"), "events are personal data")
        #expect(!text.contains("\u{1B}"))

        let shown = try phsync("errors", "show", id)
        #expect(shown.status == 0 && !shown.output.contains("\u{1B}"))
        for part in ["no rate for 'c1'", "at normalize (index.ts:12:7)", "\"distinct_id\": \"person-17\"", "config:1", "processEvent", "Next: phsync repro E"] {
            #expect(shown.output.contains(part), "\(part)")
        }
        let view = try json("errors", "show", id.lowercased())
        #expect(view["result"]?["occurrences"]?.array?.count == 3)
        #expect(view["result"]?["event"]?["properties"]?["amount"] == 5)
    }

    @Test func errorsAreNarrowedBySearchTimeAndProject() throws {
        #expect(try phsync("pull").status == 0)
        func names(_ arguments: String...) throws -> [JSONValue?] {
            let output = try phsync(["errors", "-o", "json"] + arguments).output
            return try JSONValue(parsing: output)["result"]?.array?.map { $0["name"] } ?? []
        }
        #expect(try names("--search", "normalize") == ["TypeError"])
        #expect(try names("--since", "1h") == ["TypeError"])
        #expect(try names("--project", "Staging") == ["SyntaxError"])
        #expect(try names("--search", "nothing-of-it") == [])
        server.withState { _ = $0.configs.removeValue(forKey: 1) }
        #expect(try phsync("pull").status == 0)
        #expect(try names() == ["SyntaxError"], "the config is gone")
        #expect(try names("--all") == ["TypeError", "SyntaxError"])
        #expect(try phsync("status").output.contains("1 kind of errors"))
    }

    @Test func metricsAreShownAsTotalsAndByDay() throws {
        #expect(try phsync("pull").status == 0)
        server.stop()
        let totals = try #require(try json("metrics")["result"]?.array)
        let one = try #require(totals.first { $0["config_id"] == 1 })
        #expect(one["failures"]?.int ?? 0 >= 3 && one["days_known"] == 7)
        #expect(try phsync("metrics", "--days", "3").output.contains("Currency Normalization@Web shop"))
        let days = try #require(try json("metrics", "1", "--days", "40")["result"]?["categories"]?.array?.first?["days"]?.array)
        #expect(days.count == 40)
        #expect(days.first?["successes"] == .null, "40 days back was never served: a gap")
        #expect(days[20]["successes"] == 0, "20 days back was served as zero")
        let text = try phsync("metrics", "1", "--days", "40").output
        #expect(text.contains("·") && text.contains("processEvent"))
    }

    @Test(arguments: [["errors", "show", "x"], ["errors", "show", "E99"], ["errors", "--since", "soon"], ["metrics", "99"], ["metrics", "--days", "0"]])
    func mistakesAreExplained(arguments: [String]) throws {
        #expect(try phsync("pull", "-q").status == 0)
        let outcome = try phsync(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.messages.hasPrefix("phsync: "))
    }

    @Test func aContextThatKeepsNoEventsAsksForNone() throws {
        mkdir(home.path + "/config", 0o700)
        try write(
            #"{"current": "a", "contexts": {"a": {"host": "\#(server.url)", "sample_events": "off"}}}"#, to: home.path + "/config/config.json")
        let variables = home.environment.merging(["PHSYNC_TOKEN": DemoKeys.admin]) { $1 }
        #expect(try PhsyncProcess.run(["pull"], environment: variables).status == 0)
        #expect(!server.requests.contains { $0.path.contains("/events/") })
        #expect(server.requests.contains { $0.path.contains("/app_metrics/") })
    }
}

@Suite struct MetricSumTests {
    private func sum(_ successes: Int64, _ retries: Int64, _ failures: Int64) -> MetricSum {
        MetricSum([
            MetricDayRow(
                configID: PluginConfigID(1), category: "onEvent", day: "2023-11-01", successes: successes, successesOnRetry: retries, failures: failures)
        ])
    }

    @Test(arguments: [
        ((0, 0, 0), ""), ((10, 0, 0), "100%"), ((9, 1, 0), "100%"), ((0, 0, 3), "0.0%"), ((99_999, 0, 1), "99.9%"), ((1, 1, 1), "66.6%"),
    ] as [((Int64, Int64, Int64), String)])
    func onlyAPerfectRateSaysSo(figures: (Int64, Int64, Int64), text: String) {
        #expect(sum(figures.0, figures.1, figures.2).rateText == text)
    }
}
