import DemoInstance
import Models
import Testing

/// The seeded world as PostHog 1.26, as far as phsync's rules lean on its habits.
struct Profile1_26Tests {
    private static let mask = "**************** POSTHOG SECRET FIELD ****************"
    private static let configs = "/api/projects/1/plugin-configs/"

    private func caller() -> DemoCaller {
        DemoCaller(state: .demo(profile: .posthog1_26))
    }

    @Test func profilesAreFoundByName() {
        #expect(DemoProfile.all.map(\.name) == ["1.26", "2023-11"])
        for profile in DemoProfile.all { #expect(DemoProfile(named: profile.name)?.name == profile.name) }
        #expect(DemoProfile(named: "1.27") == nil)
        #expect(DemoState.demo().profile.name == "2023-11")
    }

    @Test func everyEndpointThatPhsyncCallsAnswers() {
        var caller = caller()
        let organization = caller.get("/api/users/@me/").body["organization"]?["id"]?.string ?? ""
        #expect(caller.get("/_preflight/").body["plugins"] == true)
        #expect(caller.get("/_preflight/").body["realm"] == nil)
        #expect(caller.get("/api/organizations/\(organization)/").body["name"] == "Example Trading")
        #expect(caller.get("/api/projects/").body["count"] == 3)
        #expect(caller.get("/api/organizations/\(organization)/plugins/").body["count"] == 11)
        #expect(caller.get(Profile1_26Tests.configs).body["count"] == 8)
        #expect(caller.get("/api/plugin_config/").body["count"] == 8)
        #expect(caller.get("/api/event/").body["results"]?.array?.count == 60)
        #expect(caller.get("/api/organizations/@current/plugins/repository/").body.array?.isEmpty == false)
        #expect(caller.get("/api/organizations/@current/plugins/1/check_for_updates/").body["plugin"]?["id"] == 1)
    }

    @Test(arguments: [
        "/api/projects/1/plugin_configs/", "/api/projects/1/app_metrics/1/", "/api/organizations/@current/plugins/4/source/",
        "/api/organizations/@current/plugins/activity/", "/api/organizations/@current/plugins/unused/",
        "/api/projects/1/plugin-configs/1/frontend/", "/api/plugin_config/1/logs", "/api/nothing/",
    ])
    func whatCameLaterIsNotThere(target: String) {
        var caller = caller()
        #expect(caller.get(target).status == 404)
    }

    @Test func theCurrentProjectDecidesWhateverThePathNames() {
        var caller = caller()
        #expect(caller.get("/api/projects/2/plugin-configs/").body["count"] == 8)
        #expect(caller.json("PATCH", "/api/users/@me/", ["set_current_team": 2]).body["team"]?["id"] == 2)
        let answer = caller.get(Profile1_26Tests.configs).body
        #expect(answer["count"] == 6)
        #expect(answer["results"]?.array?.allSatisfy { $0["team_id"] == 2 } == true)
        #expect(caller.get("\(Profile1_26Tests.configs)1/").status == 404)
        #expect(caller.json("PATCH", "/api/users/@me/", ["set_current_team": 4]).status == 400)
        #expect(caller.json("PATCH", "/api/users/@me/", ["set_current_team": "x"]).status == 500)
        #expect(caller.get("/api/projects/@current/").body["id"] == 2)
    }

    @Test func aSecondConfigOfAPluginIsMadeAndRearrangeTakesTheLastOne() {
        var caller = caller()
        let first = caller.form("POST", "/api/plugin_config/", [("plugin", "2"), ("order", "20"), ("enabled", "true")])
        #expect(first.status == 201)
        let id = first.body["id"]?.int ?? 0
        #expect(caller.state.configs[id]?.pluginID == 2)
        let answer = caller.json("PATCH", "/api/plugin_config/rearrange/", ["orders": ["2": "30"]])
        #expect(answer.status == 200)
        #expect(caller.state.configs[id]?.order == 30)
        #expect(caller.state.configs[2]?.order == 2)
    }

    @Test func theMaskIsStoredWhenItIsWrittenBackAndAnOmittedSecretIsKept() {
        var caller = caller()
        let secret = caller.state.configs[3]?.config["apiKey"]
        let target = "/api/plugin_config/3/"
        #expect(caller.get(target).body["config"]?["apiKey"]?.string == Profile1_26Tests.mask)
        #expect(caller.form("PATCH", target, [("config", #"{"groupType": "team"}"#)]).status == 200)
        #expect(caller.state.configs[3]?.config["apiKey"] == secret)
        let text = #"{"apiKey": "\#(Profile1_26Tests.mask)"}"#
        #expect(caller.form("PATCH", target, [("config", text)]).body["config"]?["apiKey"]?.string == Profile1_26Tests.mask)
        #expect(caller.state.configs[3]?.config["apiKey"]?.string == Profile1_26Tests.mask)
    }

    @Test func removingAnAttachmentThatIsNotThereIsNoError() {
        var caller = caller()
        for _ in 0..<2 {
            let answer = caller.form("PATCH", "/api/plugin_config/7/", [("remove_attachment[table]", "1")])
            #expect(answer.status == 200)
            #expect(answer.body["config"]?["table"] == nil)
        }
    }

    @Test func theSourceIsAFieldThatIsTrimmedAndNullForArchives() {
        var caller = caller()
        let plugins = "/api/organizations/@current/plugins/"
        #expect(caller.get("\(plugins)4/").body["source"]?.string?.hasPrefix("export function processEvent") == true)
        #expect(caller.get("\(plugins)1/").body["source"] == JSONValue.null)
        let answer = caller.json("PATCH", "\(plugins)4/", ["source": "\n  return\n"])
        #expect(answer.body["source"] == "return")
        let half = Array(#"{"name": "\ud83d\ude00 \udc00"}"#.utf8)
        let broken = caller.send("PATCH", "\(plugins)4/", type: "application/json", half)
        #expect(broken.body["code"] == "surrogate_characters_not_allowed")
        #expect(broken.body["detail"] == "Surrogate characters are not allowed: U+DC00.")
    }

    @Test func aFieldThatTheServerDoesNotHaveIsIgnored() {
        var old = caller()
        #expect(old.json("PATCH", "/api/organizations/@current/plugins/4/", ["icon": ["no": "text"]]).status == 200)
        var new = DemoCaller(state: .demo())
        #expect(new.json("PATCH", "/api/organizations/@current/plugins/4/", ["source": ["no": "text"]]).status == 200)
        #expect(new.json("PATCH", "/api/organizations/@current/plugins/4/", ["icon": ["no": "text"]]).status == 400)
    }

    @Test func aPluginThatIsWrittenMovesToTheEndOfTheList() {
        var caller = caller()
        let plugins = "/api/organizations/@current/plugins/"
        #expect(caller.json("PATCH", "\(plugins)4/", ["name": "Moved"]).status == 200)
        let ids = caller.get(plugins).body["results"]?.array?.compactMap { $0["id"]?.int }
        #expect(ids == [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 4])
    }

    @Test(arguments: [
        (">= 1.26.0", 201), ("<1.27,>1.25", 201), ("~1.26.0", 201), ("^1.20.0", 201), ("1.26", 201), ("!= 1.26.0", 400),
        (">= 1.27.0", 400), ("^2.0.0", 400), ("~1.25.1", 400), ("anything", 400),
    ])
    func aPluginForAnotherVersionIsRefused(requirement: String, status: Int) {
        var state = DemoState.demo(profile: .posthog1_26)
        let json: JSONValue = ["name": "Versioned", "posthogVersion": .string(requirement)]
        let url = "https://github.com/example/versioned"
        state.repositories.append(
            DemoRepository(
                url: url, behaviour: .works, versions: [.init(commit: "abc", pluginJSON: json, mainFile: nil, files: [])]))
        var caller = DemoCaller(state: state)
        let answer = caller.json("POST", "/api/organizations/@current/plugins/", ["url": .string("\(url)/tree/abc")])
        #expect(answer.status == status)
        if status == 201 { #expect(answer.body["url"]?.string == url && answer.body["tag"] == "abc") }
    }

    @Test(arguments: [
        ("2021-06-17", 2), ("2021-06-17T08", 2), ("2021-06-17 08:48", 1), ("2021-06-17T10:48:00%2B02:00", 1),
        ("2021-06-17T08:48:00.000Z", 1), ("2021-06-17T08:48:30", 0), ("2021-06-17T08:48:00.5Z", nil), ("", nil), ("noon", nil),
        ("2021-06-17T8:48", nil), ("2021-13-99", nil), ("2021-06-17T08:48:00 00:00", nil),
    ])
    func datesOfLogsAreReadAsPythonReadsThem(date: String, count: Int64?) {
        var state = DemoState.demo(profile: .posthog1_26)
        state.logs = []
        for time in ["2021-06-17T08:48:00.000000Z", "2021-06-17T08:48:30.000000Z"] {
            state.logs.append(
                JSONObject([
                    .init(key: "team_id", value: 1), .init(key: "plugin_config_id", value: 1),
                    .init(key: "timestamp", value: .string(time)),
                ]))
        }
        var caller = DemoCaller(state: state)
        let after = date.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "+")
        let answer = caller.get("\(Profile1_26Tests.configs)1/logs?after=\(after)")
        #expect(answer.status == (count == nil ? 500 : 200))
        #expect(answer.body["count"]?.int == count)
    }

    @Test(arguments: [
        ("application/json", 200), ("*/*", 200), ("", 200), ("application/xml, application/json;q=0.5", 200),
        ("application/xml", 406), ("text/html", 500),
    ])
    func onlyJSONIsAnswered(accept: String, status: Int) {
        var state = DemoState.demo(profile: .posthog1_26)
        let request = DemoRequest(
            "GET", "/api/projects/",
            headers: [DemoHeader("Authorization", "Bearer \(DemoKeys.admin)"), DemoHeader("Accept", accept)])
        #expect(respond(to: request, state: &state, clock: DemoInstant(microseconds: 0)).status == status)
    }

    @Test func theServerPlaysTheProfileOfItsState() throws {
        try withServer(state: .demo(profile: .posthog1_26)) { server in
            let answer = try SocketClient(port: server.port).exchange("GET", "/api/plugin_config/")?.json
            #expect(answer?["count"] == 8)
            #expect(answer?["results"]?.array?.contains { $0["delivery_rate_24h"] != nil } == false)
        }
    }
}
