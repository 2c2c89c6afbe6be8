import DemoInstance
@preconcurrency import Glibc
import Models
import Testing

@testable import CLI

/// `edit-config` without pairs: the built program on a terminal, with shell scripts as editors.
@Suite struct EditorTests: ServedSuite {
    let served: ServedHome

    init() throws {
        served = try ServedHome()
        #expect(try phsync("pull").status == 0)
    }

    var environment: [String: String] { served.environment.merging(["TERM": "dumb"]) { $1 } }

    /// Runs `edit-config` with a script as editor; the script finds the text in "$1" and this home in "$H".
    private func edit(
        _ script: String, of arguments: [String] = ["1"], variable: String = "EDITOR"
    ) throws -> (status: Int32, text: String) {
        try write("#!/bin/sh\nset -e\nH='\(home.path)'\n" + script, to: home.path + "/editor", mode: 0o700)
        let terminal = try Pseudoterminal()
        let child = try terminal.start(
            ["edit-config"] + arguments, environment: environment.merging([variable: home.path + "/editor"]) { $1 })
        terminal.readToEnd()
        return (PhsyncProcess.wait(for: child), terminal.text.replacing("\r\n", with: "\n"))
    }

    private func value(_ config: Int64, _ key: String) -> JSONValue? {
        server.withState { $0.configs[config]?.config[key] }
    }

    private func found(_ text: String) throws -> [String] {
        let outcome = try ChildProcess.shell("grep -rl -e '\(text)' '\(home.path)/state' '\(home.path)/data' 2>/dev/null || true", limit: 65536)
        return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The text without the breaks and columns that a terminal's width makes.
    private func flat(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func whatIsSavedIsAnEditAndNothingIsLeftBehind() throws {
        let (status, text) = try edit(
            """
            test "$(stat -c %a "$1")" = 600 && test "$(stat -c %a "$(dirname "$1")")" = 700
            cp "$1" "$1~"
            sed -i 's/^normalizedCurrency = .*/normalizedCurrency = CHF/; s/^#openExchangeRatesApiKey =.*/openExchangeRatesApiKey = sk-typed/' "$1"
            """)
        #expect(status == 0, "\(text)")
        #expect(flat(text).contains("normalizedCurrency: \"EUR\" → \"CHF\""))
        #expect(flat(text).contains("openExchangeRatesApiKey: (secret, set) → (new secret)"))
        #expect(!text.contains("sk-typed"))
        #expect(try found("sk-typed").count == 1, "only the secret that waits")
        #expect(try found("normalizedCurrency = CHF") == [])
        #expect(try phsync("push", "--yes").status == 0)
        #expect(value(1, "normalizedCurrency") == "CHF")
        #expect(value(1, "openExchangeRatesApiKey") == "sk-typed")
        #expect(try found("sk-typed") == [])
    }

    @Test func anUnchangedTextChangesNothing() throws {
        let (status, text) = try edit("true")
        #expect(status == 0)
        #expect(text.contains("Nothing was changed."))
        #expect(try isClean())
        #expect(try edit("touch \"$1\"; sed -i 's/^position := .*/&.0/' \"$1\"").status == 0, "the same number")
        #expect(try isClean())
    }

    @Test func mistakesComeBackUntilTheyAreSettled() throws {
        let (status, text) = try edit(
            """
            if [ ! -e "$H/second" ]; then
                touch "$H/second"
                sed -i 's/^enabled := .*/enabled := maybe/; s/^normalizedCurrency = .*/normalizedCurrency = CHF/' "$1"
                exit
            fi
            grep -q '^#! 1 mistake' "$1"
            grep -A1 '^#! ' "$1" | grep -q '^enabled := maybe'
            grep -q '^normalizedCurrency = CHF' "$1"
            sed -i 's/^enabled := .*/enabled := false/' "$1"
            """)
        #expect(status == 0, "\(text)")
        #expect(flat(text).contains("normalizedCurrency: \"EUR\" → \"CHF\""))
        #expect(flat(text).contains("enabled: true → false"))
    }

    @Test func givingUpAfterAMistakeKeepsWhatWasTypedWithoutSecrets() throws {
        for ending in ["true", ": > \"$1\"", "exit 1", "rm \"$1\""] {
            unlink(home.path + "/second")
            let (status, text) = try edit(
                """
                if [ -e "$H/second" ]; then \(ending); exit; fi
                touch "$H/second"
                sed -i 's/^enabled := .*/enabled := maybe/; s/^#openExchangeRatesApiKey =/openExchangeRatesApiKey = sk-typed/' "$1"
                """)
            #expect(status == (ending == "exit 1" ? 1 : 130), "\(ending): \(text)")
            #expect(try found("sk-typed") == [], "\(ending)")
            let kept = try found("enabled := maybe")
            #expect(kept.count == 1, "\(ending): \(kept)")
            let path = try #require(kept.first)
            #expect(text.replacing("\n", with: "").contains(path.split(separator: "/").last ?? ""), "\(text)")
            #expect(home.mode(String(path.dropFirst(home.path.count + 1))) == 0o600)
            #expect(home.mode("state/editing") == 0o700)
            unlink(path)
        }
        #expect(try isClean())
    }

    @Test func anEmptiedTextGivesUp() throws {
        let (status, text) = try edit(": > \"$1\"")
        #expect(status == 130)
        #expect(text.contains("given up"))
        #expect(!text.contains("kept"))
        #expect(try isClean())
    }

    @Test func theEditorIsFoundInOrderAndMayHaveArguments() throws {
        try write("#!/bin/sh\nset -e\n[ \"$1\" = --wait ]\nsed -i 's/^position := .*/position := 77/' \"$2\"\n", to: home.path + "/with args", mode: 0o700)
        let terminal = try Pseudoterminal()
        let variables = ["PHSYNC_EDITOR": "'\(home.path)/with args' --wait", "VISUAL": "false", "EDITOR": "false"]
        let child = try terminal.start(["edit-config", "1"], environment: environment.merging(variables) { $1 })
        terminal.readToEnd()
        #expect(PhsyncProcess.wait(for: child) == 0, "\(terminal.text)")
        #expect(try phsync("diff").output.contains("→ 77"))
        #expect(try edit("sed -i 's/^position := .*/position := 78/' \"$1\"", variable: "VISUAL").status == 0)
        #expect(try phsync("diff").output.contains("→ 78"))
    }

    @Test func withoutAnEditorOrATerminalThePairsAreNamed() throws {
        let outcome = try PhsyncProcess.run(["edit-config", "1"], environment: environment.merging(["EDITOR": "false"]) { $1 })
        #expect(outcome.status == 64)
        #expect(outcome.messages.contains("KEY=VALUE"))
        let terminal = try Pseudoterminal()
        let child = try terminal.start(["edit-config", "1"], environment: environment)
        terminal.readToEnd()
        #expect(PhsyncProcess.wait(for: child) == 64)
        #expect(terminal.text.contains("EDITOR"))
        let (status, text) = try edit("true", of: ["1", "--no-input"])
        #expect(status == 64, "\(text)")
    }

    @Test func anEditorThatFailsOrCanNotBeStartedStoresNothing() throws {
        let (status, text) = try edit("sed -i 's/^position := .*/position := 5/' \"$1\"; exit 3")
        #expect(status == 1)
        #expect(text.contains("ended with status 3"))
        #expect(try found("position := 5").count == 1, "what it saved is kept")
        let terminal = try Pseudoterminal()
        let child = try terminal.start(["edit-config", "1"], environment: environment.merging(["EDITOR": "/no/such/editor"]) { $1 })
        #expect(terminal.waitFor("never stored"), "what was kept is offered")
        terminal.type("n\n")
        terminal.readToEnd()
        #expect(PhsyncProcess.wait(for: child) == 1)
        #expect(terminal.text.contains("can't be started"))
        #expect(try isClean())
    }

    /// The terminal sends ^C to everybody who is in front of it.
    @Test func interruptionsOfTheEditorAreItsOwn() throws {
        let (status, text) = try edit(
            """
            trap '' INT QUIT
            kill -INT 0; kill -INT 0; kill -QUIT 0
            sed -i 's/^position := .*/position := 5/' "$1"
            """)
        #expect(status == 0, "\(text)")
        #expect(try phsync("diff").output.contains("→ 5"))
    }

    private func somebodyElse(_ change: (inout JSONObject) -> Void) {
        server.withState { state in
            var config = state.configs[1]?.config.object ?? JSONObject()
            change(&config)
            state.configs[1]?.config = .object(config)
            state.configs[1]?.order = 42
        }
    }

    /// Pulls inside the editor, as another terminal would, after somebody has changed the remote.
    private func editDuringPull(_ script: String, _ change: (inout JSONObject) -> Void) throws -> (status: Int32, text: String) {
        somebodyElse(change)
        return try edit("'\(PhsyncProcess.path)' pull >/dev/null 2>&1\n" + script)
    }

    @Test func aPullMeanwhileIsMergedWithWhatWasTyped() throws {
        let (status, text) = try editDuringPull("sed -i 's/^normalizedCurrency = .*/normalizedCurrency = CHF/' \"$1\"") {
            $0["amountProperty"] = "price"
        }
        #expect(status == 0, "\(text)")
        #expect(flat(text).contains("order and amountProperty of Currency Normalization@Web shop were changed while the editor was open"))
        #expect(try phsync("push", "--yes").status == 0)
        #expect(value(1, "normalizedCurrency") == "CHF")
        #expect(value(1, "amountProperty") == "price", "not touched by the person, so not sent as it was shown")
        #expect(server.withState { $0.configs[1]?.order } == 42)
    }

    @Test func aPullMeanwhileOfTheSameFieldIsAConflict() throws {
        let (status, text) = try editDuringPull("sed -i 's/^normalizedCurrency = .*/normalizedCurrency = CHF/' \"$1\"") {
            $0["normalizedCurrency"] = "USD"
        }
        #expect(status == 3, "\(text)")
        #expect(flat(text).contains("normalizedCurrency of Currency Normalization@Web shop was changed on the remote while the editor was open"))
        let diff = try phsync("diff").output
        for side in ["base    \"EUR\"", "local   \"CHF\"", "remote  \"USD\""] { #expect(diff.contains(side)) }
        #expect(try phsync("push", "--yes").status == 3)
        #expect(value(1, "normalizedCurrency") == "USD")
        #expect(try phsync("pull").status == 3, "the conflict stays until it is resolved")
        #expect(try phsync("resolve", "1", "normalizedCurrency", "--local").status == 0)
        #expect(try phsync("push", "--yes").status == 0)
        #expect(value(1, "normalizedCurrency") == "CHF")
        #expect(server.withState { $0.configs[1]?.order } == 42)
    }

    @Test func aPullMeanwhileThatBringsTheSameValueSettlesIt() throws {
        let (status, text) = try editDuringPull("sed -i 's/^normalizedCurrency = .*/normalizedCurrency = USD/' \"$1\"") {
            $0["normalizedCurrency"] = "USD"
        }
        #expect(status == 0, "\(text)")
        #expect(try isClean())
    }

    @Test func anEditMadeMeanwhileIsReplacedAndSaidSo() throws {
        let (status, text) = try edit(
            """
            '\(PhsyncProcess.path)' edit-config 1 normalizedCurrency=USD amountProperty=price >/dev/null
            sed -i 's/^normalizedCurrency = .*/normalizedCurrency = CHF/' "$1"
            """)
        #expect(status == 0, "\(text)")
        #expect(text.contains("normalizedCurrency of Currency Normalization@Web shop was edited here"))
        let diff = try phsync("diff").output
        #expect(diff.contains("→ \"CHF\"") && diff.contains("→ \"price\""))
    }

    @Test func aConfigThatIsNotThereYetIsShownWithTheSchemasDefaults() throws {
        let (status, text) = try edit("cp \"$1\" \"$H/shown\"; sed -i 's/^enabled := .*/enabled := true/' \"$1\"", of: ["GeoIP@Staging"])
        #expect(status == 0, "\(text)")
        #expect(try contents(home.path + "/shown").contains("a new config"))
        #expect(try phsync("diff").output.contains("enabled"))
        #expect(try edit("true", of: ["Customer lookup@Staging"]).status == 0)
        #expect(try phsync("configs", "--project", "Staging").output.contains("Customer lookup") == false, "looking makes no draft")
    }
}
