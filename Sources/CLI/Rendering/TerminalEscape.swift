/// Makes text from elsewhere harmless: nothing in it can move the cursor, change the terminal or reorder the line.
enum TerminalEscape {
    /// One line: every control character, tabs and line ends included, is shown as `\n`, `\t` or `\u{1B}`.
    static func line(_ text: String) -> String {
        escape(text, keeping: [])
    }

    /// Several lines: tabs and line feeds stay.
    static func lines(_ text: String) -> String {
        escape(text, keeping: ["\n", "\t"])
    }

    /// JSON text with the same characters as JSON escapes: the same document, printable anywhere.
    static func json(_ text: String) -> String {
        rewrite(text, where: { $0.value > 0x7E && isUnsafe($0) }) { scalar in
            let hexadecimal = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
        }
    }

    /// C0, DEL, C1, line and paragraph separators, and all that changes the direction of writing.
    static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func escape(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        rewrite(text, where: { isUnsafe($0) && !kept.contains($0) }) { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            }
        }
    }

    private static func rewrite(
        _ text: String, where matches: (Unicode.Scalar) -> Bool, _ replacement: (Unicode.Scalar) -> String
    ) -> String {
        guard text.unicodeScalars.contains(where: matches) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if matches(scalar) {
                result.append(contentsOf: replacement(scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
