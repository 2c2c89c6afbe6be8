import Models
import Testing

@Suite struct ReproVerdictTests {
    private func variant(
        _ steps: [(method: String, outcome: DryRunStep.Outcome, error: DryRunError?)], loadError: DryRunError? = nil, deniedAt: Int? = nil
    ) -> DryRunVariant {
        DryRunVariant(
            configID: 1, plugin: "p", sourceHash: "", era: .november2023, loadError: loadError,
            steps: steps.enumerated().map { index, step in
                DryRunStep(method: step.method, event: step.method == "setupPlugin" ? nil : 0, outcome: step.outcome, error: step.error)
            },
            requests: deniedAt.map { [DryRunRequest(method: "GET", url: "https://a.example", headers: JSONObject(), body: nil, answered: .denied, step: $0)] } ?? [])
    }

    private let there = DryRunError(name: "TypeError", message: "no 'x' in 7")
    private let other = DryRunError(name: "RangeError", message: "deep")

    private func word(_ variant: DryRunVariant, method: String = "processEvent") -> String {
        ReproVerdict(variant, name: "TypeError", message: "no 'a' in 12", method: method).word
    }

    @Test func theSameMistakeIsToldFromAnotherAndFromNone() {
        #expect(word(variant([("setupPlugin", .returned, nil), ("processEvent", .failed, there)])) == "same")
        #expect(word(variant([("processEvent", .failed, other)])) == "other")
        #expect(word(variant([("processEvent", .returned, nil)])) == "passes")
        #expect(word(variant([("processEvent", .dropped, nil)])) == "passes")
        #expect(word(variant([("onEvent", .returned, nil)])) == "absent")
        #expect(word(variant([("onEvent", .failed, there), ("processEvent", .returned, nil)])) == "passes", "of another method")
    }

    @Test func whatFailsForWantOfAnAnswerIsBlockedUnlessItIsTheSame() {
        #expect(word(variant([("processEvent", .failed, other)], deniedAt: 0)) == "blocked")
        #expect(word(variant([("processEvent", .failed, there)], deniedAt: 0)) == "same")
        #expect(word(variant([("setupPlugin", .failed, other), ("processEvent", .returned, nil)], deniedAt: 1)) == "other")
    }

    @Test func aPluginThatCannotBeLoadedFails() {
        #expect(word(variant([], loadError: there)) == "same" && word(variant([], loadError: other)) == "other")
        #expect(ReproVerdict(variant([("runEveryHour", .failed, there)]), name: "", message: "no 'b' in 1", method: "scheduledTask").word == "same")
    }
}
