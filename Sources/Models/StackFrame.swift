/// One line of a stack as V8 writes it: `    at processEvent (index.js:4:32)`.
package struct StackFrame: Sendable, Equatable {
    /// "processEvent"; without `async`, `new` and the object before the last point; "" for an anonymous one.
    package let function: String
    /// "index.js", a path, or "" when the line tells none.
    package let file: String
    /// From 1; nil when the line tells none.
    package let line: Int?
    /// From 1; nil when the line tells none.
    package let column: Int?

    package init?(_ line: some StringProtocol) {
        var text = Substring(line).drop { $0 == " " || $0 == "\t" }
        guard text.hasPrefix("at ") else { return nil }
        text = text.dropFirst(3)
        for word in ["async ", "new "] where text.hasPrefix(word) { text = text.dropFirst(word.count) }
        var location = text
        var name = Substring()
        if text.hasSuffix(")"), let open = text.lastIndex(of: "(") {
            location = text[text.index(after: open)...].dropLast()
            name = text[..<open]
            // "Object.run [as processEvent] "
            if let alias = name.firstIndex(of: "[") { name = name[..<alias] }
        }
        while name.last == " " { name.removeLast() }
        if let point = name.lastIndex(of: ".") { name = name[name.index(after: point)...] }
        function = name == "<anonymous>" ? "" : String(name)
        let last = StackFrame.number(cutOff: &location)
        let first = StackFrame.number(cutOff: &location)
        self.line = first ?? last
        column = first == nil ? nil : last
        file = String(location)
    }

    /// Whether it is in the plugin's own source: not the runtime's, the plugin server's or a library's.
    package var isOwn: Bool {
        guard !file.isEmpty, !file.contains("node_modules/") else { return false }
        return !StackFrame.foreign.contains { file.hasPrefix($0) }
    }

    /// Whether its position is one in the generated text that the plugin server evaluates, not in the author's file.
    package var isGenerated: Bool { file == "vm.js" }

    private static let foreign = ["node:", "internal/", "/", "<anonymous>", "native", "timers.js", "events.js", "index "]

    /// The topmost frame in the plugin's own source.
    package static func topOwn(_ stack: String) -> StackFrame? {
        stack.split(whereSeparator: \.isNewline).lazy.compactMap { StackFrame($0) }.first(where: \.isOwn)
    }

    /// All frames, the topmost first.
    package static func all(in stack: String) -> [StackFrame] {
        stack.split(whereSeparator: \.isNewline).compactMap { StackFrame($0) }
    }

    /// Cuts ":32" off the end.
    private static func number(cutOff text: inout Substring) -> Int? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits) else { return nil }
        text = text[..<colon]
        return number
    }
}
