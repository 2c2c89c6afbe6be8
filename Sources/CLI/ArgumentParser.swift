import Models

/// A command line that asks for something that does not exist.
struct UsageError: Error {
    let problem: Problem
    /// The command it was about, when that much was understood.
    let command: Command?
}

/// Reads a command line against the command table.
///
/// Flags may stand anywhere before `--`; global ones also before the command. A value that begins with a hyphen is
/// only taken as the value of a flag when it is a number or a lone "-"; `--flag=-x` always works.
struct ArgumentParser {
    private let table: CommandTable
    private let tokens: [String]
    private var index = 0
    private var flagsEnded = false
    private var command: Command?
    private var flagValues: [String: [String]] = [:]
    private var arguments: [String] = []

    static func parse(_ tokens: [String], table: CommandTable) throws(UsageError) -> Invocation {
        var parser = ArgumentParser(table: table, tokens: tokens)
        return try parser.invocation()
    }

    /// The output format that was asked for, as far as it can be told when the rest makes no sense.
    static func requestedFormat(in tokens: [String]) -> OutputFormat {
        var format = OutputFormat.text
        for (index, token) in tokens.enumerated() {
            if token == "--" { break }
            var word: Substring?
            if token == "-o" || token == "--output" {
                word = index + 1 < tokens.count ? tokens[index + 1][...] : nil
            } else if token.hasPrefix("--output=") {
                word = token.dropFirst("--output=".count)
            } else if token.hasPrefix("-o") {
                word = token.dropFirst(token.hasPrefix("-o=") ? 3 : 2)
            }
            if let word, let found = OutputFormat(rawValue: String(word)) { format = found }
        }
        return format
    }

    private init(table: CommandTable, tokens: [String]) {
        self.table = table
        self.tokens = tokens
    }

    private mutating func invocation() throws(UsageError) -> Invocation {
        let words = try readCommandWords()
        command = table.command(named: words.joined(separator: " "))
        if command == nil, !isHelpOrVersion { try failOnCommand(words) }
        while index < tokens.count { try readToken() }
        try checkExclusive()
        return try finish(words)
    }

    /// Whether the rest of the line asks for help or the version, so that a missing command is no mistake.
    private var isHelpOrVersion: Bool {
        let rest = tokens.prefix { $0 != "--" }
        return rest.contains("--help") || rest.contains("-h") || rest.contains("--version")
    }

    private mutating func finish(_ words: [String]) throws(UsageError) -> Invocation {
        let known = Set((command?.flags ?? []).map(\.name) + CommandTable.globalFlags.map(\.name))
        // A command may have a version of its own, which takes a value.
        if flagValues["version"] == [""] {
            return Invocation(request: .version, arguments: Arguments(flags: flagValues, known: known))
        }
        if flagValues["help"] != nil {
            return Invocation(request: .help(words), arguments: Arguments(flags: flagValues, known: known))
        }
        guard let command else { throw failure("a command is needed", next: "phsync help") }
        let places = try place(arguments, of: command)
        return Invocation(
            request: .run(command),
            arguments: Arguments(
                flags: flagValues, positionals: places, known: known.union(command.positionals.map(\.name))))
    }
}

// MARK: - The command's name

extension ArgumentParser {
    /// Reads the words of the command's name, with global flags before, between and after them.
    private mutating func readCommandWords() throws(UsageError) -> [String] {
        var words: [String] = []
        while index < tokens.count {
            let token = tokens[index]
            if token == "--" { break }
            if isFlag(token) {
                // Flags of the command itself are read once the command is known.
                guard words.isEmpty || table.command(named: words.joined(separator: " ")) == nil else { break }
                try readFlag()
                continue
            }
            let longer = words + [token]
            guard table.commands.contains(where: { $0.words.starts(with: longer) }) else {
                // An unknown first word is the command that was meant; further words are arguments.
                if words.isEmpty || table.command(named: words.joined(separator: " ")) == nil {
                    words = longer
                    index += 1
                }
                break
            }
            words = longer
            index += 1
        }
        return words
    }

    private func failOnCommand(_ words: [String]) throws(UsageError) {
        guard let first = words.first else { throw failure("a command is needed", next: "phsync help") }
        let family = table.family(first)
        if !family.isEmpty {
            let second = family.compactMap { $0.words.count > 1 ? $0.words[1] : nil }
            let list = second.joined(separator: ", ")
            guard words.count > 1 else {
                throw failure("\(first) needs one of: \(list)", next: "phsync help \(first)")
            }
            let hint = meant(words[1], in: second)
            throw failure("there is no command \"\(words.joined(separator: " "))\"\(hint)", next: "phsync help \(first)")
        }
        throw failure("there is no command \"\(first)\"\(meant(first, in: table.firstWords))", next: "phsync help")
    }
}

// MARK: - Flags

extension ArgumentParser {
    private func isFlag(_ token: String) -> Bool {
        !flagsEnded && token.hasPrefix("-") && token != "-" && !Self.isNumber(token)
    }

    private static func isNumber(_ token: String) -> Bool {
        JSONNumber(token) != nil
    }

    private mutating func readToken() throws(UsageError) {
        let token = tokens[index]
        if !flagsEnded, token == "--" {
            flagsEnded = true
            index += 1
        } else if isFlag(token) {
            try readFlag()
        } else {
            arguments.append(token)
            index += 1
        }
    }

    private mutating func readFlag() throws(UsageError) {
        let token = tokens[index]
        index += 1
        guard token.hasPrefix("--") else { return try readShortFlags(token.dropFirst()) }
        let body = token.dropFirst(2)
        let equals = body.firstIndex(of: "=")
        let name = String(body[..<(equals ?? body.endIndex)])
        let attached = equals.map { String(body[body.index(after: $0)...]) }
        try store(try flag(named: name), shown: "--\(name)", attached: attached)
    }

    /// `-o json`, `-ojson`, `-qv`: a short flag with a value takes the rest of its word.
    private mutating func readShortFlags(_ letters: Substring) throws(UsageError) {
        var rest = letters
        while let letter = rest.popFirst() {
            guard let flag = allFlags.first(where: { $0.short == letter }) else {
                throw failure("there is no flag \"-\(letter)\"")
            }
            guard flag.value != .none else {
                try store(flag, shown: "-\(letter)", attached: nil)
                continue
            }
            if rest.first == "=" { rest.removeFirst() }
            try store(flag, shown: "-\(letter)", attached: rest.isEmpty ? nil : String(rest))
            return
        }
    }

    private var allFlags: [Flag] { (command?.flags ?? []) + CommandTable.globalFlags }

    private func flag(named name: String) throws(UsageError) -> Flag {
        if let flag = allFlags.first(where: { $0.name == name }) { return flag }
        if let reason = command?.refused[name] { throw failure("there is no flag --\(name): \(reason)", subject: "--\(name)") }
        let candidates = allFlags.map { "--\($0.name)" }
        let owner = command.map { " of \($0.name)" } ?? ""
        throw failure("there is no flag \"--\(name)\"\(owner)\(meant("--\(name)", in: candidates))")
    }

    private mutating func store(_ flag: Flag, shown: String, attached: String?) throws(UsageError) {
        if flagValues[flag.name] != nil, !flag.isRepeated {
            throw failure("\(shown) is given more than once", subject: "--\(flag.name)")
        }
        guard let placeholder = flag.placeholder else {
            if attached != nil { throw failure("\(shown) takes no value", subject: "--\(flag.name)") }
            flagValues[flag.name] = [""]
            return
        }
        let value: String
        if let attached {
            value = attached
        } else {
            value = try nextValue(of: flag, shown: shown, placeholder: placeholder)
        }
        try check(value, of: flag, shown: shown)
        flagValues[flag.name, default: []].append(value)
    }

    private mutating func nextValue(of flag: Flag, shown: String, placeholder: String) throws(UsageError) -> String {
        guard index < tokens.count, !isFlag(tokens[index]), tokens[index] != "--" else {
            throw failure("\(shown) needs a value: \(shown) \(placeholder)", subject: "--\(flag.name)")
        }
        index += 1
        return tokens[index - 1]
    }

    private func check(_ value: String, of flag: Flag, shown: String) throws(UsageError) {
        let subject = "--\(flag.name)"
        switch flag.value {
        case .none: break
        case .text, .path:
            if value.isEmpty { throw failure("the value of \(shown) is empty", subject: subject) }
        case .integer(let name, let range):
            guard let number = Int(value), range.contains(number) else {
                let bounds = range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
                throw failure("\(shown) \(name) takes a whole number, \(bounds), not \"\(value)\"", subject: subject)
            }
        case .choice(let words):
            guard words.contains(value) else {
                let list = words.joined(separator: ", ")
                throw failure("\(shown) takes one of \(list), not \"\(value)\"\(meant(value, in: words))", subject: subject)
            }
        }
    }

    private func checkExclusive() throws(UsageError) {
        for set in (command?.exclusive ?? []) + CommandTable.globalExclusive {
            let given = set.filter { flagValues[$0] != nil }
            guard given.count < 2 else {
                throw failure("--\(given[0]) and --\(given[1]) exclude each other", subject: "--\(given[1])")
            }
        }
    }
}

// MARK: - Arguments by place

extension ArgumentParser {
    private func place(_ values: [String], of command: Command) throws(UsageError) -> [String: [String]] {
        var places: [String: [String]] = [:]
        var rest = values[...]
        for positional in command.positionals {
            guard let first = rest.first else {
                guard positional.isRequired else { break }
                throw failure("\(command.name) needs \(article(positional.name)) \(positional.name)", subject: positional.name)
            }
            let taken = positional.isRepeated ? Array(rest) : [first]
            for value in taken { try check(value, of: positional) }
            places[positional.name] = taken
            rest = rest.dropFirst(taken.count)
        }
        if !rest.isEmpty {
            // The superfluous values are not repeated: one of them may be a secret.
            let limit = command.positionals.count
            let takes = limit == 0 ? "no arguments" : limit == 1 ? "one argument" : "at most \(limit) arguments"
            let hint = limit > 0 ? "; a name with spaces needs quotes" : ""
            throw failure("\(command.name) takes \(takes), \(values.count) \(values.count == 1 ? "was" : "were") given\(hint)")
        }
        return places
    }

    private func check(_ value: String, of positional: Positional) throws(UsageError) {
        if value.isEmpty { throw failure("\(positional.name) is empty", subject: positional.name) }
        guard !positional.choices.isEmpty, !positional.choices.contains(value) else { return }
        let list = positional.choices.joined(separator: ", ")
        throw failure(
            "\(positional.name) is one of \(list), not \"\(value)\"\(meant(value, in: positional.choices))",
            subject: positional.name)
    }

    private func article(_ word: String) -> String {
        "AEIO".contains(word.prefix(1)) ? "an" : "a"
    }
}

// MARK: - Messages

extension ArgumentParser {
    private func meant(_ word: String, in candidates: [String]) -> String {
        NearestWord.find(word, in: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    private func failure(_ message: String, subject: String = "", next: String? = nil) -> UsageError {
        let next = next ?? "phsync help" + (command.map { " \($0.name)" } ?? "")
        return UsageError(
            problem: Problem(.usage, code: "usage", subject: subject, message: message, next: next), command: command)
    }
}
