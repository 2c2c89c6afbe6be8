import Models

/// A personal API key; prints as `<redacted>` everywhere.
struct Token: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key itself, for the request's header and the token file only.
    let value: String

    /// Takes a key with the white space around it that files and pipes bring along.
    ///
    /// - Parameter source: Where it comes from, for messages: "stdin", "PHSYNC_TOKEN".
    init(_ text: String, from source: String) throws(Problem) {
        let key = text.trimmingSpace
        func refusal(_ code: String, _ message: String) -> Problem {
            Problem(.permission, code: code, subject: source, message: message, next: "phsync help login")
        }
        if key.isEmpty { throw refusal("no-token", "there is no token in \(source)") }
        guard key.utf8.count <= 1000, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw refusal("bad-token", "what is in \(source) is not one token: letters, digits and signs without spaces")
        }
        if key.hasPrefix("phc_") {
            throw refusal(
                "project-key", "\(source) has a project API key (phc_…), which only sends events; make a personal API key (phx_…)")
        }
        value = key
    }

    var description: String { "<redacted>" }
    var debugDescription: String { "<redacted>" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
