import Models
import Storage
import Sync
import Testing

/// The rules of what can have changed, one by one.
@Suite struct MetricPlanTests {
    private static let now = Timestamp(milliseconds: 1_700_000_000_000)  // 2023-11-14T22:13:20Z

    private func config(_ id: Int64 = 1, enabled: Bool = true, rate: DeliveryRate = .perfect) -> DeliveryRow {
        DeliveryRow(id: PluginConfigID(id), pluginID: PluginID(7), projectID: ProjectID(3), enabled: enabled, rate: rate)
    }

    private func series(
        _ category: String = "onEvent", hoursAgo: Int64 = 1, lastDay: String? = "2023-11-14", refused: Bool = false, figures: Bool = true
    ) -> MetricSeriesRow {
        MetricSeriesRow(
            configID: PluginConfigID(1), category: category, knownAt: MetricPlanTests.now.adding(seconds: -hoursAgo * 3600),
            isRefused: refused, lastDay: lastDay, hasFigures: figures)
    }

    private func plan(
        _ configs: [DeliveryRow], capabilities: [String]? = ["onEvent"], _ series: [MetricSeriesRow] = [], told: Bool = true,
        hours: Bool = false, resumedFrom: Timestamp? = nil
    ) -> MetricPlan {
        MetricPlan(
            configs, capabilities: capabilities.map { [PluginID(7): $0] } ?? [:], series: series,
            toldAt: told ? [ProjectID(3): MetricPlanTests.now] : [:], readsHours: hours, resumedFrom: resumedFrom, now: MetricPlanTests.now)
    }

    @Test func whatWasNeverAskedIsAskedForThirtyDays() {
        let asks = plan([config(rate: .nothing)], capabilities: ["processEvent", "scheduledTask"]).asks
        #expect(asks.map(\.category) == ["processEvent", "scheduledTask"])
        #expect(asks.map(\.from) == ["-30d", "-30d"])
    }

    @Test func laterOnlyFromTheLastDayOnWithDaysThatMakeItMoreThanTwo() {
        #expect(plan([config()], [series()]).asks.map(\.from) == ["2023-11-11"])
        #expect(plan([config()], [series(lastDay: "2023-03-01")]).asks.map(\.from) == ["-90d"])
        #expect(plan([config()], [series(lastDay: nil)]).asks.map(\.from) == ["-30d"])
    }

    @Test(arguments: [(DeliveryRate.failing, true, 2), (.failing, false, 1), (.perfect, true, 1), (.unknown, true, 1)])
    func hoursAreAskedOfConfigsThatFailAndAreOn(rate: DeliveryRate, enabled: Bool, count: Int) {
        let asks = plan([config(enabled: enabled, rate: rate)], [series()], hours: true).asks
        #expect(asks.map(\.isHourly) == Array([false, true].prefix(count)) && asks.last?.from == (count == 2 ? "-1d" : "2023-11-11"))
        #expect(plan([config(enabled: enabled, rate: rate)], [series()]).asks.count == 1)
    }

    /// (rate, hours since the series was known, whether the rates are of this pull, whether it is asked)
    @Test(arguments: [
        (.nothing, 1, true, false), (.nothing, 23, true, false), (.nothing, 24, true, true), (.nothing, 40, true, true),
        (.nothing, 1, false, true), (.unknown, 1, true, true), (.perfect, 1, true, true), (.failing, 1, true, true),
    ] as [(DeliveryRate, Int64, Bool, Bool)])
    func aConfigThatHasCountedNothingForADayIsNotAsked(rate: DeliveryRate, hours: Int64, told: Bool, isAsked: Bool) {
        let plan = plan([config(rate: rate)], [series(hoursAgo: hours)], told: told)
        #expect(plan.asks.isEmpty != isAsked)
        #expect(plan.quiet.isEmpty == isAsked)
        if !isAsked { #expect(plan.quiet.first?.until == MetricPlanTests.now, "so that tomorrow's null counts on from here") }
    }

    @Test func aQuietSeriesThatWasJustMarkedIsNotMarkedAgain() {
        let plan = plan([config(rate: .nothing)], [series(hoursAgo: 0)])
        #expect(plan.asks.isEmpty && plan.quiet.isEmpty)
    }

    @Test func ofUnknownCapabilitiesEverythingIsAskedOnceThenWhatHadFigures() {
        #expect(plan([config()], capabilities: nil).asks.map(\.category) == MetricCategory.all)
        let known = MetricCategory.all.map { series($0, figures: $0 == "webhook") }
        #expect(plan([config()], capabilities: nil, known).asks.map(\.category) == ["webhook"])
        let partly = Array(known.prefix(4))
        #expect(plan([config()], capabilities: nil, partly).asks.map(\.category) == ["webhook", "composeWebhook"])
        let silent = MetricCategory.all.map { series($0, figures: false) }
        #expect(plan([config(rate: .nothing)], capabilities: nil, silent).asks == [])
        #expect(plan([config()], capabilities: nil, silent).asks.count == MetricCategory.all.count, "it counted something somewhere")
    }

    @Test(arguments: [
        (nil, nil), ([:], nil), (["methods": []], []), (["methods": ["setupPlugin", "processEvent", "onEvent"]], ["processEvent", "onEvent"]),
        (["methods": ["exportEvents"], "scheduled_tasks": ["runEveryMinute"]], ["exportEvents", "scheduledTask"]),
        (["methods": ["composeWebhook"], "scheduled_tasks": []], ["webhook", "composeWebhook"]),
    ] as [(JSONValue?, [String]?)])
    func capabilitiesTellTheCategories(capabilities: JSONValue?, categories: [String]?) {
        #expect(MetricCategory.of(capabilities: capabilities) == categories)
    }

    @Test func aRefusedCategoryIsTriedAgainOnlyAfterADay() {
        #expect(plan([config()], [series(hoursAgo: 23, refused: true)]).asks == [])
        #expect(plan([config()], [series(hoursAgo: 25, refused: true)]).asks.count == 1)
    }

    @Test func whatAnInterruptedPullHasReadIsSkipped() {
        let start = MetricPlanTests.now.adding(seconds: -600)
        #expect(plan([config()], [series(hoursAgo: 0)], resumedFrom: start).asks == [])
        #expect(plan([config()], [series(hoursAgo: 1)], resumedFrom: start).asks.count == 1)
    }

    @Test func whatFailsComesFirst() {
        let plan = plan([config(1, enabled: false), config(2), config(3, rate: .failing)])
        #expect(plan.asks.map(\.config.rawValue) == [3, 2, 1])
    }
}
