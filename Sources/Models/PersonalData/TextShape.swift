/// What a whole text is, told by its form alone.
enum TextShape {
    /// The kind of personal data that the text is; nil when its form does not say so.
    static func kind(of text: String) -> PersonalDataSummary.Kind? {
        if isEmail(text) { return .email }
        if isIPv4(text) || isIPv6(text) { return .ip }
        if isSecret(text) { return .secret }
        if isUUID(text) || isLongToken(text) { return .id }
        if isPhone(text) { return .phone }
        return nil
    }

    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !text.contains(where: \.isWhitespace)
            && !text.contains("/") && !text.contains(":")
    }

    static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { part in (1...3).contains(part.utf8.count) && part.utf8.allSatisfy(isDigit) && UInt8(part) != nil }
    }

    /// With at least two colons, and either "::" or all eight groups: a time or a position in a file has neither.
    static func isIPv6(_ text: String) -> Bool {
        guard text.utf8.count >= 3, text.utf8.allSatisfy({ isHexadecimal($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else { return false }
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.utf8.count <= 4 || isIPv4(String($0)) }) else { return false }
        return groups.count == 8 || (text.contains("::") && groups.count >= 3 && text.utf8.contains(where: isHexadecimal))
    }

    static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.utf8.allSatisfy(isHexadecimal) }
    }

    /// Letters and digits mixed, too long for a word: an id or a token of somebody's.
    static func isLongToken(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count >= 16, bytes.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }) else {
            return false
        }
        let digits = bytes.count(where: isDigit)
        return digits >= 4 && bytes.count - digits >= 4 && !isTime(text)
    }

    /// "+49 171 123 4567", "0171/1234567": mostly digits, eight or more.
    static func isPhone(_ text: String) -> Bool {
        guard !isTime(text) else { return false }
        let digits = text.utf8.count(where: isDigit)
        return digits >= 8 && text.utf8.allSatisfy { isDigit($0) || " +-/().".utf8.contains($0) }
    }

    /// Forms in which services write keys and tokens.
    static func isSecret(_ text: String) -> Bool {
        let lower = text.lowercased()
        if lower.hasPrefix("bearer ") || lower.hasPrefix("basic ") { return true }
        let prefixes = ["phc_", "phx_", "phs_", "sk_", "pk_", "rk_", "sk-", "ghp_", "gho_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "akia", "eyj"]
        return prefixes.contains { lower.hasPrefix($0) } && text.utf8.count >= 12 && !text.contains(where: \.isWhitespace)
    }

    /// A date, or a date with a time.
    static func isTime(_ text: String) -> Bool {
        text.utf8.count >= 10 && (ServerTime(text, assumesUTC: true) != nil || (text.utf8.count == 10 && ServerTime(text + "T00:00", assumesUTC: true) != nil))
    }

    /// One short word of letters, digits and signs, with few digits: a currency, a version, a name of a thing.
    static func isPlain(_ text: String) -> Bool {
        if isTime(text) { return true }
        let bytes = text.utf8
        return bytes.count <= 40 && bytes.count(where: isDigit) < 7 && bytes.allSatisfy { isLetter($0) || isDigit($0) || "_.:/+$-".utf8.contains($0) }
    }

    /// A URL without what may tell of a person: user, query, fragment, and steps of its path that are ids or follow "users" and the
    /// like; nil when the text is none.
    static func url(_ text: String) -> String? {
        guard let colon = text.range(of: "://"), !text.contains(where: \.isWhitespace), colon.lowerBound > text.startIndex,
            text[..<colon.lowerBound].utf8.allSatisfy({ isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) })
        else { return nil }
        var rest = text[colon.upperBound...]
        var end = ""
        if let cut = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) {
            end = rest[cut] == "?" ? "?\u{2026}" : "#\u{2026}"
            rest = rest[..<cut]
        }
        var steps = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if let at = steps[0].lastIndex(of: "@") { steps[0] = "\u{2026}@" + steps[0][steps[0].index(after: at)...] }
        for index in steps.indices.dropFirst() where isPersonalStep(steps[index], after: steps[index - 1]) { steps[index] = "\u{2026}" }
        return text[..<colon.upperBound] + steps.joined(separator: "/") + end
    }

    private static func isPersonalStep(_ step: String, after before: String) -> Bool {
        if step.isEmpty { return false }
        let owners: Set<String> = [
            "u", "user", "users", "profile", "profiles", "account", "accounts", "customer", "customers", "member", "members", "people", "person",
            "persons", "author", "authors", "patient", "patients", "contact", "contacts",
        ]
        let digits = step.utf8.count(where: isDigit)
        return owners.contains(before.lowercased()) || step.contains("@") || step.contains("%") || digits >= 4 || !isPlain(step)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
}

extension String {
    /// The first place where `text` stands; FoundationEssentials has none for plain texts on every platform.
    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
