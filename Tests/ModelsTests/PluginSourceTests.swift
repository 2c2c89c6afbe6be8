import Models
import Testing

@Suite struct PluginSourceTests {
    private func plugin(_ extra: [String: JSONValue] = [:]) throws -> Plugin {
        var json: JSONObject = JSONObject([.init(key: "id", value: 5), .init(key: "name", value: "Five")])
        for (key, value) in extra { json[key] = value }
        return try Plugin(.object(json))
    }

    @Test func aFileWithNullIsListedAndHasNoText() throws {
        let files = try SourceFiles(serverJSON: ["index.ts": "a", "frontend.tsx": nil], of: PluginID(5))
        #expect(files.names == ["frontend.tsx", "index.ts"])
        #expect(files["frontend.tsx"] == nil)
        #expect(files != SourceFiles(texts: ["index.ts": "a"]), "null is not absent")
    }

    @Test func whatIsNoMapOfTextsIsRefused() {
        for json: JSONValue in [[], "x", ["a": 5], ["": "x"], ["a": ["b": 1]], ["\u{E9}": "1", "e\u{301}": "2"]] {
            #expect(throws: DecodeError.self, "\(json.text)") { try SourceFiles(serverJSON: json, of: PluginID(5)) }
        }
        let large = String(repeating: "x", count: SourceLimits.fileBytes + 1)
        #expect(throws: DecodeError.self) { try SourceFiles(serverJSON: ["index.ts": .string(large)], of: PluginID(5)) }
    }

    @Test func theFormShowsInThePluginItself() throws {
        #expect(SourceForm(of: try plugin()) == .endpoint)
        let old = try plugin(["source": "return"])
        #expect(SourceForm(of: old) == .field)
        #expect(SourceForm.field.files(in: old) == SourceFiles(texts: ["index.js": "return"]))
        let archive = try plugin(["source": nil])
        #expect(SourceForm(of: archive) == .field)
        #expect(SourceForm.field.files(in: archive) == nil)
    }

    @Test func pluginJSONIsComparedAsJSONAndTheFieldWithoutTheSpaceAroundIt() {
        let endpoint = SourceForm.endpoint
        #expect(endpoint.same(#"{"name":"a","config":[]}"#, "{\n \"config\": [], \"name\": \"\\u0061\"}", named: "plugin.json"))
        #expect(!endpoint.same(#"{"name":"a"}"#, #"{"name":"b"}"#, named: "plugin.json"))
        #expect(!endpoint.same("{nope", "{nope ", named: "plugin.json"))
        #expect(!endpoint.same("a\n", "a", named: "index.ts"))
        #expect(!endpoint.same(nil, "", named: "index.ts"))
        #expect(SourceForm.field.same("\n\u{A0} a b\u{3000}\r\n", "a b", named: "index.js"))
        #expect(!SourceForm.field.same("a  b", "a b", named: "index.js"))
    }

    @Test(arguments: [
        ("{nope", "line 1, column 2"), ("{\n  \"name\": \"a\",\n  é}", "line 3, column 3"), ("[]", "JSON object"), ("{}", "\"name\""),
        (#"{"name": ""}"#, "\"name\""), (#"{"name": 5}"#, "\"name\""), (#"{"name": "a", "config": "x"}"#, "array or an object"),
        (#"{"name": "a", "config": [1]}"#, "entry 1"), (#"{"name": "a", "config": [{"name": "x"}]}"#, "neither"),
        (#"{"name": "a", "config": [{"key": "k"}, {"key": "k"}]}"#, "twice"), (#"{"name": "a", "config": [{"key": ""}]}"#, "not empty"),
        (#"{"name": "a", "config": [{"key": "k", "type": "choice"}]}"#, "choice"),
        (#"{"name": "a", "config": {"client_secret": {}}}"#, "500"), (#"{"name": "a", "config": {"k": 1}}"#, "has to be an object"),
        ("{\"name\": \"a\", \"config\": [{\"key\": \"k\", \"hint\": \"\\u0000\"}]}", "NUL"), ("\u{FEFF}{\"name\": \"a\"}", "line 1"),
        ("{\"name\": \"\\ud800\"}", "surrogate"),
    ])
    func aPluginJSONThatWouldBreakThePluginIsNamedBeforeItIsSent(text: String, part: String) {
        let issues = PluginManifest.issues(in: text)
        #expect(issues.contains { $0.contains(part) }, "\(issues)")
    }

    @Test(arguments: [
        #"{"name": "a"}"#, #"{"name": "a", "config": []}"#, #"{"name": "a", "config": {"k": {"type": "string"}}}"#,
        #"{"name": "a", "config": [{"markdown": "x"}, {"key": "k", "type": "multiline", "secret": true}], "main": "x.ts"}"#,
    ])
    func aPluginJSONInEitherFormIsFine(text: String) {
        #expect(PluginManifest.issues(in: text) == [])
    }

    @Test func aStateComesBackFromTheJournalAndNamesWhatDiffers() throws {
        let files = SourceFiles(texts: ["index.ts": "a", "plugin.json": #"{"name":"x"}"#])
        let state = SourceState(files: files, form: .endpoint, name: "Five", schema: ConfigSchema([]))
        #expect(SourceState(storedJSON: state.json) == state)
        #expect(SourceState(storedJSON: ["files": ["a": 1]]) == nil)
        var other = SourceState(
            files: SourceFiles(texts: ["index.ts": "b", "site.ts": ""]), form: .endpoint, name: "Six", schema: ConfigSchema([["key": "k"]]))
        #expect(other.differingParts(from: state).map(\.label) == ["index.ts", "plugin.json", "site.ts", "the plugin's name", "config_schema"])
        other = state
        #expect(other.differingParts(from: state).isEmpty)
    }

    @Test func concealingTellsOnlyWhetherAKeyIsSet() {
        var content = ConfigContent(enabled: true, order: 1)
        content.values = JSONObject([.init(key: "a", value: "x"), .init(key: "b", value: ""), .init(key: "c", value: nil), .init(key: "d", value: "y")])
        let concealed = content.concealing(["a", "b", "c", "e"])
        #expect(concealed.values == JSONObject([.init(key: "a", value: .string(Secret.mask)), .init(key: "b", value: ""), .init(key: "d", value: "y")]))
        #expect(content.concealing([]) == content)
    }
}
