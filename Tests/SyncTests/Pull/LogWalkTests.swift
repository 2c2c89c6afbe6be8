import Models
import TestSupport
import Testing

@testable import Sync

/// A server's log of one config, and a mirror that reads it with walks that are cut off anywhere.
private struct LogWorld {
    struct Entry: Hashable {
        let id: Int
        let time: Int64
    }

    var server: [Entry] = []
    var mirror: Set<Entry> = []
    var stored = LogProgress()
    var requests = 0
    let page: Int
    let largest: Int
    let overlapSeconds: Int64 = 10

    var missing: [Int] { Set(server).symmetricDifference(mirror).map(\.id).sorted() }

    /// What the server answers, the order within a moment left to chance.
    func answer(_ range: LogRange, _ random: inout SeededRandom) -> (rows: [Entry], isCut: Bool) {
        let after = range.after?.microseconds ?? .min
        let before = range.before?.microseconds ?? .max
        let rows = server.filter { $0.time > after && $0.time < before }.shuffled(using: &random)
            .sorted { $0.time > $1.time }
        // The tests' pages are small: the walk's thousand stands for `page`, its doublings for that many times more.
        let limit = min(range.limit * page / LogWalk.pageSize, largest)
        return (Array(rows.prefix(max(1, limit))), rows.count > max(1, limit))
    }

    /// One walk, cut off after that many requests; true when it came to its end.
    mutating func walk(requests limit: Int, now: Int64, _ random: inout SeededRandom) -> Bool {
        var walk = LogWalk(from: stored, overlapSeconds: overlapSeconds, now: Timestamp(milliseconds: now / 1000))
        for _ in 0..<limit {
            guard let range = walk.next else { return true }
            let (rows, isCut) = answer(range, &random)
            walk.received(rows.map { ServerTime(microseconds: $0.time) }, isCut: isCut)
            mirror.formUnion(rows)
            stored = walk.progress
            requests += 1
        }
        return walk.next == nil
    }
}

@Suite struct LogWalkTests {
    @Test(arguments: UInt64(1)...300)
    func interruptedAnywhereAllEntriesAreThereInTheEndOnce(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var world = LogWorld(page: Int.random(in: 1...7, using: &random), largest: .max)
        var now: Int64 = 100_000_000
        var id = 0
        for _ in 0..<8 {
            now += Int64.random(in: 1...40_000_000, using: &random)
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                // Late by less than the overlap, often at the same few moments.
                let late = Int64.random(in: 0...9, using: &random) * 1_000_000
                world.server.append(.init(id: id, time: now - late))
                id += 1
            }
            _ = world.walk(requests: Int.random(in: 0...9, using: &random), now: now, &random)
        }
        let last = Timestamp(milliseconds: now / 1000)
        var rounds = 0
        while (world.stored.completeAt ?? Timestamp(milliseconds: 0)) < last, rounds < 500 {
            _ = world.walk(requests: Int.random(in: 1...5, using: &random), now: now, &random)
            rounds += 1
        }
        #expect(rounds < 500, "seed \(seed): the walk makes progress however often it is cut off")
        #expect(world.missing == [], "seed \(seed)")
    }

    @Test func whatIsSaidToBeCompleteIsSo() {
        // One request at a time, with new entries in between: the claim never runs ahead of what was read.
        for seed in UInt64(1)...40 {
            var random = SeededRandom(seed: seed)
            var world = LogWorld(page: 3, largest: .max)
            for step in 0..<200 {
                let now = Int64(step) * 1_000_000
                world.server.append(.init(id: step, time: now))
                _ = world.walk(requests: Int.random(in: 1...3, using: &random), now: now, &random)
                let claimed = (world.stored.completeAt?.milliseconds ?? -1) * 1000
                let lost = world.server.filter { $0.time <= claimed && !world.mirror.contains($0) }
                #expect(lost == [], "seed \(seed), step \(step)")
            }
        }
    }

    @Test func cutOffAfterEachRequestTheNextWalkEndsTheSame() {
        var random = SeededRandom(seed: 1)
        for stop in 0...30 {
            var world = LogWorld(page: 3, largest: .max)
            for id in 0..<40 { world.server.append(.init(id: id, time: Int64(id / 4) * 1_000_000)) }
            _ = world.walk(requests: stop, now: 20_000_000, &random)
            for id in 40..<60 { world.server.append(.init(id: id, time: Int64(id / 4) * 1_000_000)) }
            let end1 = world.walk(requests: 1000, now: 20_000_000, &random)
            #expect(end1)
            #expect(world.missing == [], "cut off after \(stop)")
        }
    }

    @Test func whatIsReadIsNotAskedForAgainButForTheOverlap() {
        var random = SeededRandom(seed: 1)
        var world = LogWorld(page: 5, largest: .max)
        for id in 0..<100 { world.server.append(.init(id: id, time: Int64(id) * 1_000_000)) }
        let end2 = world.walk(requests: 1000, now: 100_000_000, &random)
        #expect(end2)
        let first = world.requests
        let end3 = world.walk(requests: 1000, now: 100_000_000, &random)
        #expect(end3)
        #expect(first <= 26)
        #expect(world.requests - first <= 3, "ten entries of overlap and one request to see that there is no more")
    }

    @Test func aMomentWithMoreEntriesThanAPageIsReadWhole() {
        var random = SeededRandom(seed: 1)
        var world = LogWorld(page: 2, largest: .max)
        for id in 0..<50 { world.server.append(.init(id: id, time: 7)) }
        world.server.append(.init(id: 50, time: 3))
        let end4 = world.walk(requests: 20, now: 100, &random)
        #expect(end4)
        #expect(world.mirror.count == 51)
    }

    @Test func aServerThatGivesNoLargerPagesIsGotPast() {
        var random = SeededRandom(seed: 1)
        var world = LogWorld(page: 4, largest: 4)
        for id in 0..<9 { world.server.append(.init(id: id, time: 7)) }
        for id in 9..<12 { world.server.append(.init(id: id, time: 3)) }
        let end5 = world.walk(requests: 20, now: 100, &random)
        #expect(end5)
        #expect(world.mirror.filter { $0.time == 3 }.count == 3)
    }

    @Test func aPageThatIsTooLargeIsAskedForInHalves() {
        var walk = LogWalk(from: LogProgress(), overlapSeconds: 10, now: Timestamp(milliseconds: 100))
        var limits: [Int] = []
        while let range = walk.next {
            limits.append(range.limit)
            if !walk.wasTooLarge() { break }
        }
        #expect(limits == [1000, 500, 250, 125, 62, 31, 15, 7, 3, 1])
    }

    @Test func aMomentThatIsTooLargeForAnAnswerIsCountedAndGotPast() {
        var walk = LogWalk(from: LogProgress(), overlapSeconds: 10, now: Timestamp(milliseconds: 100))
        let instant = ServerTime(microseconds: 50)
        walk.received([ServerTime](repeating: instant, count: 1000), isCut: true)
        walk.received([ServerTime](repeating: instant, count: 1000), isCut: true)
        #expect(walk.next?.limit == 2000)
        let isSmaller = walk.wasTooLarge()
        #expect(isSmaller)
        walk.received([ServerTime](repeating: instant, count: 1000), isCut: true)
        #expect(walk.next == LogRange(after: nil, before: instant, limit: 1000))
        #expect(walk.cutInstants == 1)
    }

    @Test func anEntryFromTheFutureHidesNothing() {
        var random = SeededRandom(seed: 1)
        var world = LogWorld(page: 5, largest: .max)
        world.server = [.init(id: 0, time: 1_000_000), .init(id: 1, time: 900_000_000)]
        let end6 = world.walk(requests: 9, now: 2_000_000, &random)
        #expect(end6)
        world.server.append(.init(id: 2, time: 3_000_000))
        let end7 = world.walk(requests: 9, now: 4_000_000, &random)
        #expect(end7)
        #expect(world.mirror.count == 3)
    }
}

@Suite struct PullEstimateTests {
    @Test func nothingIsSaidBeforeTheFirst() {
        #expect(PullEstimate(total: 10, inOneBudget: 10).secondsLeft(done: 0, elapsedSeconds: 5) == nil)
    }

    @Test func aSmallReadingIsAsLongAsItsRateSays() {
        let estimate = PullEstimate(total: 100, inOneBudget: 100)
        #expect(estimate.secondsLeft(done: 25, elapsedSeconds: 5) == 15.0)
        #expect(estimate.secondsLeft(done: 100, elapsedSeconds: 20) == 0.0)
    }

    @Test func theLimitsAreReckonedBeforeTheyAreMet() {
        // 480 at once, then 480 a minute: 3,000 need six waits.
        let estimate = PullEstimate(total: 3000, inOneBudget: 3000)
        #expect(estimate.secondsLeft(done: 300, elapsedSeconds: 6) == 360.0)
        // Beyond 4,800 the limit of the hour counts.
        #expect(PullEstimate(total: 10_000, inOneBudget: 10_000).secondsLeft(done: 300, elapsedSeconds: 6) == 7204.0)
        // Of many projects each has its own.
        #expect(PullEstimate(total: 10_000, inOneBudget: 100).secondsLeft(done: 5000, elapsedSeconds: 50) == 50.0)
    }
}
