import Synchronization

/// The one object that knows how long to stay silent: a budget for each bucket that the server counts by.
///
/// It belongs to one instance and one key.
package final class RateLimit: Sendable {
    private struct Bucket {
        var budget: RateBudget
        /// The end of the last wait that was announced.
        var announcedUntil = -Double.infinity
    }

    private let limits: [RateBudget.Limit]
    private let buckets = Mutex<[String: Bucket]>([:])

    package init(_ limits: [RateBudget.Limit] = RateBudget.published) {
        self.limits = limits
    }

    /// The bucket of a path: the server counts by project, and by user where no project is named.
    package static func bucket(path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        // The API may live under a prefix.
        guard let api = parts.firstIndex(of: "api"), api + 2 < parts.count, parts[api + 1] == "projects" else {
            return "user"
        }
        return "project:\(parts[api + 2])"
    }

    /// Takes a place if there is one now.
    ///
    /// - Returns: 0 when the request may be sent and is counted; otherwise in how many seconds to ask again.
    func take(_ bucket: String, nowSeconds: Double) -> Double {
        withBucket(bucket) { bucket in
            let delay = bucket.budget.delayBeforeNext(nowSeconds)
            if delay == 0 { bucket.budget.record(nowSeconds) }
            return delay
        }
    }

    func pause(_ bucket: String, untilSeconds: Double) {
        withBucket(bucket) { $0.budget.pauseUntil(untilSeconds) }
    }

    /// Whether a wait until then is news: with many requests waiting for the same thing, one of them says so.
    func announces(_ bucket: String, untilSeconds: Double) -> Bool {
        withBucket(bucket) { bucket in
            guard untilSeconds > bucket.announcedUntil + 1 else { return false }
            bucket.announcedUntil = untilSeconds
            return true
        }
    }

    private func withBucket<T: Sendable>(_ name: String, _ body: (inout Bucket) -> T) -> T {
        buckets.withLock { body(&$0[name, default: Bucket(budget: RateBudget(limits))]) }
    }
}
