import Models
import Testing

@Suite struct SecretTests {
    private let redaction = SecretRedaction(key: [1, 2, 3])

    @Test func aSecretPrintsNowhere() {
        let secret = Secret("sk_live_1234")
        let holder = ["key": secret]
        var dumped = ""
        dump(holder, to: &dumped)
        #expect(![String(describing: holder), String(reflecting: holder), "\(secret)", dumped].contains { $0.contains("sk_live") })
        #expect(secret.reveal() == "sk_live_1234")
    }

    @Test func aSecretShownInClearIsReplacedBeforeItIsKept() throws {
        let json = try JSONValue(
            parsing: #"{"id":1,"plugin":2,"team_id":3,"enabled":true,"order":1,"config":{"token":"sk_live_1234","plain":"x"}}"#)
        let config = try PluginConfig(json, secretKeys: ["token"], redaction: redaction)
        #expect(!config.json.text.contains("sk_live"))
        #expect(config.content.values["plain"] == "x")
        let token = try #require(config.content.values["token"])
        #expect(SecretRedaction.isRedacted(token))
        #expect(token == redaction.redacted(.string("sk_live_1234")))
        #expect(token != redaction.redacted(.string("sk_live_1235")))
        #expect(ShownValue(token, isSecret: false) == .secret(isSet: true))
    }

    @Test(arguments: [JSONValue.null, "", .string(Secret.mask)])
    func whatTellsNothingStaysAsItIs(value: JSONValue) {
        #expect(redaction.redacted(value) == value)
    }

    @Test func aNullSecretCountsAsAbsentBecauseTheServerAddsIt() throws {
        let head = #"{"id":1,"plugin":2,"team_id":3,"enabled":true,"order":1,"config":"#
        let with = try PluginConfig(try JSONValue(parsing: head + #"{"a":1,"token":null}}"#), secretKeys: ["token"], redaction: redaction)
        let without = try PluginConfig(try JSONValue(parsing: head + #"{"a":1.0}}"#), secretKeys: ["token"], redaction: redaction)
        #expect(with.content == without.content)
        #expect(with.content.digest == without.content.digest)
    }
}
