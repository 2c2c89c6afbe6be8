import Models
import Sync
import Testing

@Suite struct ThreeWayMergeTests {
    static let values: [JSONValue?] = [nil, "A", "B", "C"]

    private func content(_ value: JSONValue?, other: JSONValue = "same") -> ConfigContent {
        var content = ConfigContent(enabled: true, order: 1)
        content.values["other"] = other
        content.values["k"] = value
        return content
    }

    private func edit(_ value: JSONValue?, field: ConfigField = .key("k")) -> Edit {
        Edit(
            configID: PluginConfigID(1), field: field, value: value.map(Edit.Value.value) ?? .unset, version: 1,
            madeAt: Timestamp(milliseconds: 0), state: .pending)
    }

    private func merge(base: ConfigContent?, _ edits: [Edit], remote: ConfigContent?, secretKeys: Set<String> = []) -> ThreeWayMerge {
        let versions = Versions(
            id: PluginConfigID(1), pluginID: PluginID(1), projectID: ProjectID(1), base: base, remote: remote, edits: edits)
        return ThreeWayMerge(versions, secretKeys: secretKeys)
    }

    /// All 64 of {absent, A, B, C}³, against the definition: one side moved wins, both the same is settled, else a conflict.
    @Test func everyCaseOfOneFieldFollowsTheDefinition() {
        for base in Self.values {
            for local in Self.values {
                for remote in Self.values {
                    let result = merge(base: content(base), [edit(local)], remote: content(remote))
                    let name = "base \(base?.text ?? "-"), local \(local?.text ?? "-"), remote \(remote?.text ?? "-")"
                    #expect(result.settled.count == (local == remote ? 1 : 0), "\(name)")
                    #expect(result.toSend.count == (local != remote && base == remote ? 1 : 0), "\(name)")
                    #expect(result.conflicts.count == (local != remote && base != remote ? 1 : 0), "\(name)")
                    let winner = base == remote ? local : remote
                    #expect(result.merged?.values["k"] == winner, "\(name)")
                }
            }
        }
    }

    @Test func whatNobodyEditedIsAlwaysTheRemotes() {
        let result = merge(base: content("A"), [edit("B")], remote: content("A", other: "theirs"))
        #expect(result.merged?.values["other"] == "theirs")
        #expect(result.merged?.values["k"] == "B")
        #expect(result.conflicts == [])
    }

    @Test func aConfigThatTheRemoteDeletedIsAConflictAndNoWinner() {
        let result = merge(base: content("A"), [edit("B")], remote: nil)
        #expect(result.toSend == [])
        #expect(result.conflicts.map(\.remote) == [.absent])
    }

    @Test func aDraftIsSentWhole() {
        let result = merge(base: nil, [edit("B")], remote: nil)
        #expect(result.toSend == [edit("B")])
        #expect(result.merged?.values["k"] == "B")
    }

    @Test func aNewSecretIsNeverTakenForSettled() {
        let secret = Edit(
            configID: PluginConfigID(1), field: .key("k"), value: .secret(reference: "r"), version: 1,
            madeAt: Timestamp(milliseconds: 0), state: .pending)
        let masked = content(.string(Secret.mask))
        #expect(merge(base: masked, [secret], remote: masked, secretKeys: ["k"]).toSend == [secret])
        #expect(merge(base: masked, [secret], remote: content(nil), secretKeys: ["k"]).conflicts.count == 1)
    }

    @Test func numbersThatTheServerRewroteAreNoDifference() throws {
        let mine = edit(try JSONValue(parsing: "1.0"))
        #expect(merge(base: content("A"), [mine], remote: content(1)).settled == [mine])
    }
}
