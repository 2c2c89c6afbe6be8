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
        _ config: String, _ edits: [Edit], schema: ConfigSchema = schema, secrets: [String: Secret] = [:],
        files: [String: [UInt8]] = [:]
    ) throws -> ConfigWrite {
        let json = try JSONValue(parsing: #"{"id":1,"plugin":2,"team_id":3,"enabled":true,"order":4,"config":\#(config)}"#)
        let parsed = try PluginConfig(json, secretKeys: schema.secretKeys, redaction: redaction)
        let current = try #require(json["config"]?.object)
        return try ConfigWrite(
            changing: current, content: parsed.content, schema: schema, edits: edits, secrets: secrets, files: files,
            redaction: redaction)
    }

    private func fields(_ write: ConfigWrite) -> [String] {
        switch write.body {
        case .json(let value): ["json " + value.text]
        case .form(let fields, let files):
            fields.map { "\($0.name)=\($0.value)" } + files.map { "\($0.name)=<\($0.file.name), \($0.file.contentType)>" }
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

    @Test func theDescriptorOfAFileIsNeverSentAsAValue() throws {
        let descriptor = try JSONValue(parsing: #"{"uid":2,"saved":true,"size":1,"name":"a","type":"b"}"#)
        #expect(throws: WriteRefusal(code: .descriptorInBody, key: "region")) {
            try write(#"{"region":"us"}"#, [edit(.key("region"), .value(descriptor))])
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

    @Test(arguments: [Edit.Value.unset, .value(.null), .value("")])
    func whatTakesASecretAwayIsSentAsAnEmptyText(value: Edit.Value) throws {
        let write = try write(#"{"apiKey":"\#(Secret.mask)","region":"us"}"#, [edit(.key("apiKey"), value)])
        #expect(fields(write) == [#"config={"region":"us","apiKey":""}"#])
        #expect(write.expected.values["apiKey"] == "")
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
            creating: PluginID(5), schema: Self.schema,
            edits: [edit(.key("region"), .value("eu")), edit(.enabled, .value(true)), edit(.order, .value(3))], secrets: [:], redaction: redaction)
        #expect(fields(write) == ["plugin=5", "order=3", "enabled=false", #"config={"region":"eu"}"#])
        #expect(write.expected.enabled == false)
    }

    private static let shown = #""database":{"uid":2,"saved":true,"size":1,"name":"a","type":"b"}"#

    private func file(_ reference: String = "f", size: Int64 = 3) -> Edit.Value {
        .file(WaitingFile(reference: reference, name: "db.csv", contentType: "text/csv", sizeBytes: size))
    }

    @Test func aNewFileAloneLeavesTheConfigOut() throws {
        let write = try write(
            #"{"old":"\#(Secret.mask)",\#(Self.shown)}"#, [edit(.attachment("database"), file())], files: ["f": [1, 2, 3]])
        #expect(fields(write) == ["add_attachment[database]=<db.csv, text/csv>"])
        #expect(write.body.fieldNames == ["add_attachment[database]"])
        let expected = write.expected.attachments["database"]
        #expect(expected == AttachmentInfo(uid: AttachmentInfo.unknownUID, sizeBytes: 3, name: "db.csv", contentType: "text/csv"))
    }

    @Test func oneRequestCarriesValuesSwitchesAndFiles() throws {
        let write = try write(
            #"{"region":"us",\#(Self.shown)}"#,
            [edit(.enabled, .value(false)), edit(.key("region"), .value("eu")), edit(.attachment("database"), file())],
            files: ["f": [1, 2, 3]])
        #expect(fields(write) == ["enabled=false", #"config={"region":"eu"}"#, "add_attachment[database]=<db.csv, text/csv>"])
        let switched = try self.write(
            #"{"region":"us"}"#, [edit(.order, .value(2)), edit(.attachment("database"), file())], files: ["f": [1, 2, 3]])
        #expect(fields(switched) == ["order=2", "add_attachment[database]=<db.csv, text/csv>"])
    }

    /// A descriptor that was once stored back would shine through; the config that goes along takes it away too.
    @Test func aFileIsTakenAwayTogetherWithWhatSomebodyStoredInItsPlace() throws {
        let write = try write(#"{"region":"us",\#(Self.shown)}"#, [edit(.attachment("database"), .unset)])
        #expect(fields(write) == [#"config={"region":"us"}"#, "remove_attachment[database]=true"])
        #expect(write.expected.attachments.isEmpty)
    }

    @Test func nothingIsTakenAwayThatTheReReadDoesNotShow() throws {
        let write = try write(
            #"{"region":"us"}"#, [edit(.attachment("database"), .unset), edit(.key("region"), .value("eu"))])
        #expect(fields(write) == [#"config={"region":"eu"}"#])
    }

    @Test func aFileOfASecretKeyIsExpectedToBeMasked() throws {
        let schema = ConfigSchema([["key": "key", "type": "attachment", "secret": true]])
        let write = try write("{}", [edit(.attachment("key"), file())], schema: schema, files: ["f": [1, 2, 3]])
        #expect(write.expected.attachments["key"] == .masked)
        let shown = ConfigSchema(["key": ["type": "attachment", "secret": true]])
        let clear = try self.write("{}", [edit(.attachment("key"), file())], schema: shown, files: ["f": [1, 2, 3]])
        #expect(clear.expected.attachments["key"]?.name == "db.csv", "an object-form schema masks nothing")
    }

    @Test func aFileWhoseContentsAreGoneOrCutStopsTheWrite() {
        for files in [[:], ["f": [UInt8(1)]]] {
            #expect(throws: WriteRefusal(code: .fileMissing, key: "database")) {
                try write("{}", [edit(.attachment("database"), file())], files: files)
            }
        }
    }

    @Test func aCreateCarriesItsFiles() throws {
        let write = try ConfigWrite(
            creating: PluginID(5), schema: Self.schema, edits: [edit(.attachment("database"), file())], secrets: [:],
            files: ["f": [1, 2, 3]], redaction: redaction)
        #expect(fields(write) == [
            "plugin=5", "order=0", "enabled=false", "config={}", "add_attachment[database]=<db.csv, text/csv>",
        ])
    }

    @Test func whatTheServerCanNotTakeIsNotSent() {
        let huge = JSONValue.string(String(repeating: "x", count: 21 * 1024 * 1024))
        #expect(throws: WriteRefusal(code: .tooLarge, key: "")) { try write("{}", [edit(.key("region"), .value(huge))]) }
    }
}
