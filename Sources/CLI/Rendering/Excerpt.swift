/// Long values cut to the part in which they differ, so that a line stays a line; JSON output has them whole.
enum Excerpt {
    /// Values of at most this many characters are never cut.
    static let limit = 160
    private static let context = 20

    static func pair(_ left: String, _ right: String) -> (String, String) {
        let texts = of([left, right])
        return (texts[0], texts[1])
    }

    /// All from the same place: shortly before the first difference.
    static func of(_ texts: [String]) -> [String] {
        guard texts.contains(where: { $0.count > limit }) else { return texts }
        let start = max(0, commonPrefix(texts) - context)
        return texts.map { text in
            guard text.count > limit else { return text }
            let part = text.dropFirst(start).prefix(limit)
            let head = start > 0 ? "…" : ""
            let tail = start + part.count < text.count ? "…" : ""
            return "\(head)\(part)\(tail) (\(text.count) characters)"
        }
    }

    private static func commonPrefix(_ texts: [String]) -> Int {
        let long = texts.filter { $0.count > limit }.map(Array.init)
        guard long.count > 1 else { return 0 }
        let shortest = long.map(\.count).min() ?? 0
        return (0..<shortest).first { index in long.contains { $0[index] != long[0][index] } } ?? shortest
    }
}
