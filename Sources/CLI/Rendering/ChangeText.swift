import Models

/// Values, changes and conflicts as a person reads them; secrets only as set or not set.
extension ShownValue {
    var text: String {
        switch self {
        case .absent: "(not set)"
        case .value(let value): value.string.map { "\"\($0)\"" } ?? value.text
        case .secret(let isSet): isSet ? "(secret, set)" : "(secret, not set)"
        case .newSecret: "(new secret)"
        case .file(let name, _, let bytes): "\(name) (\(SizeText.of(bytes)))"
        }
    }
}

extension Change {
    /// Its name, and of a file what becomes of it: for lists with one line a config.
    var brief: String {
        if case .attachment = field { "\(field.label) \(before.text) → \(after.text)" } else { field.label }
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

/// Sizes of files as a person reads them.
enum SizeText {
    /// "35 B", "48 kB", "1.5 MB": a thousand to the next.
    static func of(_ bytes: Int64) -> String {
        if bytes < 1000 { return "\(bytes) B" }
        let units = ["kB", "MB", "GB"]
        var tenths = (bytes + 50) / 100
        var unit = 0
        while tenths >= 9995, unit < units.count - 1 {
            tenths = (tenths + 500) / 1000
            unit += 1
        }
        let isSmall = tenths < 100 && tenths % 10 != 0
        return isSmall ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\((tenths + 5) / 10) \(units[unit])"
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
