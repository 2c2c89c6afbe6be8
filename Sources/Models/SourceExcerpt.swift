/// A frame of a stack beside the lines of the author's file that it is about.
package struct SourceExcerpt: Sendable, Equatable {
    /// How sure it is that the line is the right one.
    package enum Certainty: String, Sendable {
        /// The stack names the author's own line.
        case exact
        /// The stack names a line of the compiled text; the function was found by its name, and the line by what the message
        /// says of it where it says something.
        case guessed
        /// The function alone was found.
        case function
    }

    package struct Line: Sendable, Equatable {
        /// From 1.
        package let number: Int
        package let text: String
        package let isHit: Bool
    }

    package let frame: StackFrame
    package let file: String
    package let line: Int
    package let certainty: Certainty
    package let lines: [Line]
}

extension SourceExcerpt {
    /// The server puts this many lines of its own before the compiled text.
    /// - Source: docs/journeys/what-failed.md.
    package static let generatedOffset = 6

    /// Finds the author's lines for the frames of the plugin's own source, the topmost first; frames that can't be found are
    /// left out.
    ///
    /// - Parameters:
    ///   - message: The error's, which may tell what it stumbled over.
    ///   - around: Lines before and after.
    package static func find(in stack: String, message: String, files: SourceFiles, around: Int = 3) -> [SourceExcerpt] {
        StackFrame.all(in: stack).filter(\.isOwn).compactMap { frame in
            frame.isGenerated ? generated(frame, message, files, around) : written(frame, files, around)
        }
    }

    private static func written(_ frame: StackFrame, _ files: SourceFiles, _ around: Int) -> SourceExcerpt? {
        guard let line = frame.line, let name = files.names.first(where: { $0 == frame.file || frame.file.hasSuffix("/\($0)") }),
            let text = files[name]
        else { return nil }
        return SourceExcerpt(frame, name, line, .exact, text.sourceLines, around)
    }

    /// The compiler moves lines, so the compiled position says little; the function's name and the message say more.
    private static func generated(_ frame: StackFrame, _ message: String, _ files: SourceFiles, _ around: Int) -> SourceExcerpt? {
        guard !frame.function.isEmpty else { return nil }
        for name in SourceExcerpt.entryNames where files[name] != nil {
            let lines = (files[name] ?? "").sourceLines
            guard let body = FunctionFinder.body(of: frame.function, in: lines) else { continue }
            let hints = FunctionFinder.hints(in: message)
            let hits = body.filter { index in hints.contains { lines[index].contains($0) } }
            return SourceExcerpt(frame, name, (hits.first ?? body.lowerBound) + 1, hits.isEmpty ? .function : .guessed, lines, around)
        }
        return nil
    }

    private static let entryNames = ["index.ts", "index.js"]

    private init?(_ frame: StackFrame, _ file: String, _ line: Int, _ certainty: Certainty, _ lines: [Substring], _ around: Int) {
        guard line >= 1, line <= lines.count else { return nil }
        self.frame = frame
        self.file = file
        self.line = line
        self.certainty = certainty
        self.lines = (max(1, line - around)...min(lines.count, line + around)).map { number in
            Line(number: number, text: String(lines[number - 1]), isHit: number == line)
        }
    }
}

/// Finds functions in JavaScript and TypeScript by their looks; no parser.
enum FunctionFinder {
    /// The lines, from 0, of the function of that name: up to the line on which its braces are closed.
    static func body(of name: String, in lines: [Substring]) -> Range<Int>? {
        guard let start = lines.firstIndex(where: { isDeclaration($0, of: name) }) else { return nil }
        var depth = 0
        var hasOpened = false
        for index in start..<lines.count {
            for byte in lines[index].utf8 {
                if byte == UInt8(ascii: "{") {
                    depth += 1
                    hasOpened = true
                } else if byte == UInt8(ascii: "}") {
                    depth -= 1
                }
            }
            if hasOpened, depth <= 0 { return start..<(index + 1) }
        }
        return start..<lines.count
    }

    /// "function NAME(", "const NAME =", "NAME: ", "async NAME(" and so on, but not a call.
    private static func isDeclaration(_ line: Substring, of name: String) -> Bool {
        guard let range = line.firstRange(of: name) else { return false }
        let isWord: (Character) -> Bool = { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        if range.lowerBound > line.startIndex, isWord(line[line.index(before: range.lowerBound)]) { return false }
        let rest = line[range.upperBound...]
        if let next = rest.first, isWord(next) { return false }
        let before = line[..<range.lowerBound].split(whereSeparator: \.isWhitespace).last ?? ""
        if ["function", "function*", "const", "let", "var"].contains(String(before)) { return true }
        let after = rest.drop(while: \.isWhitespace)
        if after.hasPrefix("=") && !after.hasPrefix("==") || after.hasPrefix(":") { return true }
        // A method: its line opens a block.
        return after.hasPrefix("(") && (before.isEmpty || before == "async") && line.contains("{")
    }

    /// What the message quotes of the code, as it stands there: "reading 'toUpperCase'" is `.toUpperCase`, "x is not defined" is `x`.
    static func hints(in message: String) -> [String] {
        var hints: [String] = []
        if let range = message.firstRange(of: "(reading '") ?? message.firstRange(of: "(setting '") ?? message.firstRange(of: "read property '") {
            let name = message[range.upperBound...].prefix { $0 != "'" }
            if !name.isEmpty { hints += [".\(name)", "['\(name)']", "[\"\(name)\"]"] }
        }
        for ending in [" is not defined", " is not a function", " is not iterable", " is not a constructor"] {
            guard let range = message.firstRange(of: ending) else { continue }
            let name = message[..<range.lowerBound].split(separator: " ").last ?? ""
            if !name.isEmpty { hints.append(String(name)) }
        }
        return hints
    }
}

extension String {
    /// The lines of a text, empty ones too, without their ends.
    fileprivate var sourceLines: [Substring] {
        split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }
}
