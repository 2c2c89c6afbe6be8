import Models
import Storage

/// Writes into the mirror what became of a step about code.
struct SourceRecorder: Sendable {
    let mirror: Mirror
    let now: NowSource

    /// What the journal needs to know of a step.
    struct Step: Sendable {
        let run: Int64
        let ordinal: Int64
        let pluginID: PluginID
        let files: [JournalStep.FileReference]
    }

    /// Writes down that the instance has said that it took the step.
    func acknowledge(_ step: Step) async throws(Problem) {
        let now = now()
        try await mirror.writing { mirror in try mirror.journal.markAcknowledged(run: step.run, ordinal: step.ordinal, at: now) }
    }

    /// Confirms or releases the step's edits, stores the plugin and its code as they are now, and closes the journal's row:
    /// one transaction.
    ///
    /// The plugin comes first: what its new schema makes secret is taken out of everything that is stored.
    ///
    /// - Returns: Whether the instance still has something of a step that was not applied as a whole.
    @discardableResult
    func record(_ step: Step, _ settlement: Settlement, current: CurrentSource?, detail: String = "") async throws(Problem) -> Bool {
        let now = now()
        return try await mirror.writing { mirror in
            let isApplied = settlement.journalState == .applied
            let agreed = try agreed(step, settlement, current, in: mirror)
            if isApplied { try confirm(step, in: mirror) } else { try release(step, in: mirror) }
            // What arrived in part, or is left of it, is ours as well, and can be taken back.
            var left: [String]?
            var isOurs = isApplied
            if case .appliedInPart = settlement { isOurs = true }
            if case .overtaken(_, .certain) = settlement, let current {
                left = agreed.filter { file, text in text == current.files[file] }.keys.sorted()
                isOurs = left?.isEmpty == false
            }
            if let current {
                _ = try Puller.store(current.plugin, in: mirror, run: step.run, at: now)
                _ = try SourceRebase.store(
                    current.files, of: current.plugin, agreed: agreed, in: mirror, at: now)
                try mirror.sourceVersions.record(
                    current.files, of: step.pluginID, origin: isOurs ? .push : .pull, runID: step.run, at: now)
            }
            try mirror.journal.settle(
                run: step.run, ordinal: step.ordinal, as: settlement.journalState,
                detail: detail.isEmpty ? settlement.detail : detail, left: left,
                at: now)
            return isOurs && !isApplied
        }
    }

    /// An edit made meanwhile has another version and stays.
    private func confirm(_ step: Step, in mirror: MirrorTransaction) throws(MirrorError) {
        for edit in step.files { try mirror.sourceEdits.remove(step.pluginID, edit.file, version: edit.version) }
    }

    /// What both sides have agreed on of the files that were sent: what is there, or what was there before somebody saved again.
    ///
    /// Of a file that was edited again meanwhile, the text that was sent is not known any more: nil is no base, which is a
    /// conflict with everything.
    private func agreed(
        _ step: Step, _ settlement: Settlement, _ current: CurrentSource?, in mirror: MirrorTransaction
    ) throws(MirrorError) -> [String: String?] {
        let edits = try mirror.sourceEdits.list(step.pluginID)
        func sent(_ file: JournalStep.FileReference) -> String? { edits.first { $0.version == file.version }?.value.text }
        return switch settlement {
        case .applied, .appliedAmongOthers: Dictionary(uniqueKeysWithValues: step.files.map { ($0.file, current?.files[$0.file]) })
        case .overtaken(_, .certain): Dictionary(uniqueKeysWithValues: step.files.map { ($0.file, sent($0)) })
        default: [:]
        }
    }

    private func release(_ step: Step, in mirror: MirrorTransaction) throws(MirrorError) {
        let edits = try mirror.sourceEdits.list(step.pluginID)
        try mirror.sourceEdits.release(edits.filter { edit in step.files.contains { $0.version == edit.version } })
    }
}
