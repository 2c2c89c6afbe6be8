import Models
import Storage
import Testing

@testable import Sync

/// What going back edits, leaves and replaces, for every pair of states of a field.
struct ConfigRestorationTests {
    private let mask = JSONValue.string(Secret.mask)

    private func content(_ values: JSONObject, enabled: Bool = true, attachments: [String: AttachmentInfo] = [:]) -> ConfigContent {
        ConfigContent(enabled: enabled, order: 1, values: values, attachments: attachments)
    }

    private func restoration(
        _ then: ConfigContent, _ base: ConfigContent, edits: [Edit] = [], schema: JSONValue = [], secrets: Set<String> = [],
        only: Set<ConfigField>? = nil
    ) -> ConfigRestoration {
        let versions = Versions(
            id: PluginConfigID(1), pluginID: PluginID(1), projectID: ProjectID(1), base: base, remote: base, edits: edits)
        return ConfigRestoration(to: then, of: versions, schema: ConfigSchema(schema), secretKeys: secrets, only: only)
    }

    private func object(_ value: JSONValue?) -> JSONObject {
        var object = JSONObject()
        object["key"] = value
        return object
    }

    @Test func aPlainValueComesBackWhateverItWas() {
        let states: [JSONValue?] = [nil, "a", 1, .null]
        for then in states {
            for now in states {
                let found = restoration(content(object(then)), content(object(now)))
                let expected: [EditTable.Input] = then == now ? [] : [then.map(EditTable.Input.value) ?? .unset]
                #expect(found.inputs.map(\.input) == expected, "\(String(describing: then)) \(String(describing: now))")
                #expect(found.left.isEmpty)
            }
        }
    }

    @Test func nothingThatStandsForASecretBecomesAnEdit() {
        let redacted: JSONValue = "phsync:redacted:1"
        let other: JSONValue = "phsync:redacted:2"
        let states: [JSONValue?] = [nil, "", "clear", mask, redacted, other]
        for secrets in [["key"], []] as [Set<String>] {
            for then in states {
                for now in states where !secrets.isEmpty || HiddenValue.isHidden(then) || HiddenValue.isHidden(now) {
                    let found = restoration(content(object(then)), content(object(now)), secrets: secrets)
                    #expect(found.inputs.isEmpty, "\(String(describing: then)) \(String(describing: now))")
                }
            }
        }
    }

    @Test func ofASecretItIsSaidWhatCanBeTold() {
        func obstacle(_ then: JSONValue?, _ now: JSONValue?) -> ConfigRestoration.Obstacle? {
            restoration(content(object(then)), content(object(now)), secrets: ["key"]).left.first?.obstacle
        }
        #expect(obstacle(mask, mask) == .secret)
        #expect(obstacle("phsync:redacted:1", "phsync:redacted:1") == nil)
        #expect(obstacle("phsync:redacted:1", "phsync:redacted:2") == .secret)
        #expect(obstacle("phsync:redacted:1", mask) == .secret)
        #expect(obstacle(nil, mask) == .secretSetSince)
        #expect(obstacle(mask, nil) == .secretClearedSince)
        #expect(obstacle("", nil) == nil)
    }

    @Test func filesStayAsTheyAre() {
        let one = AttachmentInfo(uid: 1, sizeBytes: 3, name: "a.csv", contentType: "text/csv")
        let two = AttachmentInfo(uid: 2, sizeBytes: 4, name: "b.csv", contentType: "text/csv")
        for (then, now, expected) in [
            (one, two, .file), (one, nil, .file), (nil, one, .fileAttachedSince), (one, one, nil),
        ] as [(AttachmentInfo?, AttachmentInfo?, ConfigRestoration.Obstacle?)] {
            let found = restoration(
                content(JSONObject(), attachments: then.map { ["key": $0] } ?? [:]),
                content(JSONObject(), attachments: now.map { ["key": $0] } ?? [:]))
            #expect(found.inputs.isEmpty)
            #expect(found.left.first?.obstacle == expected)
        }
        // A value in whose place a file is now.
        #expect(restoration(content(object("text")), content(JSONObject(), attachments: ["key": one])).inputs.isEmpty)
    }

    @Test func aValueThatNoLongerFitsIsLeft() {
        let schema: JSONValue = [["key": "key", "type": "choice", "choices": ["b", "c"]]]
        let found = restoration(content(object("a"), enabled: false), content(object("b")), schema: schema)
        #expect(found.inputs.map(\.field) == [.enabled])
        #expect(found.left.map(\.field) == [.key("key")])
    }

    /// Servers have shown configs without a place, and no request takes one away.
    @Test func aVersionWithoutAPlaceLeavesThePlace() {
        #expect(restoration(ConfigContent(enabled: true, order: nil), content(JSONObject())).inputs.isEmpty)
    }

    @Test func onlyWhatWasAskedForIsTouchedAndReplacedEditsAreNamed() {
        func edit(_ field: ConfigField, _ value: JSONValue) -> Edit {
            Edit(
                configID: PluginConfigID(1), field: field, value: .value(value), version: 1, madeAt: Timestamp(milliseconds: 0),
                state: .pending)
        }
        let edits = [edit(.key("key"), "mine"), edit(.enabled, false)]
        let then = content(object("a"))
        let found = restoration(then, content(object("b")), edits: edits, only: [.key("key")])
        #expect(found.inputs.map(\.field) == [.key("key")])
        #expect(found.replaced.map(\.field) == [.key("key")])
        #expect(restoration(then, content(object("b")), edits: edits).replaced.map(\.field) == [.key("key"), .enabled])
        // What is already wanted is no edit to replace.
        #expect(restoration(content(object("mine")), content(object("b")), edits: [edits[0]]).inputs.isEmpty)
    }
}
