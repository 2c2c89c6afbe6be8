import Models
import Storage

extension Puller {
    /// Things that one pull looks at, and versions that it removes at most: the next pull goes on from there.
    private static let historySeen = 2000
    private static let historySeenAtOnce = 500
    private static let historyRemoved = 20_000
    /// Others get to write in between.
    private static let historyRemovedAtOnce = 1000

    /// Takes out versions that are older than the context wants to keep.
    func removeOldVersions() async throws(Problem) {
        guard options.historyDays > 0 else { return }
        let retention = HistoryRetention(
            since: now().adding(seconds: -Int64(options.historyDays) * 86_400), newest: options.historyVersions)
        let start = try await mirror.reading { mirror in try mirror.meta.historyCursor() }
        var place = start
        var (seen, removed) = (0, 0)
        while seen < Puller.historySeen, removed < Puller.historyRemoved, !Task.isCancelled {
            let (kind, after) = (place?.kind ?? .config, place?.entityID ?? .min)
            let found = try await mirror.reading { mirror in
                try mirror.recordings.outgrown(kind, after: after, limit: Puller.historySeenAtOnce, retention)
            }
            seen += found.seen
            for history in found.outgrown { removed += try await remove(history, retention) }
            if found.seen < Puller.historySeenAtOnce {
                place = Recording.Kind.next(after: kind).map { HistoryCursor(kind: $0, entityID: .min) }
                if place == nil { break }
            } else {
                place = HistoryCursor(kind: kind, entityID: found.last)
            }
        }
        guard place != start else { return }
        let end = place
        try await mirror.writing(.deferred) { mirror in try mirror.meta.setHistoryCursor(end) }
    }

    private func remove(_ history: OutgrownHistory, _ retention: HistoryRetention) async throws(Problem) -> Int {
        var removed = 0
        while !Task.isCancelled {
            let count = try await mirror.writing(.deferred) { mirror in
                try mirror.recordings.remove(history, retention, limit: Puller.historyRemovedAtOnce)
            }
            removed += count
            if count < Puller.historyRemovedAtOnce { break }
        }
        return removed
    }
}

extension Recording.Kind {
    fileprivate static func next(after kind: Recording.Kind) -> Recording.Kind? {
        switch kind {
        case .config: .plugin
        case .plugin: .code
        case .code: nil
        }
    }
}
