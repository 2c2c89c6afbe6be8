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

    private func content(_ region: JSONValue, file: AttachmentInfo?) -> ConfigContent {
        var content = content(region)
        content.attachments["db"] = file
        return content
    }

    private func file(_ name: String, uid: Int64, size: Int64 = 3) -> AttachmentInfo {
        AttachmentInfo(uid: uid, sizeBytes: size, name: name, contentType: "text/csv")
    }

    private func decideFile(_ before: ConfigContent?, _ expected: ConfigContent, _ actual: ConfigContent) -> Settlement {
        Settlement.decide(before: before, expected: expected, actual: actual, sent: [.attachment("db"), .key("region")])
    }

    @Test func aNewFileIsKnownByWhatTheServerTellsOfIt() {
        let meant = content("us", file: file("b.csv", uid: 0))
        #expect(decideFile(content("us", file: nil), meant, content("us", file: file("b.csv", uid: 7))) == .applied)
        #expect(decideFile(nil, meant, content("us", file: file("b.csv", uid: 7))) == .applied)
        let old = content("us", file: file("a.csv", uid: 7))
        #expect(decideFile(old, meant, content("us", file: file("b.csv", uid: 7))) == .applied)
        #expect(decideFile(old, meant, old) == .notApplied)
        #expect(decideFile(old, meant, content("us", file: file("c.csv", uid: 7))) == .overtaken(["attachment.db"], .unknown))
        #expect(decideFile(old, content("us", file: nil), content("us", file: nil)) == .applied)
    }

    /// The values are saved before the files, so that they prove nothing for a file that looks as it did.
    @Test func aFileThatLooksAsBeforeCanNotBeToldWhateverElseArrived() {
        let old = content("us", file: file("a.csv", uid: 7))
        let same = content("us", file: file("a.csv", uid: 0))
        #expect(decideFile(old, same, old) == .undecidable)
        let withValue = content("eu", file: file("a.csv", uid: 0))
        #expect(decideFile(old, withValue, content("eu", file: file("a.csv", uid: 7))) == .undecidable)
        var others = content("eu", file: file("a.csv", uid: 7))
        others.order = 9
        #expect(decideFile(old, withValue, others) == .undecidable)
        let masked = content("us", file: .masked)
        #expect(decideFile(masked, masked, masked) == .undecidable)
        #expect(decideFile(content("us", file: nil), masked, masked) == .applied)
    }

    @Test func valuesThatArrivedWithoutTheFileAreToldApart() {
        let old = content("us", file: file("a.csv", uid: 7))
        let meant = content("eu", file: file("b.csv", uid: 0))
        #expect(decideFile(old, meant, content("eu", file: file("a.csv", uid: 7))) == .withoutFiles([.attachment("db")]))
        #expect(decideFile(nil, meant, content("eu", file: nil)) == .withoutFiles([.attachment("db")]))
    }

    @Test func somebodyElsesChangeBesideOursIsNamed() {
        #expect(decide(content("us"), content("eu"), content("eu", order: 5)) == .appliedAmongOthers(["order"]))
    }

    @Test func somebodyElsesChangeWithoutOursMeansOursDidNotArrive() {
        #expect(decide(content("us"), content("eu"), content("us", order: 5)) == .notApplied)
    }

    @Test func aFieldThatIsNeitherOldNorNewWasOvertaken() {
        #expect(decide(content("us"), content("eu"), content("mars")) == .overtaken(["region"], .unknown))
        #expect(decide(content("us"), content("eu"), nil) == .overtaken(["region"], .unknown))
        #expect(decide(nil, content("eu"), content("us")) == .overtaken(["region"], .unknown))
    }

    @Test func aFieldThatIsAsItWasBesideOneThatArrivedWasSetBack() {
        let before = content("us", other: "o")
        let settlement = Settlement.decide(
            before: before, expected: content("eu", other: "p"), actual: content("us", other: "p"), sent: [.key("region"), .key("other")])
        #expect(settlement == .overtaken(["region"], .certain))
    }

    @Test func whatTheInstanceSaidItTookDidArriveWhateverItShows() {
        let sent = ["region"]
        #expect(Settlement.notApplied.acknowledged(sent: sent) == .overtaken(sent, .certain))
        #expect(Settlement.overtaken(["a"], .unknown).acknowledged(sent: sent) == .overtaken(["a"], .certain))
        #expect(Settlement.appliedInPart(missing: ["a"]).acknowledged(sent: sent) == .overtaken(["a"], .certain))
        #expect(Settlement.undecidable.acknowledged(sent: sent) == .applied)
        #expect(Settlement.withoutFiles([.attachment("c")]).acknowledged(sent: sent) == .overtaken(["attachment.c"], .certain))
        for other in [Settlement.applied, .appliedAmongOthers(["b"]), .handedOver, .untraceable] {
            #expect(other.acknowledged(sent: sent) == other)
        }
    }
}
