import Models

/// One command as the parser, the help and the completion see it, and the function that runs it.
struct Command: Sendable {
    typealias Handler = @Sendable (CommandContext) async throws(Problem) -> CommandResult

    /// One word, or two for a command of a family: "login", "context list".
    let name: String
    /// What it does, as one line without a full stop.
    let summary: String
    /// Paragraphs of the command's own help.
    let details: [String]
    let positionals: [Positional]
    let flags: [Flag]
    /// Sets of flags of which at most one may be given.
    let exclusive: [[String]]
    /// Flags that people try and that can't exist, each with the reason. Their values are never repeated.
    let refused: [String: String]
    let examples: [Example]
    let run: Handler

    init(
        _ name: String, summary: String, details: [String] = [], positionals: [Positional] = [], flags: [Flag] = [],
        exclusive: [[String]] = [], refused: [String: String] = [:], examples: [Example], run: @escaping Handler
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.positionals = positionals
        self.flags = flags
        self.exclusive = exclusive
        self.refused = refused
        self.examples = examples
        self.run = run
    }

    var words: [String] { name.split(separator: " ").map(String.init) }
}

/// An argument that is known by its place.
struct Positional: Sendable {
    /// In capitals, as the usage line shows it: "SELECTOR".
    let name: String
    let summary: String
    let isRequired: Bool
    /// Takes all arguments that are left; only the last one may.
    let isRepeated: Bool
    /// The only values it can have; empty when any goes.
    let choices: [String]

    init(_ name: String, _ summary: String, isRequired: Bool = true, isRepeated: Bool = false, choices: [String] = []) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        self.isRepeated = isRepeated
        self.choices = choices
    }
}

/// A flag and the value it takes.
struct Flag: Sendable {
    enum Value: Sendable, Equatable {
        case none
        /// Any text but the empty one, shown under this name.
        case text(String)
        /// A file or folder: the shells complete it.
        case path(String)
        case integer(String, ClosedRange<Int>)
        case choice([String])
    }

    /// Without the hyphens.
    let name: String
    let short: Character?
    let value: Value
    let summary: String
    let isRepeated: Bool

    /// A flag that is only there or not.
    init(_ name: String, short: Character? = nil, _ summary: String) {
        self.init(name, short: short, .none, summary)
    }

    init(_ name: String, short: Character? = nil, _ value: Value, isRepeated: Bool = false, _ summary: String) {
        self.name = name
        self.short = short
        self.value = value
        self.summary = summary
        self.isRepeated = isRepeated
    }

    /// What stands for the value in a usage line; nil for a flag without one.
    var placeholder: String? {
        switch value {
        case .none: nil
        case .text(let name), .path(let name), .integer(let name, _): name
        case .choice(let words): words.joined(separator: "|")
        }
    }
}

/// A command line to type, and what it does.
struct Example: Sendable {
    let line: String
    let meaning: String

    init(_ line: String, _ meaning: String) {
        self.line = line
        self.meaning = meaning
    }
}
