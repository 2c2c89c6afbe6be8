/// Writes the completion script for bash.
enum BashCompletion {
    static func script(_ table: CommandTable) -> String {
        """
        # bash completion for phsync
        _phsync() {
            local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= first= i
            COMPREPLY=()
            for ((i = 1; i < COMP_CWORD; i++)); do
                case ${COMP_WORDS[i]} in
                    \(valueFlags(CommandTable.globalFlags))) ((i++)) ;;
                    -*) ;;
                    *)
                        if [[ -z $first ]]; then
                            first=${COMP_WORDS[i]} command=$first
                        else
                            case "$first ${COMP_WORDS[i]}" in
                                \(twoWords(table))) command="$first ${COMP_WORDS[i]}" ;;
                            esac
                            break
                        fi ;;
                esac
            done
            case $previous in
        \(values(CommandTable.globalFlags))
            esac
            case "$command:$previous" in
        \(table.commands.map { values($0.flags, prefix: $0.name + ":") }.filter { !$0.isEmpty }.joined(separator: "\n"))
            esac
            local words=
            case $command in
                "") words="\(table.firstWords.joined(separator: " ")) \(names(CommandTable.globalFlags))" ;;
        \(families(table))
        \(table.commands.map(command).joined(separator: "\n"))
            esac
            COMPREPLY=($(compgen -W "$words" -- "$word"))
            if [[ ${#COMPREPLY[@]} -eq 0 && $word != -* ]]; then COMPREPLY=($(compgen -f -- "$word")); fi
        }
        complete -F _phsync phsync

        """
    }

    private static func names(_ flags: [Flag]) -> String {
        flags.map { "--\($0.name)" }.joined(separator: " ")
    }

    private static func spellings(_ flag: Flag) -> [String] {
        ["--\(flag.name)"] + (flag.short.map { ["-\($0)"] } ?? [])
    }

    private static func valueFlags(_ flags: [Flag]) -> String {
        flags.filter { $0.value != .none }.flatMap(spellings).joined(separator: "|")
    }

    private static func twoWords(_ table: CommandTable) -> String {
        let names = table.commands.filter { $0.words.count > 1 }.map { "\"\($0.name)\"" }
        return names.isEmpty ? "\"\"" : names.joined(separator: "|")
    }

    /// What may follow a flag that takes a value.
    private static func values(_ flags: [Flag], prefix: String = "") -> String {
        flags.compactMap { flag -> String? in
            let pattern = spellings(flag).map { "\"\(prefix)\($0)\"" }.joined(separator: "|")
            return switch flag.value {
            case .none: nil
            case .choice(let words):
                "        \(pattern)) COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$word\")); return ;;"
            case .path: "        \(pattern)) COMPREPLY=($(compgen -f -- \"$word\")); return ;;"
            case .text, .integer: "        \(pattern)) return ;;"
            }
        }.joined(separator: "\n")
    }

    private static func families(_ table: CommandTable) -> String {
        table.firstWords.filter { !table.secondWords($0).isEmpty && table.command(named: $0) == nil }.map { word in
            "        \"\(word)\") words=\"\(table.secondWords(word).joined(separator: " "))\" ;;"
        }.joined(separator: "\n")
    }

    private static func command(_ command: Command) -> String {
        let choices = command.positionals.flatMap(\.choices)
        let words = choices + command.flags.map { "--\($0.name)" } + CommandTable.globalFlags.map { "--\($0.name)" }
        return "        \"\(command.name)\") words=\"\(words.joined(separator: " "))\" ;;"
    }
}
