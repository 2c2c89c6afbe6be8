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

    /// The same of order and enabled, which are no keys, each held against the definition.
    @Test func everyCaseOfOrderAndEnabledFollowsTheDefinition() {
        let orders: [JSONValue?] = [nil, 1, 2, 3]
        for (field, values) in [(ConfigField.order, orders), (.enabled, [true, false])] {
            func content(_ value: JSONValue?) -> ConfigContent {
                var content = ConfigContent(enabled: false, order: nil)
                content.set(field, value)
                return content
            }
            for (base, local, remote) in triples(values) {
                let result = merge(base: content(base), [edit(local, field: field)], remote: content(remote))
                let name = "\(field.text): \(base?.text ?? "-"), \(local?.text ?? "-"), \(remote?.text ?? "-")"
                #expect(result.settled.count == (local == remote ? 1 : 0), "\(name)")
                #expect(result.toSend.count == (local != remote && base == remote ? 1 : 0), "\(name)")
                #expect(result.conflicts.count == (local != remote && base != remote ? 1 : 0), "\(name)")
                #expect(result.merged?[field] == (base == remote ? local : remote), "\(name)")
            }
        }
    }

    /// A file that waits is never settled: its contents can't be compared with what the server has.
    @Test func everyCaseOfAFileFollowsTheDefinition() {
        func content(_ name: String?) -> ConfigContent {
            var content = ConfigContent(enabled: true, order: 1)
            content.attachments["f"] = name.map { AttachmentInfo(uid: 1, sizeBytes: 3, name: $0, contentType: "text/csv") }
            return content
        }
        let names: [String?] = [nil, "A", "B", "C"]
        for (base, local, remote) in triples(names) {
            let value = local.map { Edit.Value.file(WaitingFile(reference: "r", name: $0, contentType: "text/csv", sizeBytes: 3)) }
            let edit = Edit(
                configID: PluginConfigID(1), field: .attachment("f"), value: value ?? .unset, version: 1,
                madeAt: Timestamp(milliseconds: 0), state: .pending)
            let result = merge(base: content(base), [edit], remote: content(remote))
            let name = "base \(base ?? "-"), local \(local ?? "-"), remote \(remote ?? "-")"
            let isSettled = local == nil && remote == nil
            #expect(result.settled.count == (isSettled ? 1 : 0), "\(name)")
            #expect(result.toSend.count == (!isSettled && base == remote ? 1 : 0), "\(name)")
            #expect(result.conflicts.count == (!isSettled && base != remote ? 1 : 0), "\(name)")
            #expect(result.merged?.attachments["f"]?.name == (base == remote ? local : remote), "\(name)")
        }
    }

    private func triples<Value>(_ values: [Value]) -> [(Value, Value, Value)] {
        values.flatMap { a in values.flatMap { b in values.map { (a, b, $0) } } }
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
