/// How long the rest of a reading will take that asks entity by entity: a pure function of what was seen so far.
///
/// The rate so far knows the network but not the limits that it has not met yet, the limits know nothing of the network:
/// the longer of both is told. One request for each entity is reckoned where there is no better number.
package struct PullEstimate: Sendable {
    private let total: Int
    private let share: Double
    private let limits: [RateBudget.Limit]

    /// - Parameters:
    ///   - total: Entities to ask for.
    ///   - inOneBudget: How many of them the server counts together at most: those of the largest project.
    package init(total: Int, inOneBudget: Int, limits: [RateBudget.Limit] = RateBudget.published) {
        self.total = total
        self.limits = limits
        share = total > 0 ? Double(inOneBudget) / Double(total) : 0
    }

    /// - Returns: nil while nothing can be said.
    package func secondsLeft(done: Int, elapsedSeconds: Double) -> Double? {
        guard done > 0, done <= total, elapsedSeconds >= 0 else { return nil }
        let byRate = elapsedSeconds / Double(done) * Double(total - done)
        let byLimits = limits.map { limit in
            // A window is free until it is full, so the last request goes after as many waits as it has full windows before.
            (Double(total) * share / Double(limit.requests)).rounded(.up) - 1
        }
        let earliest = zip(limits, byLimits).map { max(0, $1) * $0.windowSeconds }.max() ?? 0
        return total == done ? 0 : max(byRate, earliest - elapsedSeconds)
    }
}
