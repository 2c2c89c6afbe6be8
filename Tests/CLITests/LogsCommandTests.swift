import DemoInstance
import Models
import Testing

/// `phsync logs`, the built program on a mirror that was pulled from a server on loopback.
@Suite struct LogsCommandTests: ServedSuite {
    let served: ServedHome

    init() throws {
        var state = DemoState.demo()
        state.logs = []
        let messages = [
            ("INFO", "SYSTEM", "Plugin loaded"), ("LOG", "CONSOLE", "sent 12 events"), ("WARN", "CONSOLE", "rate limited\u{1B}[31m, retry"),
            ("ERROR", "PLUGIN", "TypeError: boom\n    at index.js:3"),
        ]
        for (number, (type, source, message)) in messages.enumerated() {
            for config in state.configs.values.sorted(by: { $0.id < $1.id }).prefix(2) {
                var row = JSONObject()
                row["id"] = .string("00000000-0000-4000-8000-00000000\(1000 + number * 10 + Int(config.id))")
                row["team_id"] = JSONValue(config.projectID)
                row["plugin_id"] = JSONValue(config.pluginID)
                row["plugin_config_id"] = JSONValue(config.id)
                row["timestamp"] = .string("2026-11-0\(number + 1)T10:00:00Z")
                row["source"] = .string(source)
                row["type"] = .string(type)
                row["message"] = .string(message)
                row["instance_id"] = "018b9a3c-1111-4000-8000-000000000001"
                state.logs.append(row)
            }
        }
        served = try ServedHome(state)
    }

    private func messages(_ arguments: String...) throws -> [String] {
        let outcome = try phsync(["logs"] + arguments + ["-o", "json"])
        #expect(outcome.status == 0, "\(outcome.output)")
        return try JSONValue(parsing: outcome.output)["result"]?.array?.compactMap { $0["message"]?.string?.split(separator: "\n").first.map(String.init) } ?? []
    }

    @Test func entriesReadAsALogTheNewestLast() throws {
        let pulled = try phsync("pull")
        #expect(pulled.status == 0)
        #expect(pulled.output.contains("Logs"))
        let text = try phsync("logs", "1")
        let lines = text.output.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("TIME"))
        #expect(lines[1].hasPrefix("2026-11-01T10:00:00.000000Z  INFO   SYSTEM   "))
        #expect(lines[4].contains("ERROR  PLUGIN "))
        #expect(lines[4].hasSuffix("TypeError: boom\\n    at index.js:3"), "a message stays one line")
        #expect(!text.output.contains("\u{1B}"), "nothing in a message reaches the terminal as it is")
        #expect(lines[5] == "Pulled: just now")
        let freshness = try JSONValue(parsing: phsync("logs", "1", "-o", "json").output)["freshness"]?.array ?? []
        #expect(freshness.map { $0["collection"]?.string?.hasPrefix("log of ") } == [true], "of this config's log, not of any list")
    }

    @Test func everyFilterNarrowsTheList() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try messages().count == 8)
        #expect(try messages("1").count == 4)
        #expect(try messages("1", "--level", "error") == ["TypeError: boom"])
        #expect(try messages("1", "--level", "warn").count == 2)
        #expect(try messages("1", "--since", "2026-11-02") == ["sent 12 events", "rate limited\u{1B}[31m, retry", "TypeError: boom"])
        #expect(try messages("1", "--search", "EVENT") == ["sent 12 events"])
        #expect(try messages("--search", "sent 12", "--limit", "1").count == 1)
        #expect(try messages("1", "--search", "sent OR boom") == [])
        #expect(try messages("1", "--limit", "1") == ["TypeError: boom"])
        #expect(try phsync("logs", "1", "--limit", "1").output.contains("The newest 1; --limit shows more."))
        let lines = try phsync("logs", "1", "-o", "ndjson").output.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(try JSONValue(parsing: String(lines[0]))["level"] == "INFO")
    }

    @Test func mistakesAreNamed() throws {
        #expect(try phsync("pull").status == 0)
        let level = try phsync("logs", "--level", "eror")
        #expect(level.status == 64)
        #expect(level.messages.contains("did you mean \"error\""))
        #expect(try phsync("logs", "--since", "soonish").status == 64)
        #expect(try phsync("logs", "--search", "!?").status == 64)
        #expect(try phsync("logs", "9999").status == 64)
    }

    @Test func withoutAMirrorItSaysWhatToDo() throws {
        let outcome = try phsync("logs")
        #expect(outcome.status == 1)
        #expect(outcome.messages.contains("phsync pull"))
    }
}
