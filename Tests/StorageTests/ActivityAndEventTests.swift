import Models
import Testing

@testable import Storage

struct ActivityAndEventTests {
    private let folder: Folder
    private let mirror: Mirror

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
    }

    private func entry(
        _ activity: String, scope: String = "PluginConfig", item: String = "12", at time: String, field: String = "currency", after: JSONValue = "EUR"
    ) throws -> ActivityEntry {
        try #require(ActivityEntry([
            "user": ["first_name": "Ida", "email": "ida@example.com"], "activity": .string(activity), "scope": .string(scope),
            "item_id": .string(item), "created_at": .string(time),
            "detail": ["name": "x", "changes": [["action": "changed", "field": .string(field), "before": .null, "after": after]]],
        ]))
    }

    @Test func anEntryIsStoredOnce() async throws {
        let entry = try entry("enabled", at: "2023-11-04T08:00:00.123456Z")
        try await mirror.write { tx throws in
            #expect(try tx.activity.store(entry, at: at(1)) == .inserted)
            #expect(try tx.activity.store(entry, at: at(2)) == .unchanged)
            #expect(try tx.activity.count() == 1)
        }
    }

    @Test func theChangeJustBeforeIsOfTheConfigOrItsPlugin() async throws {
        let entries = [
            try entry("config_updated", at: "2023-11-01T00:00:00Z"), try entry("order_changed", scope: "Plugin", at: "2023-11-02T00:00:00Z"),
            try entry("installed", scope: "Plugin", item: "1", at: "2023-11-03T00:00:00Z"),
            try entry("config_updated", item: "13", at: "2023-11-04T00:00:00Z"), try entry("order_changed", scope: "Plugin", item: "1", at: "2023-11-05T00:00:00Z"),
        ]
        try await mirror.write { tx throws in
            for entry in entries { try tx.activity.store(entry, at: at(1)) }
            for (until, activity) in [("2023-11-01T12:00:00Z", "config_updated"), ("2023-11-02T12:00:00Z", "order_changed"), ("2023-11-09", "installed")] {
                let time = try #require(Timestamp(iso8601: until))
                #expect(try tx.activity.latest(config: config12, plugin: PluginID(1), until: time)?.activity == activity)
            }
        }
    }

    @Test func theValueOfASecretIsNeverStoredNotEvenBeforeItWasOne() async throws {
        let (early, late) = (
            try entry("config_updated", at: "2023-11-01T00:00:00Z", field: "apiKey", after: "sk-early"),
            try entry("config_updated", at: "2023-11-02T00:00:00Z", field: "apiKey", after: "sk-late")
        )
        let plugin = try Sample.plugin(secret: ["apiKey"])
        try await mirror.write { tx throws in try tx.activity.store(early, at: at(1)) }
        try await mirror.write { tx throws in
            try tx.plugins.store(plugin, at: at(2))
            try tx.activity.store(late, at: at(3))
            #expect(try tx.activity.store(early, at: at(4)) == .unchanged, "it is still known")
        }
        await mirror.close()
        for name in try folder.names() where name != "secrets" {
            let text = String(decoding: try folder.bytes(name), as: UTF8.self)
            #expect(!text.contains("sk-early") && !text.contains("sk-late"), "\(name)")
        }
    }

    private func events(_ range: ClosedRange<Int>) -> [SampleEvent] {
        range.compactMap { SampleEvent(["id": .string("id-\($0)"), "event": "e", "distinct_id": "u", "timestamp": .string(at(Int64($0)).iso8601)]) }
    }

    @Test func eventsAreStoredOnceAndTheNewestComeFirst() async throws {
        try await mirror.write { tx throws in
            #expect(try tx.events.store(events(1...3), project: ProjectID(3), at: at(9)) == 3)
            #expect(try tx.events.store(events(2...4), project: ProjectID(3), at: at(9)) == 1)
            #expect(try tx.events.store(events(1...1), project: ProjectID(4), at: at(9)) == 1)
            #expect(try tx.events.latest(ProjectID(3), limit: 2).map(\.id) == ["id-4", "id-3"])
            #expect(try tx.events.latestTime(ProjectID(3)) == at(4))
            #expect(try tx.events.latestTime(ProjectID(5)) == nil)
        }
    }

    @Test func aProjectKeepsOnlyItsNewestEvents() async throws {
        try await mirror.write { tx throws in
            try tx.events.store(events(1...EventTable.maximumCount + 20), project: ProjectID(3), at: at(9))
            #expect(try tx.events.count() == EventTable.maximumCount)
            #expect(try tx.events.latest(ProjectID(3), limit: 5000).last?.id == "id-21")
        }
    }

    @Test func eventsAreForgottenWithoutATrace() async throws {
        let old = try #require(SampleEvent(["id": "1", "event": "e", "distinct_id": "person-old", "timestamp": "2023-01-01T00:00:00Z"]))
        let new = try #require(SampleEvent(["id": "2", "event": "e", "distinct_id": "person-new", "timestamp": "2023-01-01T00:00:00Z"]))
        try await mirror.write { tx throws in
            try tx.events.store([old], project: ProjectID(3), at: at(0))
            try tx.events.store([new], project: ProjectID(3), at: at(100))
        }
        try await mirror.write { tx throws in #expect(try tx.events.forget(storedBefore: at(50)) == 1) }
        #expect(try mirror.readSync { tx in try tx.events.latest(ProjectID(3), limit: 9).map(\.id) } == ["2"])
        try await mirror.write { tx throws in #expect(try tx.events.forget(storedBefore: nil) == 1) }
        await mirror.close()
        for name in try folder.names() where name != "secrets" {
            #expect(!String(decoding: try folder.bytes(name), as: UTF8.self).contains("person-"), "\(name)")
        }
    }
}
