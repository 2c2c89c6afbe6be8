/// Time that passes and can be waited for; tests bring one that passes at once.
package protocol WaitingClock: Sendable {
    /// From any fixed point on, never backwards.
    func nowSeconds() -> Double
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(seconds: Double) async throws(CancellationError)
}

/// The machine's clock, which goes on while the machine sleeps: a server's pause does too.
package struct SystemClock: WaitingClock {
    private let start = ContinuousClock.now

    package init() {}

    /// Seconds of a clock that only goes forward.
    package func nowSeconds() -> Double {
        start.duration(to: .now) / .seconds(1)
    }

    /// Waits; a cancelled task wakes up at once.
    package func sleep(seconds: Double) async throws(CancellationError) {
        do {
            try await Task.sleep(for: .seconds(seconds), clock: .continuous)
        } catch {
            // The only thing that it throws.
            throw CancellationError()
        }
    }
}
