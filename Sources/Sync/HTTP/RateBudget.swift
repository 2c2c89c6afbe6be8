/// How many requests the server's published limits still allow; pure, with the time passed in.
///
/// A sliding window, as on the server, without smoothing: a burst is free until a window is full.
package struct RateBudget: Sendable {
    /// At most that many requests in any window of that length.
    package struct Limit: Sendable, Equatable {
        /// The most within one window.
        package let requests: Int
        /// The length of that window.
        package let windowSeconds: Double

        package init(requests: Int, windowSeconds: Double) {
            precondition(requests > 0 && windowSeconds > 0, "a limit of nothing would wait forever")
            self.requests = requests
            self.windowSeconds = windowSeconds
        }
    }

    /// PostHog's limits for a personal API key and a project. They hold only if the instance switches them on, which it
    /// does not say, so they are always kept; a small instance never comes near.
    ///
    /// The windows are longer than the server's by what the way there may vary.
    package static let published = [
        Limit(requests: 480, windowSeconds: 61), Limit(requests: 4800, windowSeconds: 3605),
    ]

    private let limits: [Limit]
    /// When the requests of the longest window were sent, oldest first, from `first` on.
    private var sent: [Double] = []
    private var first = 0
    private var pausedUntil = -Double.infinity

    package init(_ limits: [Limit] = RateBudget.published) {
        self.limits = limits
    }

    /// How long to wait before the next request; 0 when it may go now.
    package func delayBeforeNext(_ nowSeconds: Double) -> Double {
        let frees = limits.map { limit in
            sent.count - first < limit.requests
                ? -Double.infinity : sent[sent.count - limit.requests] + limit.windowSeconds
        }
        return max(0, max(pausedUntil, frees.max() ?? -.infinity) - nowSeconds)
    }

    /// Counts a request that is sent now.
    package mutating func record(_ nowSeconds: Double) {
        sent.append(nowSeconds)
        let longest = limits.map(\.windowSeconds).max() ?? 0
        while sent[first] <= nowSeconds - longest { first += 1 }
        // The front is cut off rarely, so that recording stays cheap.
        if first > 1024, first * 2 > sent.count {
            sent.removeFirst(first)
            first = 0
        }
    }

    /// Sends nothing before that time, because the server said so; never shortens a pause.
    package mutating func pauseUntil(_ seconds: Double) {
        pausedUntil = max(pausedUntil, seconds)
    }
}
