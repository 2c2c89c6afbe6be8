import DemoInstance
@preconcurrency import Glibc
import Models
import Storage
import Sync
import Testing

@testable import CLI

/// Conflicts: shown with who made the other side, settled in an editor, and offered again.
@Suite struct ResolveTests: ServedSuite {
    let served: ServedHome

    init() throws {
        served = try ServedHome()
        #expect(try phsync("pull").status == 0)
    }

    private func phsync(_ arguments: String..., input: String = "", editor: String? = nil) throws -> PhsyncProcess.Outcome {
        var environment = environment
        if let editor {
            try write("#!/bin/sh\nset -e\nH='\(home.path)'\n" + editor, to: home.path + "/editor", mode: 0o700)
            environment["PHSYNC_EDITOR"] = home.path + "/editor"
        }
        return try PhsyncProcess.run(arguments, environment: environment, input: input)
    }

    private func value(_ key: String) -> JSONValue? { server.withState { $0.configs[1]?.config[key] } }

    private func setRemote(_ key: String, _ value: JSONValue) {
        server.withState { state in
            var config = state.configs[1]?.config.object ?? JSONObject()
            config[key] = value
            state.configs[1]?.config = .object(config)
        }
    }

    private func clash(_ mine: String = "CHF", _ theirs: JSONValue = "USD") throws {
        #expect(try phsync("edit-config", "1", "normalizedCurrency=\(mine)").status == 0)
        setRemote("normalizedCurrency", theirs)
        #expect(try phsync("pull").status == 3)
    }

    private func clashInCode(_ mine: String, _ theirs: String, base: String = "one\ntwo\nthree\n") throws {
        setCode(base)
        #expect(try phsync("pull").status == 0)
        #expect(try phsync("edit-source", "plugin:4", "--from", "-", input: mine).status == 0)
        setCode(theirs)
    }

    private func setCode(_ text: String) {
        server.withState { state in
            guard let index = state.plugins[4]?.sources.firstIndex(where: { $0.name == "index.ts" }) else { return }
            state.plugins[4]?.sources[index].text = text
        }
    }

    @Test func aWrongKeyListsWhatIsInConflict() throws {
        try clash()
        let outcome = try phsync("resolve", "1", "wrong", "--local")
        #expect(outcome.status == 64)
        #expect(outcome.messages.contains("in conflict: normalizedCurrency"))
        #expect(try phsync("resolve", "1", "wrong", "--edit", editor: "true").messages.contains("in conflict: normalizedCurrency"))
    }

    @Test func statusAndDiffSayAllSidesAndWhereTheRemotesCameFrom() throws {
        try clash()
        for command in ["status", "diff"] {
            let text = try phsync(command).output
            for part in ["base    \"EUR\"", "local   \"CHF\"", "remote  \"USD\"", "seen by the pull of"] { #expect(text.contains(part), "\(command): \(text)") }
        }
        let json = try JSONValue(parsing: phsync("diff", "-o", "json").output)
        let conflict = json["result"]?.array?.first?["conflicts"]?.array?.first
        #expect(conflict?["remote_change"]?["known_from"] == "pull")
        #expect(conflict?["settled_before"]?.isNull == true)
    }

    @Test func theEditorSettlesAConfigWithSomethingElse() throws {
        try clash()
        let outcome = try phsync(
            "resolve", "1", "--edit", editor: #"grep -q '^# normalizedCurrency: the base has "EUR"' "$1"; sed -i '/^[<>=]/d; s/= CHF/= GBP/; /= USD/d' "$1""#)
        #expect(outcome.status == 0, "\(outcome.messages)")
        #expect(try phsync("push", "--yes").status == 0)
        #expect(value("normalizedCurrency") == "GBP")
    }

    @Test func aTextWithMarkersIsRefusedAndKeptAndOfferedAgain() throws {
        try clash()
        let refused = try phsync("resolve", "1", "--edit", editor: #"sed -i 's/= CHF/= GBP/' "$1""#)
        #expect(refused.status == 7)
        #expect(refused.messages.contains("still has a marker") && refused.messages.contains("is kept in"))
        #expect(try phsync("status").output.contains("local   \"CHF\""), "nothing was settled")
        #expect(try phsync("resolve", "1", "--edit", editor: "true").messages.contains("never stored"))
        let terminal = try Pseudoterminal()
        try write("#!/bin/sh\nset -e\ngrep -q '= GBP' \"$1\"\nsed -i '/^[<>=]/d; /= USD/d' \"$1\"\n", to: home.path + "/editor", mode: 0o700)
        let child = try terminal.start(
            ["resolve", "1", "--edit"],
            environment: environment.merging(["TERM": "dumb", "EDITOR": home.path + "/editor"]) { $1 })
        #expect(terminal.waitFor("never stored"))
        terminal.type("y\n")
        terminal.readToEnd()
        #expect(PhsyncProcess.wait(for: child) == 0, "\(terminal.text)")
        #expect(try phsync("diff").output.contains("\"GBP\""))
        #expect(try Files().names(in: home.path + "/state/editing") == [])
    }

    @Test func anIdenticalConflictIsOfferedAgainAndNeverSettledByItself() throws {
        for round in 1...2 {
            try clash()
            let diff = try phsync("diff").output
            #expect(diff.contains("settled before (config:1") == (round == 2), "\(diff)")
            #expect(try phsync("push", "--yes").status == 3)
            if round == 2 { #expect(try phsync("resolve", "1", "normalizedCurrency", "--as-before").status == 0) }
            if round == 1 {
                #expect(try phsync("resolve", "1", "--as-before").status == 64)
                let settled = try phsync("resolve", "1", "--edit", editor: #"sed -i '/^[<>=]/d; s/= CHF/= GBP/; /= USD/d' "$1""#)
                #expect(settled.status == 0, "\(settled.messages)")
            }
            #expect(try phsync("push", "--yes").status == 0)
            #expect(value("normalizedCurrency") == "GBP")
            setRemote("normalizedCurrency", "EUR")
            #expect(try phsync("pull").status == 0)
        }
    }

    @Test func aSecretThatClashedIsNotRemembered() throws {
        #expect(try phsync("edit-config", "1", "openExchangeRatesApiKey=@-", input: "sk-mine").status == 0)
        setRemote("openExchangeRatesApiKey", "")
        #expect(try phsync("pull").status == 3)
        #expect(try phsync("resolve", "1", "--edit", editor: "true").status == 64)
        #expect(try phsync("resolve", "1", "--local").status == 0)
        let mirror = try Storage.Mirror.open(directory: "\(home.path)/data/127.0.0.1-\(server.port)", mode: .readOnly)
        let sides = ConflictSides(kind: .config, field: "config.openExchangeRatesApiKey", base: .string(Secret.mask), local: nil, remote: "")
        #expect(try mirror.look { mirror in try mirror.resolutions.row(sides) } == nil)
    }

    @Test func codeIsMergedByThePullAndOnlyWhatClashesStandsBetweenMarkers() throws {
        try clashInCode("ONE\ntwo\nthree\n", "one\ntwo\nTHREE\n")
        #expect(try phsync("pull").status == 0, "lines apart")
        #expect(try phsync("source", "plugin:4", "--file", "index.ts").output == "ONE\ntwo\nTHREE\n")
        #expect(try phsync("discard", "plugin:4", "--yes").status == 0)
        try clashInCode("ONE\ntwo\nthree\n", "1\ntwo\nthree\n")
        #expect(try phsync("pull").status == 3)
        let diff = try phsync("diff").output
        for line in ["<<<<<<< local", "    ONE", "||||||| base", "    one", ">>>>>>> remote", "conflict, 1 place"] { #expect(diff.contains(line), "\(diff)") }
        #expect(try phsync("resolve", "plugin:4", "--edit", editor: #"echo more >> "$1""#).status == 7)
        let settled = try phsync("resolve", "plugin:4", "index.ts", "--edit", editor: #"sed -i '/^[<>|=]/d; /^1$/d; /^one$/d; s/^ONE$/Both/' "$1""#)
        #expect(settled.status == 0, "\(settled.messages)")
        #expect(try phsync("push", "--yes", "--no-verify").status == 0)
        #expect(server.withState { $0.plugins[4]?.sources.first { $0.name == "index.ts" }?.text } == "Both\ntwo\nthree\n")
    }

    @Test func whatAKilledPhsyncLeftIsOfferedAndOldTextsAreSwept() throws {
        // The shell that starts the editor is its parent; phsync is the parent of that.
        try write(
            "#!/bin/sh\necho '// typed' >> \"$1\"\nkill -9 $(awk '{print $4}' /proc/$PPID/stat)\n", to: home.path + "/editor", mode: 0o700)
        #expect(try PhsyncProcess.run(["edit-source", "plugin:4"], environment: environment.merging(["EDITOR": home.path + "/editor"]) { $1 }).status == 128 + SIGKILL)
        let again = try phsync("edit-source", "plugin:4", editor: "true")
        #expect(again.messages.contains("never stored") && again.messages.contains("/state/editing/"), "\(again.messages)")
        let outcome = try ChildProcess.shell("touch -d '31 days ago' '\(home.path)'/state/editing/*/*; ls '\(home.path)/state/editing'", limit: 4096)
        #expect(outcome.output.isEmpty == false)
        #expect(try phsync("edit-source", "plugin:4", editor: "true").messages.contains("never stored") == false)
        #expect(try Files().names(in: home.path + "/state/editing") == [])
    }
}
