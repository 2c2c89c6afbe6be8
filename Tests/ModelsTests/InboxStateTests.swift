import Models
import Testing

@Suite struct InboxStateTests {
    /// Every state with everything that can happen: 30 cases.
    @Test(arguments: [
        (InboxState.new, [InboxState.seen, .muted, .new, .resolved, .new, .new]),
        (.seen, [.seen, .muted, .seen, .resolved, .seen, .seen]),
        (.muted, [.muted, .muted, .seen, .resolved, .muted, .muted]),
        (.resolved, [.resolved, .muted, .resolved, .resolved, .returned, .resolved]),
        (.returned, [.seen, .muted, .returned, .resolved, .returned, .returned]),
    ])
    func eachEventLeadsFromEachStateToOne(state: InboxState, expected: [InboxState]) {
        let events: [InboxEvent] = [.looked, .muted, .unmuted, .resolved, .occurredSince, .occurredBefore]
        #expect(events.count == InboxEvent.allCases.count)
        #expect(events.map { state.after($0) } == expected)
    }

    @Test func onlyNewOnesAndThoseThatCameBackAreUnseen() {
        #expect(InboxState.allCases.filter(\.isUnseen) == [.new, .returned])
        #expect(InboxState.allCases.filter { !$0.isListed } == [.muted, .resolved])
    }

    /// From anywhere, resolving and occurring again ends unseen; muting and occurring never does.
    @Test(arguments: InboxState.allCases)
    func whatIsResolvedComesBackAndWhatIsMutedDoesNot(state: InboxState) {
        #expect(state.after(.resolved).after(.occurredSince).isUnseen)
        #expect(!state.after(.muted).after(.occurredSince).isUnseen)
    }
}
