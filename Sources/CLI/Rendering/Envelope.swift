import Models

/// Everything that one run of phsync has to say, ready for a renderer.
struct Envelope: Sendable {
    /// The command's name; nil when the command line did not get that far.
    let command: String?
    /// The name of the context that it was about, when one was.
    let context: String?
    let status: ExitStatus
    let result: CommandResult
    /// Lines that help after a usage error; people get them, scripts don't.
    let usage: [String]
    /// Whether the result's items were already printed, one a line.
    let isStreamed: Bool
    let nowMilliseconds: Int64

    var outcome: String { result.outcome ?? status.outcome }
}

/// What goes to the two streams.
struct Rendered: Sendable, Equatable {
    var output = ""
    var messages = ""
}
