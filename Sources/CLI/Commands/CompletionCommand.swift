import Models

/// `phsync completion SHELL`: a script that teaches a shell phsync's commands and flags.
enum CompletionCommand {
    static let command = Command(
        "completion", summary: "prints a completion script for a shell",
        positionals: [Positional("SHELL", "the shell", choices: ["bash", "zsh", "fish"])],
        examples: [
            Example("source <(phsync completion bash)", "for this shell; put it into ~/.bashrc for all"),
            Example("phsync completion zsh > ~/.zfunc/_phsync", "with ~/.zfunc in fpath"),
            Example("phsync completion fish > ~/.config/fish/completions/phsync.fish", "for all fish shells"),
        ],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        switch context.arguments.positional("SHELL") {
        case "bash": .document(BashCompletion.script(context.table))
        case "zsh": .document(ZshCompletion.script(context.table))
        default: .document(FishCompletion.script(context.table))
        }
    }
}

extension CommandTable {
    /// The words that may follow `word` as the second of a command's name.
    func secondWords(_ word: String) -> [String] {
        family(word).compactMap { $0.words.count > 1 ? $0.words[1] : nil }
    }
}
