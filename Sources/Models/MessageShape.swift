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

    private static let closing: [Unicode.Scalar: Unicode.Scalar] = [
        "'": "'", "\"": "\"", "`": "`", "\u{201C}": "\u{201D}", "\u{2018}": "\u{2019}",
    ]

    init(_ scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    mutating func shape() -> String {
        while index < scalars.count, output.count < MessageShape.maximumLength {
            let scalar = scalars[index]
            if scalar.properties.isWhitespace {
                if output.last != " ", !output.isEmpty { output.append(" ") }
                index += 1
            } else if let end = quotedEnd() {
                put("<text>", end)
            } else if isWord(scalar) {
                takeWord()
            } else {
                output.append(scalar)
                index += 1
            }
        }
        while output.last == " " { output.removeLast() }
        return String(output)
    }

    /// After the closing quote when a quoted text begins here; an apostrophe within a word is none.
    private func quotedEnd() -> Int? {
        guard let closing = MessageScanner.closing[scalars[index]], index == 0 || !isWord(scalars[index - 1]) else { return nil }
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
            isVariable = isVariable || scalars[end].properties.numericType != nil || scalars[end] == "@"
            end += 1
        }
        if let urlEnd = urlEnd(afterScheme: end) {
            put("<url>", urlEnd)
        } else if isVariable {
            if output.last == "-" || output.last == "+" || output.last == "#" { output.removeLast() }
            put("<n>", end)
        } else {
            output.append(contentsOf: scalars[index..<end])
            index = end
        }
    }

    /// Signs that hold a word together when a word goes on behind them: `u-1042`, `1.5`, `a@b.c`, `10:12:44`.
    private func isInner(_ position: Int) -> Bool {
        guard [".", "-", "@", ":", "+"].contains(scalars[position]), position > index, position + 1 < scalars.count else { return false }
        return isWord(scalars[position + 1])
    }

    private func urlEnd(afterScheme end: Int) -> Int? {
        guard end + 2 < scalars.count, scalars[end] == ":", scalars[end + 1] == "/", scalars[end + 2] == "/" else { return nil }
        let stops: Set<Unicode.Scalar> = ["'", "\"", "`", "<", ">", ")", "]", "}", ","]
        var end = end + 3
        while end < scalars.count, !scalars[end].properties.isWhitespace, !stops.contains(scalars[end]) { end += 1 }
        return end
    }

    private func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" || scalar == "$"
    }

    private mutating func put(_ sign: String, _ end: Int) {
        output.append(contentsOf: sign.unicodeScalars)
        index = end
    }
}
