import Models

/// Positions in the code that the engine runs, in the code that the server would run, and in the author's file.
///
/// Lines and columns are from 1, as people and stacks count.
struct SourceMap: Sendable, Equatable {
    struct Position: Sendable, Equatable {
        var line: Int
        var column: Int
    }

    /// On this line of the server's code, at this column (from 0), `inserted` characters stand instead of `replaced`.
    struct Shift: Sendable, Equatable {
        var line: Int
        var column: Int
        var inserted: Int
        var replaced: Int
    }

    /// Base64 VLQ as in the source map format; nil when the author's text is what runs.
    var mappings: String?
    var shifts: [Shift]
    /// The author's file.
    var file: String
    /// How many lines the server's own text puts before the code, and how many columns before its first line.
    var lineOffset: Int
    var columnOffset: Int

    /// A position that the engine reports, as the server's engine would report it.
    func served(_ position: Position) -> Position {
        let line = position.line - lineOffset
        var column = position.column - (line == 1 ? columnOffset : 0)
        for shift in shifts where shift.line == line {
            // Shifts are in the order of their columns, so that earlier ones are already taken out.
            guard column - 1 >= shift.column + shift.replaced else { break }
            column = max(shift.column + shift.replaced + 1, column - shift.inserted + shift.replaced)
        }
        return Position(line: position.line, column: column + (line == 1 ? columnOffset : 0))
    }

    /// The author's position for one that the server's engine would report; nil when the code there is not the author's.
    func original(_ position: Position) -> Position? {
        let line = position.line - lineOffset
        let column = position.column - (line == 1 ? columnOffset : 0)
        guard line >= 1 else { return nil }
        guard let mappings else { return Position(line: line, column: column) }
        return SourceMap.find(line: line, column: column, in: mappings)
    }
}

extension SourceMap {
    /// The last mapping at or before a column of a line.
    private static func find(line: Int, column: Int, in mappings: String) -> Position? {
        var source = Position(line: 0, column: 0)
        var found: Position?
        var current = 1
        for text in mappings.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            var generated = 0
            for segment in text.split(separator: UInt8(ascii: ",")) {
                let fields = decode(segment)
                guard let first = fields.first else { continue }
                generated += first
                guard fields.count >= 4 else { continue }
                source.line += fields[2]
                source.column += fields[3]
                if current == line, generated <= column - 1 || found == nil {
                    found = Position(line: source.line + 1, column: source.column + 1)
                }
            }
            if current == line { return found }
            current += 1
        }
        return nil
    }

    private static func decode(_ segment: Substring.UTF8View) -> [Int] {
        var result: [Int] = []
        var value = 0
        var shift = 0
        for byte in segment {
            guard let digit = digit(byte) else { return result }
            value |= (digit & 31) << shift
            if digit & 32 != 0 {
                shift += 5
            } else {
                result.append(value & 1 == 1 ? -(value >> 1) : value >> 1)
                value = 0
                shift = 0
            }
        }
        return result
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

extension SourceMap {
    var json: JSONValue {
        [
            "mappings": JSONValue(mappings), "file": .string(file), "line_offset": JSONValue(lineOffset),
            "column_offset": JSONValue(columnOffset),
            "shifts": .array(
                shifts.map { [JSONValue($0.line), JSONValue($0.column), JSONValue($0.inserted), JSONValue($0.replaced)] }),
        ]
    }

    init?(_ json: JSONValue) {
        guard let file = json["file"]?.string, let lines = json["line_offset"]?.int, let columns = json["column_offset"]?.int,
            let shifts = json["shifts"]?.array
        else { return nil }
        self.file = file
        mappings = json["mappings"]?.string
        lineOffset = Int(lines)
        columnOffset = Int(columns)
        self.shifts = SourceMap.shifts(shifts)
    }

    /// From lists of four numbers; others are passed over.
    static func shifts(_ list: [JSONValue]) -> [Shift] {
        list.compactMap { entry in
            let numbers = entry.array?.compactMap(\.int).map(Int.init) ?? []
            guard numbers.count == 4 else { return nil }
            return Shift(line: numbers[0], column: numbers[1], inserted: numbers[2], replaced: numbers[3])
        }
    }
}
