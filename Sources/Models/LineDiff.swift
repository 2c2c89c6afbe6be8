/// The difference of two texts by lines, in hunks with three lines around each change; pure, and bounded in time and memory.
///
/// Exact (Myers) as long as the texts differ in up to a thousand lines; beyond that everything between the first and the last
/// difference is one change.
package struct LineDiff: Sendable, Equatable {
    /// Which side has the line.
    package enum Kind: Sendable {
        case same, removed, added
    }

    /// A line without its line feed.
    package struct Line: Sendable, Equatable {
        package let kind: Kind
        /// Without its line feed.
        package let text: String
        /// The last line of a text that does not end with a line feed.
        package let isUnterminated: Bool
    }

    /// Neighbouring differences with the lines around them; numbers begin at 1.
    package struct Hunk: Sendable, Equatable {
        /// From 1, as `diff -u` counts; the line before when a side has none in the hunk.
        package let oldStart: Int
        package let oldCount: Int
        package let newStart: Int
        package let newCount: Int
        package let lines: [Line]

        package var heading: String { "@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@" }
    }

    static let contextLines = 3
    static let maximumDifferences = 1000

    package let hunks: [Hunk]
    package let addedCount: Int
    package let removedCount: Int

    package init(from old: String, to new: String) {
        let script = LineDiff.script(LineDiff.split(old), LineDiff.split(new))
        addedCount = script.count { $0.kind == .added }
        removedCount = script.count { $0.kind == .removed }
        hunks = LineDiff.hunks(script)
    }

    /// As `diff -u` writes it, without the two lines of names.
    package var unifiedText: String {
        hunks.flatMap { hunk in [hunk.heading] + hunk.lines.flatMap(\.unified) }.map { $0 + "\n" }.joined()
    }
}

extension LineDiff.Line {
    /// The line with its sign, and what follows when it has no line feed.
    package var unified: [String] {
        let sign =
            switch kind {
            case .same: " "
            case .removed: "-"
            case .added: "+"
            }
        return [sign + text] + (isUnterminated ? ["\\ No newline at end of file"] : [])
    }
}

// MARK: - Lines

extension LineDiff {
    struct Piece: Equatable {
        let bytes: ArraySlice<UInt8>
        let isTerminated: Bool
    }

    /// Lines end at a line feed alone: a carriage return is part of its line.
    static func split(_ text: String) -> [Piece] {
        let bytes = Array(text.utf8)
        var pieces: [Piece] = []
        var start = 0
        for index in bytes.indices where bytes[index] == 0x0A {
            pieces.append(Piece(bytes: bytes[start..<index], isTerminated: true))
            start = index + 1
        }
        if start < bytes.count { pieces.append(Piece(bytes: bytes[start...], isTerminated: false)) }
        return pieces
    }

    /// Every line of both texts in the order of a unified diff.
    static func script(_ old: [Piece], _ new: [Piece]) -> [Line] {
        var prefix = 0
        while prefix < min(old.count, new.count), old[prefix] == new[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < min(old.count, new.count) - prefix, old[old.count - 1 - suffix] == new[new.count - 1 - suffix] { suffix += 1 }
        let oldMiddle = Array(old[prefix..<old.count - suffix])
        let newMiddle = Array(new[prefix..<new.count - suffix])
        let middle = shortest(oldMiddle, newMiddle) ?? oldMiddle.map { line(.removed, $0) } + newMiddle.map { line(.added, $0) }
        return old[..<prefix].map { line(.same, $0) } + middle + old[(old.count - suffix)...].map { line(.same, $0) }
    }

    private static func line(_ kind: Kind, _ piece: Piece) -> Line {
        Line(kind: kind, text: String(decoding: piece.bytes, as: UTF8.self), isUnterminated: !piece.isTerminated)
    }
}

// MARK: - Myers

extension LineDiff {
    /// The shortest script; nil when it has more than `maximumDifferences` lines.
    ///
    /// - Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986: the greedy algorithm with its trace.
    private static func shortest(_ old: [Piece], _ new: [Piece]) -> [Line]? {
        let bound = min(old.count + new.count, maximumDifferences)
        let offset = bound + 1
        var furthest = [Int](repeating: 0, count: 2 * bound + 3)
        var trace: [[Int]] = []
        for distance in 0...bound {
            // Only the diagonals that this distance can have reached are kept: the trace stays small for near texts.
            trace.append(Array(furthest[(offset - distance - 1)...(offset + distance + 1)]))
            for diagonal in stride(from: -distance, through: distance, by: 2) {
                let down = diagonal == -distance
                    || (diagonal != distance && furthest[offset + diagonal - 1] < furthest[offset + diagonal + 1])
                var x = down ? furthest[offset + diagonal + 1] : furthest[offset + diagonal - 1] + 1
                var y = x - diagonal
                while x < old.count, y < new.count, old[x] == new[y] {
                    x += 1
                    y += 1
                }
                furthest[offset + diagonal] = x
                if x >= old.count, y >= new.count { return script(back: trace, old, new) }
            }
        }
        return nil
    }

    /// Walks the trace from the end of both texts to their start.
    private static func script(back trace: [[Int]], _ old: [Piece], _ new: [Piece]) -> [Line] {
        var lines: [Line] = []
        var (x, y) = (old.count, new.count)
        for distance in stride(from: trace.count - 1, through: 0, by: -1) {
            // In a step's slice, diagonal k stands at k + distance + 1.
            let at = { (diagonal: Int) in trace[distance][diagonal + distance + 1] }
            let diagonal = x - y
            let down = diagonal == -distance || (diagonal != distance && at(diagonal - 1) < at(diagonal + 1))
            let previous = down ? diagonal + 1 : diagonal - 1
            let startX = distance == 0 ? 0 : at(previous)
            let startY = distance == 0 ? 0 : startX - previous
            while x > startX, y > startY, x > 0, y > 0, old[x - 1] == new[y - 1] {
                lines.append(line(.same, old[x - 1]))
                (x, y) = (x - 1, y - 1)
            }
            guard distance > 0 else { break }
            lines.append(down ? line(.added, new[startY]) : line(.removed, old[startX]))
            (x, y) = (startX, startY)
        }
        return lines.reversed()
    }
}

// MARK: - Hunks

extension LineDiff {
    private static func hunks(_ script: [Line]) -> [Hunk] {
        let changed = script.indices.filter { script[$0].kind != .same }
        var ranges: [Range<Int>] = []
        for index in changed {
            let range = max(0, index - contextLines)..<min(script.count, index + contextLines + 1)
            if let last = ranges.last, range.lowerBound <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        var (oldLine, newLine, position) = (0, 0, 0)
        return ranges.map { range in
            // Only lines that both sides have lie between hunks.
            oldLine += range.lowerBound - position
            newLine += range.lowerBound - position
            let hunk = hunk(Array(script[range]), after: oldLine, newLine)
            oldLine += hunk.oldCount
            newLine += hunk.newCount
            position = range.upperBound
            return hunk
        }
    }

    private static func hunk(_ lines: [Line], after oldLine: Int, _ newLine: Int) -> Hunk {
        let oldCount = lines.count { $0.kind != .added }
        let newCount = lines.count { $0.kind != .removed }
        return Hunk(
            oldStart: oldCount == 0 ? oldLine : oldLine + 1, oldCount: oldCount,
            newStart: newCount == 0 ? newLine : newLine + 1, newCount: newCount, lines: lines)
    }
}
