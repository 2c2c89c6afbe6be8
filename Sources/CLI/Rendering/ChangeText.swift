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

/// What is edited in one config, against base and remote.
struct ConfigDifference: Sendable {
    let subject: String
    let title: String
    let changes: [Change]
    let conflicts: [Conflict]

    init(_ input: PlannerInputView) {
        subject = input.subject
        title = input.title
        changes = input.changes
        conflicts = input.conflicts
    }

    var blocks: [Block] {
        [.line(Line("\(title) (\(subject))", .bold))] + changes.map { .line($0.line) } + conflicts.flatMap(\.lines)
    }

    var json: JSONValue {
        [
            "config": .string(subject), "title": .string(title), "changes": .array(changes.map(\.json)),
            "conflicts": .array(conflicts.map(\.json)),
        ]
    }
}
