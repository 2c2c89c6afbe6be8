package import Models

/// What a re-read tells about a write whose answer is missing or can't be trusted; names are for people.
package enum Settlement: Sendable, Equatable {
    /// The remote is what was meant.
    case applied
    /// The remote is what it was before: the write never took effect.
    case notApplied
    /// What was meant and what was there look the same from outside (a secret replaced by another one, a file by one of the
    /// same name, type and size): nobody can tell.
    case undecidable
    /// The fields that were sent arrived, and others differ from what they were: somebody saved at the same moment.
    case appliedAmongOthers([String])
    /// These are not as they were sent, and somebody has saved the config.
    case overtaken([String], Arrival)
    /// Some of what was sent arrived; these are what they were before.
    case appliedInPart(missing: [String])
    /// The values arrived, these files did not: the server saves them one after the other, after the values.
    case withoutFiles([ConfigField])
    /// The instance has made a hog function in the place of the config, and says so by a null id.
    case handedOver
    /// The config that was to be created is not there, and may have become a hog function: nobody can tell.
    case untraceable

    /// Whether a write arrived before somebody saved over it.
    package enum Arrival: Sendable {
        case unknown
        /// Somebody has saved since the write was sent, or the log has an entry like it: it may have been.
        case possible
        /// The instance said that it took it, or shows a field that moved to what was sent.
        case certain
    }

    /// - Parameters:
    ///   - before: Content right before the write; nil for a create.
    ///   - actual: Content now; nil when the config is not there.
    package static func decide(
        before: ConfigContent?, expected: ConfigContent, actual: ConfigContent?, sent: [ConfigField]
    ) -> Settlement {
        guard let actual else { return before == nil ? .notApplied : .overtaken(sent.map(\.label), .unknown) }
        let expected = expected.numbered(like: actual)
        let meant = expected.digest
        let now = actual.digest
        if meant == now { return provesFiles(before, expected, sent) && before?.digest != now ? .applied : .undecidable }
        if before?.digest == now { return .notApplied }
        return amongOthers(before: before, expected: expected, actual: actual, sent: sent)
    }

    /// The same, knowing that the instance has said that it took the write: what shows no trace of it was set back since.
    ///
    /// - Parameter sent: Names of what was sent.
    package func acknowledged(sent: [String]) -> Settlement {
        switch self {
        case .undecidable: .applied
        case .notApplied: .overtaken(sent, .certain)
        case .overtaken(let names, _), .appliedInPart(missing: let names): .overtaken(names, .certain)
        // The answer comes after the last file.
        case .withoutFiles(let fields): .overtaken(fields.map(\.label), .certain)
        case .applied, .appliedAmongOthers, .handedOver, .untraceable: self
        }
    }

    private static func amongOthers(
        before: ConfigContent?, expected: ConfigContent, actual: ConfigContent, sent: [ConfigField]
    ) -> Settlement {
        let wrong = sent.filter { actual[$0] != expected[$0] }
        guard wrong.isEmpty else {
            if before.map({ unmoved($0, actual, sent) }) ?? false { return .notApplied }
            if wrong.allSatisfy({ $0.isFile && actual[$0] == before?[$0] }) { return .withoutFiles(wrong) }
            let hasMoved = before.map { before in sent.contains { before[$0] != expected[$0] && actual[$0] == expected[$0] } } ?? false
            return .overtaken(wrong.map(\.label), hasMoved ? .certain : .unknown)
        }
        // Only a field that really moved proves that the write arrived, and a create without any may be somebody else's.
        let proves = before.map { before in sent.contains { before[$0] != expected[$0] } } ?? !sent.isEmpty
        return proves && provesFiles(before, expected, sent)
            ? .appliedAmongOthers(actual.differingFields(from: expected).map(\.label)) : .undecidable
    }

    /// Whether every file that was sent can be told from what was there: values that arrived prove nothing for it.
    private static func provesFiles(_ before: ConfigContent?, _ expected: ConfigContent, _ sent: [ConfigField]) -> Bool {
        guard let before else { return true }
        return sent.allSatisfy { !$0.isFile || before[$0] != expected[$0] }
    }

    /// Whether every sent field still is what it was: somebody else changed something, and the write did not arrive.
    private static func unmoved(_ before: ConfigContent, _ actual: ConfigContent, _ sent: [ConfigField]) -> Bool {
        sent.allSatisfy { actual[$0] == before[$0] }
    }
}

extension ConfigField {
    var isFile: Bool {
        if case .attachment = self { true } else { false }
    }
}
