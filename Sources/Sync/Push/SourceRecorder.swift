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

    /// Confirms or releases the step's edits, stores the plugin and its code as they are now, and closes the journal's row:
    /// one transaction.
    ///
    /// The plugin comes first: what its new schema makes secret is taken out of everything that is stored.
    func record(_ step: Step, _ settlement: Settlement, current: CurrentSource?, detail: String = "") async throws(Problem) {
        let now = now()
        try await mirror.writing { mirror in
            let isApplied = settlement.journalState == .applied
            if isApplied { try confirm(step, in: mirror) } else { try release(step, in: mirror) }
            // What arrived in part is ours as well, and can be taken back.
            let isOurs = if case .appliedInPart = settlement { true } else { isApplied }
            if let current {
                _ = try Puller.store(current.plugin, in: mirror, run: step.run, at: now)
                _ = try SourceRebase.store(
                    current.files, of: current.plugin, agreed: isApplied ? Set(step.files.map(\.file)) : [], in: mirror, at: now)
                try mirror.sourceVersions.record(
                    current.files, of: step.pluginID, origin: isOurs ? .push : .pull, runID: step.run, at: now)
            }
            try mirror.journal.settle(
                run: step.run, ordinal: step.ordinal, as: settlement.journalState,
                detail: detail.isEmpty ? settlement.detail : detail, at: now)
        }
    }

    /// An edit made meanwhile has another version and stays.
    private func confirm(_ step: Step, in mirror: MirrorTransaction) throws(MirrorError) {
        for edit in step.files { try mirror.sourceEdits.remove(step.pluginID, edit.file, version: edit.version) }
    }

    private func release(_ step: Step, in mirror: MirrorTransaction) throws(MirrorError) {
        let edits = try mirror.sourceEdits.list(step.pluginID)
        try mirror.sourceEdits.release(edits.filter { edit in step.files.contains { $0.version == edit.version } })
    }
}
