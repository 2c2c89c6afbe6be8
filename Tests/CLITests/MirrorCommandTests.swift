import DemoInstance
import Models
import Testing

@testable import CLI

/// Commands that read or edit the mirror, in this process.
@Suite struct MirrorCommandTests {
    private let home: PulledHome

    init() async throws {
        home = try await PulledHome { state in
            state.plugins[2]?.name = "Geo\u{1B}[31m\u{202E}IP\nnext"
        }
    }

    private func text(_ result: CommandResult, width: Int? = nil) -> String {
        let envelope = Envelope(
            command: nil, context: nil, status: .done, result: result, usage: [], isStreamed: false,
            nowMilliseconds: Clock.system.nowMilliseconds())
        return TextRenderer(width: width, outputColors: false, messageColors: false, isQuiet: false).render(envelope).output
    }

    @Test func listsHaveARowForEachAndSayHowOldTheyAre() async throws {
        let configs = try await home.run("configs")
        #expect(configs.result?.array?.count == 18 && configs.freshness.count == 4)
        // The fixture was pulled when the first test asked for it.
        #expect(text(configs).split(separator: "\n").last?.hasPrefix("Pulled: ") == true)
        let staging = try await home.run("configs", "--project", "staging")
        #expect(staging.result?.array?.map { $0["project_id"] } == [3, 3, 3, 3])
        let plugins = try await home.run("plugins")
        #expect(plugins.result?.array?.count == 11)
        #expect(plugins.result?.array?.first { $0["id"] == 1 }?["configs"] == 3)
    }

    @Test(arguments: [20, 80, 200])
    func tablesFitTheTerminalAndNamesCanNotMoveTheCursor(width: Int) async throws {
        for line in [["configs"], ["plugins"], ["show", "plugin:2"], ["show", "2"], ["status"]] {
            let invocation = try ArgumentParser.parse(line, table: .phsync)
            guard case .run(let command) = invocation.request else { continue }
            let context = try CommandContext.test(line, home: home.home, environment: [.phsyncHost: home.server.url])
            let output = text(try await command.run(context), width: width)
            #expect(!output.unicodeScalars.contains { TerminalEscape.isUnsafe($0) && $0 != "\n" }, "\(line)")
            guard line.count == 1, width > 20 else { continue }
            for row in output.split(separator: "\n") where !row.hasPrefix("Pulled: ") { #expect(DisplayWidth.of(String(row)) <= width, "\(row)") }
        }
    }

    @Test func everythingThatLooksAtEditsKeepsToTheProject() async throws {
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF")
        _ = try await home.run("edit-config", "9", "--disable")
        #expect(try await home.run("diff").result?.array?.count == 2)
        #expect(try await home.run("diff", "--project", "Mobile app").result?.array?.map { $0["config"] } == ["config:9"])
        #expect(try await home.run("plan", "--project", "1").result?["steps"]?.array?.count == 1)
        #expect(try await home.run("status", "--project", "3").result?["edited"] == [])
        _ = try await home.run("discard", "--project", "2", "--yes")
        #expect(try await home.run("diff").result?.array?.map { $0["config"] } == ["config:1"])
    }

    @Test func statusNamesEachEditedConfigOnALineOfItsOwn() async throws {
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF", "--position", "4")
        _ = try await home.run("edit-config", "Banner@Staging", "--enable")
        let lines = text(try await home.run("status")).split(separator: "\n")
        #expect(lines.contains("draft:1   Banner@Staging                   enabled, order"))
        #expect(lines.contains("config:1  Currency Normalization@Web shop  normalizedCurrency, order"))
        #expect(lines.last == "Next: phsync plan")
    }

    @Test func unsettingAnUnknownKeyIsNotTakenForDone() async throws {
        let context = try CommandContext.test(
            ["edit-config", "1", "--unset", "normalizedCurency"], home: home.home, environment: [.phsyncHost: home.server.url])
        let result = try await EditConfigCommand.run(context)
        #expect(result.outcome == "unchanged")
        #expect(context.report.notices.first { $0.code == "not-set" }?.message.contains("did you mean \"normalizedCurrency\"?") == true)
    }

    @Test func unsettingARequiredKeyStopsThePlan() async throws {
        _ = try await home.run("edit-config", "1", "--unset", "normalizedCurrency")
        let plan = try await home.run("plan")
        #expect(plan.problems.first { $0.kind == .invalid }?.code == "required")
        #expect(plan.next == nil)
        #expect(try await home.run("push", "--yes").problems.contains { $0.kind == .invalid })
        #expect(!home.server.requests.contains { $0.method != "GET" })
    }

    @Test func editsThatComeBackToTheRemotesValueAreNone() async throws {
        _ = try await home.run("edit-config", "1", "normalizedCurrency=CHF", "--disable")
        let back = try await home.run("edit-config", "1", "normalizedCurrency=EUR", "--enable")
        #expect(back.outcome == "unchanged")
        #expect(try await home.run("status").outcome == "clean")
    }

    @Test func anAnsweredQuestionNamesTheCommandThatNeedsNone() async throws {
        _ = try await home.run("edit-config", "9", "--disable")
        await #expect { try await home.run("discard", "9", "--project", "2") } throws: { error in
            (error as? Problem)?.next == "phsync discard --project 2 9 --yes"
        }
        let digest = try #require(try await home.run("plan").result?["digest"]?.string)
        await #expect { try await home.run("push") } throws: { error in
            (error as? Problem)?.next == "phsync push --plan \(digest) --yes"
        }
    }
}
