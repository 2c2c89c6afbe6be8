import DemoInstance
import Glibc
import Models
import Storage
import Sync
import Synchronization
import Testing

@testable import CLI

/// The inbox from the command line, over a mirror that was pulled from a server on loopback.
@Suite struct InboxCommandTests {
    /// Config 1 of the demo fails since two days, and somebody renamed a property just before.
    private func pulled() async throws -> PulledHome { try await PulledHome() }

    private func result(_ home: PulledHome, _ arguments: String...) throws -> JSONValue {
        let outcome = try home.phsync(arguments + ["-o", "json"])
        return try JSONValue(parsing: outcome.output)["result"] ?? .null
    }

    @Test func anErrorIsUnseenUntilItWasShown() async throws {
        let home = try await pulled()
        #expect(try home.phsync(["status", "--exit-code"]).status == 2)
        let groups = try #require(try result(home, "errors").array)
        #expect(groups.allSatisfy { $0["state"] == "new" } && !groups.isEmpty)
        for group in groups { #expect(try home.phsync(["errors", "show", group["id"]?.string ?? ""]).status == 0) }
        #expect(try home.phsync(["status", "--exit-code"]).status == 0)
        #expect(try home.phsync(["status"]).output.contains("none of them unseen"))
    }

    @Test func showingTellsSourceLinesAndWhatChangedBefore() async throws {
        let home = try await pulled()
        let id = try #require(try result(home, "errors", "--search", "toUpperCase").array?.first?["id"]?.string)
        let view = try result(home, "errors", "show", id, "--keep")
        let change = try #require(view["changed_before"]?.array?.first)
        #expect(change["changes"]?.array?.first?["after"] == "currency_code" && change["is_exact"] == true)
        #expect(view["source"]?.array?.first?["line"] == 10 && view["source"]?.array?.first?["certainty"] == "exact")
        #expect(view["event"]?["event"] == "purchase" && view["log"]?.array?.isEmpty == false)
        let text = try home.phsync(["errors", "show", id]).output
        for part in ["Changed just before", "currencyProperty", "index.ts:10", "> ", "Log around the latest"] { #expect(text.contains(part), "\(part)") }
        #expect(try result(home, "errors", "--all").array?.first { $0["id"]?.string == id }?["state"] == "seen")
    }

    @Test func groupsAreMutedResolvedAndNotedWithoutWaitingForAPull() async throws {
        let home = try await pulled()
        let lock = try MirrorLock.take(directory: home.directory, command: "pull")
        defer { withExtendedLifetime(lock) {} }
        #expect(try home.phsync(["errors", "mute", "E1"]).status == 0)
        #expect(try result(home, "errors").array?.contains { $0["id"] == "E1" } == false)
        #expect(try result(home, "errors", "--all").array?.first { $0["id"] == "E1" }?["state"] == "muted")
        #expect(try result(home, "errors", "unmute", "e1", "2") == [["id": "E1", "before": "muted", "state": "seen"], ["id": "E2", "before": "new", "state": "new"]])
        #expect(try home.phsync(["errors", "resolve", "E1", "E99"]).status == 64)
        #expect(try result(home, "errors", "--all").array?.first { $0["id"] == "E1" }?["state"] == "seen", "all or none")
        #expect(try home.phsync(["errors", "resolve", "E1"]).output.contains("seen → resolved"))
        #expect(try home.phsync(["errors", "note", "E1", "waits for the vendor"]).status == 0)
        #expect(try home.phsync(["errors", "show", "E1"]).output.contains("note: waits for the vendor"))
        #expect(try home.phsync(["errors", "seen"]).status == 64)
        #expect(try home.phsync(["errors", "seen", "--all"]).status == 0)
        #expect(try home.phsync(["status", "--exit-code"]).status == 0)
    }

    @Test func entriesOfALogAreShownWithTheirNeighbours() async throws {
        let home = try await pulled()
        let found = try #require(try result(home, "logs", "1", "--level", "error", "--limit", "1", "-C", "2").array)
        #expect(found.filter { $0["around"] != true }.count == 1)
        #expect((3...5).contains(found.count))
        #expect(found.compactMap { $0["time"]?.string } == found.compactMap { $0["time"]?.string }.sorted())
        #expect(try home.phsync(["logs", "1", "--level", "warn", "-C", "1"]).output.contains("\n--"))
        let local = try PhsyncProcess.run(["logs", "1", "--limit", "1", "--local"], environment: home.variables.merging(["TZ": "XXX-05:30"]) { $1 })
        #expect(local.output.contains("+05:30"))
    }

    @Test func metricsNameWhatChangedOnADay() async throws {
        let home = try await PulledHome { $0 = DemoState.demo(now: DemoServer.systemClock()) }
        let days = try #require(try result(home, "metrics", "1", "--days", "5")["categories"]?.array?.first?["days"]?.array)
        #expect(days.contains { $0["changed"]?.array?.isEmpty == false })
        let text = try home.phsync(["metrics", "1", "--days", "5"]).output
        #expect(text.contains("CHANGED") && text.contains("█") && text.contains("currencyProperty"))
        #expect(try home.phsync(["metrics"]).output.contains("all of Web shop"))
    }
}

/// Rules, watching and following, with a clock that passes at once.
@Suite struct AlertCommandTests {
    /// What a command in this process printed.
    private final class Said: Sendable {
        let lines = Mutex<[String]>([])
        let items = Mutex<[JSONValue]>([])
        let problems = Mutex<[Problem]>([])
    }

    /// Does something instead of each wait, and cancels when there is nothing left to do.
    private final class ScriptedClock: WaitingClock {
        private let acts: Mutex<[@Sendable () -> Void]>
        let waits = Mutex<[Double]>([])

        init(_ acts: [@Sendable () -> Void]) {
            self.acts = Mutex(acts)
        }

        func nowSeconds() -> Double { 0 }

        func sleep(seconds: Double) async throws(CancellationError) {
            waits.withLock { $0.append(seconds) }
            let act = acts.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let act else { throw CancellationError() }
            act()
        }
    }

    private func context(_ line: [String], _ home: PulledHome, _ said: Said) throws -> CommandContext {
        let invocation = try ArgumentParser.parse(line, table: .phsync)
        return CommandContext(
            arguments: invocation.arguments, format: invocation.format,
            environment: Environment([.phsyncHome: home.home.path, .phsyncHost: home.server.url, .phsyncToken: DemoKeys.admin]), terminal: .none,
            prompt: Prompt(terminal: .none, messages: Output(descriptor: 2), isForbidden: true),
            progress: Progress(terminal: .none, isQuiet: true, isVerbose: false, clock: .system, write: { _ in }), clock: .system,
            services: Services(), table: .phsync, stream: { item in said.items.withLock { $0.append(item) } },
            write: { line in said.lines.withLock { $0.append(line) } }, message: { problem in said.problems.withLock { $0.append(problem) } })
    }

    private func fail(_ server: DemoServer, _ message: String) {
        server.withState { state in
            let now = DemoServer.systemClock()
            state.logs.append(JSONObject([
                .init(key: "id", value: .string("0000\(message.utf8.count)-\(message)")), .init(key: "team_id", value: 1), .init(key: "plugin_id", value: 1),
                .init(key: "plugin_config_id", value: 1), .init(key: "timestamp", value: .string(now.text)), .init(key: "source", value: "PLUGIN"),
                .init(key: "type", value: "ERROR"), .init(key: "message", value: .string("RangeError: \(message)")), .init(key: "instance_id", value: .null),
            ]))
        }
    }

    private func writeRules(_ text: String, _ home: PulledHome) throws {
        mkdir(home.home.path + "/config", 0o700)
        try write(text, to: home.home.path + "/config/alerts")
    }

    @Test func aRuleThatIsNotUnderstoodStopsAPullBeforeItBegins() async throws {
        let home = try await PulledHome()
        try writeRules("# mine\nnew eror group\n", home)
        let requests = home.server.requests.count
        let outcome = try home.phsync(["pull"])
        #expect(outcome.status == 64 && outcome.messages.contains("line 2: \"eror\" is not understood here; did you mean \"error\"?"))
        #expect(home.server.requests.count == requests)
        #expect(try home.phsync(["alerts"]).status == 64)
    }

    @Test func newErrorsGoWhereTheRuleSays() async throws {
        let home = try await PulledHome()
        let (file, seen) = ("\(home.home.path)/told.ndjson", "\(home.home.path)/seen")
        try writeRules(
            "new error group\nnew error group of nobody => run touch \(home.home.path)/wrong\nnew error group => ndjson \(file)\nnew error group => run cat > \(seen)\n", home)
        #expect(try home.phsync(["pull"]).messages.isEmpty, "nothing is new")
        fail(home.server, "$(touch \(home.home.path)/injected) `id` 'quote'")
        let outcome = try home.phsync(["pull"])
        #expect(outcome.status == 0 && outcome.messages.contains("is new in ") && outcome.messages.contains("next: phsync errors show E"))
        let line = try JSONValue(parsing: String(try contents(file).split(separator: "\n")[0]))
        #expect(line["alert"] == "new error group" && line["message"]?.string?.contains("RangeError: $(touch") == true)
        #expect(try contents(seen) == contents(file))
        for name in ["injected", "wrong"] { #expect(access("\(home.home.path)/\(name)", F_OK) != 0) }
        let listed = try JSONValue(parsing: try home.phsync(["alerts", "-o", "json"]).output)
        #expect(listed["result"]?["rules"]?.array?.count == 4)
    }

    @Test func aCommandThatFailsIsSaidAndTheAlertToo() async throws {
        let home = try await PulledHome()
        try writeRules("new error group => run exit 3\nnew error group => run /nowhere/at-all\nnew error group => ndjson /nowhere/told\nnew error group\n", home)
        fail(home.server, "deep")
        let outcome = try home.phsync(["pull"])
        #expect(outcome.status == 1 && outcome.messages.contains("ended with status 3") && outcome.messages.contains("status 127"))
        #expect(outcome.messages.ranges(of: "is new in ").count == 1 && outcome.messages.contains("could not be added to /nowhere/told"))
        #expect(try home.phsync(["errors", "--search", "deep"]).output.contains("RangeError: deep"), "what was pulled is there all the same")
    }

    @Test func watchingGoesOnOverTroubleAndEndsWhenItIsInterrupted() async throws {
        let home = try await PulledHome()
        let said = Said()
        try writeRules("new error group\n", home)
        let context = try context(["pull", "--watch", "5", "-o", "ndjson"], home, said)
        let instance = try context.instance()
        let round = PullRound(context: context, instance: instance, api: try context.api(instance), rules: try AlertFile(context).rules)
        let lock = Mutex<MirrorLock?>(nil)
        let clock = ScriptedClock([
            { self.fail(home.server, "one") },
            { lock.withLock { $0 = Self.take(home.directory) } }, {},
            { lock.withLock { $0 = nil } },
        ])
        let problem = await #expect(throws: Problem.self) { try await PullWatch(round: round, minutes: 5, clock: clock).run(full: false) }
        #expect(problem?.kind == .interrupted)
        #expect(said.items.withLock { $0.map { $0["state"] } } == ["pulled", "pulled", "pulled"])
        #expect(said.items.withLock { $0.map { $0["alerts"]?.array?.count } } == [0, 1, 0])
        #expect(said.problems.withLock { $0.map(\.code) } == ["alert", "mirror-locked", "mirror-locked"])
        #expect(clock.waits.withLock { $0 } == [300, 300, 300, 600, 300])
    }

    private static func take(_ directory: String) -> MirrorLock? {
        do {
            return try MirrorLock.take(directory: directory, command: "push")
        } catch {
            Issue.record(error)
            return nil
        }
    }

    @Test func followingPrintsWhatComesOnce() async throws {
        let home = try await PulledHome()
        let said = Said()
        let context = try context(["logs", "1", "--follow", "--limit", "2"], home, said)
        let clock = ScriptedClock([{}, { self.fail(home.server, "one") }, {}, { self.fail(home.server, "three") }])
        let follower = LogFollower(
            context: context, instance: try context.instance(), arguments: try LogArguments(context.arguments, now: context.now()),
            view: LogTableView(times: LogTimes(isLocal: false, isShort: false)), clock: clock)
        let problem = await #expect(throws: Problem.self) { try await follower.run() }
        #expect(problem?.kind == .interrupted)
        let lines = said.lines.withLock { $0 }
        #expect(lines.filter { $0.contains("RangeError: one") }.count == 1 && lines.filter { $0.contains("RangeError: three") }.count == 1)
        let waits = clock.waits.withLock { $0 }
        #expect(waits.count == 5 && waits[1] > waits[0] && waits[2] == 5)
    }

    @Test(arguments: [["pull", "--watch", "5", "-o", "json"], ["logs", "--follow", "-o", "json"]])
    func whatHasNoEndIsNoDocument(arguments: [String]) async throws {
        let home = try await PulledHome()
        #expect(try home.phsync(arguments).status == 64)
    }
}

@Suite struct PaceTests {
    @Test func failuresInARowAreFurtherApartUpToAnHour() {
        var pace = WatchPace(minutes: 5)
        var waits: [Double] = []
        for _ in 0..<7 {
            pace.failed()
            waits.append(pace.seconds)
        }
        #expect(waits == [300, 600, 1200, 2400, 3600, 3600, 3600])
        pace.succeeded()
        #expect(pace.seconds == 300)
        var long = WatchPace(minutes: 120)
        long.failed()
        long.failed()
        #expect(long.seconds == 7200, "never shorter than asked for")
    }

    @Test func aQuietLogIsAskedLessOften() {
        var pace = FollowPace()
        for _ in 0..<9 { pace.looked(found: 0) }
        #expect(pace.seconds == 30)
        pace.failed()
        #expect(pace.seconds == 60)
        pace.looked(found: 1)
        #expect(pace.seconds == 5)
    }
}

@Suite struct SparklineTests {
    @Test(arguments: [
        ([0, 1, 4, 8], "·▁▄█"), ([nil, 5], " █"), ([0, 0], "··"), ([], ""), ([-1, 1], "·█"), ([1, 1_000_000], "▁█"),
    ] as [([Int64?], String)])
    func theLargestIsTheHighestAndAGapIsAGap(figures: [Int64?], text: String) {
        #expect(Sparkline.text(figures) == text)
    }

    @Test func ratesUseTheUpperHalf() {
        #expect(Sparkline.rates([1, 0.75, 0.5, 0, nil]) == "█▄▁▁ ")
    }

    @Test(arguments: [((10, 0, 10), "██████████", ""), ((0, 0, 10), "", ""), ((1, 0, 1000), "█", ""), ((999, 1, 1000), "█████████", "▒"), ((0, 5, 10), "", "▒▒▒▒▒")]
        as [((Int64, Int64, Int64), String, String)])
    func barsShowEveryPartThatIsThere(figures: (Int64, Int64, Int64), good: String, bad: String) {
        let line = Bar.line(figures.0, figures.1, largest: figures.2, width: 10)
        #expect(line.plain == good + bad)
    }
}
