import TestSupport
import Testing

@testable import Models

@Suite struct TextMergeTests {
    private func merged(_ base: String, _ local: String, _ remote: String) -> [UInt8]? {
        TextMerge(base: base, local: local, remote: remote).text.map { Array($0.utf8) }
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(arguments: [
        ("both sides of a line in between", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"),
        ("the same change", "a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n", "a\nX\nc\n"),
        ("the same change beside another", "a\nb\nc\nd\n", "X\nb\nc\nd\n", "X\nb\nD\nd\n", "X\nb\nD\nd\n"),
        ("added above and below", "a\n", "0\na\n", "a\n1\n", "0\na\n1\n"),
        ("taken out and added", "a\nb\nc\nd\n", "b\nc\nd\n", "a\nb\nc\nd\ne\n", "b\nc\nd\ne\n"),
        ("carriage returns of one side", "a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\n", "A\r\nb\r\nC\n"),
        ("no line feed at the end", "a\nb\nc", "A\nb\nc", "a\nb\nc", "A\nb\nc"),
        ("a line feed that one side put at the end", "a\nb\nc", "A\nb\nc", "a\nb\nc\n", "A\nb\nc\n"),
        ("a text emptied by both", "a\n", "", "", ""),
    ]) func whatDoesNotTouchIsMerged(name: String, base: String, local: String, remote: String, expected: String) {
        #expect(merged(base, local, remote) == bytes(expected), "\(name)")
        #expect(merged(base, remote, local) == bytes(expected), "\(name), the other way round")
    }

    @Test(arguments: [
        ("the same line", "a\nb\nc\n", "a\nX\nc\n", "a\nY\nc\n"),
        ("neighbours", "a\nb\nc\nd\n", "a\nX\nc\nd\n", "a\nb\nY\nd\n"),
        ("two lines added at one place", "a\nb\n", "a\nX\nb\n", "a\nY\nb\n"),
        ("changed and taken out", "a\nb\nc\n", "a\nX\nc\n", "a\nc\n"),
        ("the end of the text", "a\nb", "a\nb\n", "a\nb\nc"),
        ("two spellings of one letter", "a\n", "\u{E9}\n", "e\u{301}\n"),
        ("nothing before", "", "X\n", "Y\n"),
    ]) func whatTouchesIsAConflict(name: String, base: String, local: String, remote: String) {
        #expect(merged(base, local, remote) == nil, "\(name)")
        #expect(merged(base, remote, local) == nil, "\(name), the other way round")
    }

    @Test func aConflictHasAllThreeSidesAndItsPlace() throws {
        let merge = TextMerge(base: "1\n2\n3\n4\n5\n", local: "1\nX\n3\n4\nL\n", remote: "1\nY\nZ\n3\n4\n5\n")
        let conflict = try #require(merge.conflicts.first)
        #expect(merge.conflicts.count == 1)
        #expect((conflict.base, conflict.local, conflict.remote) == ("2\n", "X\n", "Y\nZ\n"))
        #expect(conflict.baseLine == 2)
        #expect(
            ConflictMarkers.text(merge)
                == "1\n<<<<<<< local\nX\n||||||| base\n2\n=======\nY\nZ\n>>>>>>> remote\n3\n4\nL\n", "what is clear is merged already")
    }

    @Test func markersAreFoundButNotWhatASideHasByItself() {
        let merge = TextMerge(base: "a", local: "b", remote: "c")
        #expect(ConflictMarkers.lines(in: ConflictMarkers.text(merge), of: ["b", "c"]) == [1, 3, 5, 7])
        #expect(ConflictMarkers.lines(in: "x\r\n=======\r\n", of: ["b"]) == [2])
        #expect(ConflictMarkers.lines(in: "Title\n=======\n<<<<<<<\n", of: ["Title\n=======\n"]) == [])
        #expect(ConflictMarkers.settled("b\n", local: "b", remote: "c") == "b")
        #expect(ConflictMarkers.settled("b\n", local: "b\n", remote: "c") == "b\n")
    }
}

/// Random texts of few different lines, so that lines repeat and the alignment is not obvious.
@Suite struct TextMergePropertyTests {
    private struct Texts {
        let base: [String]
        var random: SeededRandom

        init(seed: UInt64) {
            var random = SeededRandom(seed: seed)
            base = Texts.lines(Int.random(in: 0...14, using: &random), &random)
            self.random = random
        }

        static func lines(_ count: Int, _ random: inout SeededRandom) -> [String] {
            (0..<count).map { _ in ["a", "b", "}", "", "x\r", "\u{E9}"][Int.random(in: 0..<6, using: &random)] }
        }

        /// The base with up to three places changed; every line that comes in is `mark` and a number, found nowhere else.
        mutating func edited(_ mark: String) -> (text: String, added: [String]) {
            var lines = base
            var added: [String] = []
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let from = Int.random(in: 0...lines.count, using: &random)
                let count = min(Int.random(in: 0...2, using: &random), lines.count - from)
                let fresh = (0..<Int.random(in: 0...2, using: &random)).map { "\(mark)\(added.count + $0)" }
                lines.replaceSubrange(from..<from + count, with: fresh)
                added += fresh
            }
            return (text(lines), added.filter(lines.contains))
        }

        mutating func text(_ lines: [String]) -> String {
            let isTerminated = Int.random(in: 0..<4, using: &random) > 0
            return lines.joined(separator: "\n") + (isTerminated && !lines.isEmpty ? "\n" : "")
        }
    }

    private func bytes(_ text: String?) -> [UInt8]? { text.map { Array($0.utf8) } }

    @Test(arguments: Array(UInt64(1)...300)) func theLawsHold(seed: UInt64) {
        var texts = Texts(seed: seed)
        let base = texts.text(texts.base)
        let (local, mine) = texts.edited("L")
        let (remote, theirs) = texts.edited("R")
        let comment: Comment = "seed \(seed): \(base.debugDescription), \(local.debugDescription), \(remote.debugDescription)"
        #expect(bytes(TextMerge(base: base, local: base, remote: remote).text) == bytes(remote), comment)
        #expect(bytes(TextMerge(base: base, local: local, remote: base).text) == bytes(local), comment)
        #expect(bytes(TextMerge(base: base, local: local, remote: local).text) == bytes(local), comment)
        let merge = TextMerge(base: base, local: local, remote: remote)
        let other = TextMerge(base: base, local: remote, remote: local)
        #expect(bytes(merge.text) == bytes(other.text), comment)
        #expect(merge.conflicts.map { [$0.local, $0.base, $0.remote] } == other.conflicts.map { [$0.remote, $0.base, $0.local] }, comment)
        // Whatever becomes of it, each line that one side added is there: in the text, or in a conflict.
        let lines = Set(ConflictMarkers.text(merge).utf8.split(separator: 0x0A).map { String(decoding: Array($0), as: UTF8.self) })
        for line in mine + theirs { #expect(lines.contains(line), comment) }
    }

    /// Lines that are all different leave no doubt about where a change is.
    @Test(arguments: Array(UInt64(1)...200)) func changesInPlacesApartAreBothApplied(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let base = (0..<Int.random(in: 4...40, using: &random)).map { "line \($0)" }
        var sides = [base, base, base]
        var position = base.count
        // From the end, so that places before stay where they are; a line is left alone between any two.
        while position > 1 {
            let end = position - Int.random(in: 1...3, using: &random)
            let start = max(0, end - Int.random(in: 0...2, using: &random))
            guard end >= start, end > 0 else { break }
            let side = Int.random(in: 0...1, using: &random)
            let fresh = (0..<Int.random(in: 0...2, using: &random)).map { "new \(start).\($0)" }
            for index in [side, 2] { sides[index].replaceSubrange(start..<end, with: fresh) }
            position = start
        }
        let texts = ([base] + sides).map { $0.map { $0 + "\n" }.joined() }
        #expect(TextMerge(base: texts[0], local: texts[1], remote: texts[2]).text == texts[3], "seed \(seed)")
    }

    @Test(arguments: Array(UInt64(1)...100)) func oneLineChangedDifferentlyIsAlwaysAConflict(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let base = (0..<Int.random(in: 1...30, using: &random)).map { "line \($0)" }
        let line = Int.random(in: 0..<base.count, using: &random)
        func changed(_ text: String) -> String {
            var lines = base
            lines[line] = text
            return lines.joined(separator: "\n")
        }
        let merge = TextMerge(base: base.joined(separator: "\n"), local: changed("mine"), remote: changed("theirs"))
        #expect(merge.text == nil && merge.conflicts.count == 1, "seed \(seed)")
        #expect(merge.conflicts.first?.baseLine == line + 1, "seed \(seed)")
    }
}
