import Models
import Testing

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

    @Test func aDeliveryIsToldOnceItWasLowForSoLongAndAgainAfterItWasFine() throws {
        func facts(_ rate: Double?) -> AlertFacts {
            AlertFacts(deliveries: [.init(subject: "config:1", place: AlertPlace(plugin: "GeoIP", projects: ["Web shop"]), rate: rate)])
        }
        let rule = "delivery below 95 % for 2 h"
        var memory = AlertMemory()
        var told: [Int] = []
        for (hour, rate) in [0.9, 0.9, nil, 0.94, 0.5, 0.99, 0.9, 0.9, 0.9].enumerated() {
            let (alerts, next) = try evaluate(rule, facts(rate), memory, after: Int64(hour) * 3600)
            if !alerts.isEmpty { told.append(hour) }
            memory = next
        }
        #expect(told == [3, 8])
        let alert = try evaluate("delivery below 95 %", facts(0.612)).alerts.first
        #expect(alert?.message.hasPrefix("GeoIP@Web shop (config:1) delivers 61.2%, since ") == true && alert?.next == "phsync metrics config:1")
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
