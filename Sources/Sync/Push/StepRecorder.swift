import Models
import Storage

/// Writes into the mirror what became of a step that was sent: the one place where a push confirms an edit.
struct StepRecorder: Sendable {
    let mirror: Mirror
    let now: NowSource
    private let arrivals: ArrivalSearch

    init(api: PostHogAPI, mirror: Mirror, now: @escaping NowSource) {
        self.mirror = mirror
        self.now = now
        arrivals = ArrivalSearch(api: api, mirror: mirror)
    }

    /// What the journal needs to know of a step.
    struct Step: Sendable {
        let run: Int64
        let ordinal: Int64
        let kind: PlanStep.Kind
        let configID: PluginConfigID
        let edits: [JournalStep.EditReference]

        /// The step as far as it was taken.
        func without(_ fields: [ConfigField]) -> Step {
            Step(run: run, ordinal: ordinal, kind: kind, configID: configID, edits: edits.filter { !fields.contains($0.field) })
        }
    }

    /// What was sent, and whether the instance has said that it took it.
    struct Sent: Sendable {
        let expected: ConfigContent
        let isAcknowledged: Bool
    }

    /// What became of a step that was sent, as far as what the instance shows now tells, and its log where that doesn't.
    ///
    /// - Parameter before: Content right before the write; nil for a create.
    func settlement(
        of step: Step, _ sent: Sent, before: ConfigContent?, current: CurrentConfig?
    ) async throws(Problem) -> Settlement {
        // Of a create, which is sent disabled, all that it set proves whether it arrived.
        let fields = step.edits.map(\.field).filter { step.kind != .create || $0 != .enabled }
        let settlement = Settlement.decide(before: before, expected: sent.expected, actual: current?.config.content, sent: fields)
        // A secret looks as it was meant, whatever became of it.
        let names = fields.filter { current?.config.content[$0] != sent.expected[$0] }.map(\.label)
        if sent.isAcknowledged { return settlement.acknowledged(sent: names) }
        guard step.kind != .create, let current else { return settlement }
        switch settlement {
        case .undecidable: return try await arrivals.isUntouched(step, current) ? .notApplied : .undecidable
        case .notApplied: return try await arrivals.mayHaveArrived(step, sent.expected, current) ? .overtaken(names, .possible) : .notApplied
        default: return settlement
        }
    }

    /// Writes down that the instance has said that it took the step.
    func acknowledge(_ step: Step) async throws(Problem) {
        let now = now()
        try await mirror.writing { mirror in try mirror.journal.markAcknowledged(run: step.run, ordinal: step.ordinal, at: now) }
    }

    /// Closes the journal's row of a step that the instance has refused, or has not taken for this config.
    func refuse(_ step: Step, _ detail: String) async throws(Problem) {
        let now = now()
        try await mirror.writing { mirror in
            try release(step, nil, in: mirror, at: now)
            try mirror.journal.settle(run: step.run, ordinal: step.ordinal, as: .refused, detail: detail, at: now)
        }
    }

    /// Confirms or releases the step's edits, stores the remote as it is now, and closes the journal's row: one transaction.
    ///
    /// An edit made meanwhile has another version and stays.
    /// - Returns: Whether the instance still has something of a step that was not applied as a whole.
    @discardableResult
    func record(_ step: Step, _ settlement: Settlement, _ sent: Sent, current: CurrentConfig?) async throws(Problem) -> Bool {
        let now = now()
        return try await mirror.writing { mirror in
            var left: [ConfigField]?
            switch settlement {
            case .applied, .appliedAmongOthers: try confirm(step, current, in: mirror, at: now)
            case .withoutFiles(let missing):
                try confirm(step.without(missing), current, in: mirror, at: now)
                let id = current?.config.id ?? step.configID
                try mirror.edits.release(try mirror.edits.list(id).filter { missing.contains($0.field) })
            // The draft stays, so that nothing of it is lost; the journal keeps it from being sent again.
            case .handedOver, .untraceable: try release(step, nil, in: mirror, at: now)
            case .overtaken(_, .certain):
                // What is left of it is ours, and can be taken back.
                let fields = try agree(step, sent, current, in: mirror, at: now)
                for edit in step.edits where fields.contains(edit.field) && (sent.isAcknowledged || !edit.field.isFile) {
                    try mirror.edits.remove(step.configID, edit.field, version: edit.version)
                }
                try release(step, current, as: fields.isEmpty ? .pull : .push, in: mirror, at: now)
                left = fields
            case .overtaken(_, .possible):
                _ = try agree(step, sent, current, in: mirror, at: now)
                try release(step, current, in: mirror, at: now)
            case .notApplied, .undecidable, .overtaken, .appliedInPart: try release(step, current, in: mirror, at: now)
            }
            try mirror.journal.settle(
                run: step.run, ordinal: step.ordinal, as: settlement.journalState, detail: settlement.detail,
                createdID: step.configID.isDraft ? current?.config.id : nil, left: left?.map(\.text), at: now)
            return left?.isEmpty == false
        }
    }

    private func confirm(
        _ step: Step, _ current: CurrentConfig?, in mirror: MirrorTransaction, at now: Timestamp
    ) throws(MirrorError) {
        guard let current else { preconditionFailure("what was applied can be read") }
        for edit in step.edits { try mirror.edits.remove(step.configID, edit.field, version: edit.version) }
        if step.configID.isDraft { try mirror.configs.replaceDraft(step.configID, with: current.config, at: now) }
        // The fields that were sent are agreed on from now on: an edit of one of them made meanwhile is no conflict.
        if var base = try mirror.configs.base(current.config.id)?.json {
            for edit in step.edits { base = Resolution.adopting(edit.field, of: current.config.json, into: base) }
            try mirror.configs.store(current.config, base: .becomes(base), at: now)
        }
        _ = try Rebase.store(current.config, secretKeys: current.secretKeys, in: mirror, at: now)
        try mirror.history.record(
            .config(current.config.id), content: current.config.content.json, origin: step.kind == .create ? .create : .push,
            runID: step.run, at: now)
    }

    /// Makes what was sent the base of what somebody has saved since, so that an edit against it is a conflict: with the base of
    /// before, a value that was set back would look as if nobody had touched it.
    ///
    /// - Returns: The fields of which the remote still has what was sent.
    private func agree(
        _ step: Step, _ sent: Sent, _ current: CurrentConfig?, in mirror: MirrorTransaction, at now: Timestamp
    ) throws(MirrorError) -> [ConfigField] {
        guard let current, !step.configID.isDraft, var base = try mirror.configs.base(step.configID)?.json else { return [] }
        let expected = sent.expected.numbered(like: current.config.content)
        let left = step.edits.map(\.field).filter { current.config.content[$0] == expected[$0] }
        for field in step.edits.map(\.field) {
            base = Resolution.adopting(field, of: left.contains(field) ? current.config.json : expected.served, into: base)
        }
        try mirror.configs.store(current.config, base: .becomes(base), at: now)
        return left
    }

    private func release(
        _ step: Step, _ current: CurrentConfig?, as origin: HistoryRow.Origin = .pull, in mirror: MirrorTransaction, at now: Timestamp
    ) throws(MirrorError) {
        let edits = try mirror.edits.list(step.configID)
        try mirror.edits.release(edits.filter { edit in step.edits.contains { $0.version == edit.version } })
        guard let current, !step.configID.isDraft else { return }
        _ = try Rebase.store(current.config, secretKeys: current.secretKeys, in: mirror, at: now)
        try mirror.history.record(
            .config(current.config.id), content: current.config.content.json, origin: origin, runID: step.run, at: now)
    }
}

extension Settlement {
    var journalState: JournalStep.State {
        switch self {
        case .applied, .appliedAmongOthers, .handedOver: .applied
        case .untraceable: .unknown
        case .notApplied, .undecidable, .overtaken, .withoutFiles, .appliedInPart: .refused
        }
    }

    var detail: String {
        switch self {
        case .appliedInPart(let names): "arrived in part; missing: \(names.joined(separator: ", "))"
        case .applied: ""
        case .appliedAmongOthers(let fields):
            "somebody saved at the same moment; also changed: \(fields.joined(separator: ", "))"
        case .notApplied: "the remote is what it was before; nothing was written"
        case .undecidable: "a secret or file looks the same before and after; whether the new one arrived can't be told"
        case .handedOver: "the instance has made a hog function in its place"
        case .untraceable: "no config is there; whether a hog function was made in its place can't be told"
        case .withoutFiles(let fields): "the values arrived, but not \(fields.map(\.label).joined(separator: ", "))"
        case .overtaken(let fields, let arrival):
            "the remote has other values than were sent\(arrival.note): \(fields.joined(separator: ", "))"
        }
    }
}

extension Settlement.Arrival {
    fileprivate var note: String {
        switch self {
        case .unknown: ""
        case .possible: ", which may have arrived"
        case .certain: ", which had arrived"
        }
    }
}

extension ConfigContent {
    /// In the form in which a server serves it.
    fileprivate var served: JSONValue {
        var config = values
        for (key, info) in attachments { config[key] = info.served }
        return ["enabled": .bool(enabled), "order": order.map { JSONValue($0) } ?? .null, "config": .object(config), "deleted": .bool(isDeleted)]
    }
}
