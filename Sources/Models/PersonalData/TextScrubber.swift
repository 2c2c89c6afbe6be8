/// Takes personal data out of running text: messages, stacks, lines of logs. Everything around it stays as it is.
package struct TextScrubber: Sendable {
    package private(set) var summary = PersonalDataSummary()
    private let removed: [String]
    private let keepsPersons: Bool
    /// Whether the word before announces a token: "Bearer …".
    private var isAfterScheme = false

    /// - Parameters:
    ///   - removed: Texts that are personal here although their form does not say so: ids and names from the event.
    ///   - keepsPersons: Takes out only what are keys to something.
    package init(removed: Set<String> = [], keepsPersons: Bool = false) {
        // Longer ones first: one may be part of another.
        self.removed = keepsPersons ? [] : removed.sorted { ($0.count, $0) > ($1.count, $1) }
        self.keepsPersons = keepsPersons
    }

    package mutating func scrub(_ text: String) -> String {
        var result = ""
        var word = Substring()
        var wordStart = text.startIndex
        for index in text.indices {
            let character = text[index]
            if TextScrubber.isSeparator(character) {
                result += scrub(word: word)
                result.append(character)
                wordStart = text.index(after: index)
                word = text[wordStart..<wordStart]
            } else {
                word = text[wordStart...index]
            }
        }
        result += scrub(word: word)
        return withoutPhones(withoutKnown(result))
    }

    /// Between words: blanks, quotes and brackets. A URL and an address hold none of them.
    private static func isSeparator(_ character: Character) -> Bool {
        character.isWhitespace || "\"'`<>()[]{}|,;\u{2039}\u{203A}\u{201C}\u{201D}\u{2018}\u{2019}".contains(character)
    }

    private mutating func scrub(word: Substring) -> String {
        let bytes = word.utf8.count
        // Shorter than an IPv6 address can be, or longer than anything that a person has typed.
        guard bytes >= 3, bytes <= 4096 else { return String(word) }
        let follows = isAfterScheme
        isAfterScheme = ["bearer", "basic"].contains(word.lowercased())
        if follows, bytes >= 8 { return take(.secret) }
        if let found = withoutSecretValue(word) { return found }
        if keepsPersons { return TextShape.isSecret(String(word)) ? take(.secret) : String(word) }
        let end = word.lastIndex { !".:!?".contains($0) } ?? word.startIndex
        let core = String(word[...end])
        let tail = String(word[word.index(after: end)...])
        if let url = TextShape.url(core) {
            if url != core { summary.add(.text) }
            return url + tail
        }
        // "user=ida@example.com", "at:ida@example.com"
        if let equals = core.lastIndex(where: { $0 == "=" || $0 == ":" }), equals > core.startIndex {
            let value = String(core[core.index(after: equals)...])
            if let kind = TextShape.kind(of: value) { return core[...equals] + take(kind) + tail }
        }
        if let kind = TextShape.kind(of: core) { return take(kind) + tail }
        return String(word)
    }

    /// "apiKey=…", "https://…?app_id=…&…": a value under the name of a secret.
    private mutating func withoutSecretValue(_ word: Substring) -> String? {
        guard word.contains("=") else { return nil }
        var changed = false
        let parts = word.split(separator: "&", omittingEmptySubsequences: false).map { part -> String in
            guard let equals = part.firstIndex(of: "=") else { return String(part) }
            let name = part[..<equals].split(whereSeparator: { "?#;".contains($0) }).last.map(String.init) ?? ""
            let value = part[part.index(after: equals)...]
            guard !value.isEmpty, PersonalKeys.isSecret(name) else { return String(part) }
            changed = true
            return part[...equals] + PersonalDataSummary.Kind.secret.placeholder
        }
        guard changed else { return nil }
        summary.add(.secret)
        let joined = parts.joined(separator: "&")
        guard !keepsPersons, let url = TextShape.url(joined) else { return joined }
        return url
    }

    private mutating func withoutKnown(_ text: String) -> String {
        var text = text
        for known in removed where text.contains(known) {
            let replaced = text.replacingWords(known, with: PersonalDataSummary.Kind.person.placeholder)
            if replaced != text { summary.add(.person) }
            text = replaced
        }
        return text
    }

    /// Telephone numbers have blanks in them, so no single word shows them: a plus, then digits and signs.
    private mutating func withoutPhones(_ text: String) -> String {
        guard !keepsPersons, text.contains("+") else { return text }
        var result = ""
        var rest = text[...]
        while let plus = rest.firstIndex(of: "+") {
            result += rest[..<plus]
            let run = rest[plus...].prefix { $0 == "+" || $0.isNumber || " -/()".contains($0) }
            let digits = run.utf8.count(where: TextShape.isDigit)
            let trimmed = run.lastIndex { !" -/(".contains($0) }.map { run[...$0] } ?? run
            if digits >= 8 {
                result += take(.phone)
                rest = rest[trimmed.endIndex...]
            } else {
                result += "+"
                rest = rest[rest.index(after: plus)...]
            }
        }
        return result + rest
    }

    private mutating func take(_ kind: PersonalDataSummary.Kind) -> String {
        summary.add(kind)
        return kind.placeholder
    }
}

extension String {
    /// Replaces `word` where it stands by itself: not within a longer word or number.
    fileprivate func replacingWords(_ word: String, with replacement: String) -> String {
        var result = ""
        var rest = self[...]
        while let found = rest.firstRange(of: word) {
            result += rest[..<found.lowerBound]
            let before = result.last
            let after = found.upperBound < rest.endIndex ? rest[found.upperBound] : nil
            let isWhole = !(before.map(Self.isWordCharacter) ?? false) && !(after.map(Self.isWordCharacter) ?? false)
            result += isWhole ? replacement : word
            rest = rest[found.upperBound...]
        }
        return result + rest
    }

    private static func isWordCharacter(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
}
