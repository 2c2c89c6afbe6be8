/// What is wrong with a file of rules, and where.
package struct AlertRuleMistake: Error, Sendable, Equatable {
    /// From 1.
    package let line: Int
    /// What is wrong, without the line.
    package let message: String
}

/// Reads a file of rules: one a line, `#` begins a comment.
///
///     new error group
///     delivery below 95 % for 2 h in "Web shop" => run notify-send phsync
package enum AlertRuleParser {
    package static func rules(_ text: String) throws(AlertRuleMistake) -> [AlertRule] {
        var rules: [AlertRule] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.drop(while: \.isWhitespace)
            if line.isEmpty || line.hasPrefix("#") { continue }
            var reader = RuleReader(line: index + 1, text: line)
            rules.append(try reader.rule())
        }
        return rules
    }
}

private struct RuleReader {
    private let line: Int
    private let words: [String]
    private let action: String?
    private var position = 0
    private let isOpen: Bool

    init(line: Int, text: Substring) {
        self.line = line
        // The command is the shell's, whatever is in it.
        let arrow = text.firstRange(of: "=>")
        action = arrow.map { text[$0.upperBound...].trimmed }
        (words, isOpen) = RuleReader.words(arrow.map { text[..<$0.lowerBound] } ?? text)
    }

    mutating func rule() throws(AlertRuleMistake) -> AlertRule {
        if isOpen { throw mistake("a quote is not closed") }
        let condition = try condition()
        var (plugin, project): (String?, String?)
        while let word = next() {
            switch word {
            case "of" where plugin == nil: plugin = try name(after: "of", "a plugin's name")
            case "in" where project == nil: project = try name(after: "in", "a project")
            default: throw unexpected(word, ["of", "in", "=>"])
            }
        }
        return AlertRule(condition: condition, plugin: plugin, project: project, action: try parsedAction())
    }

    private static let phrases: [(words: [String], condition: AlertRule.Condition?)] = [
        (["new", "error", "group"], .newGroup), (["error", "came", "back"], .cameBack),
        (["config", "switched", "off", "by", "the", "server"], .switchedOff), (["update", "available"], .update),
        (["delivery", "below"], nil),
    ]

    private mutating func condition() throws(AlertRuleMistake) -> AlertRule.Condition {
        var candidates = RuleReader.phrases
        var depth = 0
        while true {
            let expected = candidates.map { $0.words[depth] }
            guard let word = next() else { throw mistake("the rule ends too early; \(RuleReader.list(expected)) is expected") }
            candidates = candidates.filter { $0.words[depth] == word }
            depth += 1
            guard let first = candidates.first else { throw unexpected(word, expected) }
            if first.words.count == depth {
                if let condition = first.condition { return condition }
                return try delivery()
            }
        }
    }

    private mutating func delivery() throws(AlertRuleMistake) -> AlertRule.Condition {
        guard let text = next() else { throw mistake("a number of per cent is expected after \"below\"") }
        let digits = text.hasSuffix("%") ? String(text.dropLast()) : text
        guard let percent = Double(digits), percent > 0, percent <= 100 else {
            throw mistake("\"\(text)\" is no number of per cent; write: delivery below 95 % for 2 h")
        }
        if !text.hasSuffix("%") {
            guard let sign = next() else { throw mistake("% is expected after \(text)") }
            guard sign == "%" || sign == "percent" else { throw unexpected(sign, ["%"]) }
        }
        guard peek() == "for" else { return .delivery(below: percent / 100, forSeconds: 0) }
        _ = next()
        return .delivery(below: percent / 100, forSeconds: try duration())
    }

    private static let units: [(names: [String], seconds: Int64)] = [
        (["min", "m", "minute", "minutes"], 60), (["h", "hour", "hours"], 3600), (["d", "day", "days"], 86_400),
    ]

    private mutating func duration() throws(AlertRuleMistake) -> Int64 {
        guard let text = next() else { throw mistake("a time such as 2 h is expected after \"for\"") }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        var unit = String(text.dropFirst(digits.count))
        if unit.isEmpty { unit = next() ?? "" }
        let names = RuleReader.units.flatMap(\.names)
        guard let count = Int64(digits), count > 0, count <= 100_000 else { throw mistake("\"\(text)\" is no time; write: for 2 h") }
        guard let size = RuleReader.units.first(where: { $0.names.contains(unit) })?.seconds else {
            if unit.isEmpty { throw mistake("a unit is expected after \(count): min, h or d") }
            throw unexpected(unit, names)
        }
        return count * size
    }

    private mutating func name(after word: String, _ what: String) throws(AlertRuleMistake) -> String {
        guard let name = next(), !name.isEmpty else { throw mistake("\(what) is expected after \"\(word)\"") }
        return name
    }

    private func parsedAction() throws(AlertRuleMistake) -> AlertRule.Action {
        guard let action else { return .message }
        let word = String(action.prefix { !$0.isWhitespace })
        let rest = action.dropFirst(word.count).trimmed
        switch word {
        case "stderr" where rest.isEmpty: return .message
        case "ndjson" where !rest.isEmpty: return .file(rest)
        case "run" where !rest.isEmpty: return .command(rest)
        case "stderr": throw mistake("\"stderr\" takes nothing after it")
        case "ndjson": throw mistake("the path of a file is expected after \"ndjson\"")
        case "run": throw mistake("a command is expected after \"run\"")
        case "": throw mistake("stderr, ndjson PATH or run COMMAND is expected after \"=>\"")
        default: throw unexpected(word, ["stderr", "ndjson", "run"])
        }
    }

    private func peek() -> String? { position < words.count ? words[position] : nil }

    private mutating func next() -> String? {
        guard position < words.count else { return nil }
        defer { position += 1 }
        return words[position]
    }

    private func unexpected(_ word: String, _ expected: [String]) -> AlertRuleMistake {
        let near = NearestWord.find(word, in: expected).map { "; did you mean \"\($0)\"?" } ?? "; \(RuleReader.list(expected)) is expected"
        return mistake("\"\(word)\" is not understood here\(near)")
    }

    private func mistake(_ message: String) -> AlertRuleMistake { AlertRuleMistake(line: line, message: message) }

    private static func list(_ words: [String]) -> String {
        var seen: Set<String> = []
        let unique = words.filter { seen.insert($0).inserted }.map { "\"\($0)\"" }
        return unique.count < 2 ? unique.joined() : unique.dropLast().joined(separator: ", ") + " or " + unique[unique.count - 1]
    }

    /// Words at blanks; a quoted one may hold some. Also whether a quote is left open.
    private static func words(_ text: Substring) -> ([String], isOpen: Bool) {
        var words: [String] = []
        var rest = text.drop(while: \.isWhitespace)
        while let first = rest.first {
            if first == "\"" {
                let body = rest.dropFirst()
                guard let end = body.firstIndex(of: "\"") else { return (words, true) }
                words.append(String(body[..<end]))
                rest = body[body.index(after: end)...]
            } else {
                let word = rest.prefix { !$0.isWhitespace }
                words.append(String(word))
                rest = rest.dropFirst(word.count)
            }
            rest = rest.drop(while: \.isWhitespace)
        }
        return (words, false)
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    fileprivate var trimmed: String {
        var text = Substring(self).drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
