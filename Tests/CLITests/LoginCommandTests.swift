import Glibc
import Models
import Testing

@testable import CLI

@Suite struct LoginCommandTests {
    private let home: TemporaryHome
    private let tokenFile: String

    init() throws {
        home = try TemporaryHome()
        tokenFile = home.path + "/key"
        try write("phx_good\n", to: tokenFile)
    }

    private static let known = Services { (token, _) throws(Problem) in
        guard token.value == "phx_good" else {
            throw Problem(.permission, code: "bad-key", message: "the server does not know this key")
        }
        return Services.Identity(email: "a@example.com", organization: "Example")
    }
    private static let offline = Services { (_, _) throws(Problem) in
        throw Problem(.temporary, code: "offline", message: "there is no network")
    }

    private func logIn(_ flags: [String], services: Services = known) async throws -> (CommandResult, CommandContext) {
        let context = try CommandContext.test(
            ["login", "--host", "https://x.example.com", "--token-file", tokenFile] + flags, home: home, services: services)
        return (try await LoginCommand.run(context), context)
    }

    private func instance() throws -> (Instance, CommandContext) {
        let context = try CommandContext.test(["doctor"], home: home)
        return (try context.instance(), context)
    }

    @Test func aVerifiedKeyIsSavedForItsHost() async throws {
        let (result, _) = try await logIn(["--context", "prod", "--era", "2023-12", "--project", "3"])
        #expect(result.result?["user"] == "a@example.com")
        #expect(result.problems.isEmpty)
        let (instance, context) = try instance()
        #expect(instance.name == "prod" && instance.project == "3" && instance.context.runtimeEra == "2023-12")
        #expect(try context.token(for: instance).value == "phx_good")
    }

    @Test func aRefusedKeyChangesNothing() async throws {
        _ = try await logIn([])
        let before = (try contents(home.configFile), try contents(home.tokensFile))
        try write("phx_wrong", to: tokenFile)
        await #expect(throws: Problem.self) { try await logIn(["--project", "9"]) }
        #expect(try contents(home.configFile) == before.0)
        #expect(try contents(home.tokensFile) == before.1)
    }

    @Test func offlineItIsSavedAndSaid() async throws {
        let (result, _) = try await logIn([], services: Self.offline)
        #expect(result.problems.map(\.kind) == [.notice])
        #expect(result.result?["verified"] == false)
        #expect(try instance().0.name == "x.example.com")
    }

    @Test func aContextNeverChangesItsHost() async throws {
        _ = try await logIn(["--context", "prod"])
        let context = try CommandContext.test(
            ["login", "--context", "prod", "--host", "https://y.example.com", "--token-file", tokenFile], home: home)
        let found = await problem(context)
        #expect(found?.code == "context-taken")
    }

    @Test func plainHTTPNeedsPermission() async throws {
        func code(_ flags: [String]) async throws -> String? {
            let line = ["login", "--host", "http://x.example.com", "--token-file", tokenFile] + flags
            return await problem(try CommandContext.test(line, home: home))?.code
        }
        #expect(try await code([]) == "plain-http")
        #expect(home.mode("config") == nil)
        #expect(try await code(["--allow-http"]) == nil)
    }

    @Test func aTokenCommandIsKeptInsteadOfTheToken() async throws {
        let context = try CommandContext.test(
            ["login", "--host", "https://x.example.com", "--token-command", "echo phx_good"], home: home, services: Self.known)
        _ = try await LoginCommand.run(context)
        #expect(home.mode("config/tokens.json") == nil)
        let (instance, later) = try instance()
        #expect(try later.token(for: instance).value == "phx_good")
    }

    @Test func aFailingTokenCommandIsAPermissionProblem() async throws {
        let context = try CommandContext.test(["login", "--host", "x.com", "--token-command", "exit 3"], home: home)
        #expect(await problem(context)?.kind == .permission)
    }

    @Test func logoutRemovesTheTokenAndKeepsTheRest() async throws {
        _ = try await logIn([])
        let result = try await LogoutCommand.run(try CommandContext.test(["logout"], home: home))
        #expect(result.result?["removed"] == true)
        #expect(try !contents(home.tokensFile).contains("phx_good"))
        let (instance, context) = try instance()
        #expect(CLITests.problem { () throws(Problem) in try context.token(for: instance) }?.kind == .permission)
        let again = try await LogoutCommand.run(try CommandContext.test(["logout"], home: home))
        #expect(again.outcome == "nothing-to-do")
    }

    private func problem(_ context: CommandContext) async -> Problem? {
        do throws(Problem) {
            _ = try await LoginCommand.run(context)
            return nil
        } catch {
            return error
        }
    }
}

@Suite struct ContextRemoveTests {
    private let home: TemporaryHome
    private var mirror: String { home.path + "/data/prod/mirror.sqlite" }

    init() throws {
        home = try TemporaryHome()
        try home.writeConfig(#"{"current": "prod", "contexts": {"prod": {"host": "https://x.example.com"}}}"#)
        mkdir(home.path + "/data", 0o700)
        mkdir(home.path + "/data/prod", 0o700)
        try write("rows", to: home.path + "/data/prod/mirror.sqlite")
    }

    private func remove(_ flags: [String], unsent: Bool?) async throws -> Problem? {
        var services = Services()
        if let unsent { services.hasUnsentEdits = { (_) throws(Problem) in unsent } }
        let context = try CommandContext.test(["context", "remove", "prod"] + flags, home: home, services: services)
        do throws(Problem) {
            _ = try await ContextRemoveCommand.run(context)
            return nil
        } catch {
            return error
        }
    }

    @Test func unsentEditsAreKeptUnlessForced() async throws {
        #expect(try await remove(["--yes"], unsent: true)?.code == "unsent-edits")
        #expect(try await remove(["--yes"], unsent: nil)?.code == "unsent-edits")
        #expect(access(mirror, F_OK) == 0)
        #expect(try contents(home.configFile).contains("prod"))
        #expect(try await remove(["--yes", "--force"], unsent: true) == nil)
        #expect(home.mode("data/prod") == nil)
        #expect(try !contents(home.configFile).contains("prod"))
    }

    @Test func secretsAndFilesThatWaitedGoWithIt() async throws {
        for folder in ["secrets", "attachments"] {
            mkdir(home.path + "/data/prod/" + folder, 0o700)
            try write("waiting", to: home.path + "/data/prod/\(folder)/\(String(repeating: "a", count: 32))")
        }
        #expect(try await remove(["--yes", "--force"], unsent: true) == nil)
        #expect(home.mode("data/prod") == nil)
    }

    @Test func nobodyIsAssumedToSayYes() async throws {
        #expect(try await remove([], unsent: false)?.code == "needs-yes")
        #expect(try await remove(["--force"], unsent: false)?.kind == .usage)
        #expect(access(mirror, F_OK) == 0)
    }
}
