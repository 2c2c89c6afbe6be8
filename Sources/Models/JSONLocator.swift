/// Finds where a value stands in a JSON text that was read already.
package struct JSONLocator: Sendable {
    /// A step down into a value.
    package enum Step: Sendable, Equatable {
        case key(String)
        case index(Int)
    }

    private let text: String
    private let bytes: [UInt8]

    package init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    /// Line and column of the value at that path, of a member the place of its key; the place of what is around it where the
    /// path ends early.
    package func position(of path: [Step]) -> (line: Int, column: Int) {
        TextPosition.of(byte: offset(of: path), in: text)
    }

    private func offset(of path: [Step]) -> Int {
        var start = skipSpace(0)
        var shown = start
        for step in path {
            switch step {
            case .key(let key):
                guard let member = member(key, ofObjectAt: start) else { return shown }
                (shown, start) = (member.key, member.value)
            case .index(let index):
                guard let element = element(index, ofArrayAt: start) else { return shown }
                (shown, start) = (element, element)
            }
        }
        return shown
    }

    /// Of duplicate keys the last, which is the one that counts.
    private func member(_ key: String, ofObjectAt start: Int) -> (key: Int, value: Int)? {
        guard byte(start) == UInt8(ascii: "{") else { return nil }
        var found: (key: Int, value: Int)?
        var index = skipSpace(start + 1)
        while byte(index) == UInt8(ascii: "\"") {
            let end = endOfString(index)
            let value = skipSpace(skipSpace(end) + 1)
            if name(index..<end) == key { found = (index, value) }
            index = skipSpace(endOfValue(value))
            guard byte(index) == UInt8(ascii: ",") else { break }
            index = skipSpace(index + 1)
        }
        return found
    }

    private func element(_ wanted: Int, ofArrayAt start: Int) -> Int? {
        guard byte(start) == UInt8(ascii: "[") else { return nil }
        var index = skipSpace(start + 1)
        for _ in 0..<wanted {
            index = skipSpace(endOfValue(index))
            guard byte(index) == UInt8(ascii: ",") else { return nil }
            index = skipSpace(index + 1)
        }
        return byte(index) == UInt8(ascii: "]") || index >= bytes.count ? nil : index
    }

    private func name(_ range: Range<Int>) -> String? {
        do {
            return try JSONValue(parsing: Array(bytes[range])).string
        } catch {
            // The text was read before as a whole, so every string in it can be; a nil only loses a position.
            return nil
        }
    }

    private func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    private func skipSpace(_ start: Int) -> Int {
        var index = start
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
        return index
    }

    private func endOfString(_ start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(index + 1, bytes.count)
    }

    private func endOfValue(_ start: Int) -> Int {
        var index = start
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index = endOfString(index)
                if depth == 0 { return index }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: ","): if depth == 0 { return index }
            default: break
            }
            index += 1
        }
        return index
    }
}
