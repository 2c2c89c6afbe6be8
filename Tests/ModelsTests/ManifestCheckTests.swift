import Models
import Testing

@Suite struct ManifestCheckTests {
    private func codes(_ text: String) -> [String] {
        ManifestCheck(text).issues().map { "\($0.code) \($0.position?.line ?? 0):\($0.position?.column ?? 0)" }
    }

    private func field(_ text: String) -> [String] {
        ManifestCheck("{\"name\": \"x\", \"config\": [{\"key\": \"k\", \"type\": \"choice\", \"choices\": [\"a\", \"b\"]}, \(text)]}").issues().map(\.code)
    }

    @Test func aGoodFileHasNoIssue() {
        let text = """
            {"name": "A", "description": "b", "url": "https://x", "main": "index.ts", "posthogVersion": ">= 1.24.0, < 2", "icon": "i.png",
             "config": [{"markdown": "# Hi"}, {"key": "a", "name": "A", "type": "string", "default": "x", "hint": "h", "required": true, "secret": false, "order": 1,
              "site": true}, {"key": "b", "type": "choice", "choices": ["1", "2"], "default": "2", "visible_if": [["a"]]},
              {"key": "c", "type": "attachment", "required_if": [["b", "1"]]}, {"key": "d", "type": "json", "default": "{}"}, {"key": "e", "type": "string", "secret": true}],
             "publicJobs": {"run": {"payload": {"from": {"type": "date", "title": "From"}}}}}
            """
        #expect(codes(text) == [])
    }

    @Test func placesAreThoseOfTheFile() {
        let text = """
            {
              "name": "",
              "config": [
                {"key": "a", "type": "strnig"},
                {"key": "a",
                 "type": "choice"}
              ]
            }
            """
        #expect(codes(text) == ["manifest-name 2:3", "field-unknown-type 4:18", "field-twice 5:6", "choice-without-choices 6:6"])
    }

    @Test(arguments: [
        ("{", "manifest-json 1:2"), ("{\"name\": \"a\",}", "manifest-json 1:14"), ("[]", "manifest-json 1:1"), ("{\"name\": \"a\", \"config\": 5}", "schema-type 1:15"),
        ("{\"name\": \"a\", \"main\": \"../x.js\"}", "manifest-main 1:15"), ("{\"name\": \"a\", \"lib\": \"lib.js\"}", "manifest-lib 1:15"),
        ("{\"name\": \"a\", \"posthogVersion\": \"soon\"}", "manifest-version 1:15"), ("{\"name\": \"a\", \"descripton\": \"x\"}", "manifest-unknown 1:15"),
        ("{\"name\": \"a\", \"stateless\": true, \"config\": [{\"key\": \"k\", \"type\": \"string\"}]}", "manifest-stateless 1:15"),
        ("{\"name\": \"a\", \"description\": 5}", "manifest-type 1:15"), ("{\"name\": \"a\", \"publicJobs\": {\"j\": {\"payload\": {\"f\": {}}}}}", "jobs-field 1:48"),
    ])
    func whatIsWrongWithTheWholeIsNamed(text: String, code: String) {
        #expect(codes(text) == [code])
    }

    @Test(arguments: [
        (#"{"secret": true, "markdown": "x"}"#, "secret-without-key"), (#"{"hint": "x"}"#, "field-empty"), (#"{"markdown": "x", "required": true}"#, "field-without-key"),
        (#"{"key": "b"}"#, "field-untyped"), (#"{"key": "b", "type": "boolean"}"#, "field-unknown-type"), (#"{"key": "", "type": "string"}"#, "field-key"), ("5", "field-type"),
        (#"{"key": "b", "type": "choice"}"#, "choice-without-choices"), (#"{"key": "b", "type": "choice", "choices": [1]}"#, "choices-type"),
        (#"{"key": "b", "type": "choice", "choices": ["a"], "secret": true}"#, "choice-secret"), (#"{"key": "b", "type": "string", "choices": ["a"]}"#, "choices-unused"),
        (#"{"key": "b", "type": "choice", "choices": ["a"], "default": "c"}"#, "default-choice"), (#"{"key": "b", "type": "string", "default": 5}"#, "default-type"),
        (#"{"key": "b", "type": "attachment", "default": "x"}"#, "default-attachment"), (#"{"key": "b", "type": "string", "secret": true, "default": "x"}"#, "default-secret"),
        (#"{"key": "b", "type": "string", "required_if": "k"}"#, "condition-type"), (#"{"key": "b", "type": "string", "required_if": [[]]}"#, "condition-type"),
        (#"{"key": "b", "type": "string", "visible_if": [["kk", "a"]]}"#, "condition-key"), (#"{"key": "b", "type": "string", "visible_if": [["k", "c"]]}"#, "condition-value"),
        (#"{"key": "b", "type": "string", "requierd": true}"#, "field-unknown-member"),
    ])
    func whatIsWrongWithAFieldIsNamed(text: String, code: String) {
        #expect(field(text) == [code])
    }

    @Test func theOldFormCanHoldNoSecret() {
        let text = #"{"name": "a", "config": {"secretKey": {"type": "string"}, "token": {"type": "string", "secret": true}, "x": 1}}"#
        #expect(ManifestCheck(text).issues().map(\.code) == ["secret-in-key", "secret-shown", "field-type"])
    }

    @Test func everyIssueHasAPlaceAndAnErrorSaysWhatToDo() {
        let text = #"{"name": 1, "config": [{"key": "b", "type": "choice"}, {"key": "c", "type": "choice", "choices": []}], "stateless": true, "main": "/x"}"#
        for issue in ManifestCheck(text).issues() {
            #expect(issue.position?.line != nil && issue.position?.column != nil, "\(issue.code)")
            if issue.severity == .error { #expect(issue.fix != nil, "\(issue.code)") }
        }
    }

    @Test func aServerBefore2023ShowsNoJSON() {
        let text = #"{"name": "a", "config": [{"key": "b", "type": "json"}]}"#
        #expect(ManifestCheck(text, knowsJSONType: false).issues().map(\.code) == ["field-json-type"])
    }

    @Test(arguments: ["1.24.0", ">=1.24.0,<2", "^1.2", "~1.2.3", "1.*", "== 1.24.0-rc.1+build", "1.x"])
    func versionRequirementsOfTheServerAreTaken(text: String) {
        #expect(ManifestCheck("{\"name\": \"a\", \"posthogVersion\": \"\(text)\"}").issues().isEmpty)
    }

    @Test(arguments: ["", "1.2.3.4", "v1.2", ">= 1.24.0 || 2", "1..2", "latest"])
    func othersAreNot(text: String) {
        #expect(ManifestCheck("{\"name\": \"a\", \"posthogVersion\": \"\(text)\"}").issues().map(\.code) == ["manifest-version"])
    }

    @Test func aRequirementIsHeldAgainstTheServersVersion() {
        let text = #"{"name": "a", "posthogVersion": ">= 1.30.0"}"#
        #expect(ManifestCheck(text, serverVersion: "1.43.0").issues().isEmpty)
        let issue = ManifestCheck(text, serverVersion: "1.26.0").issues().first
        #expect(issue?.code == "manifest-version" && issue?.severity == .error && issue?.position?.line == 1)
        #expect(issue?.message.contains("Currently running PostHog version 1.26.0 does not match") == true)
    }
}
