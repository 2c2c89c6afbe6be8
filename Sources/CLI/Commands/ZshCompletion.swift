/// Writes the completion script for zsh.
enum ZshCompletion {
    static func script(_ table: CommandTable) -> String {
        """
        #compdef phsync
        # zsh completion for phsync
        _phsync() {
            local -a commands globals
            globals=(
        \(CommandTable.globalFlags.flatMap { options($0) }.joined(separator: "\n"))
            )
            if (( CURRENT == 2 )); then
                commands=(
        \(table.firstWords.map { "            \(quoted("\($0):\(summary($0, table))"))" }.joined(separator: "\n"))
                )
                _describe command commands
                _arguments $globals
                return
            fi
            case "$words[2] $words[3]" in
        \(table.commands.filter { $0.words.count > 1 }.map { entry($0, pattern: quoted($0.name)) }.joined(separator: "\n"))
            esac
            case "$words[2]" in
        \(families(table))
        \(table.commands.filter { $0.words.count == 1 }.map { entry($0, pattern: quoted($0.name)) }.joined(separator: "\n"))
            esac
        }
        if [[ $funcstack[1] == _phsync ]]; then _phsync "$@"; else compdef _phsync phsync; fi

        """
    }

    private static func summary(_ word: String, _ table: CommandTable) -> String {
        table.command(named: word)?.summary ?? table.secondWords(word).joined(separator: ", ")
    }

    private static func families(_ table: CommandTable) -> String {
        table.firstWords.filter { !table.secondWords($0).isEmpty && table.command(named: $0) == nil }.map { word in
            "        \(quoted(word))) _values \(quoted(word)) \(table.secondWords(word).map(quoted).joined(separator: " "))\n            return ;;"
        }.joined(separator: "\n")
    }

    private static func entry(_ command: Command, pattern: String) -> String {
        var parts = command.flags.flatMap { options($0).map { $0.trimmingSpace } }
        parts += command.positionals.map { positional in
            let action = positional.choices.isEmpty ? "_files" : "(\(positional.choices.joined(separator: " ")))"
            return quoted("\(positional.isRepeated ? "*" : "")\(positional.isRequired ? "" : ":"):\(positional.name):\(action)")
        }
        let arguments = (["$globals"] + parts).joined(separator: " ")
        let shift = command.words.count
        return "        \(pattern)) shift \(shift) words; (( CURRENT -= \(shift) )); _arguments \(arguments)\n            return ;;"
    }

    private static func options(_ flag: Flag) -> [String] {
        let action: String =
            switch flag.value {
            case .none: ""
            case .text(let name), .integer(let name, _): ":\(name): "
            case .path(let name): ":\(name):_files"
            case .choice(let words): ":\(flag.name):(\(words.joined(separator: " ")))"
            }
        let spellings = ["--\(flag.name)"] + (flag.short.map { ["-\($0)"] } ?? [])
        let meaning = flag.summary.replacing("[", with: "(").replacing("]", with: ")").replacing(":", with: ",")
        return spellings.map { "        " + quoted("\(flag.isRepeated ? "*" : "")\($0)[\(meaning)]\(action)") }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
