import TestSupport
import Testing

@testable import Sync

@Suite struct RateBudgetTests {
    @Test func aBurstIsFreeUntilTheWindowIsFull() {
        var budget = RateBudget([.init(requests: 3, windowSeconds: 10)])
        for second in [0.0, 1, 2] {
            #expect(budget.delayBeforeNext(second) == 0)
            budget.record(second)
        }
        #expect(budget.delayBeforeNext(2) == 8)
        #expect(budget.delayBeforeNext(9.5) == 0.5)
        #expect(budget.delayBeforeNext(10) == 0)
        budget.record(10)
        #expect(budget.delayBeforeNext(10) == 1)
    }

    @Test func theLongerWindowHoldsToo() {
        var budget = RateBudget([.init(requests: 2, windowSeconds: 1), .init(requests: 3, windowSeconds: 100)])
        for second in [0.0, 0, 5] { budget.record(second) }
        #expect(budget.delayBeforeNext(5) == 95)
        #expect(budget.delayBeforeNext(100) == 0)
    }

    @Test func aPauseHoldsAndIsNeverShortened() {
        var budget = RateBudget()
        budget.pauseUntil(50)
        budget.pauseUntil(20)
        #expect(budget.delayBeforeNext(10) == 40)
        #expect(budget.delayBeforeNext(50) == 0)
    }

    @Test func thePublishedLimitsAreNeverExceeded() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        var budget = RateBudget()
        var now = 0.0
        var sent: [Double] = []
        for _ in 0..<12_000 {
            now += Double.random(in: 0..<0.5, using: &random)
            now += budget.delayBeforeNext(now)
            #expect(budget.delayBeforeNext(now) < 1e-6, "seed \(seed)")
            budget.record(now)
            sent.append(now)
        }
        for (count, window) in [(480, 60.0), (4800, 3600.0)] {
            let isKept = (count..<sent.count).allSatisfy { sent[$0] - sent[$0 - count] > window }
            #expect(isKept, "more than \(count) in \(window) s; seed \(seed)")
        }
    }

    @Test(arguments: [
        ("/api/projects/12/plugin_configs/", "project:12"), ("/api/projects/12", "project:12"),
        ("/api/projects/12/", "project:12"), ("/posthog/api/projects/7/x", "project:7"),
        ("/api/projects/@current/x/", "project:@current"), ("/api/projects/", "user"), ("/api/users/@me/", "user"),
        ("/api/organizations/a/plugins/", "user"), ("/", "user"), ("", "user"),
    ])
    func theBucketIsTheProject(_ path: String, _ bucket: String) {
        #expect(RateLimit.bucket(path: path) == bucket)
    }

    @Test func bucketsDoNotShareTheirBudget() {
        let limit = RateLimit([.init(requests: 1, windowSeconds: 10)])
        #expect(limit.take("project:1", nowSeconds: 0) == 0)
        #expect(limit.take("project:1", nowSeconds: 4) == 6)
        #expect(limit.take("project:2", nowSeconds: 4) == 0)
        // Being told to wait took no place.
        #expect(limit.take("project:1", nowSeconds: 10) == 0)
    }
}
