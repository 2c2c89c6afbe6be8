import Sync

extension ContextSettings {
    /// What a pull reads and keeps under these settings.
    var pullOptions: PullOptions {
        PullOptions(
            keepsEvents: keepsEvents, eventDays: eventDays ?? PullOptions.defaultEventDays, logDays: logsRetentionDays,
            historyDays: historyDays ?? PullOptions.defaultHistoryDays,
            historyVersions: historyVersions ?? PullOptions.defaultHistoryVersions)
    }
}
