import Models
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Random histories of edits, pulls, pushes, other people, lost answers and deaths, held against what everybody meant.
///
/// `PHSYNC_SIMULATIONS=10000` plays more of them, `PHSYNC_SEED=7` one alone; both: so many from that seed on.
@Suite struct SimulationTests {
    @Test(arguments: SimulatedServer.allCases)
    func noHistoryLosesAnEditOrWritesWhatNobodyMeant(server: SimulatedServer) async throws {
        let start = try await server.pulled()
        let clock = ContinuousClock()
        let begin = clock.now
        defer { SimulationTests.tellSpeed(server, begin.duration(to: clock.now)) }
        for seed in SimulationTests.seeds {
            let history = Act.history(seed: seed)
            let violations = await Simulation.violations(of: history, in: start)
            guard !violations.isEmpty else { continue }
            let shrunk = await SimulationTests.shrink(history, in: start)
            Issue.record("seed \(seed): \(violations)\nhistory:\n\(shrunk.map { "  \($0)" }.joined(separator: "\n"))")
            return
        }
    }

    /// Of a long run only.
    private static func tellSpeed(_ server: SimulatedServer, _ duration: Duration) {
        guard getenv("PHSYNC_SIMULATIONS") != nil else { return }
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        print("simulation: \(seeds.count) histories on the \(server) server in \(Int(seconds)) s, \(Int(Double(seeds.count) / seconds)) a second")
    }

    private static var seeds: ClosedRange<UInt64> {
        func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
        let first = number("PHSYNC_SEED")
        let count = number("PHSYNC_SIMULATIONS") ?? (first == nil ? 200 : 1)
        return (first ?? 1)...((first ?? 1) + max(count, 1) - 1)
    }

    /// Leaves out whatever the failure does not need.
    private static func shrink(_ history: [Act], in start: PreparedWorld) async -> [Act] {
        var shortest = history
        var index = 0
        while index < shortest.count {
            var shorter = shortest
            shorter.remove(at: index)
            if await Simulation.violations(of: shorter, in: start).isEmpty { index += 1 } else { shortest = shorter }
        }
        return shortest
    }
}
