/// `posthogVersion` of a plugin.json: ranges like `>= 1.25.0, < 2`, of which all have to hold.
enum VersionRequirement {
    /// - Throws: The refusal with the server's own version (1.26: 047), or that of a text that is no range (from reference).
    static func check(_ text: String, _ version: String) throws(APIFailure) {
        guard let own = numbers(version) else { return }
        for clause in text.split(separator: ",").map(\.trimmed) {
            let sign = clause.prefix { "<>=!^~".contains($0) }
            guard let wanted = numbers(clause.dropFirst(sign.count).trimmed), let holds = holds(own, String(sign), wanted)
            else {
                throw .invalid("Invalid PostHog semantic version requirement \"\(text)\"!")
            }
            guard holds else {
                throw .invalid(
                    "Currently running PostHog version \(version) does not match this plugin's semantic version requirement"
                        + " \"\(text)\".")
            }
        }
    }

    private static func holds(_ own: [Int], _ sign: String, _ wanted: [Int]) -> Bool? {
        let filled = wanted + Array(repeating: 0, count: 3 - wanted.count)
        let order = own.lexicographicallyPrecedes(filled) ? -1 : own == filled ? 0 : 1
        switch sign {
        case ">=": return order >= 0
        case ">": return order > 0
        case "<=": return order <= 0
        case "<": return order < 0
        case "!=": return order != 0
        // A short version without a sign means all that begin with it.
        case "", "=", "==": return own.starts(with: wanted)
        case "~": return order >= 0 && own.starts(with: wanted.prefix(2))
        case "^": return order >= 0 && own.starts(with: wanted.prefix((wanted.firstIndex { $0 != 0 } ?? 0) + 1))
        default: return nil
        }
    }

    /// One to three numbers.
    private static func numbers(_ text: String) -> [Int]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        return numbers.count == parts.count && (1...3).contains(parts.count) ? numbers : nil
    }
}
