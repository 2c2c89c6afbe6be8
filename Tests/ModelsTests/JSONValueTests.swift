@testable import Models
import TestSupport
import Testing

@Suite struct JSONValueTests {
    @Test(arguments: [
        "123456789012345678901234567890123456789012345678901", "-0", "1.0", "1E400", "1e-400", "0.1000000000000000055",
        "[1,2.50,3e+07]", #"{"b":1,"a":2,"b":3}"#, #"["\u0000","\u001f","é","😀","\\","\""]"#, "{}", "[]", #"" ""#, "null",
    ])
    func everyDigitAndKeySurvives(text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(parsing: value.text) == value)
        #expect(value.text == text)
    }

    @Test func anythingValidSurvivesReadingAndWriting() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<2000 {
            let text = JSONGenerator.text(depth: 4, using: &random)
            let value = try JSONValue(parsing: text)
            let again = value.text
            #expect(try JSONValue(parsing: again).text == again, "seed \(seed), round \(round): \(text)")
            #expect(JSONGenerator.numbers(in: text) == JSONGenerator.numbers(in: again), "seed \(seed), round \(round): \(text)")
            #expect(try JSONValue(parsing: value.canonicalText) == value, "seed \(seed), round \(round): \(text)")
            #expect(try JSONValue(parsing: value.prettyText).text == again, "seed \(seed), round \(round): \(text)")
        }
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "01", "1.", ".5", "+1", "nul", "truex", "'a'", "\"\\x\"", "\"\\ud800\"", "\"a\nb\"",
        "[1] 2", "NaN", "Infinity", "{a:1}", "\u{FEFF}1", "\"\\ud83d\\u0041\"", "1e", "-",
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func bytesThatAreNoUTF8AreRefused() {
        #expect(throws: JSONError(code: .badUTF8, offset: 1)) { try JSONValue(parsing: [0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test func nestingIsBounded() throws {
        let deep = String(repeating: "[", count: 511) + String(repeating: "]", count: 511)
        _ = try JSONValue(parsing: deep)
        let tooDeep = String(repeating: "[", count: 100_000)
        #expect { try JSONValue(parsing: tooDeep) } throws: { ($0 as? JSONError)?.code == .tooDeep }
    }

    @Test(arguments: [
        ("1", "1.0", true), ("1", "1e0", true), ("100", "1E2", true), ("0.1", "0.10", true), ("-0", "0", true),
        ("1", "2", false), ("1", "-1", false), ("0.1", "0.1000000000000000055", true),
        ("9007199254740993", "9007199254740992", false), ("1e400", "1e401", false), ("1", "\"1\"", false),
        ("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true), ("{\"a\":1,\"a\":2}", "{\"a\":2}", true), ("[1,2]", "[2,1]", false),
        ("\"é\"", "\"e\u{301}\"", false), ("null", "false", false),
    ])
    func equalityIsByMeaning(left: String, right: String, equal: Bool) throws {
        let a = try JSONValue(parsing: left)
        let b = try JSONValue(parsing: right)
        #expect((a == b) == equal)
        #expect((a.digest == b.digest) == equal)
    }

    @Test func settingAMemberKeepsItsPlaceAndSettlesDuplicates() throws {
        var object = try #require(try JSONValue(parsing: #"{"a":1,"b":2,"a":3,"c":4}"#).object)
        object["a"] = 9
        #expect(JSONValue.object(object).text == #"{"a":9,"b":2,"c":4}"#)
        object["b"] = nil
        object["d"] = "x"
        #expect(JSONValue.object(object).text == #"{"a":9,"c":4,"d":"x"}"#)
    }

    @Test func anArrayIsStreamedElementByElement() throws {
        var scanner = JSONScanner(Array(#" {"count": 2, "results": [{"id": 1}, {"id": 2}], "next": null} "#.utf8))
        var ids: [Int64?] = []
        let (rest, found) = try scanner.object(streaming: "results") { ids.append($0["id"]?.int) }
        #expect(ids == [1, 2])
        #expect(found)
        #expect(rest.keys == ["count", "next"])
    }

    @Test func aControlCharacterIsWrittenSoThatNoTerminalActsOnIt() {
        #expect(JSONValue.string("\u{1b}[31m\u{7f}").text == #""\u001b[31m\u007f""#)
    }

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func digestsAreThoseOfTheStandard(text: String, digest: String) {
        #expect(SHA256.hexadecimal(of: Array(text.utf8)) == digest)
    }

    /// RFC 4231, test case 2.
    @Test func authenticationIsThatOfTheStandard() {
        let code = SHA256.authentication(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(code == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }
}

/// Makes random valid JSON texts, spelt in many ways.
enum JSONGenerator {
    static func text(depth: Int, using random: inout SeededRandom) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return ["null", "true", "false"].randomElement(using: &random) ?? "null"
        case 1, 2: return number(using: &random)
        case 3, 4, 5: return string(using: &random)
        case 6:
            let items = (0..<Int.random(in: 0..<4, using: &random)).map { _ in text(depth: depth - 1, using: &random) }
            return "[\(items.joined(separator: " , "))]"
        default:
            let members = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                "\(string(using: &random)) :\n\(text(depth: depth - 1, using: &random))"
            }
            return "{\(members.joined(separator: ","))}"
        }
    }

    private static func number(using random: inout SeededRandom) -> String {
        func digits(_ range: ClosedRange<Int>) -> String {
            (0..<Int.random(in: range, using: &random)).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
        }
        var text = Bool.random(using: &random) ? "-" : ""
        text += Bool.random(using: &random) ? "0" : "\(Int.random(in: 1...9, using: &random))\(digits(0...60))"
        if Bool.random(using: &random) { text += ".\(digits(1...30))" }
        if Bool.random(using: &random) { text += "eE".randomElement(using: &random).map { "\($0)-\(digits(1...4))" } ?? "" }
        return text
    }

    private static func string(using random: inout SeededRandom) -> String {
        let pieces = ["a", "é", "😀", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\/", "\\\"", "\\\\", " ", "\u{2028}", "\\u0000", "{", "1"]
        return "\"" + (0..<Int.random(in: 0..<6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "\""
    }

    /// The number literals outside of strings, in order.
    static func numbers(in text: String) -> [String] {
        var result: [String] = []
        var current = ""
        var inString = false
        var escaped = false
        for character in text.unicodeScalars {
            if inString {
                if escaped { escaped = false } else if character == "\\" { escaped = true } else if character == "\"" { inString = false }
                continue
            }
            if character == "\"" { inString = true }
            if "0123456789+-.eE".unicodeScalars.contains(character), !(current.isEmpty && (character == "e" || character == "E")) {
                current.unicodeScalars.append(character)
            } else {
                if !current.isEmpty { result.append(current) }
                current = ""
            }
        }
        return current.isEmpty ? result : result + [current]
    }
}
