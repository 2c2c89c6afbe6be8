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
    /// The function of the topmost frame in the plugin's own source; "" when there is no such frame, or it has no name.
    package let function: String
    package let method: String?
    /// Whether the plugin server says that it has switched the config off for it.
    package let isSwitchOff: Bool

    package init(_ text: String, source: LogSource) {
        var places = StackPlaces()
        self.init(text, source: source, &places)
    }

    /// - Parameter places: What was learnt of other entries' stacks, and is of this one.
    package init(_ text: String, source: LogSource, _ places: inout StackPlaces) {
        let sentence = source == .system ? SystemSentence(text) : nil
        let said = sentence?.error ?? Substring(text)
        let frames = LoggedError.firstFrame(in: said)
        let head = said[..<(frames ?? said.endIndex)]
        (name, message) = LoggedError.split(head)
        stack = frames == nil ? nil : String(said)
        let place = frames.map { places.place(head: head, frames: said[$0...]) }
        function = place?.function ?? ""
        method = sentence?.method ?? place?.method
        isSwitchOff = sentence?.isSwitchOff ?? false
    }

    /// A stack from its first frame on; all of it when it has none.
    package static func frames(of stack: String) -> String { firstFrame(in: stack[...]).map { String(stack[$0...]) } ?? stack }

    /// Where the first line that is a frame begins.
    private static func firstFrame(in text: Substring) -> Substring.Index? {
        var start = text.startIndex
        while let end = text[start...].utf8.firstIndex(of: 0x0A) {
            start = text.index(after: end)
            let line = text[start...].utf8.drop { $0 == 0x20 || $0 == 0x09 }
            if line.starts(with: at) { return start }
        }
        return nil
    }

    private static let at: [UInt8] = [0x61, 0x74, 0x20]
    private static let names = ["Error", "Exception", "Warning"]

    /// "TypeError: no 'a'" in its two parts; a name is one word that ends as names of errors do.
    private static func split(_ head: Substring) -> (name: String, message: String) {
        var head = head
        while let last = head.utf8.last {
            if last == 0x20 || (0x09...0x0D).contains(last) {
                head = head[..<head.utf8.index(before: head.endIndex)]
            } else if last >= 0x80, head.last?.isWhitespace == true {
                head.removeLast()
            } else {
                break
            }
        }
        let word = head.utf8.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
        let name = Substring(word)
        guard names.contains(where: { word.suffix($0.utf8.count).elementsEqual($0.utf8) }) else { return ("", String(head)) }
        let rest = head[name.endIndex...]
        if rest.isEmpty { return (String(name), "") }
        guard rest.hasPrefix(": ") || rest == ":" else { return ("", String(head)) }
        return (String(name), String(rest[rest.utf8.index(rest.startIndex, offsetBy: min(2, rest.utf8.count))...]))
    }
}

/// Where in a plugin the stacks of its log lead to; the same frames are read once, whatever stands above them.
package struct StackPlaces: Sendable {
    struct Place: Sendable {
        let function: String
        let method: String?

        init(_ frames: [StackFrame]) {
            function = frames.first(where: \.isOwn)?.function ?? ""
            method = PluginMethod.of(stack: frames)
        }
    }

    private var known: [Substring: Place] = [:]

    package init() {}

    mutating func place(head: Substring, frames: Substring) -> Place {
        // A message may hold what looks like a frame.
        let above = StackFrame.all(in: head)
        guard above.isEmpty else { return Place(above + StackFrame.all(in: frames)) }
        if let place = known[frames] { return place }
        let place = Place(StackFrame.all(in: frames))
        known[frames] = place
        return place
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
