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
    ///
    /// - Parameter shifts: Those of its line, in the order of their columns, so that earlier ones are already taken out.
    func served(_ position: Position, shifts: [Shift]) -> Position {
        let indentation = position.line - lineOffset == 1 ? columnOffset : 0
        var column = position.column - indentation
        for shift in shifts {
            guard column - 1 >= shift.column + shift.replaced else { break }
            column = max(shift.column + shift.replaced + 1, column - shift.inserted + shift.replaced)
        }
        return Position(line: position.line, column: column + indentation)
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
