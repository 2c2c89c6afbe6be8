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
        self.init(bytes: Array(line.utf8)[...])
    }

    /// By bytes: a pull reads the stacks of whole logs, and everything that counts in a line is ASCII.
    init?(bytes line: ArraySlice<UInt8>) {
        var text = line.drop { $0 == Sign.space || $0 == Sign.tab }
        guard text.cut("at ") else { return nil }
        _ = text.cut("async ")
        _ = text.cut("new ")
        var location = text
        var name = text.prefix(0)
        if text.last == Sign.close, let open = text.lastIndex(of: Sign.open) {
            location = text[(open + 1)...].dropLast()
            name = text[..<open]
            // "Object.run [as processEvent] "
            if let alias = name.firstIndex(of: Sign.bracket) { name = name[..<alias] }
        }
        while name.last == Sign.space { name.removeLast() }
        if let point = name.lastIndex(of: Sign.point) { name = name[(point + 1)...] }
        function = name.elementsEqual("<anonymous>".utf8) ? "" : String(decoding: name, as: UTF8.self)
        let last = StackFrame.number(cutOff: &location)
        let first = StackFrame.number(cutOff: &location)
        self.line = first ?? last
        column = first == nil ? nil : last
        file = String(decoding: location, as: UTF8.self)
    }

    /// Whether it is in the plugin's own source: not the runtime's, the plugin server's or a library's.
    package var isOwn: Bool {
        guard !file.isEmpty, !file.utf8.holds("node_modules/".utf8) else { return false }
        return !StackFrame.foreign.contains { file.utf8.starts(with: $0.utf8) }
    }

    /// Whether its position is one in the generated text that the plugin server evaluates, not in the author's file.
    package var isGenerated: Bool { file == "vm.js" }

    private static let foreign = ["node:", "internal/", "/", "<anonymous>", "native", "timers.js", "events.js", "index "]

    /// The topmost frame in the plugin's own source.
    package static func topOwn(_ stack: String) -> StackFrame? { all(in: stack).first(where: \.isOwn) }

    /// All frames, the topmost first.
    package static func all(in stack: some StringProtocol) -> [StackFrame] {
        let bytes = Array(stack.utf8)
        var frames: [StackFrame] = []
        var start = 0
        while start < bytes.count {
            var end = start
            var signCount = 0
            while end < bytes.count {
                signCount = newline(at: end, in: bytes)
                if signCount > 0 { break }
                end += 1
            }
            if end > start, let frame = StackFrame(bytes: bytes[start..<end]) { frames.append(frame) }
            start = end + max(1, signCount)
        }
        return frames
    }

    /// How many bytes of a line's end begin there, as Unicode knows them: LF, VT, FF, CR, NEL, LS and PS.
    private static func newline(at index: Int, in bytes: [UInt8]) -> Int {
        switch bytes[index] {
        case 0x0A...0x0D: 1
        case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0x85: 2
        case 0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8: 3
        default: 0
        }
    }

    /// Cuts ":32" off the end.
    private static func number(cutOff text: inout ArraySlice<UInt8>) -> Int? {
        guard let colon = text.lastIndex(of: Sign.colon), colon + 1 < text.endIndex else { return nil }
        var number = 0
        for digit in text[(colon + 1)...] {
            guard (0x30...0x39).contains(digit), number < 1 << 53 else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        text = text[..<colon]
        return number
    }

    private enum Sign {
        static let tab: UInt8 = 0x09
        static let space: UInt8 = 0x20
        static let open: UInt8 = 0x28
        static let close: UInt8 = 0x29
        static let point: UInt8 = 0x2E
        static let colon: UInt8 = 0x3A
        static let bracket: UInt8 = 0x5B
    }
}

extension ArraySlice<UInt8> {
    /// Takes the text off the beginning, if it begins with it.
    fileprivate mutating func cut(_ text: StaticString) -> Bool {
        guard text.withUTF8Buffer({ starts(with: $0) }) else { return false }
        removeFirst(text.utf8CodeUnitCount)
        return true
    }
}

extension String.UTF8View {
    fileprivate func holds(_ text: String.UTF8View) -> Bool {
        guard let first = text.first else { return true }
        var rest = self[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: text) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
