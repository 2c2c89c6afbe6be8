import Models
import Testing

@Suite struct SchemaCheckTests {
    static let fields: [(String, JSONValue)] = [
        ("apiKey", ["key": "apiKey", "type": "string", "secret": true, "required": true]),
        ("region", ["key": "region", "type": "choice", "choices": ["eu", "us"]]),
        ("mapping", ["key": "mapping", "type": "json"]),
        ("file", ["key": "file", "type": "attachment", "required": true]),
        ("text", ["key": "text", "type": "multiline"]),
    ]
    static let arrayForm = ConfigSchema(.array([["markdown": "Read me"]] + fields.map(\.1)))
    static let objectForm = ConfigSchema(.object(JSONObject(fields.map { .init(key: $0.0, value: $0.1) })))

    private func codes(_ config: JSONValue, schema: ConfigSchema = arrayForm) -> [String] {
        let whole: JSONValue = ["id": 1, "plugin": 1, "team_id": 1, "enabled": true, "order": 1, "config": config]
        let content = PluginConfig(
            id: PluginConfigID(1), pluginID: PluginID(1), projectID: ProjectID(1), json: whole, secretKeys: schema.secretKeys
        ).content
        return SchemaCheck(schema: schema, secretKeys: []).issues(in: content).map { "\($0.key): \($0.code)" }
    }

    static let attachment: JSONValue = ["uid": 3, "saved": true, "size": 5, "name": "a.csv", "type": "text/csv"]

    @Test func aCompleteConfigHasNoIssueInEitherForm() {
        let config: JSONValue = [
            "apiKey": .string(Secret.mask), "region": "eu", "mapping": "{\"a\": 1}", "file": Self.attachment, "text": "x",
        ]
        #expect(codes(config) == [])
        #expect(codes(config, schema: Self.objectForm) == [])
    }

    @Test func whatIsRequiredMustBeSet() {
        #expect(codes(["apiKey": "", "region": "us"]) == ["apiKey: required", "file: required"])
        #expect(codes(["apiKey": nil, "file": nil]) == ["apiKey: required", "file: required"])
    }

    @Test func wrongValuesAreNamed() {
        let config: JSONValue = [
            "apiKey": "new", "region": "mars", "mapping": "{no", "file": "text", "text": 5, "regoin": "a\u{0}b",
        ]
        #expect(
            Set(codes(config)) == [
                "region: choice", "mapping: json", "file: attachment", "text: type", "regoin: unknown-key", "regoin: nul",
            ])
    }

    @Test(arguments: ["1E400", "-1e309", #"{"a": [1e999]}"#])
    func aNumberBeyondAllDoublesIsAnErrorSinceTheServerCanNotStoreIt(text: String) throws {
        #expect(try codes(["extra": JSONValue(parsing: text)]).contains("extra: too-large-number"))
    }

    @Test(arguments: ["1e308", "1e-400", "1" + String(repeating: "0", count: 400)])
    func aNumberThatTheServerCanStoreIsNone(text: String) throws {
        #expect(try !codes(["extra": JSONValue(parsing: text)]).contains("extra: too-large-number"))
    }

    @Test func theDescriptorOfAFileIsNoValue() {
        let content = ConfigContent(enabled: true, order: 1, values: JSONObject([.init(key: "extra", value: Self.attachment)]))
        let issues = SchemaCheck(schema: Self.arrayForm, secretKeys: []).issues(in: content)
        #expect(issues.contains { $0.key == "extra" && $0.code == "descriptor" && $0.severity == .error })
    }

    @Test func messagesSayWhatKindAValueIsInGrammar() {
        let messages = [JSONValue.array([]), .object(JSONObject()), 5, true].map { value in
            let content = ConfigContent(enabled: true, order: 1, values: JSONObject([.init(key: "text", value: value)]))
            return SchemaCheck(schema: Self.arrayForm, secretKeys: []).issues(in: content).first { $0.code == "type" }?.message
        }
        #expect(messages.map { $0?.prefix(15) } == ["text is an array", "text is an object", "text is a number;", "text is a bool; t"].map { $0.prefix(15) })
    }

    @Test func noMessageShowsASecret() {
        let schema = ConfigSchema([["key": "token", "type": "choice", "choices": ["a"], "secret": true]])
        let content = ConfigContent(enabled: true, order: 1, values: JSONObject([.init(key: "token", value: "sk_live_1")]))
        let issues = SchemaCheck(schema: schema, secretKeys: []).issues(in: content)
        #expect(issues.map(\.code) == ["choice"])
        #expect(!issues.contains { $0.message.contains("sk_live_1") })
    }

    @Test func onlyTheArrayFormIsMaskedByTheServer() {
        #expect(Self.arrayForm.maskedKeys == ["apiKey"])
        #expect(Self.objectForm.maskedKeys == [])
        #expect(Self.objectForm.secretKeys == ["apiKey"])
    }

    @Test func theObjectFormIsOrderedByOrderThenKey() {
        let schema = ConfigSchema(["z": ["order": 2], "b": [:], "a": [:], "y": ["order": 1]])
        #expect(schema.fields.map(\.key) == ["y", "z", "a", "b"])
    }

    @Test(arguments: [("pul", "pull"), ("confg", "configs"), ("stauts", "status"), ("xyzzyxyz", nil)] as [(String, String?)])
    func theNearestWordIsFound(typed: String, expected: String?) {
        #expect(NearestWord.find(typed, in: ["pull", "push", "configs", "status"]) == expected)
    }
}
