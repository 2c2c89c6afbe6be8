import Models

/// `phsync help`: the overview, or one command.
enum HelpCommand {
    static let command = Command(
        "help", summary: "shows all commands, or one with its flags and examples",
        positionals: [Positional("COMMAND", "the command, in one word or two", isRequired: false, isRepeated: true)],
        examples: [
            Example("phsync help", "all commands"),
            Example("phsync help context use", "one of them; phsync context use --help does the same"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        .document(
            try text(for: context.arguments.values(of: "COMMAND"), table: context.table, width: context.terminal.width))
    }

    /// - Throws: `Problem` when there is no such command, with the nearest one.
    static func text(for words: [String], table: CommandTable, width: Int) throws(Problem) -> String {
        if let text = Usage(table: table, width: min(width, 100)).help(for: words) { return text }
        let name = words.joined(separator: " ")
        let near = NearestWord.find(name, in: table.commands.map(\.name) + table.firstWords)
        throw Problem(
            .usage, code: "usage", subject: name,
            message: "there is no command \"\(name)\"" + (near.map { "; did you mean \"\($0)\"?" } ?? ""), next: "phsync help")
    }
}
