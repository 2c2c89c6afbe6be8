import DemoInstance
import Glibc
import Models
import Testing

@testable import CLI

/// The built program, used by somebody tired or hostile: right status, one document, nothing lost, nothing shown.
@Suite struct WrongInputTests {
    private let home: PulledHome

    init() async throws {
        home = try await PulledHome()
        try write("", to: home.home.path + "/empty")
        try write("sk-hidden", to: home.home.path + "/secret")
    }

    @Test func everyCommandAnswersEveryMistakeWithOneDocument() throws {
        let mistakes: [([String], Int32)] = [
            (["status", "--nope"], 64), (["status", "-o", "xml"], 64), (["show"], 64), (["show", ""], 64), (["show", "999"], 64),
            (["show", "geoip"], 64), (["diff", "zzz"], 64), (["plan", "1", "999"], 64), (["configs", "--project", "Nowhere"], 64),
            (["status", "--project", "Nowhere"], 64), (["history", "plugin:999"], 64), (["edit-config", "1"], 64), (["edit-config", "1", "=x"], 64),
            (["edit-config", "1", "x:={"], 64), (["edit-config", "1", "x=@"], 64), (["edit-config", "1", "x=@/nonexistent"], 64),
            (["edit-config", "1", "x=@/"], 64), (["edit-config", "1", "a=@-", "b=@-"], 64), (["edit-config", "1", "a=1", "a=2"], 64),
            (["edit-config", "1", "a=1", "--unset", "a"], 64), (["edit-config", "1", "--position", "abc"], 64),
            (["edit-config", "1", "--position", "-1"], 64), (["edit-config", "1", "--enable", "--disable"], 64),
            (["edit-config", "1", "openExchangeRatesApiKey=sk-hidden"], 64), (["edit-config", "1", "openExchangeRatesApiKey"], 64),
            (["edit-config", "1", "openExchangeRatesApiKey=@-"], 64), (["resolve", "1"], 64), (["resolve", "1", "--local"], 64),
            (["resolve", "1", "--local", "--remote"], 64), (["push", "--plan", "WRONG", "--yes"], 6), (["pull", "--project", "nope"], 64),
            (["context", "remove", "nope"], 64), (["demo", "--port", "70000"], 64),
        ]
        for (arguments, status) in mistakes {
            let outcome = try home.phsync(arguments + (arguments.contains("-o") ? [] : ["-o", "json"]))
            #expect(outcome.status == status, "\(arguments): \(outcome.output)\(outcome.messages)")
            #expect(!(outcome.output + outcome.messages).contains("hidden"), "\(arguments)")
            guard !arguments.contains("-o") else { continue }
            let envelope = try JSONValue(parsing: outcome.output)
            #expect(envelope["exit_status"]?.int == Int64(status) && outcome.messages == "", "\(arguments)")
            let words = (envelope["problems"]?.array ?? []).compactMap { $0["message"]?.string }.joined()
            #expect(!words.isEmpty && !words.contains("Optional(") && !words.contains("Error("), "\(arguments): \(words)")
        }
        #expect(try home.isClean(), "a mistake changes nothing")
        #expect(!home.server.requests.contains { $0.method != "GET" })
    }

    @Test func whatNeverEndsIsNotReadToItsEnd() throws {
        let source = try home.phsync(["edit-source", "plugin:5", "--from", "/dev/zero"])
        #expect(source.status == 7 && source.messages.contains("index.ts of Rename events is larger than 8 MiB"))
        let faults = try home.phsync(["demo", "--serve", "--faults", "/dev/zero"])
        #expect(faults.status == 64 && faults.messages.contains("/dev/zero is larger than 1 MiB"))
    }

    @Test func anEmptyTextNeverReplacesCode() throws {
        for path in ["-", home.home.path + "/empty"] {
            let outcome = try home.phsync(["edit-source", "plugin:5", "--from", path])
            #expect(outcome.status == 7 && outcome.messages.contains("next: phsync edit-source plugin:5 --file index.ts --delete"), "\(path)")
        }
        #expect(try home.isClean())
    }

    @Test func theDescriptorOfAFileIsRefusedAsAValue() throws {
        let outcome = try home.phsync(["edit-config", "5", #"notes:={"uid":1,"saved":true,"size":3,"name":"x","type":"t"}"#])
        #expect(outcome.status == 7 && outcome.messages.contains("attach a file"))
        #expect(try home.isClean())
    }

    @Test func everyRefusedTokenAndEveryBrokenFileSaysWhatToTypeNext() throws {
        let empty = try home.phsync(["login", "--host", home.server.url])
        #expect(empty.status == 4 && empty.messages.contains("next: phsync help login"))
        try write("[{\"fault\": \"gremlins\"}]", to: home.home.path + "/faults")
        let faults = try home.phsync(["demo", "--serve", "--faults", home.home.path + "/faults"])
        #expect(faults.messages.contains("there are refused, cut, slow") && faults.messages.contains("next: phsync help demo"))
        try home.home.writeConfig("{")
        let broken = try home.phsync(["status"])
        #expect(broken.status == 1 && broken.messages.contains("next: mv \(home.home.configFile) \(home.home.configFile).broken"))
    }

    @Test func aHostWhoseContextNameIsTakenCanBeGivenAnother() throws {
        let name = "127.0.0.1-\(home.server.port)"
        let other = home.server.url.replacing("http:", with: "https:")
        try home.home.writeConfig(#"{"contexts": {"\#(name)": {"host": "\#(other)"}}}"#)
        let outcome = try home.phsync(["status"])
        #expect(outcome.status == 64, "\(outcome.messages)")
        #expect(outcome.messages.contains("next: phsync login --context NAME --host \(home.server.url)"))
    }

    @Test func aFullDiskFailsTheCheckOfFolders() {
        var space = statvfs()
        #expect(!DoctorCheck.isFull(space), "a file system without blocks")
        space.f_frsize = 4096
        space.f_blocks = 1_000_000
        space.f_bavail = 255
        #expect(DoctorCheck.isFull(space))
        space.f_bavail = 256
        #expect(!DoctorCheck.isFull(space))
    }

    @Test func aKeyOfSomebodyElseWritesNothing() throws {
        #expect(try home.phsync(["edit-config", "1", "normalizedCurrency=CHF"]).status == 0)
        for token in [DemoKeys.member, DemoKeys.other] {
            for command in [["pull"], ["push", "--yes"]] {
                let outcome = try home.phsync(command, token: token)
                #expect(outcome.status == 1 && outcome.messages.contains("belongs to"), "\(command): \(outcome.messages)")
            }
            #expect(try home.phsync(["doctor"], token: token).output.contains("failed  instance: This mirror belongs to"))
        }
        #expect(!home.server.requests.contains { $0.method != "GET" })
        #expect(try home.phsync(["status"]).output.contains("normalizedCurrency"))
    }

    @Test func aFirstPullThatFailsLeavesNoMirrorBehind() throws {
        let fresh = try TemporaryHome()
        for (host, token, status) in [(home.server.url, "phx_wrong", 4), ("http://127.0.0.1:9", DemoKeys.admin, 75)] as [(String, String, Int32)] {
            let environment = fresh.environment.merging(["PHSYNC_HOST": host, "PHSYNC_TOKEN": token]) { $1 }
            #expect(try PhsyncProcess.run(["pull"], environment: environment).status == status)
            #expect(access(fresh.path + "/data", F_OK) != 0)
            let outcome = try PhsyncProcess.run(["status"], environment: environment)
            #expect(outcome.status == 1 && outcome.messages.contains("next: phsync pull"))
        }
    }

    @Test func anEmptyFileNeverClearsASecret() throws {
        for source in ["@\(home.home.path)/empty", "@-"] {
            let outcome = try home.phsync(["edit-config", "1", "openExchangeRatesApiKey=\(source)"])
            #expect(outcome.status == 64 && outcome.messages.contains("next: phsync edit-config 1 --unset openExchangeRatesApiKey"))
        }
        #expect(try home.isClean())
    }

    @Test func anotherPlanIsRefusedAlsoWhenNothingIsLeftToPush() throws {
        #expect(try home.phsync(["push", "--plan", "WRONG", "--yes"]).status == 6)
        #expect(try home.phsync(["push", "--yes"]).status == 0)
    }

    @Test func withoutATerminalNothingIsGivenUpOrPushed() throws {
        #expect(try home.phsync(["edit-config", "1", "normalizedCurrency=CHF"]).status == 0)
        for command in ["discard", "push"] {
            let outcome = try home.phsync([command])
            #expect(outcome.status == 64 && outcome.messages.contains("--yes"), "\(command)")
            #expect(try home.phsync([command], input: nil).status == 64, "\(command)")
        }
        #expect(try home.phsync(["status", "--exit-code"]).status == 2)
    }

    @Test func aMirrorThatIsDamagedOrNewerIsKeptAndNamesTheWayOut() async throws {
        let file = home.directory + "/mirror.sqlite"
        #expect(truncate(file, 5000) == 0)
        let broken = try contents(file)
        for command in [["status"], ["pull"], ["edit-config", "1", "a=b"], ["push", "--yes"], ["plan"]] {
            let outcome = try home.phsync(command + ["-o", "json"])
            let problem = try JSONValue(parsing: outcome.output)["problems"]?.array?.first
            #expect(outcome.status == 1 && problem?["code"] == "mirror-damaged", "\(command): \(outcome.output)")
            #expect(problem?["next"]?.string?.hasPrefix("mv ") == true)
        }
        #expect(try contents(file) == broken)
    }

    @Test func removingAContextTakesItsWaitingSecretsAlong() throws {
        #expect(try home.phsync(["edit-config", "1", "openExchangeRatesApiKey=@\(home.home.path)/secret"]).status == 0)
        let name = String(home.directory.split(separator: "/").last ?? "")
        let kept = try home.phsync(["context", "remove", name, "--yes"])
        #expect(kept.status == 1 && kept.messages.contains("next: phsync context remove \(name) --force"))
        #expect(access(home.directory + "/mirror.sqlite", F_OK) == 0)
        #expect(try home.phsync(["context", "remove", name, "--yes", "--force"]).status == 0)
        #expect(access(home.directory, F_OK) != 0)
    }

    @Test func doctorSaysWhatTheKeyCanAndCanNotReach() throws {
        #expect(try home.phsync(["doctor"]).output.contains("reaches plugins, single plugins, the configs of Web shop, Mobile app, Staging"))
        home.server.withState { $0.organizations[0].pluginsAccessLevel = 3 }
        let few = try home.phsync(["doctor"])
        #expect(few.status == 0 && few.output.contains("notice  instance:") && few.output.contains("not single plugins"), "\(few.output)")
        home.server.withState { $0.organizations[0].pluginsAccessLevel = 0 }
        let none = try home.phsync(["doctor"])
        #expect(none.status == 1 && none.output.contains("configs of Staging: the organization's plugin access level is 0"), "\(none.output)")
    }

    @Test func withoutAContextDoctorFailsOnce() throws {
        let outcome = try PhsyncProcess.run(["doctor"], environment: try TemporaryHome().environment)
        #expect(outcome.status == 1 && outcome.messages.contains("1 of 11 checks failed"), "\(outcome.output)")
    }
}

/// Signals, and several programs at once.
@Suite struct TogetherTests {
    private let home: PulledHome

    init() async throws {
        home = try await PulledHome()
    }

    /// Starts phsync and waits until the server has seen a request that matches.
    private func start(_ arguments: [String], until: (DemoServer.LoggedRequest) -> Bool) throws -> pid_t {
        let seen = home.server.requests.count
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, home.home.path + "/out", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, home.home.path + "/err", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let child = try PhsyncProcess.spawn(PhsyncProcess.path, arguments, home.variables, &actions)
        while !home.server.requests.dropFirst(seen).contains(where: until) { usleep(2000) }
        return child
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func anInterruptedPullSaysSoAndTheNextOneGoesOn(signal: Int32) throws {
        home.server.setFaults([FaultRule(.slow(milliseconds: 60_000), path: "/api/projects/**", first: 2, count: nil)])
        let child = try start(["pull", "-o", "json"]) { $0.path.contains("/projects/2/plugin_configs") }
        kill(child, signal)
        #expect(PhsyncProcess.wait(for: child) == 130)
        let envelope = try JSONValue(parsing: try contents(home.home.path + "/out"))
        #expect(envelope["exit_status"] == 130 && envelope["problems"]?.array?.last?["next"] == "phsync pull")
        home.server.setFaults([])
        let status = try home.phsync(["status"]).output
        #expect(status.contains("incomplete") && status.hasSuffix("Next: phsync pull\n"), "\(status)")
        #expect(try home.phsync(["pull"]).status == 0)
        #expect(try home.phsync(["status"]).output.hasSuffix("Next: phsync errors\n"))
    }

    @Test func whoComesSecondIsToldWhoHasTheMirrorAndReadersDoNotWait() throws {
        home.server.setFaults([FaultRule(.slow(milliseconds: 60_000), path: "/api/projects/**", first: 2, count: nil)])
        let child = try start(["pull"]) { $0.path.contains("/projects/2/plugin_configs") }
        for command in [["pull"], ["push", "--yes"]] {
            let outcome = try home.phsync(command + ["-o", "json"])
            let problem = try JSONValue(parsing: outcome.output)["problems"]?.array?.first
            #expect(outcome.status == 75 && problem?["code"] == "mirror-locked", "\(outcome.output)")
            #expect(problem?["message"]?.string?.contains("phsync pull (process \(child)") == true)
        }
        #expect(try home.phsync(["configs"]).status == 0)
        #expect(try home.phsync(["edit-config", "1", "normalizedCurrency=CHF"]).status == 0)
        kill(child, SIGKILL)
        _ = PhsyncProcess.wait(for: child)
        home.server.setFaults([])
        #expect(try home.phsync(["push", "--yes"]).status == 0, "a lock dies with its holder")
    }

    @Test func anInterruptedPushTellsWhatBecameOfItsStep() throws {
        #expect(try home.phsync(["edit-config", "1", "normalizedCurrency=CHF"]).status == 0)
        home.server.setFaults([FaultRule(.slow(milliseconds: 1000), method: "PATCH", path: "/api/**")])
        let child = try start(["push", "--yes", "-o", "json"]) { $0.method == "PATCH" }
        kill(child, SIGINT)
        #expect(PhsyncProcess.wait(for: child) == 0, "a step that was sent is waited for")
        #expect(try JSONValue(parsing: try contents(home.home.path + "/out"))["outcome"] == "pushed")
        #expect(home.server.withState { $0.configs[1]?.config["normalizedCurrency"] } == "CHF")
    }
}

/// Login again, the way that messages ask for it.
@Suite struct RenewedLoginTests {
    @Test func aBareLoginRenewsTheCurrentContextAndARefusedOneSavesNothing() throws {
        let home = try TemporaryHome()
        let server = try DemoServer(state: .demo())
        defer { server.stop() }
        func login(_ arguments: [String], key: String) throws -> PhsyncProcess.Outcome {
            try PhsyncProcess.run(["login"] + arguments, environment: home.environment, input: key)
        }
        let refused = try login(["--host", server.url, "--context", "shop"], key: "phx_wrong")
        #expect(refused.status == 4 && refused.messages.contains("next: phsync login --context shop --host \(server.url)"))
        #expect(home.mode("config") == nil)
        #expect(try login(["--host", server.url, "--context", "shop"], key: DemoKeys.admin).status == 0)
        let renewed = try login([], key: DemoKeys.admin)
        #expect(renewed.status == 0 && renewed.output.contains("the current context is shop"), "\(renewed.messages)")
        #expect(try login([], key: "phx_wrong").status == 4)
        #expect(try PhsyncProcess.run(["pull"], environment: home.environment).status == 0, "the good key is still there")
    }
}
