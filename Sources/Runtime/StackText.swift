/// A stack's text, and where in the plugin it points.
struct StackText {
    /// With the server's positions; frames of the runtime are left out.
    let text: String
    /// The first frame's position in the author's file.
    let place: SourceMap.Position?

    init(_ stack: String, map: SourceMap, served: (SourceMap.Position) -> SourceMap.Position) {
        // The engine's own form has no "at"; positions in that form are those of the code that runs.
        let isTranslated = stack.contains("\n    at ")
        var lines: [Substring] = []
        var place: SourceMap.Position?
        for line in stack.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.contains("phsync:") || line.contains("babel.js") { continue }
            lines.append(line)
            guard place == nil, let position = StackText.position(in: line) else { continue }
            place = map.original(isTranslated ? position : served(position))
        }
        text = lines.joined(separator: "\n")
        self.place = place
    }

    /// From "…vm.js:12:34…".
    private static func position(in line: Substring) -> SourceMap.Position? {
        guard let start = line.ranges(of: "vm.js:").last?.upperBound else { return nil }
        let numbers = line[start...].split(separator: ":", maxSplits: 2)
        guard numbers.count >= 2, let row = Int(numbers[0]), let column = Int(numbers[1].prefix { $0.isNumber }) else { return nil }
        return .init(line: row, column: column)
    }
}
