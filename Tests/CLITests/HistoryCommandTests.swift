import Glibc
import Models
import Storage
import Testing

@testable import CLI
@testable import DemoInstance

/// Versions of config 1 (normalizedCurrency EUR at first) and of a plugin's code, shown and brought back.
@Suite struct HistoryCommandTests {
    private let home: PulledHome

    init() async throws {
        home = try await PulledHome()
    }

    private func text(_ result: CommandResult) -> String {
        let envelope = Envelope(
            command: nil, context: nil, status: .done, result: result, usage: [], isStreamed: false,
            nowMilliseconds: Clock.system.nowMilliseconds())
        return TextRenderer(width: nil, outputColors: false, messageColors: false, isQuiet: false).render(envelope).output
    }

    private func push(_ pairs: String...) async throws {
        let edit = try home.phsync(["edit-config", "1"] + pairs)
        #expect(edit.status == 0, "\(edit.messages)")
        _ = try await home.run("push", "--yes")
    }

    /// Changes config 1 in the web page.
    private func colleague(_ key: String, _ value: String) async throws {
        home.server.withState { state in
            guard var values = state.configs[1]?.config.object else { return }
            let before = values[key] ?? .null
            values[key] = .string(value)
            state.configs[1]?.config = .object(values)
            guard let user = state.users.last else { return }
            state.log(
                "config_updated", scope: "PluginConfig", item: 1, name: "Currency Normalization",
                changes: [activityChange("Plugin", "changed", field: key, before: before, after: .string(value))], project: 1, by: user,
                DemoInstant(microseconds: Clock.system.nowMilliseconds() * 1000))
        }
        _ = try await home.run("pull")
    }

    private func remote(_ key: String) -> JSONValue? {
        home.server.withState { $0.configs[1]?.config[key] }
    }

    @Test func whatWasPushedIsTakenBackByRestoreAndPush() async throws {
        try await push("normalizedCurrency=CHF", "--disable")
        let writes = home.server.requests.count { $0.method != "GET" }
        let restored = try await home.run("restore", "1", "--version", "1")
        #expect(restored.outcome == "restored")
        #expect(restored.next == "phsync plan")
        #expect(text(restored).contains("normalizedCurrency: \"CHF\" → \"EUR\""))
        #expect(restored.result?["restored"] == ["enabled", "config.normalizedCurrency"])
        // Only edits: nothing is sent.
        #expect(home.server.requests.count { $0.method != "GET" } == writes)
        #expect(remote("normalizedCurrency") == "CHF")
        _ = try await home.run("push", "--yes")
        #expect(remote("normalizedCurrency") == "EUR")
        let history = try await home.run("history", "1")
        #expect(history.result?.array?.map { $0["same_as"] } == [1, .null, .null])
        #expect(text(history).contains("by you, restore, back to version 1"))
    }

    @Test func restoringWhatIsThereEditsNothing() async throws {
        let result = try await home.run("restore", "1", "--version", "1", "--key", "normalizedCurrency")
        #expect(result.outcome == "unchanged")
        #expect(text(result).contains("It is as it was then; nothing was edited."))
        #expect(try await home.run("status").outcome == "clean")
    }

    @Test func aRestoreThatEqualsTheRemoteRemovesTheEditAndSaysWhatItWas() async throws {
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF")
        let result = try await home.run("restore", "1", "--version", "1")
        let shown = text(result)
        #expect(shown.contains("Your edits that this replaces:\n  normalizedCurrency: \"CHF\" → \"EUR\""))
        #expect(shown.contains("as the remote has it: there is nothing to push"))
        #expect(result.next == nil)
        #expect(try await home.run("status").outcome == "clean")
    }

    @Test func aConflictOfAnotherFieldStaysOne() async throws {
        _ = try await home.run("edit-config", "1", "amountProperty=mine")
        try await colleague("amountProperty", "theirs")
        _ = try await home.run("restore", "1", "--version", "1", "--key", "normalizedCurrency")
        let plan = try await home.run("plan")
        #expect(plan.problems.map(\.code).contains("conflict") && plan.result?["steps"] == [])
    }

    @Test func anEditThatAPushHasInHandIsNotReplaced() async throws {
        try await push("normalizedCurrency=CHF")
        _ = try await home.run("edit-config", "1", "normalizedCurrency=GBP")
        let mirror = try Storage.Mirror.open(directory: home.directory, mode: .readWriteCreate)
        _ = try await mirror.write { mirror in try mirror.edits.markInFlight(try mirror.edits.all()) }
        await #expect { _ = try await home.run("restore", "1", "--version", "1") } throws: { ($0 as? Problem)?.code == "in-flight" }
        #expect(try mirror.readSync { mirror in try mirror.edits.all() }.map(\.value) == [.value("GBP")])
        await mirror.close()
    }

    @Test func editsOfOtherFieldsStay() async throws {
        try await push("normalizedCurrency=CHF")
        _ = try await home.run("edit-config", "1", "--position", "7")
        _ = try await home.run("restore", "1", "--version", "1", "--key", "normalizedCurrency")
        let changes = try await home.run("diff", "1").result?.array?.first?["changes"]?.array
        #expect(changes?.compactMap { $0["field"]?.string } == ["config.normalizedCurrency", "order"])
    }

    @Test func aSecretIsNamedAndNeverWrittenBack() async throws {
        let path = home.home.path + "/key.txt"
        try write("another-key\n", to: path)
        try await push("openExchangeRatesApiKey=@\(path)", "normalizedCurrency=CHF")
        #expect(text(try await home.run("history", "1")).contains("openExchangeRatesApiKey: (secret, set) → (new secret)"))
        let result = try await home.run("restore", "1", "--version", "1")
        #expect(result.result?["left"]?.array?.map { $0["field"] } == ["config.openExchangeRatesApiKey"])
        #expect(text(result).contains("openExchangeRatesApiKey: a secret, which may have been another one then"))
        let edits = try home.mirror().look { mirror in try mirror.edits.list(PluginConfigID(1)) }
        #expect(edits.map(\.field) == [.key("normalizedCurrency")])
        _ = try await home.run("push", "--yes")
        #expect(remote("openExchangeRatesApiKey") == "another-key")
    }

    @Test func aKeyThatBecameSecretSinceIsLeftAsItIs() async throws {
        try await push("amountProperty=price")
        home.server.withState { state in
            guard let id = state.configs[1]?.pluginID, let schema = state.plugins[id]?.configSchema.array else { return }
            state.plugins[id]?.configSchema = .array(
                schema.map { field in
                    guard field["key"] == "amountProperty", var object = field.object else { return field }
                    object["secret"] = true
                    return .object(object)
                })
        }
        _ = try await home.run("pull")
        let result = try await home.run("restore", "1", "--version", "1")
        #expect(result.result?["restored"] == [])
        #expect(try await home.run("status").outcome == "clean")
        for command in [["history", "1"], ["blame", "1"], ["show", "1", "--at", "now"], ["history"], ["restore", "1", "--version", "1"]] {
            for format in ["text", "json"] {
                let output = try home.phsync(command + ["-o", format]).output
                #expect(!output.contains("price") && !output.contains("phsync:redacted"), "\(command)")
            }
        }
    }

    @Test func theActivityLogSaysWhoElseItWas() async throws {
        try await colleague("amountProperty", "price")
        let email = try #require(home.server.withState { $0.users.last?.row["email"]?.string })
        let version = try #require(try await home.run("history", "1").result?.array?.first)
        #expect(version["origin"] == "pull")
        #expect(version["author"] == .string(email))
        try await push("normalizedCurrency=CHF")
        let blame = try await home.run("blame", "1").result?.array ?? []
        func origin(_ field: String) -> JSONValue? { blame.first { $0["field"] == .string(field) } }
        #expect(origin("config.amountProperty")?["author"] == .string(email))
        #expect(origin("config.amountProperty")?["version"] == 2)
        #expect(origin("config.normalizedCurrency")?["author"] == "you")
        #expect(origin("config.normalizedCurrency")?["version"] == 3)
        #expect(origin("enabled")?["may_be_older"] == true)
        #expect(origin("enabled")?["author"] == .null)
    }

    @Test func blameNamesWhatIsOnlyEdited() async throws {
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF")
        let last = try #require(try await home.run("blame", "1").result?.array?.last)
        #expect(last["is_edit"] == true)
        #expect(last["value"] == "CHF")
        #expect(last["field"] == "config.normalizedCurrency")
    }

    @Test func showAtSaysSinceWhenItIsKnownAndWhatCantBeTold() async throws {
        try await push("normalizedCurrency=CHF")
        let versions = try home.mirror().look { mirror in try mirror.history.list(.config(PluginConfigID(1))) }
        let first = try await home.run("show", "1", "--at", versions[1].recordedAt.iso8601)
        #expect(first.result?["version"] == 1)
        #expect(first.result?["config"]?["normalizedCurrency"] == "EUR")
        #expect(first.result?["replaced_at"] == .string(versions[0].recordedAt.iso8601))
        #expect(text(first).contains("The mirror first saw this version on"))
        #expect(try await home.run("show", "1", "--at", "now").result?["config"]?["normalizedCurrency"] == "CHF")
        await #expect { try await home.run("show", "1", "--at", "2 days ago") } throws: { error in
            (error as? Problem)?.code == "not-known-then" && (error as? Problem)?.message.contains("the mirror first saw it on") == true
        }
        await #expect { try await home.run("restore", "1", "--at", "2 days ago") } throws: { ($0 as? Problem)?.code == "not-known-then" }
    }

    @Test func theLatestChangesOfEverythingLeaveTheFirstPullOut() async throws {
        #expect(try await home.run("history").result == [])
        try await colleague("amountProperty", "price")
        _ = try await home.run("edit-config", "9", "--disable")
        _ = try await home.run("push", "--yes")
        let latest = try await home.run("history").result?.array ?? []
        #expect(latest.map { $0["id"] } == [9, 1])
        #expect(latest.map { $0["origin"] } == ["push", "pull"])
        #expect(try await home.run("history", "--limit", "1").result?.array?.count == 1)
        #expect(try await home.run("history", "--project", "1").result?.array?.map { $0["id"] } == [1])
        #expect(try await home.run("history", "--since", "2099-01-01").result == [])
    }

    @Test func codeComesBackFileByFileAndReplacedEditsAreKept() async throws {
        let path = home.home.path + "/new.ts"
        let plugin = try #require(home.server.withState { state in
            state.plugins.values.filter { $0.type == "source" && $0.sources.contains { $0.name == "index.ts" } }.map(\.id).min()
        })
        let id = "plugin:\(plugin)"
        let before = try home.phsync(["source", id, "--file", "index.ts"]).output
        try write(before + "// pushed\n", to: path)
        _ = try await home.run("edit-source", id, "--from", path)
        _ = try await home.run("push", "--yes")
        try write(before + "// unsent\n", to: path)
        _ = try await home.run("edit-source", id, "--from", path)

        let result = try await home.run("restore", id, "--version", "1")
        #expect(result.outcome == "restored")
        #expect(result.result?["restored"] == ["index.ts"])
        #expect(result.result?["replaced"] == ["index.ts"])
        let kept = try #require(result.result?["kept_in"]?.string)
        #expect(try contents(kept + "/index.ts").hasSuffix("// unsent\n"))
        #expect(text(result).contains("-// pushed"))
        _ = try await home.run("push", "--yes")
        #expect(try home.phsync(["source", id, "--file", "index.ts"]).output == before)
        let history = try await home.run("history", id)
        #expect(history.result?.array?.first?["same_as"] == 1)
        #expect(history.result?.array?.first?["author"] == "you")
        let shown = try await home.run("show", id, "--at", "now")
        #expect(shown.result?["files"]?.array?.contains { $0["sha256"] == .string(SourceForm.digest(before)) } == true, "\(id) \(shown.result?.text ?? "") \(history.result?.text ?? "")")
        #expect(try await home.run("restore", id, "--version", "1").outcome == "unchanged")
    }

    @Test func mistakesSayWhatThereIs() async throws {
        func code(_ words: [String]) throws -> (Int32, String?) {
            let outcome = try home.phsync(words + ["-o", "json"])
            let json = try JSONValue(parsing: outcome.output)
            return (outcome.status, json["problems"]?.array?.first?["code"]?.string)
        }
        #expect(try code(["restore", "1"]) == (64, "missing-version"))
        #expect(try code(["restore", "1", "--version", "7"]) == (64, "no-such-version"))
        #expect(try code(["restore", "1", "--version", "1", "--key", "normalisedCurrency"]) == (64, "unknown-key"))
        #expect(try code(["show", "1", "--at", "tomorrow"]) == (64, "bad-time"))
        #expect(try home.phsync(["restore", "--version"]).status == 64)
        #expect(try home.phsync(["--version"]).status == 0)
    }

    @Test func aConfigThatIsGoneIsNotRestored() async throws {
        home.server.withState { state in state.configs[1] = nil }
        _ = try await home.run("pull")
        await #expect { try await home.run("restore", "config:1", "--version", "1") } throws: { ($0 as? Problem)?.code == "config-gone" }
        #expect(try await home.run("show", "config:1", "--at", "now").result?["version"] == 1)
    }

    @Test func aPullLetsOldVersionsGo() async throws {
        let old = PluginConfigID(4242)
        let mirror = try Storage.Mirror.open(directory: home.directory, mode: .readWriteCreate)
        try await mirror.write { mirror in
            for number in Int64(1)...30 {
                try mirror.history.record(
                    .config(old), content: ["number": JSONValue(number)], origin: .pull, runID: nil,
                    at: Timestamp(milliseconds: 1_600_000_000_000 + number))
            }
        }
        await mirror.close()
        _ = try await home.run("pull")
        let kept = try home.mirror().look { mirror in try mirror.history.list(.config(old)).map(\.version) }
        #expect(kept == (11...30).reversed())
    }
}
