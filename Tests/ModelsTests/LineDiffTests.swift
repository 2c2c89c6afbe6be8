import Models
import TestSupport
import Testing

@Suite struct LineDiffTests {
    @Test func theSameTextHasNoHunks() {
        for text in ["", "a", "a\nb\n", "a\r\nb"] { #expect(LineDiff(from: text, to: text).hunks.isEmpty) }
    }

    @Test func aChangeIsShownWithThreeLinesAround() {
        let old = (1...9).map { "line \($0)\n" }.joined()
        let diff = LineDiff(from: old, to: old.replacing("line 5", with: "changed"))
        #expect(diff.unifiedText == """
            @@ -2,7 +2,7 @@
             line 2
             line 3
             line 4
            -line 5
            +changed
             line 6
             line 7
             line 8

            """)
        #expect(diff.addedCount == 1 && diff.removedCount == 1)
    }

    @Test func farChangesAreHunksOfTheirOwnAndNearOnesAreOne() {
        let old = (1...40).map { "\($0)\n" }.joined()
        let far = LineDiff(from: old, to: old.replacing("\n2\n", with: "\n").replacing("\n39\n", with: "\nx\n"))
        #expect(far.hunks.map(\.heading) == ["@@ -1,5 +1,4 @@", "@@ -36,5 +35,5 @@"])
        let near = LineDiff(from: old, to: old.replacing("\n10\n", with: "\nx\n").replacing("\n16\n", with: "\ny\n"))
        #expect(near.hunks.count == 1)
    }

    @Test func aNewAndAnEmptiedTextAreCountedAsDiffDoes() {
        #expect(LineDiff(from: "", to: "a\nb\n").unifiedText == "@@ -0,0 +1,2 @@\n+a\n+b\n")
        #expect(LineDiff(from: "a\n", to: "").unifiedText == "@@ -1,1 +0,0 @@\n-a\n")
    }

    @Test func aMissingLineFeedAtTheEndIsADifference() {
        #expect(LineDiff(from: "a\n", to: "a").unifiedText == "@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n")
    }

    @Test func onlyALineFeedEndsALine() {
        #expect(LineDiff(from: "a\r\nb\r\n", to: "a\r\nc\r\n").hunks.first?.lines.map(\.text) == ["a\r", "b\r", "c\r"])
        #expect(LineDiff(from: "e\u{301}\n", to: "\u{E9}\n").hunks.count == 1, "two spellings of a letter are two texts")
    }

    /// Applying the script to the old text gives the new one, whatever the two are.
    @Test func theScriptAlwaysLeadsFromOneTextToTheOther() {
        var random = SeededRandom(seed: 7)
        for round in 0..<300 {
            let old = text(&random)
            let new = text(&random)
            let diff = LineDiff(from: old, to: new)
            #expect(applied(diff, to: old) == new, "round \(round): \(old.debugDescription) to \(new.debugDescription)")
        }
    }

    @Test func textsThatHaveNothingInCommonAreBounded() {
        let old = (0..<20_000).map { "old \($0)\n" }.joined()
        let new = (0..<20_000).map { "new \($0)\n" }.joined()
        let clock = ContinuousClock()
        var diff = LineDiff(from: "", to: "")
        let elapsed = clock.measure { diff = LineDiff(from: old, to: new) }
        #expect(diff.addedCount == 20_000 && diff.removedCount == 20_000)
        #expect(elapsed < .seconds(20), "a debug build on a busy machine; without a bound it would take hours")
    }

    private func text(_ random: inout SeededRandom) -> String {
        let count = Int.random(in: 0...12, using: &random)
        let lines = (0..<count).map { _ in "\(Int.random(in: 0...3, using: &random))\n" }.joined()
        return Bool.random(using: &random) ? lines : String(lines.dropLast())
    }

    private func applied(_ diff: LineDiff, to old: String) -> String {
        var lines = old.split(separator: "\n", omittingEmptySubsequences: false).map { $0 + "\n" }
        if lines.last == "\n" { lines.removeLast() } else if !lines.isEmpty { lines[lines.count - 1].removeLast() }
        var result: [String] = []
        var position = 0
        for hunk in diff.hunks {
            let start = hunk.oldCount == 0 ? hunk.oldStart : hunk.oldStart - 1
            result += lines[position..<start].map { String($0) }
            for line in hunk.lines {
                if line.kind != .removed { result.append(line.text + (line.isUnterminated ? "" : "\n")) }
            }
            position = start + hunk.oldCount
        }
        return (result + lines[position...].map { String($0) }).joined()
    }
}
