/// Rows under headings, aligned by what a terminal shows.
struct Table: Sendable {
    struct Column: Sendable {
        let title: String
        let isRightAligned: Bool

        init(_ title: String, isRightAligned: Bool = false) {
            self.title = title
            self.isRightAligned = isRightAligned
        }
    }

    /// No column is made narrower than this to fit a terminal.
    static let narrowest = 6
    private static let gap = "  "

    let columns: [Column]
    let rows: [[Line]]
    /// A line of its own below each row, where it has no column; empty when there are none.
    let details: [Line]

    init(_ columns: [Column], rows: [[Line]], details: [Line] = []) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "each row has a cell for each column")
        precondition(details.isEmpty || details.count == rows.count, "each row has its detail, or none has")
        self.columns = columns
        self.rows = rows
        self.details = details
    }

    /// The table's lines, heading first; nothing is cut when `width` is nil.
    func lines(width: Int?, colors: Bool) -> [String] {
        let widths = columnWidths(fitting: width)
        let heading = columns.map { Line($0.title, .bold) }
        return [text(heading, widths, colors)] + rows.enumerated().flatMap { index, row in
            let hasDetail = !details.isEmpty && !details[index].plain.isEmpty
            return [text(row, widths, colors)] + (hasDetail ? [detail(details[index], width, colors)] : [])
        }
    }

    private func text(_ row: [Line], _ widths: [Int], _ colors: Bool) -> String {
        let cells = row.indices.map { cell(row[$0], columns[$0], widths[$0], isLast: $0 == row.count - 1, colors) }
        return trimmed(cells.joined(separator: Self.gap))
    }

    private func detail(_ line: Line, _ width: Int?, _ colors: Bool) -> String {
        let indent = Self.gap + Self.gap
        return indent + line.rendered(colors: colors, width: width.map { max(Self.narrowest, $0 - indent.count) })
    }

    /// Natural widths, the widest column made narrower until all fit.
    private func columnWidths(fitting limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, DisplayWidth.of($1[index].plain)) }
        }
        guard let limit else { return widths }
        let room = limit - Self.gap.count * max(0, columns.count - 1)
        while widths.reduce(0, +) > room {
            guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.narrowest else { break }
            widths[widest] -= 1
        }
        return widths
    }

    private func cell(_ line: Line, _ column: Column, _ width: Int, isLast: Bool, _ colors: Bool) -> String {
        let text = line.rendered(colors: colors, width: width)
        let padding = String(repeating: " ", count: max(0, width - DisplayWidth.of(line.plain)))
        if column.isRightAligned { return padding + text }
        return isLast ? text : text + padding
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
