import Models
import Sync
import Testing

@Suite struct SettlementTests {
    private func content(_ region: JSONValue?, order: Int64 = 1, other: JSONValue = "o") -> ConfigContent {
        var content = ConfigContent(enabled: true, order: order)
        content.values["region"] = region
        content.values["other"] = other
        return content
    }

    private func decide(_ before: ConfigContent?, _ expected: ConfigContent, _ actual: ConfigContent?) -> Settlement {
        Settlement.decide(before: before, expected: expected, actual: actual, sent: [.key("region")])
    }

    @Test func theRemoteTellsWhetherAWriteArrived() {
        #expect(decide(content("us"), content("eu"), content("eu")) == .applied)
        #expect(decide(content("us"), content("eu"), content("us")) == .notApplied)
        #expect(decide(nil, content("eu"), nil) == .notApplied)
        #expect(decide(nil, content("eu"), content("eu")) == .applied)
    }

    @Test func aSecretReplacedByAnotherCanNotBeTold() {
        let masked = content(.string(Secret.mask))
        #expect(decide(masked, masked, masked) == .undecidable)
        #expect(decide(masked, masked, content(.string(Secret.mask), other: "x")) == .undecidable)
    }

    @Test func somebodyElsesChangeBesideOursIsNamed() {
        #expect(decide(content("us"), content("eu"), content("eu", order: 5)) == .appliedAmongOthers(["order"]))
    }

    @Test func somebodyElsesChangeWithoutOursMeansOursDidNotArrive() {
        #expect(decide(content("us"), content("eu"), content("us", order: 5)) == .notApplied)
    }

    @Test func aFieldThatIsNeitherOldNorNewWasOvertaken() {
        #expect(decide(content("us"), content("eu"), content("mars")) == .overtaken(["region"]))
        #expect(decide(content("us"), content("eu"), nil) == .overtaken(["region"]))
        #expect(decide(nil, content("eu"), content("us")) == .overtaken(["region"]))
    }
}
