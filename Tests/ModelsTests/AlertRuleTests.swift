import Models
import Testing

/// Hours as delivered and failed: one below 95 %, one above it, one without events.
private let bad: (Int64, Int64)? = (9, 1)
private let good: (Int64, Int64)? = (99, 1)
private let none: (Int64, Int64)? = (0, 0)

@Suite struct AlertRuleTests {
    private func rules(_ text: String) throws -> [AlertRule] { try AlertRuleParser.rules(text) }

    @Test func everyRuleIsRead() throws {
        let text = """
            # who is told what
            new error group
              error came back of GeoIP => stderr
            config switched off by the server in "Web shop" => ndjson /var/log/phsync alerts
            update available => run mail -s "a => b" me

            delivery below 95 % for 2 h of "Currency Normalization" in 3
            delivery below 99.5%
            """
        #expect(try rules(text) == [
            AlertRule(condition: .newGroup), AlertRule(condition: .cameBack, plugin: "GeoIP"),
            AlertRule(condition: .switchedOff, project: "Web shop", action: .file("/var/log/phsync alerts")),
            AlertRule(condition: .update, action: .command("mail -s \"a => b\" me")),
            AlertRule(condition: .delivery(below: 0.95, forSeconds: 7200), plugin: "Currency Normalization", project: "3"),
            AlertRule(condition: .delivery(below: 0.995, forSeconds: 0)),
        ])
    }

    @Test func aRuleReadsBackAsItIsWritten() throws {
        let all = try rules("new error group in \"a b\"\ndelivery below 95 % for 90 min\ndelivery below 99.5 % for 1 d\nupdate available of x")
        #expect(try rules(all.map(\.text).joined(separator: "\n")) == all)
        #expect(all[1].text == "delivery below 95 % for 90 min" && all[2].text == "delivery below 99.5 % for 1 d")
    }

    @Test(arguments: [
        ("\nnew eror group", 2, "\"eror\" is not understood here; did you mean \"error\"?"),
        ("delivry below 95 %", 1, "did you mean \"delivery\"?"), ("new error", 1, "\"group\" is expected"),
        ("something else", 1, "\"new\", \"error\", \"config\", \"update\" or \"delivery\" is expected"),
        ("delivery below x %", 1, "no number of per cent"), ("delivery below 95", 1, "% is expected after 95"), ("delivery below 0 %", 1, "no number"),
        ("delivery below 95 % for 2 hrs", 1, "\"hour\""), ("delivery below 95 % for two h", 1, "is no time"), ("delivery below 95 % for 2", 1, "a unit"),
        ("new error group off GeoIP", 1, "did you mean \"of\"?"), ("new error group of", 1, "a plugin's name is expected"),
        ("new error group => rum x", 1, "did you mean \"run\"?"), ("new error group => run", 1, "a command is expected"),
        ("new error group => ", 1, "is expected after \"=>\""), ("new error group of \"a", 1, "a quote is not closed"),
        ("update available of a of b", 1, "\"of\" is not understood"),
    ])
    func aMistakeNamesLineAndNearestWord(text: String, line: Int, message: String) throws {
        let mistake = #expect(throws: AlertRuleMistake.self) { try rules(text) }
        #expect(mistake?.line == line)
        #expect(mistake?.message.contains(message) == true, "\(mistake?.message ?? "")")
    }

    private let now = Timestamp(milliseconds: 10_000_000)

    private func evaluate(_ text: String, _ facts: AlertFacts, _ memory: AlertMemory = AlertMemory(), after seconds: Int64 = 0) throws -> (alerts: [Alert], memory: AlertMemory) {
        AlertRule.evaluate(try rules(text), facts, memory, now: now.adding(seconds: seconds))
    }

    private func trouble(_ change: AlertFacts.Trouble.Change, _ kind: Failure.Kind = .error, plugin: String = "GeoIP") -> AlertFacts.Trouble {
        AlertFacts.Trouble(
            subject: "E1", kind: kind, change: change, place: AlertPlace(plugin: plugin, projects: ["Web shop", "3"]), headline: "TypeError: x", count: 2)
    }

    @Test(arguments: [
        ("new error group", [true, false, false, false, false]), ("error came back", [false, true, false, false, false]),
        ("config switched off by the server", [false, false, false, true, true]), ("update available", [false, false, false, false, false]),
        ("new error group of geoip in 3", [true, false, false, false, false]), ("new error group in Staging", [false, false, false, false, false]),
    ])
    func troublesAreToldToWhomTheyConcern(rule: String, expected: [Bool]) throws {
        let troubles = [trouble(.new), trouble(.cameBack), trouble(.again), trouble(.new, .switchedOff), trouble(.again, .switchedOff)]
        #expect(try troubles.map { try !evaluate(rule, AlertFacts(troubles: [$0])).alerts.isEmpty } == expected)
    }

    /// Whole hours from the beginning of 1970 on: delivered and failed; nil is a gap.
    private func hours(_ figures: [(Int64, Int64)?]) -> [DeliveryHours] {
        figures.enumerated().compactMap { index, figure in
            figure.map { DeliveryHours(start: Timestamp(milliseconds: Int64(index) * 3_600_000), delivered: $0.0, failed: $0.1) }
        }
    }

    private func facts(_ rate: Double?, _ hours: [DeliveryHours] = []) -> AlertFacts {
        AlertFacts(deliveries: [.init(subject: "config:1", place: AlertPlace(plugin: "GeoIP", projects: ["Web shop"]), rate: rate, hours: hours)])
    }

    /// Each hour of the row, and whether two hours are below the limit when it has ended.
    @Test(arguments: [
        ([good, bad, bad], true), ([bad], false), ([good, bad], false), ([bad, bad, good], false), ([bad, good, bad], false), ([bad, none, bad], true),
        ([bad, none], false), ([bad, bad, none, none], true), ([bad, nil, bad], false), ([none, none], false), ([bad, bad, nil], true), ([], false),
    ] as [([(Int64, Int64)?], Bool)])
    func eachHourWithEventsHasToBeBelowTheLimit(figures: [(Int64, Int64)?], isTold: Bool) throws {
        let alerts = try evaluate("delivery below 95 % for 2 h", facts(0.5, hours(figures))).alerts
        #expect(alerts.isEmpty != isTold)
    }

    @Test func aDeliveryIsToldOnceAndAgainAfterAnHourWasFine() throws {
        let row = [bad, bad, bad, none, good, bad, bad, bad]
        var memory = AlertMemory()
        var told: [Int] = []
        for count in 1...row.count {
            let (alerts, next) = try evaluate("delivery below 95 % for 2 h", facts(0.9, hours(Array(row.prefix(count)))), memory)
            if !alerts.isEmpty { told.append(count) }
            // A pull that knows nothing changes nothing.
            memory = try evaluate("delivery below 95 % for 2 h", facts(nil), next).memory
            #expect(memory == next)
        }
        #expect(told == [2, 7])
        #expect(try evaluate("delivery below 95 % for 2 h", facts(1), memory).memory.held.isEmpty, "no failure in 24 hours")
        let alert = try evaluate("delivery below 95 % for 2 h", facts(0.9, hours([bad, bad]))).alerts.first
        #expect(alert?.message == "GeoIP@Web shop (config:1) delivers 90.0%, below 95 % in each hour with events from 1970-01-01 00:00 to 1970-01-01 02:00 UTC")
    }

    /// A whole day stands for its hours where those are not known.
    @Test func daysStandForTheirHours() throws {
        let day = DeliveryHours(start: Timestamp(milliseconds: 0), count: 24, delivered: 9, failed: 1)
        let next = DeliveryHours(start: day.end, delivered: 9, failed: 1)
        for (rule, isTold) in [("for 1 d", true), ("for 25 h", true), ("for 26 h", false)] {
            #expect(try evaluate("delivery below 95 % \(rule)", facts(0.9, [day, next])).alerts.isEmpty != isTold)
        }
    }

    @Test func withoutATimeTheLast24HoursCount() throws {
        let first = try evaluate("delivery below 95 %", facts(0.612))
        #expect(first.alerts.first?.message == "GeoIP@Web shop (config:1) delivers 61.2%, below 95 % in the last 24 hours")
        #expect(first.alerts.first?.next == "phsync metrics config:1")
        #expect(try evaluate("delivery below 95 %", facts(0.7), first.memory).alerts.isEmpty)
        #expect(try evaluate("delivery below 95 %", facts(0.95), first.memory).memory.held.isEmpty)
    }

    @Test func anUpdateIsToldOnceForEachRelease() throws {
        func facts(_ latest: String) -> AlertFacts {
            AlertFacts(updates: [.init(subject: "plugin:5", place: AlertPlace(plugin: "GeoIP", projects: []), installed: "1.0", latest: latest)])
        }
        let first = try evaluate("update available", facts("1.1"))
        let second = try evaluate("update available", facts("1.1"), first.memory)
        let third = try evaluate("update available", facts("1.2"), second.memory)
        #expect([first, second, third].map(\.alerts.count) == [1, 0, 1])
        #expect(third.memory.held.count == 1, "what is no longer available is forgotten")
    }
}
