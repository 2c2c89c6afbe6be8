/// How values become heights: the one place that decides it for charts on pages and in terminals.
///
/// Zero is always the bottom. The top is a round number at or above the largest value, so that the labels of an axis can be read.
package struct ChartScale: Sendable, Equatable {
    /// The value at the top; at least 1.
    package let top: Double
    /// From 0 to `top`, evenly spaced.
    package let ticks: [Double]

    /// - Parameters:
    ///   - maximum: The largest value that is shown; what is not finite or below 1 counts as 1.
    ///   - intervals: How many steps between ticks there should be, about.
    package init(maximum: Double, intervals: Int = 2) {
        precondition(intervals > 0, "an axis has at least its two ends")
        let maximum = maximum.isFinite ? max(1, maximum) : 1
        let step = ChartScale.roundUp(maximum / Double(intervals))
        let count = Int((maximum / step).rounded(.up))
        ticks = (0...count).map { Double($0) * step }
        top = Double(count) * step
    }

    /// The part of the height that a value takes: 0 to 1.
    package func fraction(_ value: Double) -> Double {
        guard value.isFinite, value > 0 else { return 0 }
        return min(1, value / top)
    }

    /// The value in that many levels: 0 for zero only, so that a single failure among thousands can be seen.
    package func level(_ value: Double, of levels: Int) -> Int {
        precondition(levels > 0, "a chart has at least one level")
        let fraction = fraction(value)
        return fraction > 0 ? max(1, Int((fraction * Double(levels)).rounded())) : 0
    }

    /// Figures added up in so many groups of neighbours, where there is room for no more; a group of gaps only is a gap.
    package static func merged(_ figures: [Int64?], into count: Int) -> [Int64?] {
        precondition(count > 0, "a chart has at least one column")
        guard figures.count > count else { return figures }
        return (0..<count).map { index in
            let part = figures[(index * figures.count / count)..<((index + 1) * figures.count / count)].compactMap { $0 }
            return part.isEmpty ? nil : part.reduce(0, +)
        }
    }

    /// The next of 1, 2, 2.5 and 5 times a power of ten.
    private static func roundUp(_ value: Double) -> Double {
        var power = 1.0
        while power < value { power *= 10 }
        while power / 10 >= value { power /= 10 }
        return [0.1, 0.2, 0.25, 0.5].map { $0 * power }.first { $0 >= value * (1 - 1e-12) } ?? power
    }
}

/// Numbers short enough for an axis or a tile.
package enum CountText {
    /// "0", "950", "1.2k", "35k", "1.5M": three digits at most, cut off rather than rounded up.
    package static func short(_ value: Int64) -> String {
        let units: [(size: Int64, name: String)] = [(1_000_000_000, "G"), (1_000_000, "M"), (1000, "k")]
        guard let unit = units.first(where: { value.magnitude >= UInt64($0.size) }) else { return String(value) }
        let tenths = value / (unit.size / 10)
        return tenths.magnitude >= 100 || tenths % 10 == 0 ? "\(tenths / 10)\(unit.name)" : "\(tenths / 10).\((tenths % 10).magnitude)\(unit.name)"
    }

    /// "1 234 567", with a space that does not break.
    package static func grouped(_ value: Int64) -> String {
        var digits = String(value.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: "\u{202F}")
    }
}
