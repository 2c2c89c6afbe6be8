import Testing
import TestSupport

@testable import Models

/// JSON that is passed on as text must be what reading and writing it would have given.
@Suite struct PassThroughTests {
    private static let spelled = [
        "null", "true", "0", "-0", "12.50", "1e3", "1E-400", "\"\"", #""a\"b\\c\n\r\té😀""#, #""\u0001\u001f\u007f""#, "[]", "[1,[],{}]",
        #"{"a":1,"a":2,"":{"b":[null,false]}}"#, "123456789012345678901234567890",
    ]
    private static let otherwise = [
        "", " 1", "1 ", "[1, 2]", "{ }", #""\/""#, #""\b""#, #""\u0041""#, #""\u000A""#, #""\u001F""#, #""\ud83d\ude00""#, "\"\u{7F}\"", "\"\u{1}\"",
        "01", "1.", ".5", "+1", "nul", "[1", "{\"a\"}", "{\"a\":1,}", "1 2", "\"", #""\u00""#, "NaN",
    ]

    private func isSpelled(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var spelling = JSONSpelling(bytes)
            return spelling.value() && spelling.isAtEnd && spelling.isText
        }
    }

    @Test(arguments: spelled) func whatIsAcceptedComesOutAsItWent(text: String) throws {
        #expect(isSpelled(Array(text.utf8)))
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test(arguments: otherwise) func everythingElseGoesTheLongWay(text: String) {
        #expect(!isSpelled(Array(text.utf8)))
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(!isSpelled([0x22, 0xC3, 0x22]) && !isSpelled([0x22, 0xED, 0xA0, 0x80, 0x22]))
        #expect(!isSpelled(Array(repeating: UInt8(ascii: "["), count: 600) + Array(repeating: UInt8(ascii: "]"), count: 600)))
    }

    @Test func whateverIsAcceptedOfRandomTextIsSpelledAsWritten() throws {
        var random = SeededRandom(seed: 7)
        let pieces = ["{", "}", "[", "]", ",", ":", "\"a\"", "\"$\"", "1", "-", "0", ".5", "e1", "null", "\\", "\"", " ", "é", "\u{1}"]
        for _ in 0..<4000 {
            let text = (0..<Int.random(in: 1...7, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard isSpelled(Array(text.utf8)) else { continue }
            #expect(try JSONValue(parsing: text).text == text, "\(text)")
        }
    }

    // MARK: Events

    private static let lines = [
        #"{"event":"a","team_id":2,"properties":{"x":1}}"#, #"{"event":"a","team_id":2}"#, #"{"event":"a","team_id":null,"timestamp":"2024-01-02T03:04:05Z"}"#,
        #"{"event":"a","team_id":2,"properties":{"$plugins_succeeded":[]}}"#, #"{"event":"a","properties":{}}"#, #"{"event":"a","id":"x"}"#,
        #"{"event":"a","team_id":2,"properties":{"a":1},"properties":{"$plugins_failed":1}}"#, #"{"event":"a","team_id":2,"timestamp":5,"timestamp":"2024"}"#,
        #"{"event":1,"team_id":2}"#, #"{"team_id":2}"#, #"{"event":"a","team_id":2,"properties":7}"#, #"{"event": "a","team_id":2}"#, "[]",
        #"{"event":"a","event":"b","team_id":2}"#, #"{"event":"a","team_id":2,"timestamp":"\n"}"#,
    ]

    @Test(arguments: lines) func anEventThatPassesIsWhatReadingItGives(line: String) throws {
        let input = EventInput(projectID: ProjectID(7), siteURL: "", keepsIP: false)
        guard case .asText(let timestamp) = Array(line.utf8).withUnsafeBytes({ EventInput.passage($0) }) else { return }
        let event = try input.event(line: line)
        #expect(event.text == line)
        #expect(event["timestamp"]?.string == timestamp)
    }

    @Test func ordinaryEventsPass() {
        let passing = Self.lines.prefix(3).filter { line in
            if case .asText = Array(line.utf8).withUnsafeBytes({ EventInput.passage($0) }) { true } else { false }
        }
        #expect(passing.count == 3)
    }

    // MARK: Steps

    @Test func theUsualMessageIsReadAsAnyOther() throws {
        let messages = [
            #"{"type":"step","method":"processEvent","event":12,"outcome":"returned","result":{"event":"é","n":[1.0]},"error":null,"duration_us":55}"#,
            #"{"type":"step","method":"onEvent","event":0,"outcome":"returned","result":null,"error":null,"duration_us":0,"after_state_loss":true}"#,
            #"{"type":"step","method":"runEveryMinute","event":null,"outcome":"returned","result":"x","error":null,"duration_us":7}"#,
            #"{"type":"step","method":"processEvent","event":3,"outcome":"dropped","result":null,"error":null,"duration_us":7}"#,
        ]
        for message in messages {
            let step = try #require(DryRunStep(message: Array(message.utf8)), "\(message)")
            let json = try JSONValue(parsing: message)
            #expect(DryRunOutput.step(step).json.text == json.text)
            #expect(try DryRunStep(json) == step)
            for hasTimings in [true, false] {
                var bytes: [UInt8] = []
                step.write(openTo: &bytes, withTimings: hasTimings)
                #expect(String(decoding: bytes, as: UTF8.self) + "}" == step.json(withTimings: hasTimings).text)
            }
        }
    }

    @Test func unusualMessagesAreLeftToTheLongWay() {
        let messages = [
            #"{"type":"step","method":"processEvent","event":-1,"outcome":"returned","result":1,"error":null,"duration_us":1}"#,
            #"{"type":"step","method":"processEvent","event":1,"outcome":"failed","result":1,"error":null,"duration_us":1}"#,
            #"{"type":"step","method":"processEvent","event":1,"outcome":"returned","result":{"a": 1},"error":null,"duration_us":1}"#,
            #"{"type":"step","method":"processEvent","event":1,"outcome":"returned","result":1,"error":{},"duration_us":1}"#,
            #"{"type":"step","method":"processEvent","event":1,"outcome":"returned","result":1,"error":null,"duration_us":1} "#,
            #"{"type":"log"}"#, "",
        ]
        for message in messages { #expect(DryRunStep(message: Array(message.utf8)) == nil, "\(message)") }
    }

    // MARK: Differences

    private static let events = [
        #"{"event":"a","properties":{"x":1,"y":"b"}}"#, #"{"event":"a","properties":{"x":1,"y":"c"}}"#, #"{"event":"a","properties":{"y":"b","x":1}}"#,
        #"{"event":"a","properties":{"x":1.0,"y":"b"}}"#, #"{"event":"a","properties":{"x":1,"y":"b","z":null}}"#, #"{"event":"a","properties":{"x":1}}"#,
        #"{"event":"a","properties":{"x":1,"y":"b","$plugins_succeeded":["q"]}}"#, #"{"event":"a","properties":{"$plugins_failed":[],"x":1,"y":"b"}}"#,
        #"{"event":"a","properties":{"x":1,"y":"b","u":{"$":"undefined"}}}"#, #"{"event":"a","properties":{"$":"Date","v":"b"}}"#,
        #"{"event":"a","properties":{"x":1,"y":"b"},"z":{"$plugins_a":1}}"#, #"{"event":"a","properties":null}"#, #"{"event":"a"}"#, "{}", "null", "[]",
        #"{"event":"a","event":"b","properties":{"x":1,"y":"b"}}"#, #"{"event":"a","properties":{"y":"q","x":1,"y":"b"}}"#,
        #"{"event":"a","properties":{"x":[1,{"k":2}],"y":"b"}}"#, #"{"event":"a","properties":{"x":1,"y":"b"},"properties":{"x":2}}"#,
        #"{"event":"a","properties":{"x":1,"y":"b","n":"w"}}"#, #"{"event":"a","properties":{"x":1,"y":"b","n":"w"},"properties":{"x":1,"y":"b"}}"#,
    ]

    @Test func textsTellTheSameAsValues() throws {
        var answers = 0
        for before in Self.events {
            for after in Self.events {
                let fields = EventDiff.fields(base: try JSONValue(parsing: before), local: try JSONValue(parsing: after))
                let differ = Array(before.utf8).withUnsafeBytes { base in
                    Array(after.utf8).withUnsafeBytes { EventDiff.differ(base: base, local: $0) }
                }
                guard let differ else { continue }
                answers += 1
                #expect(differ == fields.contains { !$0.isBookkeeping }, "\(before) \(after)")
            }
        }
        // Otherwise the short way would be none.
        #expect(answers > 120)
    }
}
