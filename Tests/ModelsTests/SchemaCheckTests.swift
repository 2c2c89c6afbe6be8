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
