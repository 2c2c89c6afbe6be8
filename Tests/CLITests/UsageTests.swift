import Testing

@testable import CLI

@Suite struct UsageTests {
    private let usage = Usage(table: .phsync, width: 80)

    @Test func theOverviewIsAsExpected() throws {
        try expectText(try #require(usage.help(for: [])), "help.txt")
    }

    @Test(arguments: CommandTable.phsync.commands.map(\.name))
    func helpOfACommandIsAsExpected(name: String) throws {
        let words = name.split(separator: " ").map(String.init)
        try expectText(try #require(usage.help(for: words)), "help-\(words.joined(separator: "-")).txt")
    }

    @Test func aFamilyShowsAllItsCommands() throws {
        let text = try #require(usage.help(for: ["context"]))
        for name in ["context list", "context use NAME", "context remove NAME"] { #expect(text.contains("usage: phsync \(name)")) }
    }

    @Test(arguments: [20, 40, 80, 100])
    func linesFitTheTerminalUnlessTheyAreExamples(width: Int) throws {
        let usage = Usage(table: .phsync, width: max(40, width))
        for command in CommandTable.phsync.commands {
            let text = try #require(usage.help(for: command.words))
            let examples = Set(command.examples.map { "  \($0.line)" })
            for line in text.split(separator: "\n") where !examples.contains(String(line)) {
                #expect(DisplayWidth.of(String(line)) <= max(40, width) + 10, "\(line)")
            }
        }
    }

    @Test func everyCommandIsDescribedAndItsExamplesParse() throws {
        for command in CommandTable.phsync.commands {
            #expect(!command.examples.isEmpty, "\(command.name)")
            #expect(!command.summary.hasSuffix("."), "\(command.name)")
            for example in command.examples {
                // Examples are shell lines; the part for phsync ends at a redirection.
                let line = example.line.replacing("source <(", with: "").replacing(")", with: "").replacing("'", with: "")
                let words = line.split(separator: " ").map(String.init).prefix { !["<", ">", "|"].contains($0) }
                guard words.first == "phsync", !example.line.contains("'") else { continue }
                #expect(throws: Never.self, "\(example.line)") {
                    try ArgumentParser.parse(Array(words.dropFirst()), table: .phsync)
                }
            }
        }
    }
}
