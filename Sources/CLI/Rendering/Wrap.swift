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
