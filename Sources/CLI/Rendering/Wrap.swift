/// Breaks text into lines at spaces.
enum Wrap {
    /// Lines of at most `width` columns, each after the first indented; a longer word has a line of its own.
    static func lines(_ text: String, width: Int, indent: Int = 0) -> [String] {
        let space = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(String(word)) > width {
                lines.append(line)
                line = space + word
            } else {
                line += line.isEmpty ? String(word) : " " + word
            }
        }
        return lines + [line]
    }

    /// Text after a sign, its later lines under its first; it is escaped before it is measured.
    ///
    /// - Parameter width: Of the terminal; nil wraps nothing.
    static func blocks(
        _ sign: String, _ text: String, _ style: Line.Style = .plain, signStyle: Line.Style? = nil, width: Int?
    ) -> [Block] {
        let space = String(repeating: " ", count: DisplayWidth.of(sign))
        let escaped = Line(text).plain
        let lines = width.map { self.lines(escaped, width: max(20, $0 - space.count)) } ?? [escaped]
        return lines.enumerated().map { index, line in .line(Line(index == 0 ? sign : space, signStyle ?? style) + Line(line, style)) }
    }

    /// The same without a sign.
    static func blocks(_ text: String, _ style: Line.Style = .plain, width: Int?) -> [Block] { blocks("", text, style, width: width) }

    /// A term in a column of its own with its explanation beside it.
    static func definition(_ term: String, _ meaning: String, column: Int, width: Int) -> [String] {
        let indented = String(repeating: " ", count: column)
        let body = lines(meaning, width: max(20, width - column))
        let head = "  " + term
        if DisplayWidth.of(head) + 2 > column { return [head] + body.map { indented + $0 } }
        let padding = String(repeating: " ", count: column - DisplayWidth.of(head))
        return [head + padding + body[0]] + body.dropFirst().map { indented + $0 }
    }
}
