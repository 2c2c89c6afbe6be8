/// Walks over JSON bytes that are spelled exactly as `JSONValue.text` spells them: what it accepts can be passed on as it is.
///
/// It accepts less than JSON: no white space, no escape where another is usual. What it refuses may still be JSON, and goes the long way
/// through `JSONValue`; what it accepts is JSON, and reading and writing it again gives the same bytes.
package struct JSONSpelling {
    package let bytes: UnsafeRawBufferPointer
    package var index = 0
    /// Whether a byte of a character beyond ASCII was seen.
    package private(set) var hasWideCharacters = false

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    package var isAtEnd: Bool { index == bytes.count }

    /// The byte that comes next; 0, which no JSON text holds, at the end.
    @inline(__always)
    package var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

    /// Steps over the byte when it comes next.
    @inline(__always)
    package mutating func takeByte(_ scalar: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: scalar) else { return false }
        index += 1
        return true
    }

    /// Steps over the text when it comes next.
    package mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard index + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[index + offset] != word.utf8Start[offset] { return false }
        index += count
        return true
    }

    /// Steps over one value.
    package mutating func value(depth: Int = 0) -> Bool {
        guard depth < JSONScanner.maximumDepth else { return false }
        switch next {
        case UInt8(ascii: "{"): return object(depth: depth) { spelling, _ in spelling.value(depth: depth + 1) }
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return number()
        }
    }

    /// Steps over an object; `member` has to step over the value of the member whose name lies, without its quotes, in that range.
    package mutating func object(depth: Int, _ member: (inout JSONSpelling, Range<Int>) -> Bool) -> Bool {
        guard depth < JSONScanner.maximumDepth, takeByte("{") else { return false }
        if takeByte("}") { return true }
        repeat {
            guard let name = string(), takeByte(":"), member(&self, name) else { return false }
        } while takeByte(",")
        return takeByte("}")
    }

    private mutating func array(depth: Int) -> Bool {
        index += 1
        if takeByte("]") { return true }
        repeat {
            guard value(depth: depth + 1) else { return false }
        } while takeByte(",")
        return takeByte("]")
    }

    /// Steps over a string; the range is that of what lies between its quotes.
    package mutating func string() -> Range<Int>? {
        guard takeByte("\"") else { return nil }
        let start = index
        while true {
            index = plainEnd(from: index)
            switch next {
            case UInt8(ascii: "\""):
                index += 1
                return start..<index - 1
            case UInt8(ascii: "\\"):
                guard escape() else { return nil }
            case 0x80...:
                hasWideCharacters = true
                repeat { index += 1 } while next >= 0x80
            // At the end of the text, too.
            case ..<0x20, 0x7F: return nil
            default: index += 1
            }
        }
    }

    /// Where the next byte that is no plain character lies, or where fewer than eight bytes are left.
    @inline(__always)
    private func plainEnd(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var place = start
        let last = bytes.count - 8
        while place <= last {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let quotes = word ^ (ones &* 0x22)
            let slashes = word ^ (ones &* 0x5C)
            // A byte's high bit is set where it is zero, below a space, beyond ASCII or DEL. A borrow or a carry can set more, but only
            // above a byte whose own bit is set: the lowest one is true.
            let special =
                (((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes) | (word &- ones &* 0x20) | word | (word &+ ones)) & highs
            if special != 0 { return place &+ special.trailingZeroBitCount >> 3 }
            place &+= 8
        }
        return place
    }

    /// Two characters, or `\u00` and two digits for the control characters that have no shorter form.
    private mutating func escape() -> Bool {
        guard index + 1 < bytes.count else { return false }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 2
            return true
        case UInt8(ascii: "u"):
            guard index + 6 <= bytes.count, bytes[index + 2] == 0x30, bytes[index + 3] == 0x30,
                let high = JSONSpelling.digit(bytes[index + 4]), let low = JSONSpelling.digit(bytes[index + 5])
            else { return false }
            let code = high << 4 | low
            guard code == 0x7F || (code < 0x20 && ![0x09, 0x0A, 0x0D].contains(code)) else { return false }
            index += 6
            return true
        default: return false
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private mutating func number() -> Bool {
        _ = takeByte("-")
        guard isDigit else { return false }
        if next == 0x30 { index += 1 } else { skipDigits() }
        if takeByte(".") {
            guard isDigit else { return false }
            skipDigits()
        }
        guard next | 0x20 == UInt8(ascii: "e") else { return true }
        index += 1
        if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
        guard isDigit else { return false }
        skipDigits()
        return true
    }

    private var isDigit: Bool { next >= 0x30 && next <= 0x39 }

    private mutating func skipDigits() {
        while isDigit { index += 1 }
    }

    /// Steps over a whole number without sign that an `Int` holds.
    package mutating func count() -> Int? {
        guard isDigit else { return nil }
        if takeByte("0") { return isDigit ? nil : 0 }
        let start = index
        var result = 0
        while isDigit {
            result = result * 10 + Int(next - 0x30)
            index += 1
            guard index - start < 18 else { return nil }
        }
        return result
    }

    /// Whether these bytes begin with the text.
    package func begins(_ range: Range<Int>, with text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard range.count >= count else { return false }
        for offset in 0..<count where bytes[range.lowerBound + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// Whether these bytes are the text.
    package func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && begins(range, with: text)
    }

    /// Whether both texts have the same bytes.
    static func areSame(_ left: Slice<UnsafeRawBufferPointer>, _ right: Slice<UnsafeRawBufferPointer>) -> Bool {
        let count = left.count
        guard count == right.count else { return false }
        let (left, right) = (UnsafeRawBufferPointer(rebasing: left), UnsafeRawBufferPointer(rebasing: right))
        var place = 0
        while place + 8 <= count {
            guard left.loadUnaligned(fromByteOffset: place, as: UInt64.self) == right.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            else { return false }
            place += 8
        }
        while place < count {
            guard left[place] == right[place] else { return false }
            place += 1
        }
        return true
    }

    /// Whether all bytes are UTF-8; asked once for a whole text, and only where there is something to ask.
    package var isText: Bool {
        !hasWideCharacters || String(validating: bytes, as: UTF8.self) != nil
    }
}
