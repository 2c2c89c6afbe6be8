/// Finds the word that was probably meant.
package enum NearestWord {
    /// The candidate with the smallest edit distance, or the only one that continues `word`; nil when none is near.
    ///
    /// Near is one edit for about three letters, and at least one; of equally near words the first is taken.
    package static func find(_ word: String, in candidates: [String]) -> String? {
        let lowered = word.lowercased()
        let limit = max(1, (lowered.count + 1) / 3)
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(lowered, candidate.lowercased())
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        if let best { return best.word }
        let longer = candidates.filter { lowered.count > 1 && $0.lowercased().hasPrefix(lowered) }
        return longer.count == 1 ? longer[0] : nil
    }

    /// Edits between two words: one each for a letter inserted, removed, replaced, or swapped with its neighbour.
    package static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left)
        let b = Array(right)
        var rows = [Array(0...b.count)]
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                let replaced = rows[i][j] + (a[i] == b[j] ? 0 : 1)
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, replaced)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
