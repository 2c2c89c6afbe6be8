/// What was measured, one line each.
struct Table {
    private static let head = ["measure", "figure", "peer", "ratio", "target", "met"]
    private var rows: [[String]] = []

    /// A time, and how many times its peer's it is.
    ///
    /// - Parameter maximumRatio: nil where the ratio is shown but nothing is promised.
    mutating func addTime(_ measure: String, _ times: [Double], loop: [Double], maximumRatio: Double?) {
        let (figure, peer) = (Figure.median(times), Figure.median(loop))
        rows.append([
            measure, Figure.milliseconds(figure), "loop \(Figure.milliseconds(peer))", Figure.decimals(figure / peer, 2),
            maximumRatio.map { "ratio <= \($0)" } ?? "-", maximumRatio.map { Table.met(figure / peer <= $0) } ?? "-",
        ])
    }

    /// A time that has to stay below a bound, beside that of a program that does nothing.
    mutating func addTime(_ measure: String, _ times: [Double], empty: [Double], maximumMilliseconds: Double) {
        let (figure, peer) = (Figure.median(times), Figure.median(empty))
        rows.append([
            measure, Figure.milliseconds(figure), "true \(Figure.milliseconds(peer))", Figure.decimals(figure / peer, 2),
            "<= \(Int(maximumMilliseconds)) ms", Table.met(figure <= maximumMilliseconds),
        ])
    }

    mutating func addPeak(_ measure: String, kilobytes: Int, maximumMebibytes: Int) {
        rows.append([
            measure, Figure.mebibytes(kilobytes: kilobytes), "", "", "<= \(maximumMebibytes) MiB",
            Table.met(kilobytes <= maximumMebibytes * 1024),
        ])
    }

    mutating func addRequests(_ measure: String, _ count: Int, pages: Int, handful: Int) {
        rows.append([
            measure, "\(count)", "\(pages) pages", Figure.decimals(Double(count) / Double(pages), 2),
            "<= pages + \(handful)", Table.met(count <= pages + handful),
        ])
    }

    var text: String {
        let lines = [Table.head] + rows
        let widths = Table.head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func met(_ isMet: Bool) -> String { isMet ? "yes" : "NO" }
}
