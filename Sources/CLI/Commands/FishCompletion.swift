/// Writes the completion script for fish.
enum FishCompletion {
    static func script(_ table: CommandTable) -> String {
        var lines = ["# fish completion for phsync", "complete -c phsync -f"]
        lines += CommandTable.globalFlags.map { line(for: $0, condition: nil) }
        for word in table.firstWords {
            let summary = table.command(named: word)?.summary ?? table.secondWords(word).joined(separator: ", ")
            lines.append("complete -c phsync -n __fish_use_subcommand -a \(quoted(word)) -d \(quoted(summary))")
            let seconds = table.secondWords(word)
            for second in seconds {
                let summary = table.command(named: "\(word) \(second)")?.summary ?? ""
                let condition = "__fish_seen_subcommand_from \(word); and not __fish_seen_subcommand_from \(seconds.joined(separator: " "))"
                lines.append("complete -c phsync -n \(quoted(condition)) -a \(quoted(second)) -d \(quoted(summary))")
            }
        }
        for command in table.commands { lines += self.lines(for: command) }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(for command: Command) -> [String] {
        let condition = command.words.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and ")
        let choices = command.positionals.flatMap(\.choices)
        let words = choices.isEmpty ? [] : ["complete -c phsync -n \(quoted(condition)) -a \(quoted(choices.joined(separator: " ")))"]
        return words + command.flags.map { line(for: $0, condition: condition) }
    }

    private static func line(for flag: Flag, condition: String?) -> String {
        var parts = ["complete -c phsync"]
        if let condition { parts.append("-n \(quoted(condition))") }
        parts.append("-l \(flag.name)")
        if let short = flag.short { parts.append("-s \(short)") }
        switch flag.value {
        case .none: break
        case .text, .integer: parts.append("-x")
        case .path: parts.append("-rF")
        case .choice(let words): parts.append("-xa \(quoted(words.joined(separator: " ")))")
        }
        parts.append("-d \(quoted(flag.summary))")
        return parts.joined(separator: " ")
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
