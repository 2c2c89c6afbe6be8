import Models

/// Values, changes and conflicts as a person reads them; secrets only as set or not set.
extension ShownValue {
    var text: String {
        switch self {
        case .absent: "(not set)"
        case .value(let value): value.string.map { "\"\($0)\"" } ?? value.text
        case .secret(let isSet): isSet ? "(secret, set)" : "(secret, not set)"
        case .newSecret: "(new secret)"
        }
    }
}

extension [Change] {
    /// A line for each change, the values below each other.
    var lines: [Block] {
        let column = map { DisplayWidth.of(Line($0.field.label).plain) }.max() ?? 0
        return map { change in
            let padding = String(repeating: " ", count: column - DisplayWidth.of(Line(change.field.label).plain))
            let (before, after) = Excerpt.pair(change.before.text, change.after.text)
            return .line(Line("  \(change.field.label):\(padding) ") + Line(before, .bad) + Line(" → ") + Line(after, .good))
        }
    }
}

extension Conflict {
    var lines: [Block] {
        let texts = Excerpt.of([base.text, local.text, remote.text])
        return [
            .line(Line("  \(field.label): ") + Line("conflict", .warning)),
            .line(Line("    base    \(texts[0])", .dim)),
            .line(Line("    local   ") + Line(texts[1], .good)),
            .line(Line("    remote  ") + Line(texts[2], .bad)),
        ]
    }
}
