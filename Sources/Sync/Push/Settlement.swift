package import Models

/// What a re-read tells about a write whose answer is missing or can't be trusted; names are for people.
package enum Settlement: Sendable, Equatable {
    /// The remote is what was meant.
    case applied
    /// The remote is what it was before: the write never took effect.
    case notApplied
    /// What was meant and what was there look the same from outside (a secret replaced by another one): nobody can tell.
    case undecidable
    /// The fields that were sent arrived, and others differ from what they were: somebody saved at the same moment.
    case appliedAmongOthers([String])
    /// What was sent of these is neither what it was nor what was meant.
    case overtaken([String])
    /// Some of what was sent arrived; these are what they were before.
    case appliedInPart(missing: [String])

    /// - Parameters:
    ///   - before: Content right before the write; nil for a create.
    ///   - actual: Content now; nil when the config is not there.
    package static func decide(
        before: ConfigContent?, expected: ConfigContent, actual: ConfigContent?, sent: [ConfigField]
    ) -> Settlement {
        guard let actual else { return before == nil ? .notApplied : .overtaken(sent.map(\.label)) }
        let meant = expected.digest
        let now = actual.digest
        if meant == now { return before?.digest == now ? .undecidable : .applied }
        if before?.digest == now { return .notApplied }
        return amongOthers(before: before, expected: expected, actual: actual, sent: sent)
    }

    private static func amongOthers(
        before: ConfigContent?, expected: ConfigContent, actual: ConfigContent, sent: [ConfigField]
    ) -> Settlement {
        let wrong = sent.filter { actual[$0] != expected[$0] }
        guard wrong.isEmpty else { return before.map { unmoved($0, actual, sent) } ?? false ? .notApplied : .overtaken(wrong.map(\.label)) }
        // Only a field that really moved proves that the write arrived.
        let proves = before.map { before in sent.contains { before[$0] != expected[$0] } } ?? true
        return proves ? .appliedAmongOthers(actual.differingFields(from: expected).map(\.label)) : .undecidable
    }

    /// Whether every sent field still is what it was: somebody else changed something, and the write did not arrive.
    private static func unmoved(_ before: ConfigContent, _ actual: ConfigContent, _ sent: [ConfigField]) -> Bool {
        sent.allSatisfy { actual[$0] == before[$0] }
    }
}
