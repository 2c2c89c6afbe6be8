import Models
import Storage
import Testing

@testable import CLI

/// The text of an editor, there and back.
@Suite struct ConfigDocumentTests {
    static let schema: JSONValue = [
        ["markdown": "Read this."],
        ["key": "apiKey", "name": "API key", "type": "string", "secret": true, "required": true, "hint": "From the settings.\nKeep it."],
        ["key": "region", "type": "choice", "choices": ["eu", "us"], "default": "eu"],
        ["key": "note", "type": "string"], ["key": "mapping", "type": "json"], ["key": "table", "type": "attachment"],
        ["key": "key file", "type": "attachment", "secret": true],
    ]

    private func document(
        _ config: String, base: String? = nil, edits: [(ConfigField, Edit.Value)] = []
    ) throws -> ConfigDocument {
        func content(_ text: String) throws -> PluginConfig {
            try PluginConfig(
                JSONValue(parsing: #"{"id":1,"plugin":2,"team_id":3,"enabled":true,"order":4,"config":\#(text)}"#),
                secretKeys: ["apiKey", "key file", "token"], redaction: SecretRedaction(key: [7]))
        }
        let remote = try content(config)
        let before = try base.map(content) ?? remote
        let plugin = try Plugin(["id": 2, "name": "Lookup", "config_schema": Self.schema])
        let versions = Versions(
            id: remote.id, pluginID: remote.pluginID, projectID: remote.projectID, base: before.content, remote: remote.content,
            edits: edits.map {
                Edit(configID: remote.id, field: $0.0, value: $0.1, version: 1, madeAt: Timestamp(milliseconds: 0), state: .pending)
            })
        return ConfigDocument(
            target: EditTarget(
                selected: SelectedConfig(id: remote.id, pluginID: plugin.id, projectID: remote.projectID, title: "Lookup@Shop"),
                versions: versions, base: before, plugin: plugin, secretKeys: ["apiKey", "key file", "token"]))
    }

    private func edits(_ document: ConfigDocument, _ change: (String) -> String) -> [String] {
        let reading = document.reading(change(document.text))
        return reading.mistakes.map(\.message) + reading.edits.map { field, input in
            if case .value(let value) = input { "\(field.text) value(\(value.text))" } else { "\(field.text) \(input)" }
        }
    }

    static let values: [JSONValue] = [
        "", "plain", "two words", " leading", "trailing ", "\ttab", "in\tside", "# no comment", "a = b := c", "<<END", "\"quoted\"",
        "'single'", "line\nbreak", "\n", "a\n", "\n\n", "a\nEND\nEND_\nb", "a \nb", "cr\rlf\r\n", "nul\u{0}", "\u{1B}[2J", "\u{85}",
        "\u{2028}", "\u{202E}rtl", "\u{FEFF}bom", "🎉 日本 é", "e\u{301}", "\u{301}combining first", "<\u{301}<", "\\n", "{\"a\": 1}",
        "#!/bin/sh\necho", "…", "\u{A0}", "true", "5", nil, true, false, 0, [], [:], ["a": [1, nil, "x\ny"]], ["b": ["c": ["d": "\u{2028}"]]],
    ]

    @Test func anUnchangedTextIsNoEditWhateverItHolds() throws {
        let numbers = ["1", "1.0", "-0", "1e400", "0.10", "12345678901234567890123456789012345678901234567890", "1E2"]
        let long = JSONValue.array((0..<40).map { .string("entry \($0) # \"\\\n") })
        let values = try Self.values + [long] + numbers.map { try JSONValue(parsing: $0) }
        let keys = ["region", "note", "mapping", "enabled", "position", "", " ", "a=b", "a:", "#x", "\"q\"", "ключ", "new\nline", "É", "END", "x.y-z_$"]
        for value in values {
            for key in keys {
                var config = JSONObject()
                config[key] = value
                let document = try document(JSONValue.object(config).text)
                let reading = document.reading(document.text)
                #expect(reading.parser.mistakes == [] && reading.edits.isEmpty, "\(key.debugDescription) \(value.text)\n\(document.text)")
                let entry = reading.parser.entries.first { $0.name == .key(key) }
                #expect(entry?.value.text.utf8.elementsEqual(value.text.utf8) == true, "\(key.debugDescription) \(value.text)")
                let stripped = document.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                    String(line.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
                }
                #expect(document.reading(stripped.joined(separator: "\r\n")).edits.isEmpty, "an editor that tidies up: \(value.text)")
            }
        }
    }

    @Test func theTextShowsEveryFieldInTheSchemasOrderWithItsHint() throws {
        let document = try document(
            #"{"apiKey":"\#(Secret.mask)","region":"us","note":"a\nb","extra":{"n":1.50},"table":{"uid":2,"saved":true,"size":48000,"name":"a.csv","type":"text/csv"}}"#)
        try expectText(document.text, "editor.txt")
    }

    @Test func noSecretIsInTheText() throws {
        let document = try document(#"{"apiKey":"sk_live_1","token":"old_token","note":"x"}"#)
        for part in ["sk_live_1", "old_token", "phsync:redacted"] { #expect(!document.text.contains(part)) }
        #expect(document.text.contains("# apiKey is set (secret)"))
        #expect(document.reading(document.text).edits.isEmpty)
    }

    @Test func valuesAreChangedAddedAndRemovedByTheirLines() throws {
        let document = try document(#"{"apiKey":"\#(Secret.mask)","region":"us","note":"old","limit":5}"#)
        #expect(edits(document) { $0.replacing("region = us", with: "region = eu") } == [#"config.region value("eu")"#])
        #expect(edits(document) { $0.replacing("note = old\n", with: "") } == ["config.note unset"])
        #expect(edits(document) { $0.replacing("limit := 5", with: "limit := 6") } == ["config.limit value(6)"])
        #expect(edits(document) { $0.replacing("limit := 5", with: "limit := 5.0") } == [], "the same number")
        #expect(edits(document) { $0.replacing("#mapping =", with: "mapping = {\"a\": 1}") } == [#"config.mapping value("{\"a\": 1}")"#])
        #expect(edits(document) { $0.replacing("note = old", with: "note = <<X\none\n  two \nX") } == [#"config.note value("one\n  two ")"#])
        #expect(edits(document) { $0 + "list := [\n  1,\n  {\"b\": \"]\"}\n]\n" } == [#"config.list value([1,{"b":"]"}])"#])
        #expect(edits(document) { $0.replacing("enabled := true", with: "enabled = false") } == ["enabled value(false)"])
        #expect(edits(document) { $0.replacing("position := 4", with: "position := 9") } == ["order value(9)"])
        #expect(edits(document) { $0.replacing("enabled := true\nposition := 4\n", with: "") } == [], "they can't be removed")
        #expect(edits(document) { $0 + "\"enabled\" = key of that name\n" } == [#"config.enabled value("key of that name")"#])
    }

    @Test func aNumberWhereTheSchemaWantsATextIsSetRightWithAnEqualsSign() throws {
        let document = try document(#"{"region":5,"mapping":5}"#)
        #expect(edits(document) { $0.replacing("region := 5", with: "region = eu") } == [#"config.region value("eu")"#])
        #expect(edits(document) { $0.replacing("mapping := 5", with: "mapping = 6") }.first?.contains("mapping is a number") == true)
    }

    @Test func aSecretIsTypedAndNeverPrinted() throws {
        let document = try document(#"{"apiKey":"\#(Secret.mask)"}"#)
        let typed = document.reading(document.text.replacing("#apiKey =", with: "apiKey = sk_new"))
        #expect(typed.edits.map(\.input) == [.secret(Secret("sk_new"))])
        #expect(edits(document) { $0.replacing("#apiKey =", with: "apiKey = sk_new") } == ["config.apiKey secret(<redacted>)"])
        let pem = document.reading(document.text.replacing("#apiKey =", with: "apiKey = <<END\n--BEGIN\nQUI=\n--END\nEND"))
        #expect(pem.edits.map(\.input) == [.secret(Secret("--BEGIN\nQUI=\n--END"))])
        #expect(document.reading(document.text.replacing("#apiKey =", with: "apiKey := \"\"")).edits.map(\.input) == [.value("")])
    }

    @Test func mistakesAreToldAtTheirLineAndNothingTypedIsLost() throws {
        let document = try document(#"{"apiKey":"\#(Secret.mask)","region":"us","note":"old","limit":5}"#)
        let cases: [(from: String, to: String, line: String, words: String)] = [
            ("region = us", "region = mars", "region = mars", "choose one of: eu, us"),
            ("region = us", "region us", "region us", "KEY = text"),
            ("limit := 5", "limit := five", "limit := five", "stands in quotes"),
            ("limit := 5", "limit = 6", "limit = 6", "limit is a number"),
            ("note = old", "note = <<END\nold", "note = <<END", "no line after this one is only END"),
            ("note = old", "note = <<", "note = <<", "a word is missing"),
            ("note = old", "note = old\nnote = new", "note = new", "given twice"),
            ("#apiKey =", "apiKey =", "apiKey =", "to clear the secret write"),
            ("#apiKey =", "apiKey := 5", "apiKey := 5", "a secret is a text"),
            ("#apiKey =", "apiKey = \(Secret.mask)", "apiKey = \(Secret.mask)", "would destroy"),
            ("#apiKey =", "apiKey = line1\nQUJD=", "QUJD=", "right below a secret"),
            ("enabled := true", "enabled := 1", "enabled := 1", "true or false"),
            ("position := 4", "position = -1", "position = -1", "whole number"),
            ("note = old", "table = x", "table = x", "--attach table=PATH"),
            ("note = old", "a b = x", "a b = x", "in quotes"),
            ("#mapping =", "mapping = {", "mapping = {", "must be JSON"),
            ("#mapping =", "mapping := {\"a\": \nother := 1", "mapping := {\"a\": ", "stands in quotes"),
        ]
        for (from, to, line, words) in cases {
            let text = document.text.replacing(from, with: to)
            let reading = document.reading(text)
            #expect(reading.mistakes.count == 1, "\(to): \(reading.mistakes)")
            let noted = document.noted(reading)
            let lines = noted.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let place = try #require(lines.firstIndex(of: line), "\(to)")
            #expect(lines[place - 1].hasPrefix("#! "), "\(to)\n\(noted)")
            #expect(noted.replacing("\n#! ", with: " ").contains(words), "\(to): \(noted)")
            #expect(lines.filter { !$0.hasPrefix("#!") }.joined(separator: "\n") == text, "\(to)")
            let again = document.noted(document.reading(noted))
            #expect(again == noted, "notes of an earlier round are replaced: \(to)")
            #expect(document.reading(noted.replacing(to, with: from)).edits.isEmpty || to.contains("\n"), "\(to)")
        }
    }

    @Test func aLineThatOnlyLooksLikeANoteInsideAValueStays() throws {
        let document = try document(##"{"note":"#!/bin/sh\n#! x"}"##)
        let text = document.text.replacing("#region =", with: "region = mars")
        let noted = document.noted(document.reading(text))
        #expect(noted.contains("#!/bin/sh\n#! x\n"))
        #expect(document.reading(noted.replacing("region = mars", with: "region = us")).edits.map(\.field) == [.key("region")])
    }

    @Test func anEmptiedTextGivesUp() throws {
        let document = try document(#"{"note":"x"}"#)
        for text in ["", "\n\n", "# only\n  # comments\n"] { #expect(document.reading(text).isEmpty) }
        #expect(!document.reading("note = x").isEmpty)
        #expect(!document.reading("nonsense").isEmpty)
    }

    @Test func whatIsKeptHoldsNoSecretWhateverShapeItHas() throws {
        let document = try document(#"{"apiKey":"\#(Secret.mask)","note":"old"}"#)
        for typed in [
            "apiKey = sk_new", "#apiKey = sk_new", "#! apiKey = sk_new", "apiKey sk_new", "apiKey: sk_new", "apiKey := \"sk_new", "apiKey = <<END\nsk_new",
            "apiKey = <<END\nsk_new\nEND", "apiKey = -----\nsk_new\nsk_newQUJD=", "\"apiKey\" = sk_new", "token = sk_new",
        ] {
            let text = document.text.replacing("note = old", with: "note = mine").replacing("#apiKey =", with: typed)
            let kept = document.withoutSecrets(text)
            #expect(!kept.contains("sk_new"), "\(typed)")
            #expect(kept.contains("note = mine") || typed == "apiKey = <<END\nsk_new", "\(typed)")
        }
        #expect(document.withoutSecrets(document.text) == document.text)
    }

    @Test func whatTheRemoteHasIsSaidWhereItDiffers() throws {
        let conflict = try document(#"{"region":"us","note":"theirs"}"#, base: #"{"region":"us","note":"old"}"#, edits: [(.key("note"), .value("mine"))])
        #expect(conflict.text.contains("# conflict: it was \"old\", the remote has \"theirs\", below is yours\nnote = mine"))
        let edited = try document(#"{"note":"old"}"#, edits: [(.key("note"), .value("mine")), (.enabled, .value(false)), (.key("apiKey"), .secret(reference: "r"))])
        #expect(edited.text.contains("# edited here; the remote has \"old\"\nnote = mine"))
        #expect(edited.text.contains("# edited here; the remote has true\nenabled := false"))
        #expect(edited.text.contains("# apiKey has a new value that waits for a push (secret)"))
    }
}
