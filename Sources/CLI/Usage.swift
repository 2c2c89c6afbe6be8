/// Help texts, made from the command table alone.
struct Usage {
    let table: CommandTable
    /// Columns to wrap at.
    let width: Int

    /// The help for these words: the overview, a family, or one command; nil when there is no such command.
    func help(for words: [String]) -> String? {
        guard let first = words.first else { return overview() }
        if let command = table.command(named: words.joined(separator: " ")), table.family(first).count == 1 || words.count > 1 {
            return text(self.command(command))
        }
        let family = table.family(first)
        guard words.count == 1, !family.isEmpty else { return nil }
        return family.map { text(command($0)) }.joined(separator: "\n")
    }

    /// "phsync context use NAME [--yes]", wrapped.
    func usageLines(_ command: Command) -> [String] {
        let parts = ["usage: phsync \(command.name)"] + command.positionals.map(form) + flagForms(of: command)
        // Hard spaces keep a flag and its value on one line.
        let text = parts.map { $0.replacing(" ", with: "\u{A0}") }.joined(separator: " ")
        return Wrap.lines(text, width: width, indent: 4).map { $0.replacing("\u{A0}", with: " ") }
    }

    private func overview() -> String {
        var lines = Wrap.lines(
            "phsync keeps an offline mirror of a PostHog instance's plugins and their configs, lets you edit them "
                + "offline, and pushes exactly what you have seen.", width: width)
        lines += ["", "usage: phsync [GLOBAL FLAGS] COMMAND [FLAGS] [ARGUMENTS]", "", "Commands:"]
        lines += definitions(table.commands.map { ($0.name, $0.summary) })
        lines += ["", "Global flags:"] + definitions(CommandTable.globalFlags.map(definition))
        lines += ["", "Exit status:"] + definitions(Self.statuses)
        lines += ["", "\"phsync help COMMAND\" shows a command's flags and examples."]
        return text(lines)
    }

    private func command(_ command: Command) -> [String] {
        var lines = usageLines(command) + [""]
        lines += Wrap.lines(sentence(command.summary), width: width)
        for paragraph in command.details { lines += [""] + Wrap.lines(paragraph, width: width) }
        if !command.positionals.isEmpty {
            lines += ["", "Arguments:"] + definitions(command.positionals.map { ($0.name, $0.summary) })
        }
        if !command.flags.isEmpty { lines += ["", "Flags:"] + definitions(command.flags.map(definition)) }
        lines += ["", command.examples.count == 1 ? "Example:" : "Examples:"]
        for example in command.examples {
            lines += ["  \(example.line)"] + Wrap.lines(example.meaning, width: width - 6).map { "      " + $0 }
        }
        return lines
    }

    private static let statuses = [
        ("0", "done or clean"), ("1", "failed"), ("2", "differences, with --exit-code"), ("3", "conflicts need a decision"),
        ("4", "authentication or permission"), ("5", "push partly applied, journal kept"),
        ("6", "the remote moved since the plan, nothing written"), ("7", "validation or dry run failed"), ("64", "usage"),
        ("75", "temporary, safe to repeat"), ("130", "interrupted"),
    ]
}

extension Usage {
    private func form(_ positional: Positional) -> String {
        let name = positional.choices.isEmpty ? positional.name : positional.choices.joined(separator: "|")
        let repeated = positional.isRepeated ? name + "…" : name
        return positional.isRequired ? repeated : "[\(repeated)]"
    }

    /// Each flag once, those that exclude each other together.
    private func flagForms(of command: Command) -> [String] {
        var forms: [String] = []
        var done: Set<String> = []
        for flag in command.flags where done.insert(flag.name).inserted {
            let group = command.exclusive.first { $0.contains(flag.name) } ?? []
            let members = command.flags.filter { $0.name == flag.name || group.contains($0.name) && done.insert($0.name).inserted }
            forms.append("[\(members.map(shortForm).joined(separator: " | "))]")
        }
        return forms
    }

    private func form(_ flag: Flag) -> String {
        "--\(flag.name)" + (flag.placeholder.map { " \($0)" } ?? "")
    }

    /// A long choice does not fit a narrow line; the list of flags tells what it is between.
    private func shortForm(_ flag: Flag) -> String {
        let form = form(flag)
        return DisplayWidth.of(form) <= 40 ? form : "--\(flag.name) \(flag.name.uppercased())"
    }

    private func definition(_ flag: Flag) -> (String, String) {
        let short = flag.short.map { "-\($0), " } ?? ""
        return (short + form(flag), flag.summary)
    }

    private func definitions(_ pairs: [(String, String)]) -> [String] {
        let widest = pairs.map { DisplayWidth.of($0.0) }.max() ?? 0
        // What is left beside a narrow column has to hold a few words.
        let column = min(widest, 28, max(14, width - 24)) + 4
        return pairs.flatMap { Wrap.definition($0.0, $0.1, column: column, width: width) }
    }

    private func sentence(_ summary: String) -> String {
        summary.prefix(1).uppercased() + summary.dropFirst() + "."
    }

    private func text(_ lines: [String]) -> String {
        lines.joined(separator: "\n") + "\n"
    }
}
