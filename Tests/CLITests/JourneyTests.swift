import DemoInstance
import Glibc
import Models
import Testing

/// The built program against a real server on loopback.
@Suite struct JourneyTests: ServedSuite {
    let served: ServedHome

    init() throws {
        served = try ServedHome()
    }

    private func value(_ config: Int64, _ key: String) -> JSONValue? {
        server.withState { $0.configs[config]?.config[key] }
    }

    @Test func anEditGoesFromTheCommandLineIntoTheServersDatabase() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=CHF", "--position", "5").status == 0)
        #expect(try phsync("edit-config", "1", "openExchangeRatesApiKey=@-", input: "sk-very-new\n").status == 0)
        #expect(try phsync("status", "--exit-code").status == 2)
        let pushed = try phsync("push", "--yes", "-o", "json")
        #expect(pushed.status == 0)
        #expect(try JSONValue(parsing: pushed.output)["outcome"] == "pushed")
        #expect(value(1, "normalizedCurrency") == "CHF")
        #expect(value(1, "openExchangeRatesApiKey") == "sk-very-new")
        #expect(server.withState { $0.configs[1]?.order } == 5)
        #expect(try isClean())
    }

    @Test func aSecretNeverStandsOnTheCommandLineOrInAnyOutput() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "openExchangeRatesApiKey=oops").status == 64)
        #expect(try phsync("edit-config", "1", "openExchangeRatesApiKey=@-", input: "sk-very-new").status == 0)
        for command in [["status"], ["diff"], ["plan"], ["show", "1"], ["configs"], ["push", "--yes", "-v"], ["history", "1"]] {
            for format in ["text", "json"] {
                let outcome = try phsync(command + ["-o", format])
                #expect(!(outcome.output + outcome.messages).contains("sk-very-new"), "\(command) \(format)")
            }
        }
    }

    @Test func aTargetThatMovedIsNotWrittenAndWithoutAYesNothingIs() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=CHF").status == 0)
        #expect(try phsync("push").status == 64)
        #expect(try phsync("push", "--yes", "--plan", "0000").status == 6)
        server.withState { $0.configs[1]?.isEnabled = false }
        #expect(try phsync("push", "--yes").status == 6)
        #expect(!server.requests.contains { $0.method != "GET" })
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("push", "--yes").status == 0)
        #expect(server.withState { $0.configs[1]?.isEnabled } == false)
        #expect(value(1, "normalizedCurrency") == "CHF")
    }

    @Test func aConflictWaitsForADecision() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=CHF").status == 0)
        server.withState { state in
            var config = state.configs[1]?.config.object ?? JSONObject()
            config["normalizedCurrency"] = "USD"
            state.configs[1]?.config = .object(config)
        }
        #expect(try phsync("pull").status == 3)
        #expect(try phsync("push", "--yes").status == 3)
        #expect(try phsync("resolve", "1", "normalizedCurrency", "--local").status == 0)
        #expect(try phsync("push", "--yes").status == 0)
        #expect(value(1, "normalizedCurrency") == "CHF")
    }

    @Test func aPushThatIsKilledWhileItWritesIsSettledAndSendsNothingTwice() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=CHF").status == 0)
        server.setFaults([FaultRule(.slow(milliseconds: 60_000), method: "PATCH", path: "/api/**")])
        let child = try start("push", "--yes")
        try waitForWrite()
        #expect(try phsync("push", "--yes").status == 75, "a second push says who has the lock")
        let running = try phsync("status").output
        #expect(running.contains("1 step of the push that is running (process \(child)) is not settled yet.") && running.contains("Next: phsync status"))
        kill(child, SIGKILL)
        #expect(PhsyncProcess.wait(for: child) == 128 + SIGKILL)
        server.setFaults([])
        #expect(try phsync("status").output.contains("1 step of an interrupted push is not settled yet."))
        #expect(try phsync("push", "--yes").status == 0)
        #expect(value(1, "normalizedCurrency") == "CHF")
        #expect(server.requests.count { $0.method == "PATCH" } == 1)
        #expect(try isClean())
    }

    /// Configs 1 and 9 are edited; the push of the second fails.
    private func pushHalf(_ flags: String...) throws -> PhsyncProcess.Outcome {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=CHF").status == 0)
        #expect(try phsync("edit-config", "9", "normalizedCurrency=SEK").status == 0)
        server.setFaults([FaultRule(.failure(status: 500, afterEffect: false), method: "PATCH", path: "/api/projects/2/plugin_configs/9/", count: nil)])
        defer { server.setFaults([]) }
        return try phsync(["push", "--yes"] + flags)
    }

    @Test func aPushThatStoppedHalfWayGoesOnWithWhatIsLeft() throws {
        let pushed = try pushHalf()
        #expect(pushed.status == 5 && pushed.messages.contains("phsync push --resume"))
        #expect(value(1, "normalizedCurrency") == "CHF" && value(9, "normalizedCurrency") != "SEK")
        // What is edited later is no part of it, not even of what was pushed.
        #expect(try phsync("edit-config", "2", "--disable").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=GBP").status == 0)
        // What is left goes as it is edited now.
        #expect(try phsync("edit-config", "9", "normalizedCurrency=CAD").status == 0)
        let resumed = try phsync("push", "--resume", "--yes")
        #expect(resumed.status == 0 && resumed.output.contains("config:9") && !resumed.output.contains("config:2"))
        #expect(value(9, "normalizedCurrency") == "CAD" && value(1, "normalizedCurrency") == "CHF")
        #expect(server.withState { $0.configs[2]?.isEnabled } == true)
        let again = try phsync("push", "--resume", "--yes")
        #expect(again.status == 1 && again.messages.contains("No push has stopped half-way"))
    }

    @Test func aPushThatStoppedHalfWayIsTakenBack() throws {
        #expect(try pushHalf().status == 5)
        #expect(try phsync("push", "--abort").status == 64, "it asks, and nobody is there")
        let aborted = try phsync("push", "--abort", "--yes")
        #expect(aborted.status == 0 && aborted.output.contains("taken back  config:1") && !aborted.output.contains("config:9"))
        #expect(value(1, "normalizedCurrency") == "EUR")
        let diff = try phsync("diff")
        #expect(diff.output.contains("CHF") && diff.output.contains("SEK"), "both edits are still wanted")
        #expect(try phsync("push", "--yes").status == 0)
        #expect(value(1, "normalizedCurrency") == "CHF" && value(9, "normalizedCurrency") == "SEK")
    }

    @Test func nothingIsTakenBackWhileItIsNotKnownWhatArrived() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=CHF").status == 0)
        #expect(try phsync("edit-config", "9", "normalizedCurrency=SEK").status == 0)
        let second = "/api/projects/2/plugin_configs/9/"
        // The push reads it twice before it writes; nothing is shown of it from then on.
        server.setFaults([
            FaultRule(.answerLost, method: "PATCH", path: second), FaultRule(.failure(status: 500, afterEffect: false), method: "GET", path: second, first: 3, count: nil),
        ])
        #expect(try phsync("push", "--yes", "--no-verify").status == 5)
        let refused = try phsync("push", "--abort", "--yes")
        #expect(refused.status != 0 && refused.messages.contains("an't be found out"), "\(refused.messages)")
        #expect(value(1, "normalizedCurrency") == "CHF" && value(9, "normalizedCurrency") == "SEK")
        server.setFaults([])
        let aborted = try phsync("push", "--abort", "--yes")
        #expect(aborted.status == 0 && aborted.output.contains("taken back  config:9"), "\(aborted.messages)")
        #expect(value(1, "normalizedCurrency") == "EUR" && value(9, "normalizedCurrency") == "USD")
    }

    @Test func anAtomicPushLeavesAllOrNothing() throws {
        let pushed = try pushHalf("--atomic")
        #expect(pushed.status == 75 && pushed.output.contains("taken back"))
        #expect(value(1, "normalizedCurrency") == "EUR" && value(9, "normalizedCurrency") != "SEK")
        #expect(try phsync("push", "--abort", "--resume").status == 64)
    }

    @Test func brokenAnswersEndInTheRightStatusAndKeepTheEdit() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=CHF").status == 0)
        let faults: [(Fault, Int32)] = [
            (.html(status: 200), 1), (.redirect(location: "https://elsewhere.example.com/"), 1), (.endlessBody, 1),
        ]
        for (fault, status) in faults {
            server.setFaults([FaultRule(fault, method: "GET", path: "/api/**", count: nil)])
            let outcome = try phsync("pull", "-o", "json")
            #expect(outcome.status == status, "\(fault): \(outcome.output)")
            #expect(try JSONValue(parsing: outcome.output)["exit_status"]?.int == Int64(status), "\(fault)")
        }
        server.setFaults([])
        #expect(try phsync("status").output.contains("normalizedCurrency"))
    }

    @Test func aPullThatIsLimitedInItsMiddleShowsWhatItHasRead() throws {
        server.setFaults([
            FaultRule(.throttled(retryAfterSeconds: 7200), method: "GET", path: "/api/projects/*/app_metrics/**", count: nil)
        ])
        let outcome = try phsync("pull")
        #expect(outcome.status == 75)
        let states = outcome.output.split(separator: "\n").map(String.init)
        for (title, state) in [("Plugins", "complete"), ("Logs", "complete"), ("Metrics", "incomplete"), ("Activity", "not read")] {
            #expect(states.contains { $0.hasPrefix(title) && $0.hasSuffix(state) }, "\(title): \(outcome.output)")
        }
        #expect(outcome.messages.contains("limits requests"))
        #expect(!outcome.output.contains("Next:"))
        let document = try JSONValue(parsing: phsync("pull", "-o", "json").output)
        #expect(document["outcome"] == "partly-pulled" && document["exit_status"] == 75)
        #expect(document["result"]?["collections"]?.array?.contains { $0["state"] == "not read" } == true)
        server.setFaults([])
        #expect(try phsync("pull").status == 0)
    }

    @Test func aWrongKeyIsRefusedWithTheWayOut() throws {
        let outcome = try PhsyncProcess.run(
            ["pull"], environment: environment.merging(["PHSYNC_TOKEN": "phx_wrong"]) { $1 })
        #expect(outcome.status == 4)
        #expect(outcome.messages.contains("phsync login") && outcome.messages.contains("the key comes from PHSYNC_TOKEN"))
        #expect(!outcome.messages.contains("phx_wrong"))
    }

    @Test func fsckFindsWhatTheMirrorLacksTakesItFromTheRemoteAndKeepsEdits() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=CHF").status == 0)
        #expect(try phsync("fsck", "--exit-code").status == 0)
        server.withState { state in state.configs[2]?.order = 77 }
        #expect(try phsync("fsck", "--offline").status == 0)
        let repaired = try phsync("fsck", "--exit-code", "-o", "json")
        #expect(repaired.status == 2)
        #expect(try JSONValue(parsing: repaired.output)["outcome"] == "repaired")
        #expect(try phsync("fsck", "--exit-code").status == 0)
        #expect(try phsync("diff").output.contains("CHF"))
    }

    @Test func newEntriesOfTheActivityLogAreNoDifferenceForFsck() throws {
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-config", "1", "normalizedCurrency=CHF").status == 0)
        #expect(try phsync("push", "--yes").status == 0)
        let outcome = try phsync("fsck", "--exit-code")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("It equals the remote.") && outcome.output.contains("had come since, and were read."))
    }

    @Test func anFsckThatCanNotCompareTellsWhatItFoundAndProvesNothing() throws {
        #expect(try phsync("pull").status == 0)
        server.stop()
        let outcome = try phsync("fsck", "-o", "json")
        #expect(outcome.status == 75)
        let json = try JSONValue(parsing: outcome.output)
        #expect(json["outcome"] == "not-compared" && json["result"]?["findings"] == [] && json["result"]?["compared"] == false)
        #expect(json["problems"]?.array?.count == 1)
        #expect(try phsync("fsck").output.contains("The mirror is whole."))
    }
}
