import Models

/// Writes an envelope for people: data to stdout, problems to stderr.
struct TextRenderer: Sendable {
    /// The width to cut tables at; nil when stdout is not a terminal, where nothing is ever cut.
    let width: Int?
    /// The width to break messages at; nil when stderr is not a terminal.
    var messageWidth: Int? = nil
    let outputColors: Bool
    let messageColors: Bool
    let isQuiet: Bool

    func render(_ envelope: Envelope) -> Rendered {
        var rendered = Rendered()
        for line in envelope.result.text.flatMap(lines) + freshnessLines(envelope) + nextLines(envelope) { rendered.output += line + "\n" }
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

    /// Every list says how old it is; collections of one age are named together, the oldest first.
    private func freshnessLines(_ envelope: Envelope) -> [String] {
        let entries = envelope.result.freshness.sorted { ($0.pulledAtMilliseconds ?? .min) < ($1.pulledAtMilliseconds ?? .min) }
        var groups: [(age: String, names: [String])] = []
        for entry in entries {
            let age = age(entry, now: envelope.nowMilliseconds)
            if groups.last?.age != age { groups.append((age, [])) }
            groups[groups.count - 1].names.append(entry.collection)
        }
        guard let first = groups.first else { return [] }
        let text = groups.count == 1 ? first.age : groups.map { "\(Self.list($0.names)) \($0.age)" }.joined(separator: "; ")
        return [Line("Pulled: \(text)", .dim).rendered(colors: outputColors)]
    }

    private func age(_ entry: Freshness, now: Int64) -> String {
        guard let pulled = entry.pulledAtMilliseconds else { return "never" }
        let age = TimeText.age(milliseconds: now - pulled)
        return age == "just now" ? age : "\(age) ago"
    }

    private static func list(_ names: [String]) -> String {
        names.count > 4 ? names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more" : names.joined(separator: ", ")
    }

    private func nextLines(_ envelope: Envelope) -> [String] {
        guard let next = envelope.result.next else { return [] }
        return [Line("Next: \(next)", .dim).rendered(colors: outputColors)]
    }

    func message(_ problem: Problem) -> String {
        let style: Line.Style = problem.kind == .notice ? .plain : .bad
        let name = "phsync:"
        let lines = Wrap.lines("\(name) \(Line(problem.message).plain)", width: messageWidth ?? .max, indent: 2)
        let first = Line(name, style) + Line(String(lines[0].dropFirst(name.count)))
        var text = ([first.rendered(colors: messageColors)] + lines.dropFirst()).joined(separator: "\n") + "\n"
        if let next = problem.next { text += (Line("  next: ", .dim) + Line(next)).rendered(colors: messageColors) + "\n" }
        return text
    }
}
