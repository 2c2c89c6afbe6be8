import Models
@testable import Sync
import Testing

@Suite struct ConfigWriteTests {
    static let schema = ConfigSchema([
        ["key": "apiKey", "type": "string", "secret": true], ["key": "token2", "type": "string", "secret": true],
        ["key": "region", "type": "string"], ["key": "database", "type": "attachment"],
    ])
    private let redaction = SecretRedaction(key: [7])

    private func edit(_ field: ConfigField, _ value: Edit.Value) -> Edit {
        Edit(configID: PluginConfigID(1), field: field, value: value, version: 1, madeAt: Timestamp(milliseconds: 0), state: .pending)
    }

    private func write(
        _ config: String, _ edits: [Edit], schema: ConfigSchema = schema, secrets: [String: Secret] = [:]
    ) throws -> ConfigWrite {
        let json = try JSONValue(parsing: #"{"id":1,"plugin":2,"team_id":3,"enabled":true,"order":4,"config":\#(config)}"#)
        let parsed = try PluginConfig(json, secretKeys: schema.secretKeys, redaction: redaction)
        let current = try #require(json["config"]?.object)
        return try ConfigWrite(
            changing: current, content: parsed.content, schema: schema, edits: edits, secrets: secrets, redaction: redaction)
    }

    private func fields(_ write: ConfigWrite) -> [String] {
        switch write.body {
        case .json(let value): ["json " + value.text]
        case .form(let fields): fields.map { "\($0.name)=\($0.value)" }
        }
    }

    @Test func onlyWhatTheServerMasksIsLeftOutAndTheRestGoesBackToTheLastDigit() throws {
        let mask = Secret.mask
        let write = try write(
            #"{"big":12345678901234567890123,"apiKey":"\#(mask)","token2":null,"f":1.50,"database":{"uid":2,"saved":true,"size":1,"name":"a","type":"b"},"region":"us"}"#,
            [edit(.key("region"), .value("eu"))])
        #expect(fields(write) == [#"config={"big":12345678901234567890123,"token2":null,"f":1.50,"region":"eu"}"#])
        #expect(write.expected.values["apiKey"] == .string(mask))
        #expect(write.expected.attachments.keys.contains("database"))
    }

    @Test func aMaskThatTheSchemaDoesNotExplainStopsTheWrite() {
        #expect(throws: WriteRefusal(code: .maskOutsideSchema, key: "old")) {
            try write(#"{"old":"\#(Secret.mask)","region":"us"}"#, [edit(.key("region"), .value("eu"))])
        }
        let objectForm = ConfigSchema(["apiKey": ["secret": true], "region": [:]])
        #expect(throws: WriteRefusal(code: .maskOutsideSchema, key: "apiKey")) {
            try write(#"{"apiKey":"\#(Secret.mask)","region":"us"}"#, [edit(.key("region"), .value("eu"))], schema: objectForm)
        }
    }

    @Test func theMaskIsNeverSentEvenWhenSomebodyAsksForIt() {
        #expect(throws: WriteRefusal(code: .maskInBody, key: "region")) {
            try write(#"{"region":"us"}"#, [edit(.key("region"), .value(.string(Secret.mask)))])
        }
    }

    @Test func aSwitchGoesAsJSONAndTouchesNoValue() throws {
        let write = try write(#"{"apiKey":"\#(Secret.mask)"}"#, [edit(.enabled, .value(false)), edit(.order, .value(9))])
        #expect(fields(write) == [#"json {"enabled":false,"order":9}"#])
        #expect(write.expected.enabled == false)
        #expect(write.expected.order == 9)
    }

    @Test func oneRequestCarriesAllFields() throws {
        let write = try write(#"{"region":"us"}"#, [edit(.enabled, .value(false)), edit(.key("region"), .unset)])
        #expect(fields(write) == ["enabled=false", "config={}"])
    }

    @Test func aNewSecretIsInTheBodyAndNowhereElse() throws {
        let write = try write(
            #"{"apiKey":"\#(Secret.mask)"}"#, [edit(.key("apiKey"), .secret(reference: "r"))], secrets: ["r": Secret("sk_new")])
        #expect(fields(write) == [#"config={"apiKey":"sk_new"}"#])
        #expect(write.expected.values["apiKey"] == .string(Secret.mask))
    }

    @Test func aSecretThatTheServerWillShowIsComparedByItsDigest() throws {
        let objectForm = ConfigSchema(["apiKey": ["secret": true]])
        let write = try write(
            #"{"apiKey":"sk_old"}"#, [edit(.key("apiKey"), .secret(reference: "r"))], schema: objectForm,
            secrets: ["r": Secret("sk_new")])
        #expect(write.expected.values["apiKey"] == redaction.redacted("sk_new"))
    }

    @Test func aSecretWhoseFileIsGoneStopsTheWrite() {
        #expect(throws: WriteRefusal(code: .secretMissing, key: "apiKey")) {
            try write("{}", [edit(.key("apiKey"), .secret(reference: "gone"))])
        }
    }

    @Test func aCreateIsDisabledUntilItWasReadBack() throws {
        let write = try ConfigWrite(
            creating: PluginID(5), order: 3, schema: Self.schema,
            edits: [edit(.key("region"), .value("eu")), edit(.enabled, .value(true))], secrets: [:], redaction: redaction)
        #expect(fields(write) == ["plugin=5", "order=3", "enabled=false", #"config={"region":"eu"}"#])
        #expect(write.expected.enabled == false)
    }

    @Test func whatTheServerCanNotTakeIsNotSent() {
        let huge = JSONValue.string(String(repeating: "x", count: 21 * 1024 * 1024))
        #expect(throws: WriteRefusal(code: .tooLarge, key: "")) { try write("{}", [edit(.key("region"), .value(huge))]) }
    }
}
