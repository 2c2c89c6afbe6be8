import DemoInstance
import Models
import Storage
import Testing

@testable import CLI

/// What becomes of a pull, an edit, a plan and a push where no recording is: on old and new servers, and with limited keys.
/// Each through the program and a socket, against the stand-in's variants.
@Suite struct VariantTests {
    /// What a command printed with `-o json`.
    private struct Told {
        let status: Int32
        let codes: [String]
        let messages: String
        let nexts: [String]
        let result: JSONValue
    }

    private func home(_ variant: DemoVariant) async throws -> PulledHome {
        try await PulledHome { $0 = .demo(variant: variant, now: DemoServer.systemClock()) }
    }

    private func tell(_ home: PulledHome, _ arguments: String...) throws -> Told {
        let outcome = try home.phsync(arguments + ["-o", "json"])
        let json = try JSONValue(parsing: outcome.output)
        let problems = json["problems"]?.array ?? []
        return Told(
            status: outcome.status, codes: problems.compactMap { $0["code"]?.string }.filter { $0 != "not-proved" },
            messages: problems.compactMap { $0["message"]?.string }.joined(separator: "\n"),
            nexts: problems.compactMap { $0["next"]?.string }, result: json["result"] ?? .null)
    }

    private func succeed(_ home: PulledHome, _ arguments: [String], input: String = "") throws {
        let outcome = try home.phsync(arguments, input: input)
        #expect(outcome.status == 0, "\(arguments): \(outcome.messages)")
    }

    private func stored(_ home: PulledHome, _ config: Int64, _ key: String) -> JSONValue? {
        home.server.withState { $0.configs[config]?.config[key] }
    }

    private func writes(_ home: PulledHome) -> [String] { home.server.requests.filter { $0.method != "GET" }.map(\.method) }

    /// Rows that a collection of the last pull has taken for removed.
    private func removed(_ told: Told) -> Int64 {
        (told.result["collections"]?.array ?? []).reduce(0) { $0 + ($1["removed"]?.int ?? 0) }
    }

    // MARK: Old servers

    @Test(arguments: [DemoVariant.v1_18, .v1_22, .v1_24])
    func serversWithoutProjectsInTheirPathsAreReadAndWritten(variant: DemoVariant) async throws {
        let home = try await home(variant)
        defer { home.server.stop() }
        let pulled = try tell(home, "pull")
        #expect(pulled.status == 0 && removed(pulled) == 0)
        #expect(home.server.requests.allSatisfy { !$0.path.hasSuffix("/logs") || !$0.path.contains("plugin_config/") })
        #expect(try home.phsync(["edit-config", "1", "normalizedCurrency=CHF", "openExchangeRatesApiKey=@-"], input: "oxr_new").status == 0)
        #expect(try home.phsync(["edit-config", "plugin:10@Web shop", "start=8", "--enable"]).status == 0)
        #expect(try tell(home, "plan").status == 0)
        #expect(try tell(home, "push", "--yes").status == 0)
        #expect(stored(home, 1, "normalizedCurrency") == "CHF" && stored(home, 1, "amountProperty") == "amount")
        #expect(stored(home, 1, "openExchangeRatesApiKey") == "oxr_new", "whether the server masks it or not")
        #expect(home.server.withState { state in state.configs.values.count { $0.pluginID == 10 && $0.projectID == 1 && $0.isEnabled } } == 1)
        let again = try tell(home, "pull")
        #expect(again.status == 0 && removed(again) == 0)
        #expect(try tell(home, "fsck").status == 0)
    }

    @Test func configsThatNameNoProjectAreNeverStoredUnderAnother() async throws {
        let home = try await home(.v1_22)
        defer { home.server.stop() }
        let before = try tell(home, "configs").result
        home.server.withState { $0.users[0].currentProjectID = 2 }
        #expect(try tell(home, "pull").codes.contains("project-not-current"))
        let web = try tell(home, "configs", "--project", "1").result
        #expect(web.array?.count == before.array?.count)
        try succeed(home, ["edit-config", "1", "normalizedCurrency=CHF"])
        home.server.clearRequests()
        let pushed = try tell(home, "push", "--yes")
        #expect(pushed.status == 6 && pushed.codes == ["project-not-current"])
        #expect(writes(home).isEmpty)
    }

    // MARK: Limited keys

    @Test func aKeyThatMayOnlyReadPullsAndIsToldAtThePush() async throws {
        let home = try await home(.readOnlyKey)
        defer { home.server.stop() }
        let pulled = try tell(home, "pull")
        #expect(pulled.status == 0 && removed(pulled) == 0)
        #expect(pulled.messages.contains("does not support Personal API Key access"))
        try succeed(home, ["edit-config", "1", "normalizedCurrency=CHF"])
        #expect(try tell(home, "plan").status == 0)
        let pushed = try tell(home, "push", "--yes")
        #expect(pushed.status == 4 && pushed.codes == ["forbidden"] && pushed.nexts == ["phsync login"])
        #expect(pushed.messages.contains("'plugin:write'"))
        #expect(stored(home, 1, "normalizedCurrency") == "EUR")
        // With another key the edit, which was kept, arrives.
        home.server.withState { $0.keyLimits = [:] }
        #expect(try tell(home, "push", "--yes").status == 0)
        #expect(stored(home, 1, "normalizedCurrency") == "CHF")
    }

    @Test func aKeyThatMayNotEvenAskWhoItIsSaysWhichScopeItLacks() async throws {
        let home = try await home(.severalConfigs)
        defer { home.server.stop() }
        let before = try tell(home, "configs").result
        home.server.withState { $0.keyLimits[DemoKeys.admin] = DemoKeyLimit(scopes: ["plugin:read"]) }
        let pulled = try tell(home, "pull")
        #expect(pulled.status == 4 && pulled.messages.contains("'user:read'") && pulled.nexts == ["phsync login"])
        #expect(try tell(home, "configs").result == before)
    }

    @Test func aKeyWithAllScopesLacksOnlyTheActions() async throws {
        let home = try await home(.scopedKey)
        defer { home.server.stop() }
        let pulled = try tell(home, "pull")
        #expect(pulled.status == 0)
        let unreachable = (pulled.result["collections"]?.array ?? []).filter { $0["state"] == "unreachable" }.compactMap { $0["collection"]?.string }
        #expect(Set(unreachable) == ["sources", "errors", "activity"])
        try succeed(home, ["edit-config", "1", "normalizedCurrency=CHF"])
        try succeed(home, ["edit-config", "plugin:10@Web shop", "start=8"])
        #expect(try tell(home, "push", "--yes").status == 0)
        #expect(stored(home, 1, "normalizedCurrency") == "CHF")
    }

    @Test func aKeyThatLosesItsScopesDeletesNothing() async throws {
        let home = try await home(.scopedKey)
        defer { home.server.stop() }
        let before = (try tell(home, "plugins").result, try tell(home, "configs").result)
        home.server.withState { $0.keyLimits[DemoKeys.admin] = DemoKeyLimit(scopes: ["user:read"]) }
        let pulled = try tell(home, "pull")
        #expect(pulled.status == 4 && removed(pulled) == 0)
        #expect(try (tell(home, "plugins").result, tell(home, "configs").result) == before)
    }

    @Test func aKeyForOneProjectKnowsPluginsFromTheirConfigs() async throws {
        let home = try await home(.projectKey)
        defer { home.server.stop() }
        let pulled = try tell(home, "pull")
        #expect(pulled.status == 4 && pulled.codes.contains("plugins-from-configs") && pulled.codes.count { $0 == "forbidden" } == 2)
        #expect(pulled.messages.contains("With --project only the projects that you name are read."))
        let narrowed = try tell(home, "pull", "--project", "Web shop")
        #expect(narrowed.status == 0 && removed(narrowed) == 0)
        #expect(try tell(home, "plugins").result.array?.count == 8, "those that Web shop has configs of")
        #expect(try tell(home, "show", "1").result["config"]?["openExchangeRatesApiKey"]?["secret"] == true)
        try succeed(home, ["edit-config", "1", "normalizedCurrency=CHF", "openExchangeRatesApiKey=@-"], input: "oxr_new")
        #expect(try tell(home, "push", "--yes").status == 0)
        #expect(stored(home, 1, "normalizedCurrency") == "CHF" && stored(home, 1, "openExchangeRatesApiKey") == "oxr_new")
    }

    /// No list tells of it, so each pull asks a config: what is secret decides what may be stored.
    @Test func aKeyForOneProjectLearnsOfAChangedSchema() async throws {
        let home = try await home(.projectKey)
        defer { home.server.stop() }
        home.server.withState { state in
            state.plugins[4]?.configSchema = [["key": "emailSuffix", "type": "string", "secret": true], ["key": "dropAnonymous", "type": "string"]]
        }
        #expect(try tell(home, "pull", "--project", "1").status == 0)
        #expect(try tell(home, "show", "4").result["config"]?["emailSuffix"]?["secret"] == true)
    }

    @Test func aMirrorOfAWiderKeyLosesNothingToAKeyForOneProject() async throws {
        let home = try await home(.severalConfigs)
        defer { home.server.stop() }
        let before = (try tell(home, "plugins").result, try tell(home, "configs").result)
        try succeed(home, ["edit-config", "9", "normalizedCurrency=CHF"])
        home.server.withState { DemoVariant.projectKey.apply(to: &$0) }
        let pulled = try tell(home, "pull")
        #expect(pulled.status == 4 && removed(pulled) == 0)
        #expect(try tell(home, "plugins").result == before.0)
        #expect(try tell(home, "configs").result.array?.count == before.1.array?.count)
        let pushed = try tell(home, "push", "--yes")
        #expect(pushed.status == 4 && pushed.messages.contains("ID 2"))
        // A plugin without a config that this key may see: nothing tells what of it is secret.
        try succeed(home, ["discard", "--yes"])
        try succeed(home, ["edit-config", "plugin:10@Web shop", "start=8"])
        home.server.clearRequests()
        #expect(try tell(home, "push", "--yes").status == 4)
        #expect(writes(home).isEmpty)
        // One whose config it may see can be created from that.
        try succeed(home, ["discard", "--yes"])
        home.server.withState { state in
            for id in state.keyLimits.keys { state.keyLimits[id]?.projects = [1, 2] }
        }
        try succeed(home, ["edit-config", "plugin:10@Web shop", "start=8"])
        #expect(try tell(home, "push", "--yes").status == 0)
    }

    @Test func aKeyForAnotherOrganizationDeletesNothing() async throws {
        let home = try await home(.organizationKey)
        defer { home.server.stop() }
        #expect(try tell(home, "pull").status == 0)
        let before = try tell(home, "configs").result
        home.server.withState { state in
            let other = state.organizations[1].id
            for key in state.keyLimits.keys { state.keyLimits[key]?.organizations = [other] }
        }
        let pulled = try tell(home, "pull")
        #expect(pulled.status == 4 && removed(pulled) == 0 && pulled.messages.contains("requested organization"))
        #expect(try tell(home, "configs").result == before)
        try succeed(home, ["edit-config", "1", "normalizedCurrency=CHF"])
        #expect(try tell(home, "push", "--yes").status == 4)
        #expect(stored(home, 1, "normalizedCurrency") == "EUR")
    }

    // MARK: What servers no longer make

    @Test func aHogFunctionInThePlaceOfAConfigIsToldOnceAndMadeOnce() async throws {
        let home = try await home(.handover)
        defer { home.server.stop() }
        try succeed(home, ["edit-config", "plugin:9@Web shop", "host=warehouse.example.com", "password=@-", "--enable"], input: "pw_new")
        #expect(try tell(home, "plan").status == 0)
        let pushed = try tell(home, "push", "--yes")
        #expect(pushed.status == 5 && pushed.codes == ["handed-over", "partly-applied"])
        #expect(pushed.result["steps"]?.array?.compactMap { $0["state"]?.string } == ["handed over", "skipped"])
        for command in [["push", "--yes"], ["plan"]] {
            let told = try JSONValue(parsing: try home.phsync(command + ["-o", "json"]).output)
            #expect(told["exit_status"] == 3 && told["problems"]?.array?.first?["code"] == "handed-over")
        }
        #expect(try tell(home, "pull").status == 0)
        #expect(try tell(home, "push", "--yes").status == 3)
        #expect(home.server.requests.count { $0.method == "POST" } == 1)
        #expect(home.server.withState { $0.hogFunctions.map(\.isEnabled) } == [false])
        #expect(try tell(home, "discard", "draft:1", "--yes").status == 0)
        #expect(try tell(home, "push", "--yes").status == 0)
        #expect(home.server.requests.count { $0.method == "POST" } == 1)
        // What has no template is made as before.
        try succeed(home, ["edit-config", "plugin:10@Web shop", "start=8"])
        #expect(try tell(home, "push", "--yes").status == 0)
    }

    @Test func aLostCreateIsNotSentAgainBeforeAPersonSaysSo() async throws {
        let home = try await home(.handover)
        defer { home.server.stop() }
        home.server.setFaults([FaultRule(.answerLost, method: "POST", count: nil)])
        try succeed(home, ["edit-config", "plugin:9@Web shop", "host=warehouse.example.com", "password=@-"], input: "pw_new")
        let pushed = try tell(home, "push", "--yes")
        #expect(pushed.status == 5 && pushed.codes.first == "create-untraceable")
        #expect(try tell(home, "push", "--yes").status == 3)
        #expect(try tell(home, "pull").status == 0)
        #expect(try tell(home, "push", "--yes").codes == ["create-untraceable"])
        #expect(home.server.withState { $0.hogFunctions.count } == 1)
        #expect(try tell(home, "resolve", "draft:1", "--remote").status == 0)
        // One that never arrived.
        home.server.setFaults([FaultRule(.refused, method: "POST", count: nil)])
        try succeed(home, ["edit-config", "plugin:10@Web shop", "start=8"])
        #expect(try tell(home, "push", "--yes").codes.first == "create-untraceable")
        home.server.setFaults([])
        #expect(try tell(home, "push", "--yes").status == 3)
        #expect(try tell(home, "resolve", "draft:2", "--local").status == 0)
        #expect(try tell(home, "push", "--yes").status == 0)
        #expect(home.server.withState { state in state.configs.values.count { $0.pluginID == 10 && $0.projectID == 1 } } == 1)
    }

    @Test func wherePluginsAreFrozenConfigsCanStillBeChanged() async throws {
        let home = try await home(.frozen)
        defer { home.server.stop() }
        try succeed(home, ["edit-config", "plugin:10@Web shop", "start=8"])
        let pushed = try tell(home, "push", "--yes")
        #expect(pushed.status == 1 && pushed.codes == ["creation-closed"] && pushed.nexts == ["phsync discard draft:1"])
        #expect(pushed.messages.contains("Hog Functions"))
        #expect(try tell(home, "status").result["drafts"] == 1, "nothing of it is lost")
        try succeed(home, ["edit-config", "1", "normalizedCurrency=CHF"])
        #expect(try tell(home, "push", "--yes", "1").status == 0)
        #expect(stored(home, 1, "normalizedCurrency") == "CHF")
    }

    @Test func severalConfigsOfAPluginAreToldApart() async throws {
        let home = try await home(.severalConfigs)
        defer { home.server.stop() }
        let ambiguous = try tell(home, "edit-config", "plugin:1@Web shop", "normalizedCurrency=CHF")
        #expect(ambiguous.status == 64 && ambiguous.codes == ["several-configs"])
        #expect(ambiguous.messages.contains("config:1 ") && ambiguous.messages.contains("config:19 (\"Second\", "))
        for command in ["show", "discard", "diff", "plan", "push", "resolve"] {
            let arguments = [command, "Currency Normalization@Web shop"] + (command == "resolve" ? ["--local"] : [])
            #expect(try home.phsync(arguments).status == 64, "\(command)")
        }
        try succeed(home, ["edit-config", "19", "normalizedCurrency=CHF"])
        try succeed(home, ["edit-config", "plugin:10@Web shop", "start=8", "--enable"])
        #expect(try tell(home, "push", "--yes").status == 0)
        #expect(stored(home, 19, "normalizedCurrency") == "CHF" && stored(home, 1, "normalizedCurrency") == "EUR")
        let again = try tell(home, "pull")
        #expect(again.status == 0 && removed(again) == 0)
        #expect(try tell(home, "fsck").status == 0)
    }

    // MARK: What is gone

    @Test func withoutLogsMetricsAndActivityTheRestGoesOn() async throws {
        let home = try await PulledHome()
        defer { home.server.stop() }
        let before = try tell(home, "metrics").result
        home.server.withState { DemoVariant.withoutReview.apply(to: &$0) }
        let pulled = try tell(home, "pull", "--full")
        #expect(pulled.status == 0 && removed(pulled) == 0)
        #expect(pulled.codes.allSatisfy { $0 == "collection-incomplete" } && pulled.messages.contains("Endpoint not found"))
        #expect(try tell(home, "metrics").result == before, "the mirror keeps what it has")
        try succeed(home, ["edit-config", "1", "normalizedCurrency=CHF"])
        #expect(try tell(home, "push", "--yes").status == 0)
    }

    @Test func anInstanceWithoutPluginsLeavesAnArchive() async throws {
        let home = try await PulledHome()
        defer { home.server.stop() }
        let before = (try tell(home, "plugins").result, try tell(home, "configs").result)
        try succeed(home, ["edit-config", "1", "normalizedCurrency=CHF"])
        home.server.withState { DemoVariant.removed.apply(to: &$0) }
        // Before any pull has found out: nothing is taken for moved or deleted.
        let early = try tell(home, "push", "--yes")
        #expect(early.status == 1 && early.codes == ["no-endpoint"])
        let pulled = try tell(home, "pull")
        #expect(pulled.status == 1 && pulled.codes == ["plugins-removed"])
        #expect(try tell(home, "plugins").result == before.0)
        #expect(try tell(home, "configs").result.array?.count == before.1.array?.count)
        let pushed = try tell(home, "push", "--yes")
        #expect(pushed.status == 1 && pushed.codes == ["archive"])
        #expect(try tell(home, "status").result["edits"] == 1)
        #expect(writes(home).isEmpty)
    }
}
