import DemoInstance
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// Random histories of real processes on a served instance: two people with phsync, somebody in the web page, lost answers and
/// SIGKILL, while every request is watched in the instance's database.
///
/// `PHSYNC_HISTORIES=200` plays more of them, `PHSYNC_SEED=7` one alone.
@Suite struct ProcessHistoryTests {
    @Test(arguments: [DemoProfile.posthog2023_11, .posthog1_26])
    func noHistoryOfProcessesLosesAnEditOrWritesWhatNobodyMeant(profile: DemoProfile) throws {
        for seed in ProcessHistoryTests.seeds {
            let history = ProcessAct.history(seed: seed)
            let violations = try ProcessHistory.violations(of: history, profile)
            guard !violations.isEmpty else { continue }
            let shrunk = try ProcessHistoryTests.shrink(history, profile)
            Issue.record("seed \(seed) on \(profile.name): \(violations)\nhistory:\n\(shrunk.map { "  \($0)" }.joined(separator: "\n"))")
            return
        }
    }

    private static var seeds: ClosedRange<UInt64> {
        func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
        if let seed = number("PHSYNC_SEED") { return seed...seed }
        return 1...(number("PHSYNC_HISTORIES") ?? 1)
    }

    /// Leaves out whatever the failure does not need.
    private static func shrink(_ history: [ProcessAct], _ profile: DemoProfile) throws -> [ProcessAct] {
        var shortest = history
        var index = 0
        while index < shortest.count {
            var shorter = shortest
            shorter.remove(at: index)
            if try ProcessHistory.violations(of: shorter, profile).isEmpty { index += 1 } else { shortest = shorter }
        }
        return shortest
    }
}
