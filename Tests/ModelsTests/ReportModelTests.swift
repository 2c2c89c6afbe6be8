import Models
import Testing

@Suite struct ReportModelTests {
    private static let days = ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]
    private let now = Timestamp(milliseconds: 1_795_745_400_000)

    private func day(_ successes: Int64, _ failures: Int64, retries: Int64 = 0) -> DeliveryFigures {
        DeliveryFigures(successes: successes, retries: retries, failures: failures)
    }

    private func config(_ days: [DeliveryFigures?], id: Int64 = 1, isEnabled: Bool = true, project: String = "Web shop") -> ReportConfig {
        ReportConfig(id: PluginConfigID(id), pluginName: "GeoIP", projectName: project, isEnabled: isEnabled, isEdited: false, days: days)
    }

    private func report(
        _ configs: [ReportConfig] = [], errors: [ReportError] = [], changes: [ReportChange] = [], zone: String? = "UTC", unseen: Int = 0, conflicts: [String] = [], unsettled: Int = 0, pulledSecondsAgo: Int64? = 60, isComplete: Bool = true
    ) -> ReportModel {
        ReportModel(
            subject: .init(context: "prod", origin: "https://a", organization: "Example", project: nil), madeAt: now, since: now, days: Self.days,
            zone: zone, projects: ReportProject.sorted(configs), silentConfigCount: 0, errors: errors, errorCount: unseen, unseenErrorCount: unseen, changes: changes,
            hasMoreChanges: false,
            waiting: ReportWaiting(items: conflicts.isEmpty ? [] : [.init(subject: "config:1", title: "t", changes: [], conflicts: conflicts)], unsettledSteps: unsettled),
            freshness: pulledSecondsAgo.map { [ReportFreshness(collection: "configs", pulledAt: now.adding(seconds: -$0), isComplete: isComplete, detail: "")] } ?? [],
            archivedAt: nil, hasPersonalData: false)
    }

    @Test func aConfigFailsByWhatItDidLately() {
        #expect(config([day(100, 0), day(100, 0), day(100, 0), day(80, 20)]).state == .failing)
        #expect(config([day(0, 100), day(0, 100), day(100, 0), day(100, 0)]).state == .well, "it is over")
        #expect(config([day(100, 0), day(100, 0), day(1000, 0), day(1000, 1)]).state == .watch)
        #expect(config([day(100, 0), day(100, 0), day(10, 90), nil]).state == .failing, "a gap is not a day that went well")
        #expect(config([nil, nil, nil, nil]).state == .silent && config([day(0, 0), nil, nil, nil]).state == .silent)
        #expect(config([day(100, 0), day(100, 0), day(80, 20), day(0, 0)], isEnabled: false).state == .watch, "what is off can't fail any more")
    }

    @Test func aConfigThatIsOnAndHasStoppedIsWatched() {
        let stopped = config([day(100, 0), day(100, 0), day(0, 0), day(0, 0)])
        #expect(stopped.state == .watch && stopped.stoppedOn == 2)
        #expect(config([day(100, 0), day(100, 0), day(0, 0), day(0, 0)], isEnabled: false).stoppedOn == nil)
        #expect(config([day(100, 0), day(100, 0), day(0, 0), day(5, 0)]).stoppedOn == nil)
        #expect(report([stopped]).health.findings.map(\.text) == ["GeoIP@Web shop is on but has handled nothing since 26 Nov."])
    }

    @Test func failuresAreFollowedBackToTheirFirstDay() {
        #expect(config([day(1, 1), day(1, 0), day(1, 1), day(1, 1)]).failingSince == 2)
        #expect(config([day(1, 1), nil, day(1, 1), nil]).failingSince == 0, "a gap breaks no row")
        #expect(config([day(1, 1), day(1, 1), day(1, 0), day(1, 0)]).failingSince == nil)
    }

    @Test func onlyAPerfectRateSaysSo() {
        #expect(day(10, 0, retries: 2).rateText == "100 %" && day(0, 0).rateText == nil && day(0, 5).rateText == "0.0 %")
        #expect(day(10_000_000, 1).rateText == "99.9 %")
    }

    @Test func gapsStayGapsInTotals() {
        let totals = report([config([nil, day(1, 0), nil, day(1, 0)]), config([nil, day(1, 1), day(2, 0), nil], id: 2)]).dayTotals
        #expect(totals == [nil, day(2, 1), day(2, 0), day(1, 0)])
    }

    @Test func theWorstComesFirst() {
        let well = config([day(1, 0), day(1, 0), day(1, 0), day(1, 0)], id: 1, project: "A")
        let failing = config([day(1, 0), day(1, 0), day(1, 0), day(0, 9)], id: 2, project: "B")
        let watch = config([day(1, 0), day(1, 0), day(99, 0), day(99, 1)], id: 3, project: "A")
        let projects = ReportProject.sorted([well, watch, failing])
        #expect(projects.map(\.name) == ["B", "A"] && projects[1].configs.map(\.id.rawValue) == [3, 1])
    }

    @Test func healthIsTheWorstFinding() {
        #expect(report().health.level == .well && report().health.findings.isEmpty)
        #expect(report(unseen: 2).health.level == .watch)
        #expect(report(conflicts: ["region"]).health.findings.map(\.text) == ["A conflict needs a decision."])
        #expect(report(unsettled: 1).health.findings.map(\.part) == [.waiting])
        let failing = report([config([day(1, 0), day(1, 0), day(1, 0), day(0, 9)])], unseen: 1, isComplete: false).health
        #expect(failing.level == .failing && failing.sentence == "GeoIP@Web shop fails.")
        #expect(failing.findings.map(\.level) == [.failing, .watch, .watch])
    }

    @Test func aConfigThatTheServerSwitchedOffFailsThoughItDeliversNothingMore() {
        func error(_ id: String, isOff: Bool) -> ReportError {
            ReportError(
                id: id, place: "GeoIP@Web shop", configSubject: "config:1", name: "Switched off", message: "", count: 1, hasMore: false, firstSeen: now, lastSeen: now,
                state: .seen, note: "", days: [], cause: nil, stack: nil, event: nil, hidden: PersonalDataSummary(), isSwitchedOff: isOff)
        }
        let health = report(errors: [error("E1", isOff: true), error("E2", isOff: false)]).health
        #expect(health.sentence == "The server switched GeoIP@Web shop off." && health.findings.map(\.text) == ["The server switched GeoIP@Web shop off (E1)."])
        #expect(report(errors: (1...5).map { error("E\($0)", isOff: true) }).health.findings.count == 4)
        #expect(report(errors: [error("E2", isOff: false)]).health.level == .well)
    }

    /// 22:30 in UTC on the 25th is the 26th in Tokyo.
    @Test func aChangeStandsAtTheDayThatTheReportCounts() throws {
        let at = try #require(Timestamp(iso8601: "2026-11-25T22:30:00Z"))
        func mark(_ day: String?) -> [Int] {
            let change = ReportChange(at: at, day: day, kind: .config, title: "t", subject: "config:1", author: "", origin: "pull", lines: ["a: 1 → 2"])
            return report(changes: [change], zone: "Asia/Tokyo").marks.map(\.day)
        }
        #expect(mark("2026-11-26") == [2] && mark(nil) == [1])
        #expect(report(zone: "Asia/Tokyo").zoneText == "days of Asia/Tokyo" && report(zone: nil).zoneText == "days of each project\u{2019}s own zone")
        #expect(report(zone: nil).json["timezone"] == .null && report(zone: "Asia/Tokyo").json["timezone"] == "Asia/Tokyo")
    }

    @Test func anErrorIsNeverCalledNothing() {
        #expect([("", ""), ("TypeError", ""), ("", "x"), ("TypeError", "x")].map { Headline.of($0.0, $0.1) } == ["(no message)", "TypeError", "x", "TypeError: x"])
        #expect(Headline.firstLine("\none\r\ntwo") == "one" && Headline.firstLine("") == "")
    }

    @Test func anOldOrMissingPullIsSaid() {
        #expect(report(pulledSecondsAgo: 3 * 86_400).health.findings.map(\.text) == ["The mirror is 3 days old: much may have changed."])
        #expect(report(pulledSecondsAgo: nil).health.findings.map(\.part) == [.freshness])
    }

    @Test func manyFindingsAreCounted() {
        let configs = (1...9).map { config([day(1, 0), day(1, 0), day(1, 0), day(0, 9)], id: $0) }
        let findings = report(configs).health.findings
        #expect(findings.count == 4 && findings.last?.text == "6 more configs have failures.")
    }

    @Test func jsonHasNullForAGap() {
        let json = report([config([nil, day(1, 0), nil, day(3, 1)])]).json
        #expect(json["totals"]?.array?.first == .null && json["totals"]?.array?.last?["failures"] == 1)
        #expect(json["health"]?["level"] == "failing")
    }
}
