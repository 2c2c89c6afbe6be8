import DemoInstance
import Models
import Storage
import Testing

@testable import CLI

/// `NAME@*`: the same edit in all projects, as one plan.
@Suite struct BulkEditTests {
    private let home: PulledHome

    init() async throws {
        home = try await PulledHome()
    }

    private func edits() throws -> [Edit] {
        try home.mirror().readSync { mirror in try mirror.edits.all() }
    }

    @Test func oneCommandEditsAllProjectsAndOnePlanSendsIt() async throws {
        let result = try await home.run("edit-config", "Currency Normalization@*", "normalizedCurrency=CHF")
        #expect(result.outcome == "edited" && result.next == "phsync plan")
        #expect(result.result?.array?.map { $0["config"] } == ["config:1", "config:9", "config:15"])
        let plan = try await home.run("plan", "currency normalization@*")
        #expect(plan.result?["steps"]?.array?.count == 3)
        #expect(try home.phsync(["push", "plugin:1@*", "--yes"]).status == 0)
        #expect(home.server.withState { state in [1, 9, 15].map { state.configs[$0]?.config["normalizedCurrency"] } } == ["CHF", "CHF", "CHF"])
        let again = try await home.run("edit-config", "1@*", "normalizedCurrency=CHF")
        #expect(again.outcome == "unchanged")
    }

    @Test func whatOneOfThemRefusesChangesNone() async throws {
        await #expect { _ = try await home.run("edit-config", "Price rounder@*", "decimals=7") } throws: {
            ($0 as? Problem)?.kind == .invalid
        }
        #expect(try edits().isEmpty)
    }

    @Test func whatIsOddInAnyOfThemIsSaid() throws {
        let outcome = try home.phsync(["edit-config", "Currency Normalization@*", "normalizedCurrency=CHF"])
        #expect(outcome.status == 0 && outcome.messages.contains("Currency Normalization@Staging: "), "its key is missing: \(outcome.messages)")
    }

    @Test func aConfigThatTheRemoteHasDeletedIsLeftOut() async throws {
        _ = try await home.run("edit-config", "15", "normalizedCurrency=SEK")
        home.server.withState { $0.configs[15] = nil }
        #expect(try home.phsync(["pull"]).status == 3)
        let result = try await home.run("edit-config", "Currency Normalization@*", "normalizedCurrency=CHF")
        #expect(result.result?.array?.map { $0["config"] } == ["config:1", "config:9"])
        #expect(try edits().first { $0.configID == PluginConfigID(15) }?.value == .value("SEK"))
    }

    @Test func aSecretFromStdinIsReadOnceForAll() throws {
        #expect(try home.phsync(["edit-config", "Currency Normalization@*", "openExchangeRatesApiKey=@-"], input: "oxr_bulk").status == 0)
        let mirror = try home.mirror()
        var secrets: [String?] = []
        for edit in try edits() {
            guard case .secret(let reference) = edit.value else { continue }
            secrets.append(try mirror.secrets.read(reference)?.reveal())
        }
        #expect(secrets == ["oxr_bulk", "oxr_bulk", "oxr_bulk"])
    }

    @Test(arguments: [
        (["edit-config", "Currency Normalization@*"], "say what to change"), (["edit-config", "Nothing@*", "a=b"], "no plugin of the mirror"),
        (["edit-config", "@*", "a=b"], "no plugin of the mirror"),
    ])
    func whatCannotBeMeantIsSaid(line: [String], message: String) throws {
        let outcome = try home.phsync(line)
        #expect(outcome.status == 64 && outcome.messages.contains(message), "\(outcome.messages)")
    }

    @Test func discardAndDiffTakeTheSameSelector() async throws {
        _ = try await home.run("edit-config", "Currency Normalization@*", "normalizedCurrency=CHF")
        #expect(try await home.run("diff", "Currency Normalization@*").result?.array?.count == 3)
        #expect(try home.phsync(["discard", "Currency Normalization@*", "--yes"]).status == 0)
        #expect(try edits().isEmpty)
    }
}
