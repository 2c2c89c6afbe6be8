import Models
import Testing

@testable import CLI

@Suite struct TerminalEscapeTests {
    @Test(arguments: [
        ("plain é 日本 👩‍👩‍👧", "plain é 日本 👩‍👩‍👧"),
        ("\u{1B}[31mred", "\\u{1B}[31mred"),
        ("\u{9B}2J", "\\u{9B}2J"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\u{7F}\u{0}", "\\u{7F}\\u{0}"),
        ("user\u{202E}txt.exe\u{2066}", "user\\u{202E}txt.exe\\u{2066}"),
        ("\u{2028}", "\\u{2028}"),
    ])
    func remoteTextNeverDrivesTheTerminal(text: String, expected: String) {
        #expect(TerminalEscape.line(text) == expected)
        #expect(Line(text).rendered(colors: true) == expected)
    }

    @Test func severalLinesKeepTheirEnds() {
        #expect(TerminalEscape.lines("a\n\tb\u{1B}c") == "a\n\tb\\u{1B}c")
    }

    @Test func jsonMeansTheSameAfterwards() throws {
        let value: JSONValue = ["k": "\u{9B}2J \u{202E} \u{7F} \u{1B} é"]
        let text = TerminalEscape.json(value.text)
        #expect(text.unicodeScalars.allSatisfy { !TerminalEscape.isUnsafe($0) })
        #expect(try JSONValue(parsing: text) == value)
    }
}

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한글", 4), ("ｆｕｌｌ", 8), ("👍", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2),
        ("❤️", 2), ("❤", 1), ("…", 1), ("a\u{200B}b", 2),
    ])
    func countsColumns(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test func aPrefixNeverSplitsACharacter() {
        #expect(DisplayWidth.prefix("日本", columns: 3) == "日")
        #expect(DisplayWidth.prefix("👩‍👩‍👧x", columns: 2) == "👩‍👩‍👧")
        #expect(DisplayWidth.prefix("abc", columns: 0) == "")
    }
}

@Suite struct TableTests {
    private let table = Table(
        [.init("ID", isRightAligned: true), .init("NAME"), .init("STATE")],
        rows: [["7", "geo 日本", "on"], ["12", Line("a rather long name of a plugin", .bold), "off"]])

    @Test func columnsAlignByWhatIsSeen() {
        #expect(
            table.lines(width: nil, colors: false) == [
                "ID  NAME                            STATE",
                " 7  geo 日本                        on",
                "12  a rather long name of a plugin  off",
            ])
    }

    @Test func theWidestColumnIsCutOnANarrowTerminal() {
        let lines = table.lines(width: 30, colors: false)
        #expect(lines[2] == "12  a rather long name…  off")
        #expect(lines.allSatisfy { DisplayWidth.of($0) <= 30 })
    }

    @Test func aRowsDetailHasALineOfItsOwn() {
        let table = Table([.init("ID"), .init("NAME")], rows: [["E1", "geo"], ["E2", "x"]], details: ["no rate for 日本 in a long message", Line("")])
        #expect(table.lines(width: 20, colors: false) == ["ID  NAME", "E1  geo", "    no rate for 日…", "E2  x"], "an empty one is none")
        #expect(table.lines(width: nil, colors: false)[2] == "    no rate for 日本 in a long message")
    }

    @Test func coloursDoNotMoveColumns() {
        let lines = table.lines(width: nil, colors: true)
        #expect(lines[2] == "12  \u{1B}[1ma rather long name of a plugin\u{1B}[0m  off")
    }
}

@Suite struct TerminalTests {
    @Test(arguments: [(nil, nil, 80), (nil, "120", 120), (100, "120", 100), (nil, "nonsense", 80), (3, nil, 20), (nil, "-5", 80)])
    func widthIsMeasuredThenStatedThenEighty(measured: Int?, stated: String?, expected: Int) {
        let environment = Environment(stated.map { [.columns: $0] } ?? [:])
        #expect(Terminal.width(environment, measured: measured) == expected)
    }

    @Test func coloursNeedATerminalAndNobodyAgainstThem() {
        #expect(Terminal.all.outputColors)
        #expect(!Terminal.none.outputColors)
        #expect(Terminal.allowsColors(Environment(), noColor: false))
        #expect(!Terminal.allowsColors(Environment(), noColor: true))
        #expect(!Terminal.allowsColors(Environment([.noColor: "1"]), noColor: false))
        #expect(!Terminal.allowsColors(Environment([.term: "dumb"]), noColor: false))
    }
}

@Suite struct EnvelopeTests {
    private func envelope(_ result: CommandResult, status: Status = .done, isStreamed: Bool = false) -> Envelope {
        Envelope(
            command: "plugins", context: "prod", status: status, result: result, usage: [], isStreamed: isStreamed,
            nowMilliseconds: 1_701_334_000_000)
    }

    private let result = CommandResult(
        result: [["id": 1], ["id": 2]], text: [.line("two"), .blank, .text("a\nb")],
        freshness: [
            Freshness(collection: "plugins", pulledAtMilliseconds: 1_701_333_760_000),
            Freshness(collection: "configs", pulledAtMilliseconds: nil),
        ],
        problems: [
            Problem(.notice, code: "n", message: "by the way"),
            Problem(.failed, code: "f", subject: "plugin:1", message: "broken \u{1B}", next: "phsync show 1"),
        ])

    @Test func jsonHasAllMembersInOrder() {
        #expect(
            JSONRenderer.document(envelope(result, status: .failed), isPretty: false)
                == #"{"command":"plugins","outcome":"failed","exit_status":1,"context":"prod","freshness":"#
                + #"[{"collection":"plugins","pulled_at":"2023-11-30T08:42:40Z","age_seconds":240},"#
                + #"{"collection":"configs","pulled_at":null,"age_seconds":null}],"result":[{"id":1},{"id":2}],"problems":"#
                + #"[{"code":"n","subject":null,"message":"by the way","next":null},"#
                + #"{"code":"f","subject":"plugin:1","message":"broken \u001b","next":"phsync show 1"}]}"# + "\n")
    }

    @Test func ndjsonEndsWithTheEnvelopeWithoutResult() throws {
        let lines = JSONRenderer.lines(envelope(result)).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == #"{"id":1}"#)
        let last = try JSONValue(parsing: String(lines[2]))
        #expect(last["outcome"] == "done" && last.object?.keys.contains("result") == false)
        #expect(JSONRenderer.lines(envelope(result, isStreamed: true)).split(separator: "\n").count == 1)
    }

    @Test func textKeepsDataAndMessagesApart() {
        let renderer = TextRenderer(width: nil, outputColors: false, messageColors: false, isQuiet: false)
        let rendered = renderer.render(envelope(result))
        #expect(rendered.output == "two\n\na\nb\nPulled: configs never; plugins 4 minutes ago\n")
        #expect(rendered.messages == "phsync: by the way\nphsync: broken \\u{1B}\n  next: phsync show 1\n")
    }

    @Test func collectionsOfOneAgeAreNamedTogetherAndNextComesLast() {
        func text(_ ages: [Int64]) -> String {
            let freshness = ages.enumerated().map { index, hours in
                Freshness(collection: "c\(index)", pulledAtMilliseconds: 1_701_333_000_000 - hours * 3_600_000)
            }
            let result = CommandResult(text: [.line("data")], next: "phsync plan", freshness: freshness)
            let envelope = Envelope(
                command: "status", context: nil, status: .done, result: result, usage: [], isStreamed: false,
                nowMilliseconds: 1_701_333_000_000)
            return TextRenderer(width: nil, outputColors: false, messageColors: false, isQuiet: false).render(envelope).output
        }
        #expect(text([2, 2, 2]) == "data\nPulled: 2 hours ago\nNext: phsync plan\n")
        #expect(text([0, 3, 0]) == "data\nPulled: c1 3 hours ago; c0, c2 just now\nNext: phsync plan\n")
        #expect(text([1, 1, 1, 1, 1, 1, 0]).contains("c0, c1, c2 and 3 more 1 hour ago; c6 just now"))
    }

    @Test func valuesOfSeveralFieldsStandBelowEachOther() {
        let changes = [
            Change(field: .enabled, before: .value(true), after: .value(false)),
            Change(field: .key("aLongKey"), before: .absent, after: .value("x")),
        ]
        let lines = changes.lines.map { block in if case .line(let line) = block { line.plain } else { "" } }
        #expect(lines == ["  enabled:  true → false", "  aLongKey: (not set) → \"x\""])
    }

    @Test func longValuesAreCutToWhereTheyDiffer() {
        let same = String(repeating: "s", count: 500)
        let (left, right) = Excerpt.pair(same + "LEFT" + same, same + "RIGHT" + same)
        #expect(left.hasPrefix("…ssss") && left.contains("LEFT") && left.hasSuffix("… (1004 characters)"))
        #expect(right.contains("RIGHT") && right.count < 220)
        #expect(Excerpt.pair("a", "b") == ("a", "b"))
        #expect(Excerpt.pair("short", same).0 == "short")
    }

    @Test func onATerminalMessagesBreakBetweenWordsAndCommandsStayWhole() {
        let long = Problem(.failed, code: "f", message: "one two three four five six", next: "phsync show 'a name that is long'")
        let envelope = envelope(CommandResult(problems: [long]))
        var renderer = TextRenderer(width: nil, outputColors: false, messageColors: false, isQuiet: false)
        #expect(renderer.render(envelope).messages == "phsync: one two three four five six\n  next: phsync show 'a name that is long'\n")
        renderer.messageWidth = 20
        #expect(
            renderer.render(envelope).messages
                == "phsync: one two\n  three four five\n  six\n  next: phsync show 'a name that is long'\n")
    }

    @Test func quietDropsNoticesOnly() {
        let renderer = TextRenderer(width: nil, outputColors: false, messageColors: false, isQuiet: true)
        #expect(renderer.render(envelope(result)).messages == "phsync: broken \\u{1B}\n  next: phsync show 1\n")
    }
}

@Suite struct ExitStatusTests {
    @Test(arguments: [
        ([], .done), ([.done, .differences], .differences), ([.temporary, .conflicts], .conflicts),
        ([.partlyApplied, .interrupted, .failed], .partlyApplied), ([.interrupted, .failed], .interrupted),
        ([.temporary, .permission, .failed], .failed), ([.moved, .conflicts, .invalid], .moved),
    ] as [([Status], Status)])
    func theMostSevereWins(statuses: [Status], expected: Status) {
        #expect(Status.worst(statuses) == expected)
        #expect(Status.worst(statuses.reversed()) == expected)
    }

    @Test func everyKindOfProblemHasAStatusOfItsOwn() {
        let statuses = Problem.Kind.allCases.map { Status($0) }
        #expect(Set(statuses).count == statuses.count)
        #expect(Set(Status.allCases).subtracting(statuses) == [.differences])
        #expect(Set(Status.allCases.map(\.outcome)).count == Status.allCases.count)
    }
}
