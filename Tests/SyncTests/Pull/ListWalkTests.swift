import Models
import Sync
import TestSupport
import Testing

@Suite struct ListWalkTests {
    /// A list that may re-order itself between pages, as the server's does.
    struct List {
        var ids: [Int64]
        var unreadable: Set<Int64> = []
        var pageLimit = Int.max
        var requests = 0

        /// nil is a 500.
        func page(_ range: PageRange) -> [Int64]? {
            let page = Array(ids.dropFirst(range.offset).prefix(min(range.limit, pageLimit)))
            return page.contains(where: unreadable.contains) ? nil : page
        }
    }

    private func walk(_ list: inout List, between: (inout List, Int) -> Void = { _, _ in }) -> ListWalk {
        var walk = ListWalk()
        while walk.outcome == nil, let range = walk.next() {
            list.requests += 1
            between(&list, list.requests)
            if let ids = list.page(range) {
                walk.received(range, ids: ids, PageSummary(count: list.ids.count, rowCount: ids.count, bodyBytes: ids.count * 2000))
            } else if !walk.failed(range) {
                break
            }
        }
        return walk
    }

    @Test(arguments: [0, 1, 99, 100, 101, 1000, 1234])
    func everyRowIsSeenOnceWithNoMoreRequestsThanPages(count: Int64) {
        var list = List(ids: Array(0..<count))
        let walk = walk(&list)
        #expect(walk.outcome == .complete(count: Int(count)))
        #expect(walk.seen == Set(0..<count))
        #expect(list.requests <= max(1, Int(count + 99) / 100))
    }

    @Test func rowsThatMoveBetweenPagesAreReadInAnotherPass() {
        var list = List(ids: Array(0..<500))
        let walk = walk(&list) { list, request in
            if request == 2 { list.ids.reverse() }
        }
        #expect(walk.outcome == .complete(count: 500))
        #expect(walk.seen == Set(0..<500))
    }

    @Test func aListThatNeverHoldsStillIsNotTrusted() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var list = List(ids: Array(0..<1000))
        let walk = walk(&list) { list, _ in list.ids.shuffle(using: &random) }
        #expect(walk.outcome == .shifting, "seed \(seed)")
    }

    @Test func aRowThatIsAddedOrRemovedMeanwhileMakesAnotherPass() {
        var list = List(ids: Array(0..<300))
        let walk = walk(&list) { list, request in
            if request == 2 { list.ids.removeFirst() }
        }
        #expect(walk.outcome == .complete(count: 299))
        #expect(walk.seen.isSuperset(of: 1..<300))
    }

    @Test(arguments: [[0], [5], [99], [0, 250], [299], [150, 151]] as [Set<Int64>])
    func rowsThatTheServerCanNotRenderHideNoOthers(unreadable: Set<Int64>) {
        var list = List(ids: Array(0..<300), unreadable: unreadable)
        let walk = walk(&list)
        #expect(walk.outcome == .unreadable(rows: unreadable.count))
        #expect(walk.seen == Set(0..<300).subtracting(unreadable))
        #expect(list.requests < 60)
    }

    @Test func aListThatIsBrokenEverywhereIsGivenUpSoon() {
        var list = List(ids: Array(0..<5000), unreadable: Set(0..<5000))
        let walk = walk(&list)
        #expect(walk.outcome == nil)
        #expect(list.requests <= 70)
    }

    @Test func aServerThatGivesSmallerPagesThanAskedForIsReadToTheEnd() {
        var list = List(ids: Array(0..<300), pageLimit: 30)
        let walk = walk(&list)
        #expect(walk.outcome == .complete(count: 300))
    }

    @Test func largeRowsMakeSmallPages() {
        var size = PageSize()
        size.learn(rowCount: 100, bodyBytes: 100 * 100_000)
        #expect(size.rows <= 10)
        size.learn(rowCount: 1, bodyBytes: 10_000_000)
        #expect(size.rows == 1)
    }
}
