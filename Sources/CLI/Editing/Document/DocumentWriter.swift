import Models

/// Writes values such that the parser reads back exactly what they were, and such that they are good to edit.
enum DocumentWriter {
    /// The lines of one assignment.
    ///
    /// A text stands bare; with line breaks it stands between `<<END` and `END`. Whatever an editor might change by itself
    /// (blanks at a line's end, tabs, control characters) is written as JSON.
    static func lines(_ name: DocumentEntry.Name, _ value: JSONValue) -> [String] {
        let head = name.text
        guard let text = value.string else { return typed(head, value) }
        if text.isEmpty { return ["\(head) ="] }
        if isBare(text) { return ["\(head) = \(text)"] }
        if let lines = safeLines(text) { return block("\(head) =", lines) }
        return ["\(head) := \(TerminalEscape.json(value.text))"]
    }

    private static func typed(_ head: String, _ value: JSONValue) -> [String] {
        let text = TerminalEscape.json(value.text)
        if text.utf8.count <= 80 || (value.object == nil && value.array == nil) { return ["\(head) := \(text)"] }
        return block("\(head) :=", TerminalEscape.json(value.prettyText).split(separator: "\n").map(String.init))
    }

    private static func block(_ head: String, _ lines: [String]) -> [String] {
        var marker = "END"
        while lines.contains(where: { $0.trimmingSpace == marker }) { marker += "_" }
        return ["\(head) <<\(marker)"] + lines + [marker]
    }

    private static func isBare(_ text: String) -> Bool {
        !text.utf8.starts(with: "<<".utf8) && isSafe(text[...])
            && !(text.unicodeScalars.first?.properties.isWhitespace ?? true)
    }

    /// The lines of a text that has several; nil when an editor could change one without being asked.
    private static func safeLines(_ text: String) -> [String]? {
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
        guard lines.count > 1, lines.allSatisfy(isSafe) else { return nil }
        return lines.map(String.init)
    }

    private static func isSafe(_ line: Substring) -> Bool {
        let scalars = line.unicodeScalars
        return !scalars.contains { TerminalEscape.isUnsafe($0) || $0.value == 0xFEFF }
            && !(scalars.last?.properties.isWhitespace ?? false)
    }
}
