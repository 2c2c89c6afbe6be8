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

extension Change {
    var line: Line {
        Line("  \(field.label): ") + Line(before.text, .bad) + Line(" → ") + Line(after.text, .good)
    }
}

extension Conflict {
    var lines: [Block] {
        [
            .line(Line("  \(field.label): ") + Line("conflict", .warning)),
            .line(Line("    base    \(base.text)", .dim)),
            .line(Line("    local   ") + Line(local.text, .good)),
            .line(Line("    remote  ") + Line(remote.text, .bad)),
        ]
    }
}
