import Models
import Storage

extension Puller {
    /// Entries that go in one transaction: others get to write in between.
    private static let groupedAtOnce = 2000
    /// Days back in which a fall of deliveries is looked for, and those of them in which something must have failed.
    private static let deliveryDays: Int64 = 30
    private static let recentDays: Int64 = 3

    /// Groups what an older program has stored without; has to be done before a log grows.
    func groupOlderLogs() async throws(Problem) {
        while true {
            let now = now()
            let isMore = try await mirror.writing(.deferred) { mirror in
                try mirror.errors.groupOlderLogs(limit: Puller.groupedAtOnce, at: now)
            }
            guard isMore else { return }
            if Task.isCancelled { throw Problem(.interrupted, code: "interrupted", message: "The pull was interrupted.", next: "phsync pull") }
        }
    }

    /// Records failures that no answer names: configs that the server switched off, deliveries that fell.
    ///
    /// After activity and logs were read, which tell whose doing it was.
    func reviewInbox() async throws(Problem) {
        let now = now()
        let (hasSwitches, falls) = try await mirror.reading { mirror in
            (
                try !mirror.switchOffs.waiting().isEmpty,
                try DeliveryReview.falls(
                    from: now.adding(seconds: -Puller.deliveryDays * 86_400).day, recent: now.adding(seconds: -Puller.recentDays * 86_400).day,
                    in: mirror)
            )
        }
        guard hasSwitches || !falls.isEmpty else { return }
        try await mirror.writing(.deferred) { mirror in
            try mirror.switchOffs.judge(at: now)
            try mirror.errors.record(falls, at: now)
        }
    }
}

/// Finds falls of deliveries in the stored figures.
enum DeliveryReview {
    static func falls(from day: String, recent: String, in mirror: MirrorTransaction) throws(MirrorError) -> [PluginError] {
        var falls: [PluginError] = []
        for config in try mirror.metrics.failing(from: recent) {
            guard let row = try mirror.configs.row(config), row.removedAt == nil else { continue }
            let byDay = Dictionary(grouping: try mirror.metrics.days(from: day, config: config), by: \.day)
            let days = byDay.keys.sorted().map { day in
                let rows = byDay[day] ?? []
                return DeliveryFall.Day(
                    day: day, delivered: rows.reduce(0) { $0 + $1.successes + $1.successesOnRetry }, failed: rows.reduce(0) { $0 + $1.failures })
            }
            falls += DeliveryFall.find(in: days).map { PluginError($0, config: config, of: row.pluginID, in: row.projectID) }
        }
        return falls
    }
}
