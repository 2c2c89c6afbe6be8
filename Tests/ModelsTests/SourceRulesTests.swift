import Models
import Testing

@Suite struct SourceRulesTests {
    /// Facts with only these members.
    private func issues(_ members: String, era: Era = .december2023, manifest: String = #"{"name": "x", "config": [{"key": "apiKey", "type": "string"}, {"key": "csv", "type": "attachment"}]}"#) throws -> [String] {
        let names = ["imports", "exports", "config", "attachments", "jobs", "jobCalls", "globals", "unusual"]
        let given = try JSONValue(parsing: "{\(members)}").object ?? JSONObject()
        var object = given
        for name in names where object[name] == nil { object[name] = [] }
        if given["exports"] == nil { object["exports"] = [["name": "processEvent", "destination": "exports", "kind": "function", "returns": true]] }
        let facts = try #require(SourceFacts(.object(object)))
        let rules = SourceRules(facts, file: "index.ts", era: era, manifest: manifest)
        return rules.issues().filter { !["config-not-read"].contains($0.code) }.map(\.code)
    }

    private func export(_ name: String, _ more: String = #""destination": "exports", "kind": "function", "returns": true"#) -> String {
        "\"exports\": [{\"name\": \"\(name)\", \(more), \"line\": 1, \"column\": 1}]"
    }

    @Test func theErasDifferInWhatTheyProvide() throws {
        let zlib = #""imports": [{"name": "zlib", "how": "import", "names": ["default"], "line": 1, "column": 1}]"#
        #expect(try issues(zlib) == ["import-unknown"])
        #expect(try issues(zlib, era: .november2023) == [])
        #expect(try issues(zlib, era: .december2020) == ["import-syntax"])
    }

    @Test(arguments: [
        (#"{"name": null, "how": "require"}"#, "import-computed"), (#"{"name": "url", "how": "dynamic"}"#, "import-dynamic"),
        (#"{"name": "url", "how": "import", "names": []}"#, "import-bare"), (#"{"name": "./util", "how": "import", "names": ["a"]}"#, "import-unknown"),
        (#"{"name": "constructor", "how": "require"}"#, "import-unknown"),
    ])
    func importsThatCantWorkAreNamed(one: String, code: String) throws {
        #expect(try issues("\"imports\": [\(one)]") == [code])
    }

    @Test func everyMethodIsJudgedInEveryEra() throws {
        let dead: [Era: Set<String>] = [
            .december2020: ["teardownPlugin", "onEvent", "jobs", "exportEvents", "composeWebhook", "onSnapshot", "getSettings", "metrics", "onAction", "handleAlert"],
            .october2021: ["composeWebhook", "getSettings", "onAction", "handleAlert"],
            .august2022: ["composeWebhook", "getSettings", "onAction", "handleAlert", "metrics"],
            .november2023: ["composeWebhook", "onSnapshot", "onAction", "handleAlert", "metrics"],
            .december2023: ["exportEvents", "onSnapshot", "onAction", "handleAlert", "metrics"],
        ]
        for era in Era.allCases {
            for name in PluginContract.methodNames + ["onAction", "handleAlert"] {
                let isDead = if case .dead? = PluginContract(era).method(name) { true } else { false }
                #expect(isDead == dead[era]?.contains(name), "\(name) in \(era.rawValue)")
            }
        }
    }

    @Test func aPluginWithoutALivingMethodIsAnError() throws {
        #expect(try issues(export("exportEvents")) == ["no-method", "method-dead"])
        #expect(try issues(export("exportEvents"), era: .november2023) == [])
        #expect(try issues(export("procesEvent")) == ["no-method", "method-misspelt"])
        #expect(try issues(export("processEvent", #""destination": "hidden", "kind": "function", "returns": true"#)) == ["no-method"])
        #expect(try issues(#""exports": [{"name": null, "destination": "default", "kind": "bare-function", "line": 1, "column": 1}]"#) == ["no-method", "export-function"])
    }

    @Test func whatCantBeToldIsNotCalledMissing() throws {
        #expect(try issues(#""exports": [{"name": null, "destination": "module", "kind": "unknown", "line": 1, "column": 1}]"#) == [])
    }

    @Test func methodsThatFailOrDropEverythingAreErrors() throws {
        #expect(try issues(export("processEvent", #""destination": "exports", "kind": "function", "returns": false"#)) == ["drops-all"])
        #expect(try issues(export("processEvent", #""destination": "exports", "kind": "value", "returns": null"#)) == ["method-no-function"])
    }

    @Test func configKeysAreHeldAgainstTheSchemaBothWays() throws {
        #expect(try issues(#""config": [{"key": "apikey", "written": false, "line": 1, "column": 1}, {"key": "apikey", "written": false, "line": 2, "column": 1}]"#) == ["config-not-in-schema"])
        #expect(try issues(#""config": [{"key": "csv", "written": false, "line": 1, "column": 1}]"#) == ["config-attachment"])
        #expect(try issues(#""attachments": [{"key": "apiKey", "written": false, "line": 1, "column": 1}]"#) == ["attachment-config"])
        #expect(try issues(#""config": [{"key": "mine", "written": true, "line": 1, "column": 1}, {"key": "mine", "written": false, "line": 2, "column": 1}]"#) == [])
        #expect(try issues(#""config": [{"key": "exportEventsToIgnore", "written": false, "line": 1, "column": 1}]"#) == [])
    }

    @Test func keysThatNothingReadsAreNamedUnlessAnyMayBeRead() throws {
        func unread(_ escape: String) throws -> [String] {
            let text = #"{"imports": [], "exports": [{"name": "processEvent", "destination": "exports", "kind": "function", "returns": true}], "config": [], \#(escape)}"#
            let facts = try #require(SourceFacts(try JSONValue(parsing: text)))
            let manifest = #"{"config": [{"key": "s", "type": "string", "site": true}, {"key": "a", "type": "string"}]}"#
            return SourceRules(facts, file: "index.ts", era: .december2023, manifest: manifest).issues()
                .map { "\($0.code) \($0.key) \($0.position?.file ?? ""):\($0.position?.column ?? 0)" }
        }
        #expect(try unread(#""configEscapes": null"#) == ["config-not-read a plugin.json:59"])
        #expect(try unread(#""configEscapes": {"line": 1, "column": 2}"#) == [])
    }

    @Test func jobsAreHeldAgainstWhatIsExportedAndPublished() throws {
        let calls = #""jobs": [{"name": "retry"}], "jobCalls": [{"name": "rety", "line": 3, "column": 1}, {"name": "retry", "line": 4, "column": 1}]"#
        #expect(try issues(calls) == ["job-unknown"])
        #expect(try issues(#""jobs": []"#, manifest: #"{"publicJobs": {"run": {}}}"#) == ["public-job-missing"])
    }

    @Test func exportPluginsHaveTheServersJobForThePast() throws {
        func codes(_ era: Era) throws -> [String] {
            let text = #"{"imports": [], "exports": [{"name": "exportEvents", "destination": "exports", "kind": "function", "returns": true}], "config": [],"#
                + #""jobs": [], "jobCalls": [{"name": "Export historical events", "line": 3, "column": 1}]}"#
            let facts = try #require(SourceFacts(try JSONValue(parsing: text)))
            return SourceRules(facts, file: "index.ts", era: era, manifest: #"{"publicJobs": {"Export historical events": {}}}"#).issues().map(\.code)
        }
        #expect(try codes(.august2022) == [])
        #expect(try codes(.november2023).contains("job-unknown"))
    }

    @Test(arguments: [("setTimeout", "global-absent"), ("URLSearchParams", "global-absent"), ("fetc", "global-unknown"), ("Buffer", nil), ("WebAssembly", nil)] as [(String, String?)])
    func namesThatPluginsDontHaveAreErrors(name: String, code: String?) throws {
        #expect(try issues("\"globals\": [{\"name\": \"\(name)\", \"line\": 1, \"column\": 1}]") == [code].compactMap { $0 })
    }

    @Test func aSyntaxErrorIsAllThereIs() throws {
        #expect(try issues(#""syntax": {"message": "Unexpected token", "line": 2, "column": 3}, "exports": []"#) == ["syntax"])
    }

    @Test func theEraIsGuessedFromWhatTheServerShows() {
        var facts = EraGuess.Facts()
        #expect(EraGuess(facts).era == .august2022)
        facts.configsHaveCreation = true
        #expect(EraGuess(facts).era == .november2023)
        facts.configsHaveDeletion = true
        #expect(EraGuess(facts).era == .december2023 && !EraGuess(facts).isCertain)
        facts.methods = ["exportEvents"]
        #expect(EraGuess(facts).era == .november2023)
        facts.keepsCodeInField = true
        #expect(EraGuess(facts).era == .october2021)
        facts.isOldest = true
        #expect(EraGuess(facts).era == .december2020)
    }
}
