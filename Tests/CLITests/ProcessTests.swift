import Glibc
import Models
import Testing

@testable import CLI

@Suite struct ProcessTests {
    private let home: TemporaryHome

    init() throws {
        home = try TemporaryHome()
    }

    private func run(
        _ arguments: [String], input: String? = "", output: PhsyncProcess.Destination = .capture, _ more: [String: String] = [:]
    ) throws -> PhsyncProcess.Outcome {
        try PhsyncProcess.run(
            arguments, environment: home.environment.merging(more) { $1 }, input: input, output: output)
    }

    @Test(arguments: [
        ([], 64), (["--nonsense"], 64), (["nonsense"], 64), (["context"], 64), (["context", "use"], 64), (["login", "--token", "phx_x"], 64),
        (["context", "use", "nowhere"], 64), (["logout"], 64), (["logout", "--context", "nowhere"], 64), (["help", "nonsense"], 64),
        (["login", "--host", "https://x.example.com"], 4), (["login", "--host", "http://x.example.com"], 64), (["login"], 64),
        (["login", "--host", "x.example.com", "--token-file", "/nonexistent"], 64), (["doctor"], 1), (["context", "list"], 0),
        (["--version"], 0), (["doctor", "extra", "words"], 64), (["completion", "tcsh"], 64), (["--context", "", "doctor"], 64),
        (["login", "--host", "x.example.com", "--ca-file", "/nonexistent"], 64),
    ] as [([String], Int)])
    func everyExitPathPrintsOneEnvelope(arguments: [String], status: Int) throws {
        let outcome = try run(["-o", "json"] + arguments)
        #expect(Int(outcome.status) == status, "\(outcome.output)")
        let envelope = try JSONValue(parsing: outcome.output)
        #expect(
            envelope.object?.keys == ["command", "outcome", "exit_status", "context", "freshness", "result", "problems"])
        #expect(envelope["exit_status"]?.int == Int64(status))
        #expect(outcome.messages == "")
        #expect(status == 0 || envelope["problems"]?.array?.isEmpty == false)

        let lines = try run(["-o", "ndjson"] + arguments).output.split(separator: "\n")
        let last = try JSONValue(parsing: String(try #require(lines.last)))
        #expect(last["exit_status"]?.int == Int64(status) && last.object?.keys.contains("result") == false)

        let text = try run(arguments)
        #expect(Int(text.status) == status)
        #expect(status == 0 || text.messages.hasPrefix("phsync: "))
    }

    @Test func aTokenOnTheCommandLineIsRefusedAndNotRepeated() throws {
        for arguments in [["login", "--token", "phx_hidden"], ["login", "--token=phx_hidden"], ["login", "phx_hidden"]] {
            let outcome = try run(arguments)
            #expect(outcome.status == 64)
            #expect(!outcome.messages.contains("hidden"))
            #expect(!(try run(arguments + ["-o", "json"]).output.contains("hidden")))
        }
    }

    @Test func anArgumentThatIsNoTextIsRefusedInsteadOfChanged() throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, home.path + "/out", O_WRONLY | O_CREAT, 0o600)
        let line = "exec \(PhsyncProcess.path) edit-config 1 \"key=$(printf '\\377')\" -o json"
        let child = try PhsyncProcess.spawn("/bin/sh", ["-c", line], home.environment, &actions)
        #expect(PhsyncProcess.wait(for: child) == 64)
        #expect(try JSONValue(parsing: try contents(home.path + "/out"))["problems"]?.array?.first?["code"] == "not-text")
    }

    @Test func theDemoWalksToItsEndAndStdoutIsOneDocumentWhenAsked() throws {
        let text = try run(["demo"])
        #expect(text.status == 0 && text.output.contains("That was the whole journey."), "\(text.messages)")
        let outcome = try run(["demo", "-o", "json"])
        #expect(outcome.status == 0 && outcome.messages.contains("$ phsync pull"))
        #expect(try JSONValue(parsing: outcome.output)["outcome"] == "walked")
        #expect(home.mode("data") == nil, "the demo has a home of its own")
    }

    @Test func loginThenLogout() throws {
        #expect(try run(["login", "--host", "http://127.0.0.1:9", "--context", "a"], input: "phx_1\n").status == 0)
        #expect(home.mode("config/tokens.json") == 0o600)
        let list = try JSONValue(parsing: try run(["context", "list", "-o", "json"]).output)
        #expect(list["result"]?.array?.first?["token"] == "stored")
        #expect(try run(["logout"]).output.contains(home.path + "/data/a"))
        #expect(try run(["context", "remove", "a"]).status == 64)
        #expect(try run(["context", "remove", "a", "--yes"]).status == 0)
        #expect(try run(["context", "list"]).output.hasPrefix("There are no contexts yet."))
    }

    @Test func aBrokenConfigFileIsNamedWithItsByteAndKept() throws {
        try home.writeConfig("{\"contexts\": {")
        for arguments in [["context", "list"], ["logout"], ["login", "--host", "http://127.0.0.1:9"]] {
            let outcome = try run(arguments, input: "phx_1")
            #expect(outcome.status == 1)
            #expect(outcome.messages.contains(home.configFile) && outcome.messages.contains("byte 14"), "\(outcome.messages)")
        }
        #expect(try contents(home.configFile) == "{\"contexts\": {")
        #expect(try run(["--help"]).status == 0)
    }

    @Test func withoutAHomeOnlyFilesAreOutOfReach() throws {
        let outcome = try PhsyncProcess.run(["context", "list"], environment: [:])
        #expect(outcome.status == 1 && outcome.messages.contains("HOME"))
        #expect(try PhsyncProcess.run(["--version"], environment: [:]).status == 0)
    }

    @Test func aReaderThatWentAwayIsNoFailure() throws {
        for arguments in [["--version"], ["help"], ["completion", "bash"], ["context", "list", "-o", "json"]] {
            let outcome = try run(arguments, output: .brokenPipe)
            #expect(outcome.status == 0 && outcome.messages == "", "\(arguments)")
        }
    }

    @Test func aFullDiskIsAFailure() throws {
        for arguments in [["--version"], ["help"], ["context", "list", "-o", "json"]] {
            let outcome = try run(arguments, output: .file("/dev/full"))
            #expect(outcome.status == 1 && outcome.messages.contains("No space left"), "\(arguments)")
        }
    }

    @Test func aMissingStdoutIsAFailureAndNoFileTakesItsPlace() throws {
        let outcome = try run(["login", "--host", "http://127.0.0.1:9"], input: "phx_1", output: .closed)
        #expect(outcome.status == 1 && outcome.messages.contains("can't write the output"))
        #expect(throws: Never.self) { try JSONValue(parsing: try contents(home.configFile)) }
    }

    @Test func nothingButTheDocumentComesWithoutATerminal() throws {
        for arguments in [["help"], ["context", "list"], ["doctor"]] {
            let outcome = try run(arguments)
            #expect(!(outcome.output + outcome.messages).contains("\u{1B}"))
        }
    }

    @Test func aFolderThatCanNotBeWrittenIsAFailure() throws {
        try write("in the way", to: home.path + "/config")
        let outcome = try run(["login", "--host", "http://127.0.0.1:9"], input: "phx_1")
        #expect(outcome.status == 1, "\(outcome.messages)")
    }

    @Test func completionScriptsAreValidShell() throws {
        let script = try run(["completion", "bash"]).output
        try write(script, to: home.path + "/bash")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let check = """
            source \(home.path)/bash; complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _phsync; echo "${COMPREPLY[*]}"; }
            [[ $(complete_line phsync log) == "logs login logout" ]] || exit 11
            [[ $(complete_line phsync context "") == "list use remove" ]] || exit 12
            [[ $(complete_line phsync -o js) == json ]] || exit 13
            [[ $(complete_line phsync --context a context remove --fo) == --force ]] || exit 14
            [[ $(complete_line phsync completion z) == zsh ]] || exit 15
            [[ -z $(complete_line phsync login --host "") ]] || exit 16
            """
        let child = try PhsyncProcess.spawn("/bin/bash", ["-c", check], [:], &actions)
        #expect(PhsyncProcess.wait(for: child) == 0)
        for shell in ["zsh", "fish"] { #expect(try run(["completion", shell]).output.contains("phsync")) }
    }
}

@Suite struct SignalTests {
    private let home: TemporaryHome

    init() throws {
        home = try TemporaryHome()
    }

    @Test func interruptingAPromptPutsTheTerminalBack() throws {
        let terminal = try Pseudoterminal()
        let child = try terminal.start(["login", "--host", "http://127.0.0.1:9"], environment: home.environment)
        #expect(terminal.waitFor("(not shown)"))
        while terminal.isEchoing { sched_yield() }
        terminal.type("\u{3}")
        terminal.readToEnd()
        #expect(PhsyncProcess.wait(for: child) == 130)
        #expect(terminal.text.contains("interrupted"))
        #expect(home.mode("config") == nil)
    }

    @Test func aTypedTokenIsNotShown() throws {
        let terminal = try Pseudoterminal()
        let child = try terminal.start(["login", "--host", "http://127.0.0.1:9"], environment: home.environment)
        #expect(terminal.waitFor("(not shown)"))
        while terminal.isEchoing { sched_yield() }
        terminal.type("phx_typed\n")
        terminal.readToEnd()
        #expect(PhsyncProcess.wait(for: child) == 0)
        #expect(!terminal.text.contains("phx_typed"))
        #expect(try contents(home.tokensFile).contains("phx_typed"))
    }

    @Test func theSecondInterruptEndsAtOnce() throws {
        let terminal = try Pseudoterminal()
        // The command ignores the first ^C and ends with the terminal; phsync waits for it until the second.
        let stubborn = "trap '' INT TERM HUP; echo ready >&2; read line"
        let child = try terminal.start(
            ["login", "--host", "http://127.0.0.1:9", "--token-command", stubborn], environment: home.environment)
        #expect(terminal.waitFor("ready"))
        // Signals that come together count as one, so the key is pressed until the process has ended.
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            terminal.type("\u{3}")
            sched_yield()
        }
        #expect((status >> 8) & 0xFF == 130)
    }
}
