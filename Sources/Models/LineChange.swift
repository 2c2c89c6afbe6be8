/// One run of lines of a base that another text has differently.
struct LineChange: Equatable {
    /// The lines of the base that go; empty where lines are only added.
    let base: Range<Int>
    /// The lines of the other text that come in their place.
    let other: Range<Int>

    /// The changes from one text to another in order, at least one line that both have between any two.
    static func all(from base: [LineDiff.Piece], to other: [LineDiff.Piece]) -> [LineChange] {
        var changes: [LineChange] = []
        var (old, new) = (0, 0)
        var start: (old: Int, new: Int)?
        for line in LineDiff.script(base, other) {
            switch line.kind {
            case .same:
                if let from = start { changes.append(LineChange(base: from.old..<old, other: from.new..<new)) }
                start = nil
                old += 1
                new += 1
            case .removed:
                start = start ?? (old, new)
                old += 1
            case .added:
                start = start ?? (old, new)
                new += 1
            }
        }
        if let from = start { changes.append(LineChange(base: from.old..<old, other: from.new..<new)) }
        return changes
    }
}
