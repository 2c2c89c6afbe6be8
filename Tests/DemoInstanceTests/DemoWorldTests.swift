import DemoInstance
import Models
import Testing

/// Asks a state in-process with a demo key.
struct DemoCaller {
    var state: DemoState
    var clock = DemoInstant(microseconds: 1_699_099_200_000_000)
    var key = DemoKeys.admin

    mutating func get(_ target: String) -> (status: Int, body: JSONValue) {
        send("GET", target)
    }

    mutating func json(_ method: String, _ target: String, _ body: JSONValue) -> (status: Int, body: JSONValue) {
        send(method, target, type: "application/json", Array(body.text.utf8))
    }

    mutating func form(_ method: String, _ target: String, _ fields: [(String, String)]) -> (status: Int, body: JSONValue) {
        var form = MultipartWriter(boundary: "x")
        for (name, text) in fields { form.add(name, Array(text.utf8)) }
        return send(method, target, type: "multipart/form-data; boundary=x", form.finished)
    }

    mutating func send(
        _ method: String, _ target: String, type: String? = nil, _ body: [UInt8] = []
    ) -> (status: Int, body: JSONValue) {
        var headers = [DemoHeader("Authorization", "Bearer \(key)"), DemoHeader("Host", "demo.example.com")]
        if let type { headers.append(DemoHeader("Content-Type", type)) }
        let request = DemoRequest(method, target, headers: headers, body: body)
        let answer = respond(to: request, state: &state, clock: clock)
        let value = try? JSONValue(parsing: answer.body)  // An empty body counts as null here.
        return (answer.status, value ?? .null)
    }
}

struct DemoWorldTests {
    @Test func theSameSeedMakesTheSameWorld() {
        #expect(fingerprint(.demo(seed: 5)) == fingerprint(.demo(seed: 5)))
        #expect(fingerprint(.demo(seed: 5)) != fingerprint(.demo(seed: 6)))
    }

    private func fingerprint(_ state: DemoState) -> String {
        let configs = state.configs.values.sorted { $0.id < $1.id }.map { "\($0.id) \($0.config.text) \($0.createdAt.text)" }
        return (configs + state.organizations.map(\.id)).joined(separator: "\n")
    }

    @Test func everyEndpointThatPhsyncCallsAnswers() {
        var caller = DemoCaller(state: .demo())
        let organization = caller.get("/api/users/@me/").body["organization"]?["id"]?.string ?? ""
        #expect(caller.get("/_preflight/").body["plugins"] == true)
        #expect(caller.get("/api/organizations/\(organization)/").body["name"] == "Example Trading")
        #expect(caller.get("/api/projects/").body["count"] == 3)
        #expect(caller.get("/api/organizations/\(organization)/plugins/").body["count"] == 11)
        let counts = (1...3).map { caller.get("/api/projects/\($0)/plugin_configs/").body["count"] }
        #expect(counts == [8, 6, 4])
        #expect(caller.get("/api/organizations/\(organization)/plugins/1/source/").body["index.ts"]?.string?.isEmpty == false)
        #expect(caller.get("/api/organizations/\(organization)/plugins/activity/").body["total_count"] == 1)
    }

    @Test func theWorldHasEveryKindOfPluginAndField() {
        let plugins = DemoState.demo().plugins.values
        #expect(Set(plugins.compactMap(\.type)) == ["repository", "custom", "source", "local"])
        #expect(plugins.contains { $0.configSchema.object?.isEmpty == false })
        let fields = plugins.flatMap { $0.configSchema.array ?? [] }
        #expect(Set(fields.compactMap { $0["type"]?.string }) == ["string", "choice", "json", "attachment", "multiline"])
        #expect(fields.contains { $0["secret"]?.bool == true && $0["type"]?.string == "attachment" })
        #expect(fields.contains { $0["required"]?.bool == true })
    }

    @Test func noAnswerShowsASecret() {
        var caller = DemoCaller(state: .demo())
        let secrets = caller.state.configs.values.flatMap { $0.config.object?.members ?? [] }
            .compactMap { ["openExchangeRatesApiKey", "apiKey", "password", "webhookToken", "webhookUrl"].contains($0.key) ? $0.value.string : nil }
            .filter { !$0.isEmpty }
        #expect(secrets.count == 7)
        let lists = (1...3).map { caller.get("/api/projects/\($0)/plugin_configs/").body.text }.joined()
        for secret in secrets { #expect(!lists.contains(secret)) }
    }

    @Test func anotherOrganizationsSharedPluginIsListedButNotOpened() {
        var caller = DemoCaller(state: .demo())
        #expect(caller.get("/api/organizations/@current/plugins/2/").status == 403)
        #expect(caller.get("/api/organizations/@current/plugins/2/source/").status == 403)
        #expect(caller.get("/api/projects/1/plugin_configs/2/").body["plugin_info"]?["name"] == "GeoIP")
    }

    @Test func aScaledWorldHasOneConfigPerProjectAndPlugin() {
        let state = DemoState.scaled(configs: 2_345)
        #expect(state.configs.count == 2_345)
        #expect(Set(state.configs.values.map { "\($0.projectID) \($0.pluginID)" }).count == 2_345)
        var caller = DemoCaller(state: state)
        #expect(caller.get("/api/projects/").body["count"] == 24)
        #expect(caller.get("/api/projects/24/plugin_configs/").body["count"] == 45)
        #expect(caller.get("/api/organizations/@current/plugins/?limit=7").body["results"]?.array?.count == 7)
    }

    @Test func aScaledWorldForPeopleHasLogsFiguresAFailureAndEvents() throws {
        #expect(DemoState.scaled(configs: 30).logs.isEmpty, "for measuring there are lists alone")
        let state = DemoState.scaled(configs: 30, hasReview: true)
        let failing = try #require(state.configs.values.first { $0.error != .null })
        #expect(failing.isEnabled && state.plugins[failing.pluginID]?.name?.hasPrefix("Currency Normalization") == true)
        var caller = DemoCaller(state: state)
        let metrics = caller.get("/api/projects/1/app_metrics/\(failing.id)/?category=processEvent&date_from=-30d").body
        #expect(metrics["errors"]?.array?.map { $0["error_type"] } == ["TypeError"])
        #expect(metrics["metrics"]?["totals"]?["successes"]?.int ?? 0 > 1000)
        #expect(caller.get("/api/projects/1/plugin_configs/\(failing.id)/logs/").body["count"]?.int ?? 0 > 20)
        #expect(caller.get("/api/projects/1/events/?limit=5").body["results"]?.array?.count == 5)
    }

    @Test func whatWentWrongCanBeFollowedFromTheFiguresToTheFailingEvent() {
        var caller = DemoCaller(state: .demo())
        let metrics = "/api/projects/1/app_metrics/1/"
        let errors = caller.get("\(metrics)?category=processEvent&date_from=-30d").body["errors"]?.array ?? []
        #expect(errors.map { $0["error_type"] } == ["TypeError"])
        let details = caller.get("\(metrics)error_details/?category=processEvent&error_type=TypeError").body["result"]?.array ?? []
        #expect(details.count == 20)
        for detail in details {
            #expect(detail["error_details"]?["event"]?["properties"]?["currency"] == "chf")
            #expect(detail["error_details"]?["event"]?["properties"]?["currency_code"] == nil)
        }
        let logged = caller.get("/api/projects/1/plugin_configs/1/logs/?type_filter=ERROR").body["results"]?.array ?? []
        #expect(logged.count == 24)
        #expect(logged.allSatisfy { $0["message"]?.string?.contains("(index.ts:10:64)") == true })
    }

    @Test func aWeekOfLogsHasEntriesOfOneInstant() {
        var caller = DemoCaller(state: .demo())
        let times = (caller.get("/api/projects/1/plugin_configs/2/logs/").body["results"]?.array ?? []).compactMap { $0["timestamp"]?.string }
        #expect(times.count > 50)
        #expect(Set(times).count < times.count)
    }

    @Test func theColleagueSavesWhatTheActivityLogTellsAndNoSecret() {
        var state = DemoState.demo()
        var colleague = DemoColleague(seed: 3)
        let before = secrets(state)
        for _ in 0..<60 { #expect(colleague.saveSomething(&state, now: DemoInstant(microseconds: 1_699_099_200_000_000)) != nil) }
        #expect(secrets(state) == before)
        #expect(state.activity.count == 61)
    }

    private func secrets(_ state: DemoState) -> [Int64: [String]] {
        state.configs.mapValues { config in
            let keys = ConfigSchema(state.plugins[config.pluginID]?.configSchema ?? .null).secretKeys
            return config.config.object?.members.filter { keys.contains($0.key) }.map(\.value.text) ?? []
        }
    }
}
