import Models

/// What a command found or did, as a value; the renderers turn it into text or JSON.
struct CommandResult: Sendable {
    /// One word for scripts, "applied"; nil takes the word of the exit status.
    var outcome: String?
    /// The envelope's "result". With `-o ndjson` the elements of an array are a line each, unless they were streamed.
    var result: JSONValue?
    /// The same for people. All text in it is escaped when it is printed.
    var text: [Block]
    /// The command to type next; people get it as the last line.
    var next: String?
    /// How old the collections are that this was read from.
    var freshness: [Freshness]
    var problems: [Problem]
    /// Says "there are differences" to `--exit-code`.
    var hasDifferences: Bool
    /// Text that is printed as it is in every output format: completion scripts and help.
    var document: String?

    init(
        outcome: String? = nil, result: JSONValue? = nil, text: [Block] = [], next: String? = nil,
        freshness: [Freshness] = [], problems: [Problem] = [], hasDifferences: Bool = false
    ) {
        self.outcome = outcome
        self.result = result
        self.text = text
        self.next = next
        self.freshness = freshness
        self.problems = problems
        self.hasDifferences = hasDifferences
    }

    static func document(_ text: String) -> CommandResult {
        var result = CommandResult()
        result.document = text
        return result
    }
}

/// When a collection was last pulled in full.
struct Freshness: Sendable, Equatable {
    /// "plugins", "configs of project 3".
    let collection: String
    /// Milliseconds since 1970; nil when it was never pulled.
    let pulledAtMilliseconds: Int64?
}
