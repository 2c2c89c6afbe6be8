/// What an error-level entry of a config's log says of the failure behind it.
///
/// The plugin server writes a stack where it has one, else the message alone; of its own steps it writes a sentence around
/// the error.
/// - Source: docs/api.md, "Logs".
package struct LoggedError: Sendable, Equatable {
    /// "TypeError"; "" when the entry has none.
    package let name: String
    /// Without name and stack.
    package let message: String
    /// The entry's text when there are frames in it.
    package let stack: String?
    package let method: String?
    /// Whether the plugin server says that it has switched the config off for it.
    package let isSwitchOff: Bool

    package init(_ text: String, source: LogSource) {
        let sentence = source == .system ? SystemSentence(text) : nil
        let said = sentence?.error ?? Substring(text)
        let frames = LoggedError.firstFrame(in: said)
        let head = said[..<(frames ?? said.endIndex)]
        (name, message) = LoggedError.split(head)
        stack = frames == nil ? nil : String(said)
        method = sentence?.method ?? stack.flatMap { PluginMethod.of(stack: StackFrame.all(in: $0)) }
        isSwitchOff = sentence?.isSwitchOff ?? false
    }

    /// Where the first line that is a frame begins.
    private static func firstFrame(in text: Substring) -> Substring.Index? {
        var start = text.startIndex
        while let end = text[start...].utf8.firstIndex(of: 0x0A) {
            start = text.index(after: end)
            let line = text[start...].utf8.drop { $0 == 0x20 || $0 == 0x09 }
            if line.starts(with: [0x61, 0x74, 0x20]) { return start }
        }
        return nil
    }

    /// "TypeError: no 'a'" in its two parts; a name is one word that ends as names of errors do.
    private static func split(_ head: Substring) -> (name: String, message: String) {
        var head = head
        while let last = head.last, last.isWhitespace { head.removeLast() }
        let word = head.utf8.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        let name = Substring(word)
        guard ["Error", "Exception", "Warning"].contains(where: { name.hasSuffix($0) }) else { return ("", String(head)) }
        let rest = head[name.endIndex...]
        if rest.isEmpty { return (String(name), "") }
        guard rest.hasPrefix(": ") || rest == ":" else { return ("", String(head)) }
        return (String(name), String(rest.dropFirst(2)))
    }
}

/// A sentence of the plugin server about loading a config, around the error that made it fail.
private struct SystemSentence {
    let error: Substring
    let method: String
    let isSwitchOff: Bool

    init?(_ text: String) {
        let isSetup = text.hasPrefix(SystemSentence.setup)
        guard isSetup || text.hasPrefix("Plugin failed to ") else { return nil }
        isSwitchOff = SystemSentence.switchOffs.contains { text.contains($0) }
        method = "setupPlugin"
        guard isSetup else {
            // It tells no error: the sentence itself, without what varies.
            error = Substring(text.prefix { $0 != "(" && $0 != "." })
            return
        }
        let rest = text.dropFirst(SystemSentence.setup.count)
        error = SystemSentence.start(of: " (instance ID ", in: rest).map { rest[..<$0] } ?? rest
    }

    private static let setup = "setupPlugin failed with "
    private static let switchOffs = ["Disabled the app!", "Disabled it.", "Disabling it due to", "was disabled"]

    /// Where the last one of that text begins: the error before it may hold anything.
    private static func start(of part: String, in text: Substring) -> Substring.Index? {
        let ranges = text.ranges(of: part)
        return ranges.last?.lowerBound
    }
}
