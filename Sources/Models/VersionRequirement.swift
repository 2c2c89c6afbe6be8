/// `posthogVersion` of a plugin.json: which versions of the server a plugin may be installed on.
///
/// The server checks it at install and upgrade, except on Cloud; running plugins are never checked.
/// - Source: python-semanticversion's `SimpleSpec`, as the server uses it; pre-release parts of versions are ordered as SemVer says.
package struct VersionRequirement: Sendable, Equatable {
    /// As it was written.
    package let text: String
    private let clauses: [Clause]

    /// nil when the server could not read it either.
    package init?(_ text: String) {
        self.text = text
        var clauses: [Clause] = []
        for part in text.filter({ $0 != " " }).split(separator: ",", omittingEmptySubsequences: false) {
            guard let clause = Clause(String(part)) else { return nil }
            clauses.append(clause)
        }
        self.clauses = clauses
    }

    /// Whether the text is a version that a requirement can be held against.
    package static func isVersion(_ text: String) -> Bool { SemanticVersion(text) != nil }

    /// What servers hold requirements against since August 2023, whatever they are.
    package static let frozenVersion = "1.43.0"

    /// The server's refusal of a plugin.json; nil when it would install the plugin, or nothing can be told.
    package static func refusal(of manifest: JSONValue?, by version: String) -> String? {
        guard let text = manifest?["posthogVersion"]?.string, !text.isEmpty else { return nil }
        guard let requirement = VersionRequirement(text) else { return unreadable(text) }
        return requirement.allows(version) == false ? requirement.refusal(of: version) : nil
    }

    /// Whether a server of that version would install the plugin; nil when the version can't be read.
    package func allows(_ version: String) -> Bool? {
        guard let version = SemanticVersion(version) else { return nil }
        return clauses.allSatisfy { $0.allows(version) }
    }

    /// The server's refusal of a text that it can't read.
    package static func unreadable(_ text: String) -> String {
        "Invalid PostHog semantic version requirement \"\(text)\"!"
    }

    /// The server's refusal of an install.
    package func refusal(of version: String) -> String {
        "Currently running PostHog version \(version) does not match this plugin's semantic version requirement \"\(text)\"."
    }
}

/// "1.2.3-rc.1"; anything after "+" doesn't count.
private struct SemanticVersion: Equatable {
    var numbers: [Int]
    var prerelease: [String]

    init?(_ text: String) {
        let core = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let halves = core.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        numbers = halves[0].split(separator: ".", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard numbers.count == 3, halves[0].split(separator: ".", omittingEmptySubsequences: false).count == 3 else { return nil }
        prerelease = halves.count > 1 ? halves[1].split(separator: ".").map(String.init) : []
    }

    init(_ numbers: [Int]) {
        self.numbers = numbers
        prerelease = []
    }

    static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        if left.prerelease.isEmpty || right.prerelease.isEmpty { return !left.prerelease.isEmpty && right.prerelease.isEmpty }
        for (a, b) in zip(left.prerelease, right.prerelease) where a != b {
            switch (Int(a), Int(b)) {
            case (let a?, let b?): return a < b
            case (.some, nil): return true
            case (nil, .some): return false
            case (nil, nil): return a < b
            }
        }
        return left.prerelease.count < right.prerelease.count
    }
}

/// One comparison: a range from (inclusive) and to (exclusive) for every operator but `!=`.
private struct Clause: Equatable {
    private enum Kind: String, CaseIterable {
        case equal = "==", different = "!=", atMost = "<=", atLeast = ">=", less = "<", more = ">", tilde = "~", caret = "^", plain = ""
    }

    private let kind: Kind
    /// Given numbers; fewer than three, or an asterisk, leave the rest open.
    private let given: [Int]
    private let exact: SemanticVersion?

    init?(_ text: String) {
        guard let kind = Kind.allCases.first(where: { text.hasPrefix($0.rawValue) }) else { return nil }
        self.kind = kind
        let rest = String(text.dropFirst(kind.rawValue.count))
        exact = SemanticVersion(rest)
        if let exact {
            given = exact.numbers
            return
        }
        var numbers: [Int] = []
        var isOpen = false
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        for part in parts {
            if ["*", "x", "X"].contains(part) {
                isOpen = true
            } else if let number = Int(part), number >= 0, !isOpen {
                numbers.append(number)
            } else {
                return nil
            }
        }
        given = numbers
    }

    /// The first version that the given numbers name.
    private var start: SemanticVersion { exact ?? SemanticVersion(given + Array(repeating: 0, count: 3 - given.count)) }

    /// The first version after all that the first `count` numbers name; nil when they name all.
    private func after(_ count: Int) -> SemanticVersion? {
        guard count > 0, count <= given.count else { return nil }
        var numbers = Array(given.prefix(count))
        numbers[count - 1] += 1
        return SemanticVersion(numbers + Array(repeating: 0, count: 3 - count))
    }

    func allows(_ version: SemanticVersion) -> Bool {
        switch kind {
        case .equal, .plain: return exact.map { $0 == version } ?? within(version, to: after(given.count))
        case .different: return exact.map { $0 != version } ?? !within(version, to: after(given.count))
        case .atLeast: return !(version < start)
        case .more: return exact.map { $0 < version } ?? after(given.count).map { !(version < $0) } ?? false
        case .less: return version < start && !isPrerelease(version, of: start)
        case .atMost: return exact.map { !($0 < version) } ?? after(given.count).map { version < $0 } ?? true
        case .tilde: return within(version, to: after(min(2, max(1, given.count))))
        case .caret: return within(version, to: after(caretCount))
        }
    }

    /// The first number that is not zero must stay.
    private var caretCount: Int {
        given.firstIndex { $0 != 0 }.map { $0 + 1 } ?? given.count
    }

    private func within(_ version: SemanticVersion, to end: SemanticVersion?) -> Bool {
        guard !(version < start) else { return false }
        guard let end else { return true }
        return version < end && !isPrerelease(version, of: end)
    }

    /// Pre-releases of a bound lie before it, and are still left out.
    private func isPrerelease(_ version: SemanticVersion, of bound: SemanticVersion) -> Bool {
        bound.prerelease.isEmpty && !version.prerelease.isEmpty && version.numbers == bound.numbers
    }
}
