import Models
import Testing

@Suite struct SwitchOffTests {
    private func off(_ before: String?, _ after: String?) -> SwitchOff {
        SwitchOff(
            configID: PluginConfigID(1), after: Timestamp(milliseconds: 1), seenAt: Timestamp(milliseconds: 2), updatedBefore: before,
            updatedAfter: after)
    }

    /// Three facts, two times of saving: every combination.
    @Test func theServerIsOnlyBlamedForWhatItDid() {
        for isOurs in [false, true] {
            for isInActivity in [false, true] {
                for hasFailed in [false, true] {
                    let evidence = SwitchOff.Evidence(isOurs: isOurs, isInActivity: isInActivity, hasFailed: hasFailed)
                    let isExplained = isOurs || isInActivity
                    #expect(off("a", "a").isByServer(evidence) == !isExplained)
                    #expect(!off("a", "b").isByServer(evidence), "a save moves the time")
                    #expect(off(nil, nil).isByServer(evidence) == (!isExplained && hasFailed))
                    #expect(off("a", nil).isByServer(evidence) == (!isExplained && hasFailed))
                }
            }
        }
    }
}

@Suite struct DeliveryFallTests {
    private func days(_ figures: [(Int64, Int64)]) -> [DeliveryFall.Day] {
        figures.enumerated().map { DeliveryFall.Day(day: "2023-11-\($0.offset + 10)", delivered: $0.element.0, failed: $0.element.1) }
    }

    @Test(arguments: [
        ([(100, 0), (100, 0), (60, 40)], ["2023-11-12"]), ([(60, 40)], []), ([(100, 0), (96, 4)], []), ([(100, 0), (5, 5)], []),
        ([(92, 8), (90, 10)], []), ([(100, 0), (60, 40), (60, 40)], ["2023-11-11", "2023-11-12"]), ([], []), ([(0, 0), (0, 30)], []),
        ([(100, 0), (0, 30), (100, 0)], ["2023-11-11"]),
    ] as [([(Int64, Int64)], [String])])
    func aFallIsClearAndAgainstWhatWasUsual(figures: [(Int64, Int64)], expected: [String]) {
        #expect(DeliveryFall.find(in: days(figures)).map(\.day.day) == expected)
    }

    @Test func itSaysHowMuchArrived() {
        let fall = DeliveryFall.find(in: days([(1000, 1), (612, 388)])).first
        #expect(fall?.text == "61.2% of 1000 delivered, usually 99.9%")
    }
}

@Suite struct SourceExcerptTests {
    private let files = SourceFiles(texts: [
        "index.ts": "import x from 'y'\nfunction rate(p) {\n  if (p) { return 1 }\n  return p.currency.toUpperCase()\n}\nexport async function processEvent(event) {\n  rate(event)\n  return event\n}\n",
        "lib/util.ts": "a\nb",
    ])

    private func find(_ stack: String, _ message: String = "") -> [SourceExcerpt] {
        SourceExcerpt.find(in: stack, message: message, files: files, around: 1)
    }

    @Test func theAuthorsOwnLineIsShownWithItsNeighbours() throws {
        let found = find("E\n    at processEvent (index.ts:7:3)\n    at f (lib/util.ts:2:1)\n    at g (index.ts:99:1)\n    at h (node:vm:1:1)")
        try #require(found.map(\.line) == [7, 2] && found.map(\.certainty) == [.exact, .exact])
        #expect(found[0].lines.map(\.number) == [6, 7, 8] && found[0].lines.map(\.isHit) == [false, true, false])
        #expect(found[1].lines.map(\.text) == ["a", "b"])
    }

    @Test func aCompiledLineIsFoundByFunctionAndMessage() throws {
        let stack = "E\n    at rate (vm.js:17:9)\n    at processEvent (vm.js:30:3)\n    at gone (vm.js:40:1)"
        let found = find(stack, "Cannot read properties of undefined (reading 'toUpperCase')")
        try #require(found.map(\.line) == [4, 6] && found.map(\.certainty) == [.guessed, .function])
        #expect(found[0].frame.line == 17)
    }

    @Test(arguments: [("function rate(", true), ("const rate = 1", true), ("  rate(event)", false), ("async rate(p) {", true), ("rates(x) {", false), ("x.rate = () => {", true)])
    func functionsAreToldFromCalls(line: String, isFound: Bool) {
        let files = SourceFiles(texts: ["index.js": line])
        let found = SourceExcerpt.find(in: "E\n  at rate (vm.js:9:1)", message: "", files: files)
        #expect(found.isEmpty != isFound)
    }
}

@Suite struct ZoneRulesTests {
    /// One change, from +1 h to +2 h at 1000 s, in both blocks as real files have them.
    private func file(version: UInt8, footer: String = "XXX") -> [UInt8] {
        func number(_ value: Int64, _ count: Int) -> [UInt8] { (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * Int64($0))) } }
        func block(_ width: Int) -> [UInt8] {
            var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
            for count in [0, 0, 0, 1, 2, 4] as [Int64] { bytes += number(count, 4) }
            bytes += number(1000, width) + [1] + number(3600, 4) + [0, 0] + number(7200, 4) + [1, 0]
            return bytes + Array("AB\0\0".utf8)
        }
        return version == 0 ? block(4) : block(4) + block(8) + Array("\n\(footer)\n".utf8)
    }

    @Test(arguments: [UInt8(0), 0x32])
    func offsetsAreThoseOfTheMoment(version: UInt8) throws {
        let rules = try #require(ZoneRules(file: file(version: version)))
        #expect([0, 999_000, 1_000_000, 9_000_000].map { rules.offsetSeconds(at: Timestamp(milliseconds: $0)) } == [3600, 3600, 7200, 7200])
        #expect(rules.day(of: Timestamp(iso8601: "2023-11-04T22:30:00Z") ?? Timestamp(milliseconds: 0)) == "2023-11-05")
    }

    /// After the last change that a file lists, its rule holds: moments of 2040, for north, south, and what hours beyond a day do.
    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2040-03-25T00:59:59Z", 3600), ("CET-1CEST,M3.5.0,M10.5.0/3", "2040-03-25T01:00:00Z", 7200),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2040-10-28T00:59:59Z", 7200), ("CET-1CEST,M3.5.0,M10.5.0/3", "2040-10-28T01:00:00Z", 3600),
        ("EST5EDT,M3.2.0,M11.1.0", "2040-03-11T06:59:59Z", -18_000), ("EST5EDT,M3.2.0,M11.1.0", "2040-03-11T07:00:00Z", -14_400),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2040-01-01T00:00:00Z", 39_600), ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2040-06-01T00:00:00Z", 36_000),
        ("<+0545>-5:45", "2040-06-01T00:00:00Z", 20_700), ("IST-2IDT,M3.4.4/26,M10.5.0", "2040-03-23T00:00:00Z", 10_800),
        ("IST-2IDT,M3.4.4/26,M10.5.0", "2040-03-22T23:59:59Z", 7200), ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2040-03-25T01:00:00Z", -3600),
        ("AAA0BBB,J60,J61", "2040-03-01T02:00:00Z", 3600), ("AAA0BBB,J60,J61", "2040-02-29T12:00:00Z", 0), ("AAA0BBB,59,60", "2040-02-29T02:00:00Z", 3600),
    ])
    func afterTheLastChangeTheRuleOfTheFileHolds(footer: String, moment: String, offset: Int64) throws {
        let rules = try #require(ZoneRules(file: file(version: 0x32, footer: footer)))
        #expect(rules.offsetSeconds(at: try #require(Timestamp(iso8601: moment))) == offset)
        #expect(rules.offsetSeconds(at: Timestamp(milliseconds: 999_000)) == 3600, "before it the file's own")
    }

    @Test(arguments: ["", "X", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M1.1.0", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x", "<A-1"])
    func aRuleThatIsNoneLeavesTheLastChange(footer: String) throws {
        let rules = try #require(ZoneRules(file: file(version: 0x32, footer: footer)))
        #expect(rules.offsetSeconds(at: Timestamp(milliseconds: 9_000_000_000)) == 7200)
    }

    @Test func daysAndHoursAreThoseOfTheClockThere() throws {
        let rules = try #require(ZoneRules(file: file(version: 0)))
        #expect([-1, 0, 82_799_999, 82_800_000].map { rules.dayNumber(of: Timestamp(milliseconds: $0 - 3_600_000)) } == [-1, 0, 0, 1])
        #expect(rules.dayNumber(of: Timestamp(milliseconds: 79_200_000)) == 1 && rules.hourNumber(of: Timestamp(milliseconds: 79_199_999)) == 23)
        let unknown = ProjectZone("Mars/Base") { _ in nil }
        #expect(unknown.name == nil && unknown.text == "UTC: this machine does not know Mars/Base")
        #expect(ProjectZone(nil) { _ in nil } == .utc && ProjectZone("UTC") { _ in nil } == .utc)
    }

    @Test func whatIsNoZoneFileIsNone() {
        #expect(ZoneRules(file: []) == nil && ZoneRules(file: Array("TZif".utf8)) == nil)
        for length in 0..<file(version: 0x32).count - 5 { #expect(ZoneRules(file: Array(file(version: 0x32).prefix(length))) == nil, "\(length)") }
        var huge = file(version: 0)
        huge[32] = 0x7F
        #expect(ZoneRules(file: huge) == nil)
    }
}
