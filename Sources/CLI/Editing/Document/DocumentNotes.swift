import Models

/// The text again, with what is wrong above each line; and the text as it may be kept.
extension ConfigDocument {
    /// The same text with the mistakes as comments above their lines; those of an earlier round are gone.
    func noted(_ reading: DocumentReading) -> String {
        let old = reading.parser.comments.filter { isNote(reading.parser.lines[$0]) }
        let count = reading.mistakes.count
        var lines = notes("\(count) mistake\(count == 1 ? "" : "s"); nothing is stored yet. Unchanged or emptied, the text is given up.")
        for (index, line) in reading.parser.lines.enumerated() where !old.contains(index) {
            for mistake in reading.mistakes where mistake.line == index { lines += notes(mistake.message) }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }

    private func notes(_ message: String) -> [String] {
        Wrap.lines(TerminalEscape.line(message), width: width - 3).map { "\(DocumentParser.note) \($0)" }
    }

    private func isNote(_ line: String) -> Bool { line.utf8.starts(with: DocumentParser.note.utf8) }

    /// The text without secrets: their assignments, comments that still hold one, and what could not be read and may be one.
    func withoutSecrets(_ text: String) -> String {
        let parser = DocumentParser(text)
        var hidden: Set<Int> = []
        for entry in parser.entries where isSecret(entry.name) { hidden.formUnion(entry.lines) }
        for line in parser.comments where isSecretComment(parser.lines[line]) { hidden.insert(line) }
        let strange = Set(parser.unread).union(parser.entries.filter { !isKnown($0.name) }.flatMap(\.lines))
        // Beside a secret's name, or in the lines after one, may stand the rest of what was pasted.
        for line in strange.sorted() where mentionsSecret(parser.lines[line]) || hidden.contains(parser.lineAbove(line)) {
            hidden.insert(line)
        }
        var lines: [String] = []
        for (index, line) in parser.lines.enumerated() {
            if !hidden.contains(index) {
                lines.append(line)
            } else if !hidden.contains(index - 1) {
                lines.append("# A new secret was typed here; it is not kept.")
            }
        }
        return lines.joined(separator: "\n")
    }

    func isSecret(_ name: DocumentEntry.Name) -> Bool {
        if case .key(let key) = name { target.secretKeys.contains(key) } else { false }
    }

    /// Whether the key is in the schema or was shown.
    func isKnown(_ name: DocumentEntry.Name) -> Bool {
        if case .key(let key) = name { schema[key] != nil || shown.values[key] != nil || shown.attachments[key] != nil } else { true }
    }

    /// "#apiKey = sk_live": the mark was forgotten.
    private func isSecretComment(_ line: String) -> Bool {
        let inner = DocumentParser(String(line.trimmedBlanks.drop { $0 == "#" || $0 == "!" }))
        return inner.entries.contains { isSecret($0.name) && $0.value != "" }
    }

    private func mentionsSecret(_ line: String) -> Bool {
        target.secretKeys.contains { !$0.isEmpty && line.contains($0) }
    }
}
