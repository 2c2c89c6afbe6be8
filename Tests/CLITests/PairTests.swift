import Models
import Storage
import Testing

@testable import CLI

@Suite struct PairTests {
    @Test(arguments: [
        ("k=v", "k", .text("v")), ("k=", "k", .text("")), ("k=a=b", "k", .text("a=b")), ("k:=1", "k", .json(1)),
        ("k:=\"@x\"", "k", .json("@x")), ("k:=1E400", "k", .json(.number(JSONNumber("1E400")!))),  // It is JSON's grammar.
        ("k=@f", "k", .file("f")), ("k=@-", "k", .standardInput), ("k=@@f", "k", .file("@f")), ("k", "k", .prompt),
        ("größe=é\u{202E}", "größe", .text("é\u{202E}")), ("a:b=c", "a:b", .text("c")),
    ] as [(String, String, Pair.Value)])
    func isReadAsWritten(argument: String, key: String, value: Pair.Value) throws {
        let pair = try Pair(argument)
        #expect(pair.key == key && pair.value == value)
    }

    @Test(arguments: [
        ("=v", "bad-pair"), (":=1", "bad-pair"), (" k=v", "bad-pair"), ("k =v", "bad-pair"), ("k=@", "bad-pair"), ("k:=", "bad-json"),
        ("k:={", "bad-json"), ("k:=text", "bad-json"), ("k:=01", "bad-json"), ("k:=1 2", "bad-json"),
    ])
    func whatIsNoPairIsRefused(argument: String, code: String) {
        let problem = problem { () throws(Problem) in try Pair(argument) }
        #expect(problem?.kind == .usage && problem?.code == code, "\(argument)")
    }
}

/// How pairs become edits of a config with a text, a number and a secret.
@Suite struct PairReaderTests {
    private let home: TemporaryHome

    init() throws {
        home = try TemporaryHome()
    }

    private func input(_ argument: String) throws(Problem) -> EditTable.Input {
        let context: CommandContext
        do {
            context = try CommandContext.test(["status"], home: home)
        } catch {
            preconditionFailure("status parses")
        }
        var base = ConfigContent(enabled: true, order: 1)
        base.set(.key("name"), "old")
        base.set(.key("limit"), 5)
        base.set(.key("apiKey"), .string(Secret.mask))
        let reader = PairReader(
            context: context, selector: "12", base: base, schema: ConfigSchema(.null), secretKeys: ["apiKey"])
        return try reader.input(try Pair(argument))
    }

    private func file(_ bytes: [UInt8]) throws -> String {
        let path = home.path + "/value"
        try Files().replace(path, with: bytes)
        return path
    }

    @Test func aTextNeverReplacesANumber() throws {
        #expect(try input("name=new") == .value("new"))
        #expect(try input("limit:=6") == .value(6))
        let refused = problem { () throws(Problem) in try input("limit=6") }
        #expect(refused?.code == "typed-value" && refused?.next == "phsync edit-config 12 limit:=6")
    }

    @Test func longNumbersKeepEveryDigit() throws {
        for text in ["1E400", String(repeating: "7", count: 50), "-0.10"] {
            guard case .value(.number(let number)) = try input("limit:=\(text)") else {
                Issue.record("\(text) is no number")
                continue
            }
            #expect(number.text == text)
        }
    }

    @Test func aSecretStandsNeverOnTheLine() throws {
        for argument in ["apiKey=oops", "apiKey:=\"oops\"", "apiKey:=1"] {
            let refused = problem { () throws(Problem) in try input(argument) }
            #expect(refused?.code == "secret-on-command-line" && refused?.next == "phsync edit-config 12 apiKey")
            #expect(refused?.message.contains("oops") == false)
        }
        #expect(try input("apiKey=@\(file(Array("sk-1\r\n".utf8)))") == .secret(Secret("sk-1")))
    }

    @Test(arguments: ["", "\n", "\r\n\n"])
    func anEmptyFileDoesNotClearASecret(text: String) throws {
        let path = try file(Array(text.utf8))
        let refused = problem { () throws(Problem) in try input("apiKey=@\(path)") }
        #expect(refused?.code == "empty-secret" && refused?.next == "phsync edit-config 12 --unset apiKey")
        #expect(try input("name=@\(path)") == .value(.string(text)))
    }

    @Test func theSuggestionForANumberIsACommandThatWorks() throws {
        #expect(problem { () throws(Problem) in try input("limit=7") }?.next == "phsync edit-config 12 limit:=7")
        let next = problem { () throws(Problem) in try input("limit=many") }?.next
        #expect(next == #"phsync edit-config 12 'limit:="many"'"#)
        #expect(try input(#"limit:="many""#) == .value("many"))
    }

    @Test func aMaskWithSomethingAroundItIsNoSecretEither() throws {
        let path = try file(Array("  \(Secret.mask) \n".utf8))
        #expect(problem { () throws(Problem) in try input("apiKey=@\(path)") }?.code == "mask")
    }

    @Test func aMaskIsNoValue() throws {
        #expect(problem { () throws(Problem) in try input("name=\(Secret.mask)") }?.code == "mask")
        let path = try file(Array(Secret.mask.utf8))
        #expect(problem { () throws(Problem) in try input("apiKey=@\(path)") }?.code == "mask")
    }

    @Test func whatCanNotBeReadIsNamed() throws {
        let bytes = try file([0xFF, 0xFE])
        for (path, code) in [("/dev/zero", "too-large"), (bytes, "not-text"), (home.path, "unreadable-file"), (home.path + "/none", "unreadable-file")] {
            let refused = problem { () throws(Problem) in try input("name=@\(path)") }
            #expect(refused?.code == code && refused?.message.contains(path) == true)
        }
        #expect(problem { () throws(Problem) in try input("name") }?.code == "bad-pair")
        #expect(problem { () throws(Problem) in try input("apiKey") }?.code == "no-prompt")
    }
}
