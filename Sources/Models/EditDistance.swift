/// How far one word is from another, to name the nearest when somebody mistypes.
package enum EditDistance {
    /// The nearest word without regard to case, or nil when none is within a third of the word's length (at least 2).
    package static func nearest(to word: String, among words: [String]) -> String? {
        let bound = max(2, word.count / 3)
        let ranked = words.map { (word: $0, distance: between(word.lowercased(), $0.lowercased())) }
        return ranked.filter { $0.distance <= bound }.min { $0.distance < $1.distance }?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
    package static func between(_ left: String, _ right: String) -> Int {
        let a = Array(left)
        let b = Array(right)
        var rows = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
