import Models
import Storage

/// Asks whether a write without an answer may have arrived although the config shows what it showed before: it got lost, or somebody
/// has set it back.
///
/// It never proves that a write arrived: another save of the account, older or somebody else's, may look like it.
struct ArrivalSearch: Sendable {
    let mirror: Mirror
    private let log: ActivityLog

    /// Older entries than that many pages are not looked at.
    private static let pages = 5

    init(api: PostHogAPI, mirror: Mirror) {
        self.mirror = mirror
        log = ActivityLog(api: api, mirror: mirror)
    }

    /// Whether nobody has saved the config since right before the step was sent; false where the server does not stamp configs.
    func isUntouched(_ step: StepRecorder.Step, _ current: CurrentConfig) async throws(Problem) -> Bool {
        guard let stamp = current.config.stamp else { return false }
        return try await row(step)?.stampBefore == stamp
    }

    /// Whether somebody has saved the config since, by its stamp, or the log has an entry of the account that says what the step said.
    ///
    /// - Throws: `Problem` when only the log would tell, and it can't be read now.
    func mayHaveArrived(_ step: StepRecorder.Step, _ expected: ConfigContent, _ current: CurrentConfig) async throws(Problem) -> Bool {
        guard let row = try await row(step) else { return false }
        if let stamp = current.config.stamp, let before = row.stampBefore { return stamp != before }
        guard let (entries, us) = try await log.newest(pages: ArrivalSearch.pages, isAbsentAt500: true, until: { !row.wasSentBefore($0) }) else { return false }
        return entries.contains { entry in
            entry.isAbout(step.configID) && entry.author == us && row.wasSentBefore(entry)
                && entry.tells(of: step.edits.map(\.field), as: expected, secretKeys: current.secretKeys)
        }
    }

    private func row(_ step: StepRecorder.Step) async throws(Problem) -> JournalStep? {
        try await mirror.reading { mirror in try mirror.journal.step(run: step.run, ordinal: step.ordinal) }
    }
}

extension JournalStep {
    /// Whether the entry is newer than all that the mirror knew of the log when the step was sent; true when it knew nothing.
    fileprivate func wasSentBefore(_ entry: ActivityEntry) -> Bool {
        guard let activityBefore, let at = Timestamp(iso8601: entry.atText) else { return true }
        return activityBefore < at
    }
}

extension PluginConfig {
    /// What changes with every save of the config; nil on servers before 2023-11-07.
    var stamp: String? { json["updated_at"]?.string }
}
