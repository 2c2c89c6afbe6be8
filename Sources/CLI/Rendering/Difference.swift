import Models

/// What is edited in one thing, whichever kind it is.
enum Difference: Sendable {
    case source(SourceDifference)
    case config(ConfigDifference)

    var subject: String {
        switch self {
        case .source(let view): view.subject
        case .config(let view): view.subject
        }
    }

    var title: String {
        switch self {
        case .source(let view): view.title
        case .config(let view): view.title
        }
    }

    var changedNames: [String] {
        switch self {
        case .source(let view): view.changes.map(\.file)
        case .config(let view): view.changes.map(\.brief)
        }
    }

    /// A line for each change: of a value before and after, of a file how many lines.
    var changeBlocks: [Block] {
        switch self {
        case .source(let view): view.changes.map { .line($0.heading) }
        case .config(let view): view.changes.lines
        }
    }

    var conflictNames: [String] {
        switch self {
        case .source(let view): view.conflicts.map(\.file)
        case .config(let view): view.conflicts.map(\.field.label)
        }
    }

    var conflictCount: Int { conflictNames.count }
    var hasConflicts: Bool { conflictCount > 0 }

    var blocks: [Block] {
        switch self {
        case .source(let view): view.blocks
        case .config(let view): view.blocks
        }
    }

    /// Its conflicts alone, for a list.
    var conflictBlocks: [Block] {
        let blocks = switch self {
        case .source(let view): view.conflictBlocks
        case .config(let view): view.conflictBlocks
        }
        return blocks.isEmpty ? [] : [.line(Line("\(title) (\(subject))", .bold))] + blocks
    }

    var json: JSONValue {
        switch self {
        case .source(let view): view.json
        case .config(let view): view.json
        }
    }
}

extension Edited {
    /// In the order in which a push would take them: code first.
    var differences: [Difference] { differences(.none) }

    func differences(_ notes: ConflictNotes) -> [Difference] {
        sources.map { .source(SourceDifference($0, notes: notes)) } + configs.map { .config(ConfigDifference($0, notes: notes)) }
    }
}
