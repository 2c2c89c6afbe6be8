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
        var scanner = MessageScanner(Array(message.unicodeScalars))
        return scanner.shape()
    }
}

private struct MessageScanner {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var output = String.UnicodeScalarView()
    /// Of `output`, which would count them one by one.
    private var length = 0

    private static func closing(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "'", "\"", "`": scalar
        case "\u{201C}": "\u{201D}"
        case "\u{2018}": "\u{2019}"
        default: nil
        }
    }

    init(_ scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    mutating func shape() -> String {
        while index < scalars.count, length < MessageShape.maximumLength {
            let scalar = scalars[index]
            if isSpace(scalar) {
                if output.last != " ", !output.isEmpty { append(" ") }
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
        while output.last == " " { output.removeLast() }
        return String(output)
    }

    /// After the closing quote when a quoted text begins here; an apostrophe within a word is none.
    private func quotedEnd() -> Int? {
        guard let closing = MessageScanner.closing(scalars[index]), index == 0 || !isWord(scalars[index - 1]) else { return nil }
        let last = min(scalars.count, index + MessageShape.maximumQuoted)
        var end = index + 1
        while end < last {
            let isEscaped = scalars[end - 1] == "\\"
            if scalars[end] == closing, !isEscaped, end + 1 == scalars.count || !isWord(scalars[end + 1]) { return end + 1 }
            end += 1
        }
        return nil
    }

    private mutating func takeWord() {
        var end = index
        var isVariable = false
        while end < scalars.count, isWord(scalars[end]) || isInner(end) {
            isVariable = isVariable || isNumeric(scalars[end]) || scalars[end] == "@"
            end += 1
        }
        if let urlEnd = urlEnd(afterScheme: end) {
            put("<url>", urlEnd)
        } else if isVariable {
            if output.last == "-" || output.last == "+" || output.last == "#" {
                output.removeLast()
                length -= 1
            }
            put("<n>", end)
        } else {
            output.append(contentsOf: scalars[index..<end])
            length += end - index
            index = end
        }
    }

    /// Signs that hold a word together when a word goes on behind them: `u-1042`, `1.5`, `a@b.c`, `10:12:44`.
    private func isInner(_ position: Int) -> Bool {
        switch scalars[position] {
        case ".", "-", "@", ":", "+": position > index && position + 1 < scalars.count && isWord(scalars[position + 1])
        default: false
        }
    }

    private func urlEnd(afterScheme end: Int) -> Int? {
        guard end + 2 < scalars.count, scalars[end] == ":", scalars[end + 1] == "/", scalars[end + 2] == "/" else { return nil }
        let stops: Set<Unicode.Scalar> = ["'", "\"", "`", "<", ">", ")", "]", "}", ","]
        var end = end + 3
        while end < scalars.count, !isSpace(scalars[end]), !stops.contains(scalars[end]) { end += 1 }
        return end
    }

    // Nearly everything is ASCII, and looking up properties is what takes long.

    private func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24: true
        case ..<0x80: false
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }

    private func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 ? (0x30...0x39).contains(scalar.value) : scalar.properties.numericType != nil
    }

    private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 ? scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
    }

    private mutating func put(_ sign: String, _ end: Int) {
        output.append(contentsOf: sign.unicodeScalars)
        length += sign.utf8.count
        index = end
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        output.append(scalar)
        length += 1
    }
}
