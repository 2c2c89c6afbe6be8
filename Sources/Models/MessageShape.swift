/// A message of an error without its variable parts, so that the same mistake on two events looks the same.
///
/// Replaced are URLs (`<url>`), quoted texts (`<text>`), and words with a digit or an `@` in them: numbers, ids, UUIDs,
/// hexadecimal, addresses (`<n>`). What is left is cut at `maximumLength` characters.
package enum MessageShape {
    static let maximumLength = 400
    /// A closing quote further away than this belongs to something else.
    static let maximumQuoted = 400

    /// The message without what differs from one occurrence to the next.
    package static func of(_ message: String) -> String {
        var scanner = MessageScanner(message)
        return scanner.shape()
    }
}

/// Works on numbers and bytes: a pull takes the shapes of whole logs.
private struct MessageScanner {
    private let scalars: [UInt32]
    private var index = 0
    private var output: [UInt8] = []
    /// Of `output`, in scalars.
    private var length = 0

    init(_ message: String) {
        let bytes = message.utf8
        scalars = bytes.allSatisfy { $0 < 0x80 } ? bytes.map(UInt32.init) : message.unicodeScalars.map(\.value)
        output.reserveCapacity(min(bytes.count, MessageShape.maximumLength + 8))
    }

    mutating func shape() -> String {
        while index < scalars.count, length < MessageShape.maximumLength {
            let scalar = scalars[index]
            if isSpace(scalar) {
                if let last = output.last, last != Sign.space { append(0x20) }
                index += 1
            } else if let end = quotedEnd() {
                put("<text>", end)
            } else if isWord(scalar) {
                takeWord()
            } else {
                append(scalar)
                index += 1
            }
        }
        while output.last == Sign.space { output.removeLast() }
        return String(decoding: output, as: UTF8.self)
    }

    private static func closing(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        case 0x27, 0x22, 0x60: scalar
        case 0x201C: 0x201D
        case 0x2018: 0x2019
        default: nil
        }
    }

    /// After the closing quote when a quoted text begins here; an apostrophe within a word is none.
    private func quotedEnd() -> Int? {
        guard let closing = MessageScanner.closing(scalars[index]), index == 0 || !isWord(scalars[index - 1]) else { return nil }
        let last = min(scalars.count, index + MessageShape.maximumQuoted)
        var end = index + 1
        while end < last {
            let isEscaped = scalars[end - 1] == Sign.backslash
            if scalars[end] == closing, !isEscaped, end + 1 == scalars.count || !isWord(scalars[end + 1]) { return end + 1 }
            end += 1
        }
        return nil
    }

    private mutating func takeWord() {
        var end = index
        var isVariable = false
        while end < scalars.count, isWord(scalars[end]) || isInner(end) {
            isVariable = isVariable || isNumeric(scalars[end]) || scalars[end] == Sign.at
            end += 1
        }
        if let urlEnd = urlEnd(afterScheme: end) {
            put("<url>", urlEnd)
        } else if isVariable {
            // `-`, `+` and `#` belong to the number behind them.
            if let last = output.last, last == 0x2D || last == 0x2B || last == 0x23 {
                output.removeLast()
                length -= 1
            }
            put("<n>", end)
        } else {
            while index < end {
                append(scalars[index])
                index += 1
            }
        }
    }

    /// Signs that hold a word together when a word goes on behind them: `u-1042`, `1.5`, `a@b.c`, `10:12:44`.
    private func isInner(_ position: Int) -> Bool {
        switch scalars[position] {
        case 0x2E, 0x2D, Sign.at, Sign.colon, 0x2B: position > index && position + 1 < scalars.count && isWord(scalars[position + 1])
        default: false
        }
    }

    private func urlEnd(afterScheme end: Int) -> Int? {
        guard end + 2 < scalars.count, scalars[end] == Sign.colon, scalars[end + 1] == Sign.slash, scalars[end + 2] == Sign.slash else { return nil }
        var end = end + 3
        while end < scalars.count, !isSpace(scalars[end]), !MessageScanner.endsURL(scalars[end]) { end += 1 }
        return end
    }

    /// `'`, `"`, a backtick, `<`, `>`, `)`, `]`, `}` and `,`.
    private static func endsURL(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x27, 0x22, 0x60, 0x3C, 0x3E, 0x29, 0x5D, 0x7D, 0x2C: true
        default: false
        }
    }

    // Nearly everything is ASCII, and looking up properties is what takes long.

    private func isWord(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24: return true
        case ..<0x80: return false
        default:
            let properties = properties(scalar)
            return properties.isAlphabetic || properties.numericType != nil
        }
    }

    private func isNumeric(_ scalar: UInt32) -> Bool {
        scalar < 0x80 ? (0x30...0x39).contains(scalar) : properties(scalar).numericType != nil
    }

    private func isSpace(_ scalar: UInt32) -> Bool {
        scalar < 0x80 ? scalar == 0x20 || (0x09...0x0D).contains(scalar) : properties(scalar).isWhitespace
    }

    private func properties(_ scalar: UInt32) -> Unicode.Scalar.Properties { (Unicode.Scalar(scalar) ?? "\u{FFFD}").properties }

    private mutating func put(_ sign: StaticString, _ end: Int) {
        sign.withUTF8Buffer { output.append(contentsOf: $0) }
        length += sign.utf8CodeUnitCount
        index = end
    }

    private mutating func append(_ scalar: UInt32) {
        if scalar < 0x80 {
            output.append(UInt8(scalar))
        } else {
            output.append(contentsOf: UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
        }
        length += 1
    }

    private enum Sign {
        static let space: UInt8 = 0x20
        static let backslash: UInt32 = 0x5C
        static let at: UInt32 = 0x40
        static let colon: UInt32 = 0x3A
        static let slash: UInt32 = 0x2F
    }
}
