import Models
import Testing

@Suite struct GatesTests {
    private func facts(_ change: (inout GateFacts) -> Void = { _ in }) -> GateFacts {
        var facts = GateFacts()
        facts.events = 200
        change(&facts)
        return facts
    }

    private func states(_ text: String, _ facts: GateFacts) throws -> [String] {
        try Gates(parsing: text).findings(facts).map(\.state.rawValue)
    }

    @Test func aFileOfGatesIsRead() throws {
        let text = """
            # what we promise
            events >= 100

            no new failures   # ever
            no new hosts
            NO dropped events
            changed <= 5%
            dropped<=3
            events ≥ 1
            time <= 2x
            """
        let gates = try Gates(parsing: text).gates
        #expect(gates.map(\.text) == [
            "events >= 100", "no new failures", "no new hosts", "no dropped events", "changed <= 5%", "dropped <= 3", "events >= 1", "time <= 2x",
        ])
        #expect(gates.map(\.line) == [2, 4, 5, 6, 7, 8, 9, 10])
    }

    @Test(arguments: [
        ("evnts >= 3", 1, "\"events\""), ("\n\nno new hoosts", 3, "\"new hosts\""), ("events", 1, "is no gate"), ("events => 3", 1, "compares nothing"),
        ("events >= many", 1, "no whole number"), ("events >= -1", 1, "no whole number"), ("changed <= 101%", 1, "no share"), ("events >= 5%", 1, "no share"),
        ("time <= 200", 1, "compared with the base's"), ("no time", 1, "can't be gated"), ("no events", 1, "can't be gated"), ("must not fail", 1, "is no gate"),
    ])
    func aMistakeIsNamedWithItsLineAndWhatWasMeant(text: String, line: Int, part: String) {
        let mistake = #expect(throws: Gates.Mistake.self) { try Gates(parsing: text) }
        #expect(mistake?.line == line)
        #expect(mistake?.reason.contains(part) == true, "\(mistake?.reason ?? "")")
    }

    @Test func countsAreComparedAsWritten() throws {
        for (sign, below, same, above) in [
            (">=", false, true, true), ("<=", true, true, false), (">", false, false, true), ("<", true, false, false), ("=", false, true, false),
        ] {
            for (count, holds) in [(9, below), (10, same), (11, above)] {
                let found = try states("changed \(sign) 10", facts { $0.changed = count })
                #expect(found == [holds ? "holds" : "fails"], "\(count) \(sign) 10")
            }
        }
    }

    @Test func sharesAreOfTheEvents() throws {
        #expect(try states("dropped <= 1%", facts { $0.dropped = 2 }) == ["holds"])
        #expect(try states("dropped <= 1%", facts { $0.dropped = 3 }) == ["fails"])
        #expect(try states("dropped <= 1%", GateFacts()) == ["unknown"])
    }

    @Test func newFailuresAndHostsFail() throws {
        let bad = facts {
            $0.newlyFailing = 1
            $0.newHosts = ["api.x.com"]
        }
        #expect(try states("no new failures\nno new hosts", bad) == ["fails", "fails"])
        #expect(try Gates(parsing: "no new hosts").findings(bad)[0].found == "api.x.com")
        #expect(try states("no new failures\nno new hosts", facts()) == ["holds", "holds"])
    }

    @Test func timeNeverFails() throws {
        let slow = facts {
            $0.baseMicroseconds = 100
            $0.localMicroseconds = 500
        }
        #expect(try states("time <= 2x", slow) == ["advisory"])
        #expect(try states("time <= 5x", slow) == ["holds"])
        #expect(try states("time <= 5x", facts()) == ["unknown"])
    }

    @Test func factsOfSeveralConfigsAddUp() {
        let one = facts {
            $0.newHosts = ["a", "b"]
            $0.localMicroseconds = 5
        }
        let two = facts {
            $0.newHosts = ["b", "c"]
            $0.failing = 2
        }
        let sum = one + two
        #expect(sum.events == 400 && sum.failing == 2 && sum.newHosts == ["a", "b", "c"] && sum.localMicroseconds == 5)
    }
}
