import Models
import Testing

@Suite struct ChartScaleTests {
    @Test(arguments: [
        (0, 1), (1, 1), (3, 4), (7, 10), (10, 10), (11, 20), (24, 40), (99, 100), (100, 100), (101, 200), (2500, 4000), (1_000_001, 2_000_000),
    ] as [(Double, Double)])
    func theTopIsTheNextRoundNumber(maximum: Double, top: Double) {
        let scale = ChartScale(maximum: maximum)
        #expect(scale.top == top)
        #expect(scale.ticks.first == 0 && scale.ticks.last == scale.top)
    }

    @Test func ticksAreEvenlySpacedAndHoldEveryValue() {
        for maximum in stride(from: 0.0, through: 5000, by: 7) {
            for intervals in 1...5 {
                let scale = ChartScale(maximum: maximum, intervals: intervals)
                #expect(scale.top >= maximum && scale.ticks.count <= intervals + 2)
                #expect(scale.fraction(maximum) <= 1)
            }
        }
    }

    @Test func onlyZeroLooksLikeZero() {
        let scale = ChartScale(maximum: 100_000)
        #expect(scale.level(0, of: 8) == 0)
        #expect(scale.level(1, of: 8) == 1)
        #expect(scale.level(100_000, of: 8) == 8)
        #expect(scale.level(-5, of: 8) == 0 && scale.level(.nan, of: 8) == 0)
    }

    @Test func valuesThatAreNoNumbersMakeAnEmptyScale() {
        #expect(ChartScale(maximum: .nan).top == 1 && ChartScale(maximum: .infinity).top == 1 && ChartScale(maximum: -3).top == 1)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1k"), (1290, "1.2k"), (35_900, "35k"), (1_500_000, "1.5M"), (-1200, "-1.2k")] as [(Int64, String)])
    func countsAreShort(value: Int64, text: String) {
        #expect(CountText.short(value) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1234, "1\u{202F}234"), (-1_234_567, "-1\u{202F}234\u{202F}567")] as [(Int64, String)])
    func countsAreGrouped(value: Int64, text: String) {
        #expect(CountText.grouped(value) == text)
    }

    @Test func neighboursAreAddedUpWhereThereIsNoRoom() {
        #expect(ChartScale.merged([1, 2, nil, nil, 5, nil], into: 3) == [3, nil, 5])
        #expect(ChartScale.merged([1, 2], into: 3) == [1, 2])
        for count in 1...9 { #expect(ChartScale.merged([Int64?](repeating: 1, count: 9), into: count).compactMap { $0 }.reduce(0, +) == 9) }
    }
}
