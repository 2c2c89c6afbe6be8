/// What makes two errors the same mistake: plugin, name, the shape of the message, and where in the plugin's own source.
///
/// Stored groups were made with it, so a change of the rules begins new groups and leaves the old ones as they are.
package struct ErrorFingerprint: Sendable, Equatable {
    package let pluginID: PluginID
    package let name: String
    package let messageShape: String
    /// The function of the topmost frame in the plugin's own source; "" when there is no such frame, or it has no name.
    package let function: String

    package init(pluginID: PluginID, name: String, message: String, stack: String?) {
        self.pluginID = pluginID
        self.name = name
        messageShape = MessageShape.of(message)
        function = stack.flatMap(StackFrame.topOwn)?.function ?? ""
    }

    /// 64 hexadecimal digits, the same on every machine.
    package var digest: String {
        let parts: JSONValue = ["error/1", JSONValue(pluginID.rawValue), .string(name), .string(messageShape), .string(function)]
        return parts.digest
    }
}

/// One line of a stack as V8 writes it: `    at processEvent (index.js:4:32)`.
package struct StackFrame: Sendable, Equatable {
    /// "processEvent"; without `async`, `new` and the object before the last point; "" for an anonymous one.
    package let function: String
    /// "index.js", a path, or "" when the line tells none.
    package let file: String

    /// Reads one line of a stack in V8's form; nil when it is none.
    package init?(_ line: String) {
        var text = line.drop { $0 == " " || $0 == "\t" }
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
        file = StackFrame.withoutPosition(location)
    }

    /// Whether it is in the plugin's own source: not the runtime's, the plugin server's or a library's.
    package var isOwn: Bool {
        let foreign = ["node:", "internal/", "/", "<anonymous>", "native", "timers.js", "events.js", "index "]
        return !file.isEmpty && !file.contains("node_modules/") && !foreign.contains { file.hasPrefix($0) }
    }

    /// The topmost frame in the plugin's own source.
    package static func topOwn(_ stack: String) -> StackFrame? {
        stack.split(whereSeparator: \.isNewline).lazy.compactMap { StackFrame(String($0)) }.first(where: \.isOwn)
    }

    /// Cuts ":4:32" off.
    private static func withoutPosition(_ location: Substring) -> String {
        var text = location
        for _ in 0..<2 {
            guard let colon = text.lastIndex(of: ":") else { break }
            let digits = text[text.index(after: colon)...]
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { break }
            text = text[..<colon]
        }
        return String(text)
    }
}
