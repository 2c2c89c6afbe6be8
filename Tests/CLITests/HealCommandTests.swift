import DemoInstance
import Models
import Storage
import Testing

@testable import CLI

/// What a colleague saved and a push has undone is offered by status and plan, and becomes an edit only when somebody says so.
@Suite struct HealCommandTests {
    private let home: PulledHome

    init() async throws {
        home = try await PulledHome()
        try await remember("normalizedCurrency", "CHF", left: "EUR")
    }

    private func remember(_ key: String, _ value: JSONValue?, left: JSONValue) async throws {
        let mirror = try Storage.Mirror.open(directory: home.directory, mode: .readWriteCreate)
        let lost = LostField(
            configID: PluginConfigID(1), field: .key(key), value: value, left: left, author: "ida@example.com",
            savedAt: Timestamp(milliseconds: 1_700_000_000_000))
        try await mirror.write { mirror in try mirror.lostFields.put(lost) }
        await mirror.close()
    }

    private func edits() throws -> [Edit] {
        try home.mirror().readSync { mirror in try mirror.edits.all() }
    }

    @Test func statusAndPlanOfferItWithTheCommandToTakeIt() async throws {
        for command in ["status", "plan"] {
            let result = try await home.run(command)
            let problem = try #require(result.problems.first { $0.code == "lost-field" })
            #expect(problem.next == "phsync heal config:1" && problem.message.contains("ida@example.com"))
            #expect(problem.message.contains("\"EUR\" is there, not \"CHF\""), "\(problem.message)")
        }
        #expect(try await home.run("status").result?["lost_fields"]?.array?.count == 1)
        #expect(try edits().isEmpty)
    }

    @Test func healingIsAnEditThatTheNextPlanSends() async throws {
        let result = try await home.run("heal", "1")
        #expect(result.outcome == "edited" && result.next == "phsync plan")
        #expect(try edits().map(\.field) == [.key("normalizedCurrency")])
        #expect(try await home.run("status").problems.isEmpty, "it was decided")
        #expect(try home.phsync(["push", "--yes"]).status == 0)
        #expect(home.server.withState { $0.configs[1]?.config["normalizedCurrency"] } == "CHF")
        #expect(try await home.run("heal").outcome == "nothing-to-do")
    }

    @Test func dismissingForgetsItAndAnEditOfOnesOwnStays() async throws {
        _ = try await home.run("edit-config", "1", "normalizedCurrency=USD")
        #expect(try await home.run("heal").outcome == "unchanged")
        #expect(try edits().map(\.value) == [.value("USD")])
        #expect(try await home.run("heal", "--dismiss").outcome == "dismissed")
        #expect(try await home.run("status").problems.isEmpty)
    }

    @Test func onlyWhatIsSelectedIsHealed() async throws {
        #expect(try await home.run("heal", "2").outcome == "nothing-to-do")
        #expect(try await home.run("heal", "--project", "Staging").outcome == "nothing-to-do")
        #expect(try await home.run("heal", "Currency Normalization@*").outcome == "edited")
    }

    @Test func whatSomebodySavedSinceIsNotOffered() async throws {
        try await remember("normalizedCurrency", "CHF", left: "GBP")
        #expect(try await home.run("status").problems.isEmpty)
        #expect(try await home.run("heal").outcome == "nothing-to-do")
    }

    @Test func aKeyThatBecomesSecretIsForgotten() async throws {
        home.server.withState { state in
            let fields = (state.plugins[1]?.configSchema.array ?? []).map { field -> JSONValue in
                guard var object = field.object, field["key"] == "normalizedCurrency" else { return field }
                object["secret"] = true
                return .object(object)
            }
            state.plugins[1]?.configSchema = .array(fields)
        }
        #expect(try home.phsync(["pull"]).status == 0)
        #expect(try home.mirror().readSync { mirror in try mirror.lostFields.all() }.isEmpty)
    }
}
