import Models
import Testing

@testable import CLI

@Suite struct ArgumentParserTests {
    private static let table = CommandTable(commands: [
        Command(
            "edit", summary: "edits",
            positionals: [Positional("SELECTOR", "which"), Positional("PAIR", "what", isRequired: false, isRepeated: true)],
            flags: [
                Flag("position", .integer("N", -10...10), "where"), Flag("enable", "on"), Flag("disable", "off"),
                Flag("attach", .path("KEY=PATH"), isRepeated: true, "a file"),
            ],
            exclusive: [["enable", "disable"]], refused: ["token": "it would be seen"], examples: []
        ) { _ throws(Problem) in CommandResult() },
        Command("errors", summary: "lists", flags: [Flag("all", "all")], examples: []) { _ throws(Problem) in CommandResult() },
        Command("errors show", summary: "shows", positionals: [Positional("ID", "which")], examples: []) { _ throws(Problem) in
            CommandResult()
        },
        Command("status", summary: "tells", examples: []) { _ throws(Problem) in CommandResult() },
        Command("context list", summary: "lists", examples: []) { _ throws(Problem) in CommandResult() },
    ])

    private func parse(_ line: String) throws(UsageError) -> Invocation {
        try ArgumentParser.parse(line.split(separator: " ").map(String.init), table: Self.table)
    }

    private func name(_ invocation: Invocation) -> String? {
        if case .run(let command) = invocation.request { command.name } else { nil }
    }

    @Test(arguments: [
        ("edit 12", "edit"), ("-o json edit 12", "edit"), ("edit 12 -o json", "edit"), ("errors", "errors"),
        ("errors --all", "errors"), ("errors show E1", "errors show"), ("errors -v show E1", "errors"),
        ("context -v list", "context list"), ("--context a context list", "context list"), ("status -qo json", "status"),
    ])
    func findsTheCommand(line: String, expected: String) throws {
        if line == "errors -v show E1" {
            // "errors" is complete, so what follows its flags are its arguments; it takes none.
            #expect(throws: UsageError.self) { try parse(line) }
        } else {
            #expect(name(try parse(line)) == expected)
        }
    }

    @Test(arguments: ["-o json", "-ojson", "-o=json", "--output json", "--output=json"])
    func everySpellingOfAValueIsTheSame(flag: String) throws {
        #expect(try parse("\(flag) status").format == .json)
        #expect(try parse("status \(flag)").format == .json)
        #expect(ArgumentParser.requestedFormat(in: ["nonsense"] + flag.split(separator: " ").map(String.init)) == .json)
    }

    @Test func negativeNumbersAreValues() throws {
        #expect(try parse("edit 12 --position -3").arguments.integer("position") == -3)
        #expect(try parse("edit 12 --position=-3").arguments.integer("position") == -3)
        #expect(try parse("edit -3").arguments.positional("SELECTOR") == "-3")
    }

    @Test func argumentsAfterTwoHyphensAreNeverFlags() throws {
        let arguments = try parse("edit 12 -- --enable -x").arguments
        #expect(arguments.values(of: "PAIR") == ["--enable", "-x"])
        #expect(!arguments.has("enable"))
    }

    @Test func repeatedFlagsKeepTheirOrder() throws {
        #expect(try parse("edit 12 --attach a=1 k=v --attach b=2").arguments.values("attach") == ["a=1", "b=2"])
    }

    @Test(arguments: [
        ("", "a command is needed"),
        ("--", "a command is needed"),
        ("staus", "there is no command \"staus\"; did you mean \"status\"?"),
        ("zzz", "there is no command \"zzz\""),
        ("context", "context needs one of: list"),
        ("context lsit", "there is no command \"context lsit\"; did you mean \"list\"?"),
        ("edit", "edit needs a SELECTOR"),
        ("edit 12 --enabel", "there is no flag \"--enabel\" of edit; did you mean \"--enable\"?"),
        ("edit 12 -x", "there is no flag \"-x\""),
        ("edit 12 --enable --enable", "--enable is given more than once"),
        ("edit 12 --enable --disable", "--enable and --disable exclude each other"),
        ("status -q -v", "--quiet and --verbose exclude each other"),
        ("edit 12 --enable=1", "--enable takes no value"),
        ("edit 12 --position", "--position needs a value: --position N"),
        ("edit 12 --position --enable", "--position needs a value: --position N"),
        ("edit 12 --position=", "--position N takes a whole number, -10 to 10, not \"\""),
        ("edit 12 --position 11", "--position N takes a whole number, -10 to 10, not \"11\""),
        ("status --context=", "the value of --context is empty"),
        ("status -o jsn", "-o takes one of text, json, ndjson, not \"jsn\"; did you mean \"json\"?"),
        ("status phx_secret", "status takes no arguments, 1 was given"),
        ("edit 12 --token=phx_secret", "there is no flag --token: it would be seen"),
    ])
    func mistakesAreNamed(line: String, message: String) {
        #expect {
            try parse(line)
        } throws: { error in
            guard let problem = (error as? UsageError)?.problem else { return false }
            return problem.message == message && problem.kind == .usage && problem.next?.hasPrefix("phsync help") == true
        }
    }

    @Test(arguments: ["--help", "-h", "status --help", "edit --help", "context --help", "--help status"])
    func helpNeedsNothingElse(line: String) throws {
        let words = line.split(separator: " ").filter { !$0.hasPrefix("-") }.map(String.init)
        guard case .help(words) = try parse(line).request else {
            Issue.record("no help for \(words)")
            return
        }
    }

    @Test func anEmptyArgumentIsAMistake() {
        #expect(throws: UsageError.self) { try ArgumentParser.parse(["edit", ""], table: Self.table) }
    }
}

@Suite struct NearestWordTests {
    @Test(arguments: [
        ("pul", "pull"), ("psuh", "push"), ("PLUGINS", "plugins"), ("plugin", "plugins"), ("conf", "configs"), ("xyz", nil),
        ("p", nil), ("", nil),
    ])
    func findsWhatWasMeant(word: String, expected: String?) {
        #expect(NearestWord.find(word, in: ["pull", "push", "plugins", "configs", "status"]) == expected)
    }

    @Test func distanceIsSymmetricAndCountsSwapsOnce() {
        #expect(NearestWord.distance("push", "psuh") == 1)
        #expect(NearestWord.distance("", "abc") == 3)
        let words = ["pull", "push", "", "plan", "status", "diff"]
        for a in words { for b in words { #expect(NearestWord.distance(a, b) == NearestWord.distance(b, a)) } }
    }
}
