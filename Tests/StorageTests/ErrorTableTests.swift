import Models
import Testing

@testable import Storage

struct ErrorTableTests {
    private let folder: Folder
    private let mirror: Mirror

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
    }

    private func metric(
        _ uuid: String, _ message: String = "no 'a'", at time: String = "2023-11-04T08:00:00Z", config: Int64 = 12, project: Int64 = 3,
        stack: String = "TypeError\n    at processEvent (index.js:4:1)"
    ) throws -> PluginError {
        let row: JSONValue = [
            "error_uuid": .string(uuid), "timestamp": .string(time), "error_type": "TypeError",
            "error_details": [
                "error": ["name": "TypeError", "message": .string(message), "stack": .string(stack)],
                "event": ["event": "$pageview", "properties": ["big": .number(JSONNumber("12345678901234567890123") ?? JSONNumber(0))]],
            ],
        ]
        return try #require(PluginError(
            metric: row, config: PluginConfigID(config), plugin: PluginID(1), project: ProjectID(project), category: "processEvent", type: "TypeError"))
    }

    private func config(error: JSONValue) throws -> PluginConfig {
        var json = try #require(Sample.configJSON(values: ["currency": "EUR"]).object)
        json["error"] = error
        return try PluginConfig(.object(json), secretKeys: [], redaction: SecretRedaction(key: [1, 2, 3]))
    }

    private let configError: JSONValue = [
        "message": "no 'zzz'", "name": "TypeError", "time": "2023-11-05T08:10:12.345Z", "stack": "TypeError\n    at processEvent (index.js:9:9)",
        "event": ["event": "order"],
    ]

    @Test func anOccurrenceIsStoredOnceWithAllThatTheServerSaid() async throws {
        let error = try metric("u1")
        try await mirror.write { tx throws in
            #expect(try tx.errors.record(error, at: at(1)) == .inserted)
            #expect(try tx.errors.record(error, at: at(2)) == .unchanged)
            let group = try #require(try tx.errors.groups().first)
            #expect(group.count == 1 && group.pluginName == "Currency Normalization" && group.projectName == "Web shop")
            let row = try #require(try tx.errors.occurrences(group.id, limit: 9).first)
            #expect(PluginError.event(in: row.details)?["properties"]?["big"]?.text == "12345678901234567890123")
            #expect(row.at == Timestamp(iso8601: "2023-11-04T08:00:00Z"))
        }
    }

    @Test func theSameMistakeIsOneGroupWhereverItWasTold() async throws {
        let errors = [try metric("u1"), try metric("u2", "no 'b'", at: "2023-11-04T09:00:00Z"), try metric("u3", "something else")]
        let config = try config(error: configError)
        try await mirror.write { tx throws in
            for error in errors { try tx.errors.record(error, at: at(1)) }
            try tx.configs.store(config, base: .followsRemote, at: at(2))
            let groups = try tx.errors.groups()
            #expect(groups.map(\.id.subject) == ["E1", "E2"])
            #expect(groups.map(\.count) == [3, 1])
            #expect(groups[0].message == "no 'zzz'", "the latest is shown")
            #expect(groups[0].firstSeen == Timestamp(iso8601: "2023-11-04T08:00:00Z"))
        }
    }

    @Test func aConfigsErrorStaysWhenTheServerHasClearedIt() async throws {
        let (failing, other, healed) = (
            try config(error: configError), try config(error: ["message": "boom", "time": "2023-11-06T00:00:00Z"]), try config(error: .null)
        )
        try await mirror.write { tx throws in
            for config in [failing, failing, other, healed] { try tx.configs.store(config, base: .followsRemote, at: at(2)) }
            #expect(try tx.errors.groups().map(\.message) == ["boom", "no 'zzz'"])
            #expect(try tx.errors.groups().map(\.count) == [1, 1])
            #expect(try tx.errors.summary().count == 2)
        }
    }

    /// A mirror of an older program may hold the error already, in a config that has not moved since.
    @Test func anErrorOfAConfigThatHasNotMovedIsRecordedToo() async throws {
        let failing = try config(error: configError)
        try await mirror.write { tx throws in try tx.configs.store(failing, base: .followsRemote, at: at(2)) }
        try folder.connect().runScript("DELETE FROM error; DELETE FROM error_place; DELETE FROM error_day; DELETE FROM error_group;")
        try await mirror.write { tx throws in
            #expect(try tx.configs.store(failing, base: .followsRemote, at: at(3)) == .unchanged)
            #expect(try tx.errors.groups().map(\.id.subject) == ["E2"], "an id is never given twice")
        }
    }

    @Test func aPluginsOwnErrorIsRecorded() async throws {
        let plugin = try Plugin(["id": 4, "name": "Old", "error": ["message": "no index.js", "time": "2020-12-01T00:00:00Z"]])
        try await mirror.write { tx throws in
            try tx.plugins.store(plugin, at: at(1))
            let group = try #require(try tx.errors.groups().first)
            #expect(group.configID == nil && group.pluginName == "Old" && group.isPresent)
            try tx.plugins.markRemoved(PluginID(4), at: at(2))
            #expect(try tx.errors.groups().first?.isPresent == false)
        }
    }

    @Test(arguments: [
        ("split", ["E1"]), ("SPL", ["E1"]), ("warehouse conn", ["E2"]), ("'", []), ("\" OR *", []), ("index", ["E1", "E2"]), ("nothing", []),
        ("typeerror -split", ["E1"]), ("", []),
    ] as [(String, [String])])
    func wordsAreFoundInNameMessageAndStack(text: String, ids: [String]) async throws {
        let errors = [try metric("u1", "Cannot read property 'split' of undefined"), try metric("u2", "connection to warehouse lost")]
        try await mirror.write { tx throws in
            for error in errors { try tx.errors.record(error, at: at(1)) }
            #expect(try tx.errors.groups(ErrorFilter(search: text)).map(\.id.subject).sorted() == ids)
        }
    }

    @Test func groupsAreNarrowedByTimeAndProject() async throws {
        let errors = [
            try metric("u1", at: "2023-11-01T00:00:00Z"), try metric("u2", "other", at: "2023-11-03T00:00:00Z", config: 13, project: 4),
            try metric("u3", at: "2023-11-02T00:00:00Z", config: 13, project: 4),
        ]
        try await mirror.write { tx throws in
            for error in errors { try tx.errors.record(error, at: at(1)) }
            #expect(try tx.errors.groups(ErrorFilter(since: Timestamp(iso8601: "2023-11-02T00:00:01Z"))).map(\.id.subject) == ["E2"])
            let inThree = try tx.errors.groups(ErrorFilter(project: ProjectID(3)))
            #expect(inThree.map(\.count) == [1])
            #expect(try tx.errors.group(ErrorGroupID(1))?.projectCount == 2)
            #expect(try tx.errors.group(ErrorGroupID(9)) == nil)
        }
    }

    @Test func aGroupSaysWhenTheServerCountsMoreThanItShows() async throws {
        let error = try metric("u1")
        try await mirror.write { tx throws in
            try tx.errors.record(error, at: at(1))
            for (count, hasMore) in [(Int64(1), false), (Int64(30), true)] {
                let type = ErrorTypeCount(type: "TypeError", count: count, lastSeen: "x")
                try tx.errorTypes.store([type], config: config12, category: "processEvent", from: "2023-11-01")
                #expect(try tx.errors.groups().first?.hasMore == hasMore)
            }
        }
    }
}
