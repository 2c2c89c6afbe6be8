/// A row of values as one line of text, a character for each.
package enum Sparkline {
    private static let bars = Array("\u{2581}\u{2582}\u{2583}\u{2584}\u{2585}\u{2586}\u{2587}\u{2588}")
    /// Stands for a value that was never served, which is not a zero.
    package static let gap: Character = "\u{B7}"
    /// Stands for zero.
    package static let zero: Character = "_"

    /// - Parameters:
    ///   - values: nil for a gap.
    ///   - width: When there are more values than this, neighbours are added up.
    ///   - scale: So that several rows can be compared; by the largest value of this row unless given.
    package static func text(_ values: [Double?], width: Int? = nil, scale: ChartScale? = nil) -> String {
        let values = width.map { merged(values, into: max(1, $0)) } ?? values
        // Not the round number of an axis: without labels the largest value is what the row is about.
        let top = values.compactMap { $0 }.max() ?? 0
        return String(
            values.map { value -> Character in
                guard let value else { return gap }
                if value <= 0 { return zero }
                if let scale { return bars[max(0, scale.level(value, of: bars.count) - 1)] }
                return bars[min(bars.count - 1, Int((value / top * Double(bars.count)).rounded(.up)) - 1)]
            })
    }

    /// The values added up in so many groups of neighbours; a group of gaps only is one.
    package static func merged(_ values: [Double?], into count: Int) -> [Double?] {
        guard values.count > count else { return values }
        return (0..<count).map { index in
            let part = values[(index * values.count / count)..<((index + 1) * values.count / count)].compactMap { $0 }
            return part.isEmpty ? nil : part.reduce(0, +)
        }
    }
}
