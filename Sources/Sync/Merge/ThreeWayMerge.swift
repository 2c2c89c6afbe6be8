package import Models

/// (base, local, remote) of one config → what to send, what is settled already, and what needs a decision; pure.
///
/// Only fields with an edit are looked at: everything else is the remote's, whatever it became.
/// - Source: docs/architecture.md, "Merge".
package struct ThreeWayMerge: Sendable, Equatable {
    /// Edits that the remote does not have yet and that clash with nothing.
    package private(set) var toSend: [Edit] = []
    /// Edits whose value the remote has already, from whoever made it.
    package private(set) var settled: [Edit] = []
    /// Edits of fields that somebody else changed too, and differently.
    package private(set) var clashing: [(edit: Edit, conflict: Conflict)] = []
    /// The remote with every edit of `toSend` applied; nil when there is nothing to merge into.
    package private(set) var merged: ConfigContent?

    package var conflicts: [Conflict] { clashing.map(\.conflict) }

    /// - Parameter secretKeys: Keys of which nothing may be shown.
    package init(_ versions: Versions, secretKeys: Set<String>) {
        guard let base = versions.base else {
            toSend = versions.edits
            merged = versions.local
            return
        }
        guard let remote = versions.remote else {
            clashing = versions.edits.map { ($0, ThreeWayMerge.deletion(base, $0, secretKeys)) }
            return
        }
        var merged = remote
        for edit in versions.edits {
            switch ThreeWayMerge.verdict(edit, base: base[edit.field], remote: remote[edit.field]) {
            case .settled: settled.append(edit)
            case .send:
                toSend.append(edit)
                merged.apply(edit)
            case .conflict: clashing.append((edit, ThreeWayMerge.conflict(base, edit, remote, secretKeys)))
            }
        }
        self.merged = merged
    }

    package static func == (left: ThreeWayMerge, right: ThreeWayMerge) -> Bool {
        left.toSend == right.toSend && left.settled == right.settled && left.conflicts == right.conflicts
            && left.merged == right.merged
    }
}

extension ThreeWayMerge {
    enum Verdict {
        case settled, send, conflict
    }

    /// The rule for one field. A new secret or file is never settled: the mask, or a name and a size, tell nothing about
    /// what is behind them.
    static func verdict(_ edit: Edit, base: JSONValue?, remote: JSONValue?) -> Verdict {
        switch edit.value {
        case .value(let wanted) where wanted == remote: .settled
        case .unset where remote == nil: .settled
        default: base == remote ? .send : .conflict
        }
    }

    private static func conflict(
        _ base: ConfigContent, _ edit: Edit, _ remote: ConfigContent, _ secretKeys: Set<String>
    ) -> Conflict {
        let isSecret = edit.isSecret(among: secretKeys)
        return Conflict(
            field: edit.field, base: ShownValue(base[edit.field], isSecret: isSecret),
            local: edit.shown(isSecret: isSecret), remote: ShownValue(remote[edit.field], isSecret: isSecret))
    }

    /// The config is gone from the remote: no winner, a decision.
    private static func deletion(_ base: ConfigContent, _ edit: Edit, _ secretKeys: Set<String>) -> Conflict {
        let isSecret = edit.isSecret(among: secretKeys)
        return Conflict(
            field: edit.field, base: ShownValue(base[edit.field], isSecret: isSecret),
            local: edit.shown(isSecret: isSecret), remote: .absent)
    }
}

extension Edit {
    /// Whether nothing of the edit's value may be shown.
    package func isSecret(among secretKeys: Set<String>) -> Bool {
        if case .secret = value { return true }
        return field.isSecret(among: secretKeys)
    }

    /// What may be shown of the wanted value.
    package func shown(isSecret: Bool) -> ShownValue {
        switch value {
        case .secret: .newSecret
        case .file(let file): isSecret ? .newSecret : ShownValue(file.info)
        case .unset: .absent
        case .value(let value): ShownValue(value, isSecret: isSecret)
        }
    }
}
