import DemoInstance
import Models
import Testing

/// Behaviour beside the recording, as far as phsync's rules lean on it.
struct QuirkTests {
    private static let mask = "**************** POSTHOG SECRET FIELD ****************"

    @Test func aSecretLeftOutOrNullKeepsItsValue() {
        var caller = DemoCaller(state: .demo())
        let before = caller.state.configs[3]?.config["apiKey"]
        #expect(caller.form("PATCH", "/api/projects/1/plugin_configs/3/", [("config", #"{"groupType": "team"}"#)]).status == 200)
        #expect(caller.state.configs[3]?.config["apiKey"] == before)
        #expect(caller.form("PATCH", "/api/projects/1/plugin_configs/3/", [("config", #"{"apiKey": null}"#)]).status == 200)
        #expect(caller.state.configs[3]?.config == .object(JSONObject([.init(key: "apiKey", value: before ?? .null)])))
    }

    @Test func theMaskWrittenBackDestroysTheSecret() {
        var caller = DemoCaller(state: .demo())
        _ = caller.form("PATCH", "/api/projects/1/plugin_configs/3/", [("config", #"{"apiKey": "\#(QuirkTests.mask)"}"#)])
        #expect(caller.state.configs[3]?.config["apiKey"]?.string == QuirkTests.mask)
    }

    @Test func aKeyNamedSecretInAnObjectSchemaBreaksItsConfigsAndTheirList() {
        var state = DemoState.demo()
        state.plugins[6]?.configSchema = ["client_secret": ["name": "Secret", "type": "string"]]
        var caller = DemoCaller(state: state)
        #expect(caller.get("/api/projects/1/plugin_configs/").status == 500)
        #expect(caller.get("/api/projects/1/plugin_configs/6/").status == 500)
        #expect(caller.form("PATCH", "/api/projects/1/plugin_configs/6/", [("config", #"{"a": 1}"#)]).status == 500)
        #expect(caller.state.configs[6]?.config["decimals"] == "2")
        #expect(caller.get("/api/projects/2/plugin_configs/").status == 200)
        // The page without it can still be read.
        #expect(caller.get("/api/projects/1/plugin_configs/?limit=2").status == 200)
    }

    @Test func schemaChangesMaskAtOnce() {
        var state = DemoState.demo()
        state.plugins[4]?.configSchema = [["key": "emailSuffix", "type": "string", "secret": true]]
        var caller = DemoCaller(state: state)
        let config = caller.get("/api/projects/1/plugin_configs/4/").body["config"]
        #expect(config?["emailSuffix"]?.string == QuirkTests.mask)
    }

    @Test func numbersAreStoredAsPostgresStoresThem() {
        var caller = DemoCaller(state: .demo())
        let config = #"{"bb": 12345678901234567890123, "a": 0.10, "ccc": 1e20, "z": -0.0, "d": {"yy": 1, "x": 1.0}, "a2": 1, "a2": 2}"#
        #expect(caller.form("PATCH", "/api/projects/1/plugin_configs/6/", [("config", config)]).status == 200)
        let text = caller.get("/api/projects/1/plugin_configs/6/").body["config"]?.text
        #expect(text == #"{"a":0.1,"d":{"x":1.0,"yy":1},"z":0.0,"a2":2,"bb":12345678901234567890123,"ccc":100000000000000000000}"#)
    }

    @Test(arguments: [#"{"a": 1e999}"#, #"{"a": "\u0000"}"#, #"{"a": "\ud800"}"#, "null", "5", #""text""#])
    func whatPostgresOrPythonCanNotTakeIsA500(config: String) {
        var caller = DemoCaller(state: .demo())
        #expect(caller.form("PATCH", "/api/projects/1/plugin_configs/6/", [("config", config)]).status == 500)
    }

    @Test func aFormWithoutEnabledDisablesOnlyWhenItIsWhole() {
        var caller = DemoCaller(state: .demo())
        #expect(caller.form("PATCH", "/api/projects/1/plugin_configs/1/", [("order", "1")]).body["enabled"] == true)
        #expect(caller.form("POST", "/api/projects/1/plugin_configs/", [("plugin", "1"), ("order", "1")]).body["enabled"] == false)
        #expect(caller.json("POST", "/api/projects/1/plugin_configs/", ["plugin": 3, "order": 1]).body["enabled"] == true)
    }

    @Test(arguments: [("2.00", 2), (" 7 ", 7), ("2.5", nil), ("", nil), ("1e3", nil), ("2147483648", nil)])
    func ordersInFormsAreReadAsDjangoReadsThem(text: String, order: Int64?) {
        var caller = DemoCaller(state: .demo())
        let answer = caller.form("PATCH", "/api/projects/1/plugin_configs/1/", [("order", text)])
        #expect(answer.status == (order == nil ? 400 : 200))
        #expect(caller.state.configs[1]?.order == order ?? 1)
    }

    @Test func urlencodedFormsCarryConfigToo() {
        var caller = DemoCaller(state: .demo())
        let body = Array("config=%7B%22property%22%3A+%22a%2Bb%22%7D&enabled=true".utf8)
        let answer = caller.send(
            "PATCH", "/api/projects/1/plugin_configs/6/", type: "application/x-www-form-urlencoded; charset=utf-8", body)
        #expect(answer.body["config"]?["property"] == "a+b")
    }

    @Test func withoutTheRightConfigsAreAnEmptyListAndPluginsA403() {
        var state = DemoState.demo()
        state.organizations[0].pluginsAccessLevel = 0
        var caller = DemoCaller(state: state)
        #expect(caller.get("/api/projects/1/plugin_configs/").body["count"] == 0)
        #expect(caller.get("/api/projects/1/plugin_configs/1/").status == 404)
        #expect(caller.get("/api/organizations/@current/plugins/").status == 403)
        #expect(caller.json("PATCH", "/api/projects/1/plugin_configs/1/", ["enabled": false]).status == 404)
    }

    @Test func belowTheInstallLevelPluginsAreListedButNotOpened() {
        var state = DemoState.demo()
        state.organizations[0].pluginsAccessLevel = 3
        var caller = DemoCaller(state: state)
        #expect(caller.get("/api/organizations/@current/plugins/").body["count"] == 11)
        #expect(caller.get("/api/organizations/@current/plugins/1/").status == 404)
        #expect(caller.get("/api/organizations/@current/plugins/1/source/").status == 404)
    }

    @Test func theRateLimitCountsPerProjectAndGivesWayAfterAMinute() {
        var state = DemoState.demo()
        state.settings.isRateLimited = true
        state.settings.requestsPerMinute = 3
        var caller = DemoCaller(state: state)
        let target = "/api/projects/1/plugin_configs/?limit=1"
        for _ in 0..<3 { #expect(caller.get(target).status == 200) }
        #expect(caller.get(target).status == 429)
        #expect(caller.get("/api/projects/2/plugin_configs/").status == 200)
        caller.clock = caller.clock.advanced(bySeconds: 60)
        #expect(caller.get(target).status == 200)
    }

    @Test func deletingAPluginTakesTheConfigsOfAllProjects() {
        var caller = DemoCaller(state: .demo())
        #expect(caller.send("DELETE", "/api/organizations/@current/plugins/1/").status == 204)
        #expect(!caller.state.configs.values.contains { $0.pluginID == 1 })
    }

    @Test(arguments: [
        (#"{"a": 1,}"#, "Expecting property name enclosed in double quotes: line 1 column 9 (char 8)"),
        ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"), ("{\n\"a\" 1}", "Expecting ':' delimiter: line 2 column 5 (char 6)"),
        ("1 x", "Extra data: line 1 column 3 (char 2)"), ("nope", "Expecting value: line 1 column 1 (char 0)"),
        (#""\x""#, "Invalid \\escape: line 1 column 2 (char 1)"),
    ])
    func brokenJSONIsExplainedAsPythonDoes(text: String, message: String) {
        var caller = DemoCaller(state: .demo())
        let answer = caller.send("PATCH", "/api/projects/1/plugin_configs/1/", type: "application/json", Array(text.utf8))
        #expect(answer.status == 400)
        #expect(answer.body["detail"]?.string == "JSON parse error - \(message)")
    }

    @Test func instantsReadWhatTheyWrite() {
        for text in ["2023-11-04T08:48:25.236900Z", "2024-02-29T23:59:59Z", "1969-12-31T23:59:59.999999Z", "2000-03-01T00:00:00Z"] {
            #expect(DemoInstant(text)?.text == text)
        }
        #expect(DemoInstant("2023-11-04T08:48:00.5Z") == nil)
        #expect(DemoInstant("yesterday") == nil)
    }
}
