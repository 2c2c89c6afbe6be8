/// A stack in the servers' form, and where in the plugin it points.
struct StackText {
    /// Without frames of the runtime.
    let text: String
    /// The first frame's position in the author's file.
    let place: SourceMap.Position?

    init(_ stack: String, map: SourceMapIndex) {
        var lines: [Substring] = []
        var place: SourceMap.Position?
        for line in stack.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.contains("phsync:") { continue }
            lines.append(line)
            guard place == nil, let position = StackText.position(in: line) else { continue }
            place = map.original(position)
        }
        text = lines.joined(separator: "\n")
        self.place = place
    }

    /// From "at f (vm.js:12:34)"; a script that can't be compiled has "vm.js:12" on a line of its own.
    private static func position(in line: Substring) -> SourceMap.Position? {
        guard let start = line.ranges(of: "vm.js:").last?.upperBound else { return nil }
        guard line.hasPrefix("    at ") || line.hasPrefix("vm.js:") else { return nil }
        let numbers = line[start...].split(separator: ":", maxSplits: 2)
        guard let first = numbers.first, let row = Int(first.prefix { $0.isNumber }) else { return nil }
        let column = numbers.count > 1 ? Int(numbers[1].prefix { $0.isNumber }) : nil
        return .init(line: row, column: column ?? 1)
    }
}
