/// What was taken out of a text or an event, by kind.
package struct PersonalDataSummary: Sendable, Equatable {
    /// What a value that is not shown was; its text stands where the value was.
    package enum Kind: String, Sendable, CaseIterable, Comparable {
        case email, ip, id, phone, secret, person, text, number

        /// "‹email›": marks that cannot be in JSON or code by themselves.
        package var placeholder: String { "\u{2039}\(rawValue)\u{203A}" }

        package static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    package private(set) var counts: [Kind: Int] = [:]

    package init() {}

    package var isEmpty: Bool { counts.isEmpty }
    package var total: Int { counts.values.reduce(0, +) }

    mutating func add(_ kind: Kind) { counts[kind, default: 0] += 1 }

    package static func + (left: PersonalDataSummary, right: PersonalDataSummary) -> PersonalDataSummary {
        var sum = left
        for (kind, count) in right.counts { sum.counts[kind, default: 0] += count }
        return sum
    }
}
