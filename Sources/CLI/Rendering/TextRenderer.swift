import Models

/// Writes an envelope for people: data to stdout, problems to stderr.
struct TextRenderer: Sendable {
    /// The width to cut tables at; nil when stdout is not a terminal, where nothing is ever cut.
    let width: Int?
    let outputColors: Bool
    let messageColors: Bool
    let isQuiet: Bool

    func render(_ envelope: Envelope) -> Rendered {
        var rendered = Rendered()
        for line in envelope.result.text.flatMap(lines) + freshnessLines(envelope) { rendered.output += line + "\n" }
        for problem in envelope.result.problems where !(isQuiet && problem.kind == .notice) {
            rendered.messages += message(problem)
        }
        for line in envelope.usage { rendered.messages += line + "\n" }
        return rendered
    }

    private func lines(of block: Block) -> [String] {
        switch block {
        case .line(let line): [line.rendered(colors: outputColors)]
        case .table(let table): table.lines(width: width, colors: outputColors)
        case .text(let text): [TerminalEscape.lines(text)]
        case .blank: [""]
        }
    }

    /// Every list says how old it is.
    private func freshnessLines(_ envelope: Envelope) -> [String] {
        guard !envelope.result.freshness.isEmpty else { return [] }
        let parts = envelope.result.freshness.map { entry in
            guard let pulled = entry.pulledAtMilliseconds else { return "\(entry.collection) never" }
            let age = TimeText.age(milliseconds: envelope.nowMilliseconds - pulled)
            return "\(entry.collection) \(age)\(age == "just now" ? "" : " ago")"
        }
        return [Line("Pulled: " + parts.joined(separator: ", "), .dim).rendered(colors: outputColors)]
    }

    private func message(_ problem: Problem) -> String {
        let style: Line.Style = problem.kind == .notice ? .plain : .bad
        let head = Line("phsync: ", style) + Line(problem.message)
        var text = head.rendered(colors: messageColors) + "\n"
        if let next = problem.next { text += (Line("  next: ", .dim) + Line(next)).rendered(colors: messageColors) + "\n" }
        return text
    }
}
