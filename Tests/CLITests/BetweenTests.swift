import DemoInstance
import Glibc
import Models
import Storage
import Testing

@testable import CLI

/// `diff --between` two projects, and both commands with a second context.
@Suite struct BetweenTests {
    private let home: PulledHome

    init() async throws {
        home = try await PulledHome()
    }

    @Test func projectsAreComparedPluginByPlugin() async throws {
        let result = try await home.run("diff", "--between", "Mobile app", "Staging")
        let rows = try #require(result.result?.array)
        let currency = try #require(rows.first { $0["plugin"] == "Currency Normalization" })
        #expect(currency["state"] == "differs" && currency["a"]?["config"] == "config:9" && currency["b"]?["config"] == "config:15")
        let changes = try #require(currency["changes"]?.array)
        #expect(changes.contains { $0["field"] == "enabled" && $0["a"] == true && $0["b"] == false })
        #expect(changes.contains { $0["field"] == "config.normalizedCurrency" && $0["a"] == "USD" && $0["b"] == "EUR" })
        let secret = try #require(changes.first { $0["field"] == "config.openExchangeRatesApiKey" })
        #expect(secret["a"]?["secret"] == true && secret["a"]?["set"] == true && secret["b"]?["set"] == false)
        #expect(rows.contains { $0["state"] == "only_a" && $0["b"]?.isNull == true } && rows.contains { $0["state"] == "only_b" })
    }

    @Test func swappingTheSidesMirrorsTheResult() async throws {
        let forth = try #require(try await home.run("diff", "--between", "2", "3").result?.array)
        let back = try #require(try await home.run("diff", "--between", "3", "2").result?.array)
        func states(_ rows: [JSONValue], _ left: String, _ right: String) -> Set<String> {
            Set(rows.map { "\($0[left]?["config"]?.string ?? "-") \($0[right]?["config"]?.string ?? "-")" })
        }
        #expect(forth.count == back.count && states(forth, "a", "b") == states(back, "b", "a"))
    }

    @Test func theExitStatusTellsDifferences() throws {
        #expect(try home.phsync(["diff", "--between", "2", "3", "--exit-code"]).status == 2)
        #expect(try home.phsync(["diff", "--between", "2", "2", "--exit-code"]).status == 0)
        #expect(try home.phsync(["diff", "--between", "2"]).status == 64)
        #expect(try home.phsync(["diff", "--between", "2", "Nowhere"]).status == 64)
    }

    @Test func ofSeveralPluginsThatFitNoneIsTaken() throws {
        func entry(_ config: Int64, _ plugin: Int64) throws -> BetweenSide.Entry {
            let plugin = try Plugin(["id": JSONValue(plugin), "name": "Geo", "url": "https://example.com/geo", "config_schema": []])
            return BetweenSide.Entry(
                id: PluginConfigID(config), plugin: plugin, content: ConfigContent(enabled: true, order: 1), secretKeys: [])
        }
        let left = BetweenSide(projectName: "Shop", entries: [try entry(1, 1)])
        let right = BetweenSide(projectName: "Shop", entries: [try entry(2, 2), try entry(3, 3)])
        #expect(BetweenSide.pairs(left, right, isSameMirror: false).map(\.state) == [.onlyLeft, .onlyRight, .onlyRight])
        let one = BetweenSide(projectName: "Shop", entries: [try entry(2, 2)])
        #expect(BetweenSide.pairs(left, one, isSameMirror: false).map(\.state) == [.equal])
    }

    @Test func whatIsSecretOnOneSideIsHiddenOnBoth() throws {
        let other = try DemoServer(state: .demo())
        defer { other.stop() }
        other.withState { state in
            let fields = (state.plugins[1]?.configSchema.array ?? []).map { field -> JSONValue in
                guard var object = field.object, field["key"] == "amountProperty" else { return field }
                object["secret"] = true
                return .object(object)
            }
            state.plugins[1]?.configSchema = .array(fields)
        }
        let names = ["127.0.0.1-\(home.server.port)", "127.0.0.1-\(other.port)"]
        try home.home.writeConfig(
            #"{"contexts": {"\#(names[0])": {"host": "\#(home.server.url)"}, "\#(names[1])": {"host": "\#(other.url)"}}}"#)
        #expect(try PhsyncProcess.run(["pull"], environment: home.variables.merging(["PHSYNC_HOST": other.url]) { $1 }).status == 0)
        #expect(try home.phsync(["edit-config", "9", "amountProperty="]).status == 0)
        let compared = try home.phsync(["diff", "--between", names[0], names[1], "-o", "json"])
        let rows = try #require(try JSONValue(parsing: compared.output)["result"]?.array)
        let change = rows.flatMap { $0["changes"]?.array ?? [] }.first { $0["field"] == "config.amountProperty" }
        #expect(change?["a"]?["secret"] == true && change?["b"]?["secret"] == true, "\(compared.output)")
        #expect(change?["a"]?["set"] == false && change?["b"]?["set"] == true)
    }

    @Test func anotherContextIsMatchedByPluginURLAndProjectName() throws {
        let other = try DemoServer(state: .demo())
        defer { other.stop() }
        let names = ["127.0.0.1-\(home.server.port)", "127.0.0.1-\(other.port)"]
        try home.home.writeConfig(
            #"{"contexts": {"\#(names[0])": {"host": "\#(home.server.url)"}, "\#(names[1])": {"host": "\#(other.url)"}}}"#)
        let elsewhere = home.variables.merging(["PHSYNC_HOST": other.url]) { $1 }
        for line in [["pull"], ["edit-config", "15", "normalizedCurrency=GBP"]] {
            #expect(try PhsyncProcess.run(line, environment: elsewhere).status == 0)
        }
        let compared = try home.phsync(["diff", "--between", names[0], names[1]])
        #expect(compared.output.contains("1 difference") && compared.output.contains("\"EUR\" → \"GBP\""), "\(compared.output)\(compared.messages)")
        let undone = try home.phsync(["copy", "config:15", "--to", names[1]])
        #expect(undone.status == 0 && undone.output.contains("there is nothing to push"), "\(undone.output)\(undone.messages)")
        let copied = try home.phsync(["copy", "9", "--to", "Staging@\(names[1])"])
        #expect(copied.output.contains("(config:15)") && copied.output.contains("Next: phsync plan --context \(names[1])"))
        #expect(try home.mirror().readSync { mirror in try mirror.edits.all() }.isEmpty)
        #expect(try home.phsync(["diff", "--between", names[0], names[1]]).output.contains("\"EUR\" → \"USD\""))
    }

    @Test func whatOnlyOneContextHasIsShownAndWhatIsDeletedIsNot() throws {
        let other = try DemoServer(state: .demo())
        defer { other.stop() }
        other.withState { state in
            for index in state.projects.indices where state.projects[index].row["name"] == "Staging" { state.projects[index].row["name"] = "Elsewhere" }
            guard var twin = state.plugins[1] else { return }
            twin.id = state.nextPluginID
            state.plugins[twin.id] = twin
            state.nextPluginID += 1
        }
        // Deleted there while it was edited here: it is kept for a decision, and nothing to compare.
        #expect(try home.phsync(["edit-config", "config:6", "--position", "44"]).status == 0)
        home.server.withState { $0.configs[6] = nil }
        let names = ["127.0.0.1-\(home.server.port)", "127.0.0.1-\(other.port)"]
        try home.home.writeConfig(
            #"{"contexts": {"\#(names[0])": {"host": "\#(home.server.url)"}, "\#(names[1])": {"host": "\#(other.url)"}}}"#)
        #expect(try PhsyncProcess.run(["pull"], environment: home.variables.merging(["PHSYNC_HOST": other.url]) { $1 }).status == 0)
        let pulled = try home.phsync(["pull"])
        #expect(pulled.messages.contains("config:6"), "\(pulled.status) \(pulled.messages)")
        let compared = try home.phsync(["diff", "--between", names[0], names[1], "-o", "json"])
        let rows = try #require(try JSONValue(parsing: compared.output)["result"]?.array)
        func configs(_ state: JSONValue, _ side: String) -> [String] { rows.filter { $0["state"] == state }.compactMap { $0[side]?["config"]?.string } }
        #expect(configs("only_b", "b").contains("config:6") && !rows.contains { $0["a"]?["config"] == "config:6" }, "\(compared.output)")
        #expect(configs("only_a", "a").contains("config:17") && configs("only_b", "b").contains("config:17"), "two projects of other names")
        // The plugin itself is no better match there than its twin.
        let copied = try home.phsync(["copy", "config:1", "--to", names[1]])
        #expect(copied.status == 64 && copied.messages.contains("can be 2 plugins of \(names[1])"), "\(copied.messages)")
    }

    /// In a real staging instance nothing has the id that it has in production.
    @Test func aContextWithOtherIDsIsMatchedAllTheSameAndSecretsAreAskedFor() throws {
        let other = try DemoServer(state: .demo())
        defer { other.stop() }
        other.withState { $0.renumber(by: 100) }
        let names = ["127.0.0.1-\(home.server.port)", "127.0.0.1-\(other.port)"]
        try home.home.writeConfig(
            #"{"contexts": {"\#(names[0])": {"host": "\#(home.server.url)"}, "\#(names[1])": {"host": "\#(other.url)"}}}"#)
        let elsewhere = home.variables.merging(["PHSYNC_HOST": other.url]) { $1 }
        #expect(try PhsyncProcess.run(["pull"], environment: elsewhere).status == 0)
        let compared = try home.phsync(["diff", "--between", names[0], names[1], "--exit-code"])
        #expect(compared.status == 0, "\(compared.output)\(compared.messages)")

        let terminal = try Pseudoterminal()
        let child = try terminal.start(["copy", "9", "--to", "Staging@\(names[1])"], environment: home.variables)
        #expect(terminal.waitFor("openExchangeRatesApiKey of Currency Normalization@Staging (not shown"), "\(terminal.text)")
        while terminal.isEchoing { sched_yield() }
        terminal.type("oxr_staging\n")
        terminal.readToEnd()
        #expect(PhsyncProcess.wait(for: child) == 0)
        #expect(terminal.text.contains("(config:115)") && !terminal.text.contains("oxr_staging"), "\(terminal.text)")
        // One plan there, and its push writes there alone.
        let pushed = try PhsyncProcess.run(["push", "--yes"], environment: elsewhere)
        #expect(pushed.status == 0 && pushed.output.contains("applied"), "\(pushed.output)\(pushed.messages)")
        let written = other.withState { $0.configs[115]?.config }
        #expect(written?["normalizedCurrency"] == "USD" && written?["openExchangeRatesApiKey"] == "oxr_staging")
        #expect(home.server.withState { $0.configs[15]?.config["normalizedCurrency"] } == "EUR")
    }
}

extension DemoState {
    /// Gives every plugin and config another id.
    fileprivate mutating func renumber(by offset: Int64) {
        plugins = plugins.values.reduce(into: [:]) { plugins, plugin in
            var plugin = plugin
            plugin.id += offset
            plugins[plugin.id] = plugin
        }
        configs = configs.values.reduce(into: [:]) { configs, config in
            var config = config
            config.id += offset
            config.pluginID += offset
            configs[config.id] = config
        }
        attachments = attachments.reduce(into: [:]) { $0[$1.key + offset] = $1.value }
        nextPluginID += offset
        nextConfigID += offset
    }
}
