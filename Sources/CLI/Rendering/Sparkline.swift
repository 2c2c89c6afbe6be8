/// Figures as one line of blocks.
enum Sparkline {
    private static let blocks = Array("▁▂▃▄▅▆▇█")
    /// A figure of zero, and one that nobody knows.
    static let zero: Character = "·"
    static let gap: Character = " "

    /// One character for each figure, the largest of them the highest; nil is a gap.
    static func text(_ figures: [Int64?]) -> String {
        let largest = figures.compactMap { $0 }.max() ?? 0
        return String(
            figures.map { figure in
                guard let figure else { return gap }
                return figure <= 0 || largest <= 0 ? zero : block(Double(figure) / Double(largest))
            })
    }

    /// Of parts of a whole, 0 to 1: the lowest block is half or less, since what counts are the last per cents.
    static func rates(_ rates: [Double?]) -> String {
        String(rates.map { rate in rate.map { block(max(0, ($0 - 0.5) * 2)) } ?? gap })
    }

    private static func block(_ part: Double) -> Character {
        blocks[min(blocks.count - 1, max(0, Int((part * Double(blocks.count)).rounded(.up)) - 1))]
    }
}

/// A horizontal bar in two parts.
enum Bar {
    /// At most `width` columns for `largest`; a part that is not nothing is at least one column wide.
    static func line(_ good: Int64, _ bad: Int64, largest: Int64, width: Int) -> Line {
        guard largest > 0, good + bad > 0 else { return Line("") }
        let badColumns = bad > 0 ? max(1, columns(bad, largest, width)) : 0
        let goodColumns = good > 0 ? max(1, min(columns(good + bad, largest, width) - badColumns, width - badColumns)) : 0
        return Line(String(repeating: "█", count: goodColumns), .good) + Line(String(repeating: "▒", count: badColumns), .bad)
    }

    private static func columns(_ figure: Int64, _ largest: Int64, _ width: Int) -> Int {
        Int((Double(figure) / Double(largest) * Double(width)).rounded())
    }
}
