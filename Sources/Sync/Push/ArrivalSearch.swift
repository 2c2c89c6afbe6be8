import Models
import Storage

/// Finds out whether a write without an answer arrived where the config itself doesn't tell: it shows what it showed before,
/// because the write got lost, or because somebody has set it back.
struct ArrivalSearch: Sendable {
    let api: PostHogAPI
    let mirror: Mirror

    enum Finding: Sendable {
        /// Nobody has saved the config since.
        case untouched
        /// Somebody has saved it: perhaps the write, perhaps something else.
        case saved
        /// The log has an entry of ours that says what the write says.
        case arrived
        /// The instance gives out nothing that tells.
        case unknown
    }

    private static let pageRows = 100

    /// - Throws: `Problem` when the log can't be read now.
    func look(
        for step: StepRecorder.Step, _ expected: ConfigContent, current: CurrentConfig
    ) async throws(Problem) -> Finding {
        guard let row = try await mirror.reading({ mirror in try mirror.journal.step(run: step.run, ordinal: step.ordinal) }) else { return .unknown }
        let stamp = current.config.stamp
        if let stamp, stamp == row.stampBefore { return .untouched }
        let isInLog = try await newestEntries().contains { entry, author in
            entry.isAbout(step.configID) && entry.author == author && row.isBefore(entry)
                && entry.tells(of: step.edits.map(\.field), as: expected, secretKeys: current.secretKeys)
        }
        if isInLog { return .arrived }
        return stamp == nil || row.stampBefore == nil ? .unknown : .saved
    }

    /// With the name of the key's account; none where the log is not served.
    private func newestEntries() async throws(Problem) -> [(ActivityEntry, author: String)] {
        let (bound, isServed) = try await mirror.reading { mirror in
            (try mirror.meta.identity(), try mirror.freshness.row("activity")?.state != .unreachable)
        }
        guard let bound, isServed, api.profile.hasActivity else { return [] }
        do {
            return try await api.activity(of: bound.organizationID, page: 1, limit: ArrivalSearch.pageRows).rows
                .compactMap { ActivityEntry($0) }.map { ($0, bound.userEmail) }
        } catch {
            // Servers without the call answer 500 as well.
            guard error.isTemporary, error.code != .serverError else { return [] }
            throw error.problem("the activity log could not be read", subject: "activity", next: "phsync push")
        }
    }
}

extension JournalStep {
    /// Whether the entry is newer than what the mirror knew of the log when the step was sent; true when it knew nothing.
    fileprivate func isBefore(_ entry: ActivityEntry) -> Bool {
        guard let activityBefore, let at = Timestamp(iso8601: entry.atText) else { return true }
        return activityBefore < at
    }
}

extension PluginConfig {
    /// What changes with every save of the config; nil on servers before 2023-11-07.
    var stamp: String? { json["updated_at"]?.string }
}
