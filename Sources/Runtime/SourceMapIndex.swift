/// A source map read once: each question after that is a search by halves, in code of any size.
///
/// Made at the first error; most runs have none.
final class SourceMapIndex {
    private struct Segment {
        let generated: Int
        let position: SourceMap.Position
    }

    let map: SourceMap
    /// By line of the generated code, from 0; nil where the author's text is what runs.
    private let lines: [[Segment]]?
    private let shifts: [Int: [SourceMap.Shift]]

    init(_ map: SourceMap) {
        self.map = map
        lines = map.mappings.map(SourceMapIndex.read)
        shifts = Dictionary(grouping: map.shifts, by: \.line)
    }

    /// A position that the engine reports, as the server's engine would report it.
    func served(_ position: SourceMap.Position) -> SourceMap.Position {
        let line = position.line - map.lineOffset
        return map.served(position, shifts: shifts[line] ?? [])
    }

    /// The author's position for one that the server's engine would report; nil when the code there is not the author's.
    func original(_ position: SourceMap.Position) -> SourceMap.Position? {
        let line = position.line - map.lineOffset
        let column = position.column - (line == 1 ? map.columnOffset : 0)
        guard line >= 1 else { return nil }
        guard let lines else { return .init(line: line, column: column) }
        guard line <= lines.count else { return nil }
        let segments = lines[line - 1]
        // The last one at or before the column; before the first one, that one.
        var (low, high) = (0, segments.count)
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].generated <= column - 1 { low = middle + 1 } else { high = middle }
        }
        return segments.isEmpty ? nil : segments[max(0, low - 1)].position
    }

    private static func read(_ mappings: String) -> [[Segment]] {
        var source = SourceMap.Position(line: 0, column: 0)
        var lines: [[Segment]] = []
        var line: [Segment] = []
        var fields: [Int] = []
        var generated = 0
        var (value, shift) = (0, 0)
        func endSegment() {
            if let first = fields.first { generated += first }
            if fields.count >= 4 {
                source.line += fields[2]
                source.column += fields[3]
                line.append(Segment(generated: generated, position: .init(line: source.line + 1, column: source.column + 1)))
            }
            fields.removeAll(keepingCapacity: true)
            (value, shift) = (0, 0)
        }
        for byte in mappings.utf8 {
            switch byte {
            case UInt8(ascii: ","): endSegment()
            case UInt8(ascii: ";"):
                endSegment()
                lines.append(line)
                line = []
                generated = 0
            default:
                guard let digit = SourceMapIndex.digit(byte), shift < 60 else { continue }
                value |= (digit & 31) << shift
                shift += 5
                if digit & 32 == 0 {
                    fields.append(value & 1 == 1 ? -(value >> 1) : value >> 1)
                    (value, shift) = (0, 0)
                }
            }
        }
        endSegment()
        lines.append(line)
        return lines
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
