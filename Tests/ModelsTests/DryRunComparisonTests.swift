import Models
import Testing

@Suite struct DryRunComparisonTests {
    private enum Side: CaseIterable {
        case same, other, dropped, failed, failedOtherwise
    }

    private static let event: JSONValue = ["event": "x", "properties": ["a": 1]]

    private static func step(_ side: Side, _ index: Int = 0) -> DryRunStep {
        switch side {
        case .same: DryRunStep(method: "processEvent", event: index, outcome: .returned, result: event)
        case .other: DryRunStep(method: "processEvent", event: index, outcome: .returned, result: ["event": "x", "properties": ["a": 2]])
        case .dropped: DryRunStep(method: "processEvent", event: index, outcome: .dropped)
        case .failed: DryRunStep(method: "processEvent", event: index, outcome: .failed, error: DryRunError(name: "TypeError", message: "a"))
        case .failedOtherwise: DryRunStep(method: "processEvent", event: index, outcome: .timedOut, error: DryRunError(name: "Error", message: "b"))
        }
    }

    private static func variant(_ steps: [DryRunStep], _ change: (inout DryRunVariant) -> Void = { _ in }) -> DryRunVariant {
        var variant = DryRunVariant(
            configID: 1, plugin: "p", sourceHash: "h", era: .november2023, capabilities: DryRunCapabilities(methods: ["processEvent"]), steps: steps)
        change(&variant)
        return variant
    }

    private static func compare(_ base: DryRunVariant?, _ local: DryRunVariant, count: Int = 1) -> DryRunComparison {
        DryRunComparison(base: base, local: local, eventCount: count) { _ in event }
    }

    @Test func everyPairOfOutcomesIsJudged() {
        let expected: [Side: [Side: String]] = [
            .same: [.same: "unchanged", .other: "changed", .dropped: "dropped", .failed: "newlyFailing", .failedOtherwise: "newlyFailing"],
            .other: [.same: "changed", .other: "unchanged", .dropped: "dropped", .failed: "newlyFailing", .failedOtherwise: "newlyFailing"],
            .dropped: [.same: "changed", .other: "changed", .dropped: "unchanged", .failed: "newlyFailing", .failedOtherwise: "newlyFailing"],
            .failed: [.same: "fixed", .other: "fixed", .dropped: "fixed", .failed: "unchanged", .failedOtherwise: "failsOtherwise"],
            .failedOtherwise: [.same: "fixed", .other: "fixed", .dropped: "fixed", .failed: "failsOtherwise", .failedOtherwise: "unchanged"],
        ]
        for base in Side.allCases {
            for local in Side.allCases {
                let comparison = Self.compare(Self.variant([Self.step(base)]), Self.variant([Self.step(local)]))
                let found = comparison.changes.first.map { "\($0.kind)" } ?? "unchanged"
                #expect(found == expected[base]?[local], "\(base) → \(local)")
                let summary = comparison.summary
                #expect(summary.unchanged + summary.changed + summary.dropped + summary.newlyFailing + summary.fixed == summary.events)
                #expect(comparison.hasNewFailures == (found == "newlyFailing"))
                #expect(comparison.differences.isEmpty == (found == "unchanged"))
            }
        }
    }

    @Test func withoutABaseTheEventItselfIsTheMeasure() {
        for (side, kind) in [(Side.same, nil), (.other, "changed"), (.dropped, "dropped"), (.failed, "newlyFailing")] as [(Side, String?)] {
            let comparison = Self.compare(nil, Self.variant([Self.step(side)]))
            #expect(comparison.changes.first.map { "\($0.kind)" } == kind)
            #expect(comparison.differences.isEmpty)
        }
    }

    @Test func whatOtherMethodsReturnIsNothing() {
        let base = Self.variant([DryRunStep(method: "onEvent", event: 0, outcome: .returned, result: 1)])
        let local = Self.variant([DryRunStep(method: "onEvent", event: 0, outcome: .returned, result: 2)])
        #expect(Self.compare(base, local).changes.isEmpty)
    }

    @Test func aWebhookIsComparedUnderItsOwnName() {
        func hook(_ url: String) -> DryRunVariant {
            Self.variant([DryRunStep(method: "composeWebhook", event: 0, outcome: .returned, result: ["url": .string(url)])])
        }
        #expect(Self.compare(hook("a"), hook("b")).differences.map(\.path) == ["composeWebhook().url"])
    }

    @Test func aPluginThatIsNotLoadedHandlesNothing() {
        let local = Self.variant([Self.step(.same, 0), Self.step(.same, 1)]) { $0.loadError = DryRunError(name: "SyntaxError", message: "x") }
        let base = Self.variant([Self.step(.other, 0), Self.step(.same, 1)])
        let comparison = Self.compare(base, local, count: 2)
        #expect(comparison.otherFailures.map(\.method) == [nil])
        #expect(comparison.summary.newlyFailing == 2 && comparison.hasProvenFailures)
        #expect(!Self.compare(local, local, count: 2).hasNewFailures)
    }

    @Test func aFailingSetupTakesItsEventsWithIt() {
        let setup = DryRunStep(method: "setupPlugin", event: nil, outcome: .failed, error: DryRunError(name: "Error", message: "no"))
        let comparison = Self.compare(Self.variant([Self.step(.same)]), Self.variant([setup, Self.step(.same)]))
        #expect(comparison.otherFailures.map(\.method) == ["setupPlugin"] && comparison.summary.newlyFailing == 1)
    }

    @Test func aFailureDuringARefusedRequestProvesNothing() {
        let request = DryRunRequest(method: "GET", url: "https://api.x.com/v1", answered: .denied, step: 0)
        let blocked = Self.compare(Self.variant([Self.step(.same)]), Self.variant([Self.step(.failed)]) { $0.requests = [request] })
        #expect(blocked.hasNewFailures && !blocked.hasProvenFailures)
        #expect(blocked.hosts.added == ["api.x.com"])
    }

    @Test func aMethodThatIsGoneLetsEventsPass() {
        let comparison = Self.compare(Self.variant([Self.step(.other)]), Self.variant([]) { $0.capabilities.methods = ["onEvent"] })
        #expect(comparison.differences.map(\.path) == ["properties.a"])
        #expect(comparison.capabilities.added == ["onEvent"] && comparison.capabilities.removed == ["processEvent"])
    }

    @Test func theWorstEventComesFirst() {
        let base = Self.variant((0..<5).map { Self.step($0 == 4 ? .failed : .same, $0) })
        let local = Self.variant([Self.step(.same, 0), Self.step(.other, 1), Self.step(.dropped, 2), Self.step(.failed, 3), Self.step(.same, 4)])
        #expect(Self.compare(base, local, count: 5).worstFirst.map(\.event) == [3, 2, 1, 4])
    }

    @Test(arguments: [
        ("https://User:pw@API.x.com:8443/a@b", "api.x.com"), ("http://[::1]:80/", "[::1]"), ("https://x.com?a=//y", "x.com"), ("nothing", "nothing"),
    ])
    func hostsAreTold(url: String, host: String) {
        #expect(DryRunVariant.host(of: url) == host)
    }

    @Test func theProfileNamesTheSlowestCalls() throws {
        let steps = (1...100).map { DryRunStep(method: "processEvent", event: $0, outcome: .returned, durationMicroseconds: $0 == 7 ? 900 : $0) }
        let profile = try #require(DryRunProfile(Self.variant(steps)))
        #expect(profile.slowest.map(\.event) == [7, 100, 99] && profile.medianMicroseconds == 51)
        #expect(DryRunProfile(Self.variant([])) == nil)
    }
}
