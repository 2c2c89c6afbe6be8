import Models
import Testing

@testable import Storage

/// Failures of every source in one stream of groups.
struct InboxTests {
    private let folder: Folder
    private let mirror: Mirror

    init() async throws {
        folder = try Folder()
        mirror = try folder.open()
        try await mirror.fill()
    }

    private func entry(
        _ number: Int64, _ message: String, minute: Int64 = 0, level: LogLevel = .error, source: LogSource = .plugin, config: Int64 = 12
    ) -> LogEntry {
        LogEntry(
            id: "id-\(number)", configID: PluginConfigID(config), time: ServerTime(microseconds: 1_700_000_000_000_000 + minute * 60_000_000),
            level: level, source: source, message: message)
    }

    private let stack = "TypeError: no 'a'\n    at rate (index.ts:4:1)\n    at processEvent (index.ts:9:2)"

    private func metric(_ uuid: String, minute: Int64 = 0) throws -> PluginError {
        let row: JSONValue = [
            "error_uuid": .string(uuid), "timestamp": .string(at(minute * 60).iso8601), "error_type": "TypeError",
            "error_details": ["error": ["name": "TypeError", "message": "no 'b'", "stack": .string(stack)], "event": ["event": "e"]],
        ]
        return try #require(PluginError(
            metric: row, config: config12, plugin: PluginID(1), project: ProjectID(3), category: "processEvent", type: "TypeError"))
    }

    @Test func errorsOfLogsAreGroupedAsTheyComeAndNothingElseIs() async throws {
        let entries = [
            entry(1, stack), entry(2, stack.replacing("'a'", with: "'c'"), minute: 1), entry(3, "all well", level: .info),
            entry(4, "slow", level: .warn), entry(5, "RangeError: deep", minute: 2), entry(6, "of a config that nobody knows", config: 99),
        ]
        try await mirror.write { tx throws in
            #expect(try tx.logs.insert(entries, at: at(500)) == 6)
            let groups = try tx.errors.groups()
            #expect(groups.map(\.headlineForTest) == ["RangeError deep", "TypeError no 'c'"])
            #expect(groups.map(\.count) == [1, 2] && groups[1].method == "processEvent" && groups[1].function == "rate")
            #expect(groups[1].firstSeen == at(0) && groups[1].lastSeen == at(60))
            #expect(try tx.logs.insert(entries, at: at(600)) == 0)
            #expect(try tx.errors.groups() == groups, "known entries change nothing")
            let occurrences = try tx.errors.occurrences(groups[1].id, limit: 9)
            #expect(occurrences.map(\.message) == ["no 'c'", "no 'a'"] && occurrences.map(\.source) == [.log, .log])
            #expect(PluginError.stack(in: occurrences[1].details) == stack)
        }
    }

    /// The same occurrence is told by the log, by the metrics and by the config.
    @Test func whatSeveralSourcesTellIsOneGroupAndCountedOnce() async throws {
        let errors = [try metric("u1"), try metric("u2", minute: 1)]
        let entries = [entry(1, stack), entry(2, stack, minute: 1), entry(3, stack, minute: 2)]
        try await mirror.write { tx throws in
            try tx.logs.insert(entries)
            try tx.errors.record(errors, at: at(200))
            let groups = try tx.errors.groups()
            #expect(groups.map(\.count) == [3])
            #expect(try tx.errors.days(groups[0].id, from: 0).map(\.count) == [3])
            #expect(try tx.errors.occurrences(groups[0].id, limit: 9).count == 5)
            #expect(try tx.errors.places(groups[0].id).map(\.configID) == [config12])
        }
    }

    /// Version 1.26 logs the message alone; the config's own error says more.
    @Test func aSourceThatTellsLessJoinsOneThatTellsMoreWhicheverComesFirst() async throws {
        let (bare, full) = ([entry(1, "no 'a'")], try metric("u1", minute: 9))
        for isBareFirst in [true, false] {
            let folder = try Folder()
            let mirror = try folder.open()
            try await mirror.fill()
            try await mirror.write { tx throws in
                if isBareFirst { try tx.logs.insert(bare) }
                try tx.errors.record(full, at: at(200))
                if !isBareFirst { try tx.logs.insert(bare) }
                let groups = try tx.errors.groups()
                #expect(groups.map(\.id.subject) == ["E1"])
                #expect(groups[0].name == "TypeError" && groups[0].function == "rate" && groups[0].method == "processEvent")
            }
        }
    }

    @Test func onlyAnOccurrenceAfterItWasResolvedBringsAGroupBack() async throws {
        let entries = [entry(1, stack)]
        let (earlier, later) = ([entry(2, stack, minute: 3)], [entry(3, stack, minute: 10)])
        try await mirror.write { tx throws in
            try tx.logs.insert(entries)
            let id = try #require(try tx.errors.groups().first?.id)
            #expect(try tx.errors.summary() == InboxSummary(count: 1, unseen: 1, lastSeen: at(0)))
            #expect(try #require(try tx.errors.apply(.resolved, to: id, at: at(300))) == (.new, .resolved))
            try tx.logs.insert(earlier)
            #expect(try tx.errors.group(id)?.state == .resolved, "it is only told late")
            #expect(try tx.errors.summary().unseen == 0)
            try tx.logs.insert(later)
            let group = try #require(try tx.errors.group(id))
            #expect(group.state == .returned && group.returnedAt == at(600) && group.count == 3)
            #expect(try tx.errors.apply(.looked, to: ErrorGroupID(99), at: at(1)) == nil)
        }
    }

    @Test func unseenOnesComeFirstAndMutedOnesAreLeftOut() async throws {
        let entries = (1...4).map { entry(Int64($0), "Error: kind \(["a", "b", "c", "d"][$0 - 1])", minute: Int64($0)) }
        try await mirror.write { tx throws in
            try tx.logs.insert(entries)
            try tx.errors.apply(.looked, to: ErrorGroupID(4), at: at(1))
            try tx.errors.apply(.muted, to: ErrorGroupID(3), at: at(1))
            #expect(try tx.errors.setNote("waits", of: ErrorGroupID(1)) && !tx.errors.setNote("x", of: ErrorGroupID(9)))
            let listed = try tx.errors.groups(ErrorFilter(isListedOnly: true))
            #expect(listed.map(\.id.subject) == ["E2", "E1", "E4"] && listed[1].note == "waits")
            #expect(try tx.errors.groups(ErrorFilter(isListedOnly: true, limit: 2)).map(\.id.subject) == ["E2", "E1"])
            #expect(try tx.errors.groups(ErrorFilter(plugin: PluginID(2))) == [])
            #expect(try tx.errors.groups(ErrorFilter(config: config12)).count == 4)
            #expect(try tx.errors.lookAtAll(at: at(2)) == 2 && tx.errors.summary().unseen == 0)
            try tx.configs.markRemoved(config12, at: at(3))
            #expect(try tx.errors.groups(ErrorFilter(isListedOnly: true)) == [] && tx.errors.groups().count == 4)
        }
    }

    @Test func theFirstTextsOfAGroupCanBeSearched() async throws {
        let entries = (0..<40).map { entry(Int64($0), "Error: customer 'name\($0 < 3 ? "x" : "y")\($0)' has gone", minute: Int64($0)) }
        try await mirror.write { tx throws in
            try tx.logs.insert(entries)
            for (word, count) in [("namex2", 1), ("gone", 1), ("namey39", 0), ("namey", 1)] {
                #expect(try tx.errors.groups(ErrorFilter(search: word)).count == count, "\(word)")
            }
        }
    }

    @Test func textsOfOneGroupAreSearchedTogetherWithItsStack() async throws {
        let entries = (0..<3).map { entry(Int64($0), stack.replacing("'a'", with: "'field\($0)'"), minute: Int64($0)) }
        let later = [entry(9, stack.replacing("'a'", with: "'late'"), minute: 9)]
        try await mirror.write { tx throws in
            try tx.logs.insert(entries)
            try tx.logs.insert(later)
            for (words, count) in [("field0 rate", 1), ("field2 processEvent", 1), ("late rate", 1), ("TypeError index.ts", 1), ("field9", 0)] {
                #expect(try tx.errors.groups(ErrorFilter(search: words)).count == count, "\(words)")
            }
        }
    }

    /// 22:30 in UTC is the next day in Tokyo and the same one in New York.
    @Test(arguments: [("Asia/Tokyo", 1, "Asia/Tokyo"), ("America/New_York", 0, "America/New_York"), ("UTC", 0, "UTC"), ("Mars/Base", 0, nil)])
    func daysAreThoseOfTheProject(zone: String, offset: Int64, name: String?) async throws {
        let project = try Project(["id": 3, "name": "Web shop", "timezone": .string(zone)])
        let entries = [entry(1, stack, minute: 17)]  // 2023-11-14T22:30:20Z
        let day: Int64 = 19_675
        try await mirror.write { tx throws in
            try tx.projects.store(project)
            try tx.logs.insert(entries)
            let group = try #require(try tx.errors.groups().first)
            #expect(try tx.errors.days(group.id, from: 0).map(\.day) == [day + offset])
            let series = try tx.errors.series(group, days: 3, now: at(17 * 60))
            #expect(series.days.map(\.count) == [0, 0, 1] && series.days.last?.day == day + offset && series.zone?.name == name)
            #expect(try tx.projects.commonZone()?.name == name)
        }
    }

    @Test func ofProjectsWithSeveralZonesEachHasItsOwnDays() async throws {
        let projects = [try Project(["id": 3, "name": "a", "timezone": "Asia/Tokyo"]), try Project(["id": 4, "name": "b", "timezone": "UTC"])]
        let other = try Sample.config(13, project: 4)
        let entries = [entry(1, stack, minute: 17), entry(2, stack, minute: 17, config: 13)]
        try await mirror.write { tx throws in
            for project in projects { try tx.projects.store(project) }
            try tx.configs.store(other, base: .followsRemote, at: at(0))
            try tx.logs.insert(entries)
            let group = try #require(try tx.errors.groups().first)
            let series = try tx.errors.series(group, days: 2, now: at(17 * 60))
            #expect(series.days.map(\.count) == [1, 1] && series.zone == nil)
            #expect(try tx.errors.series(group, days: 2, now: at(17 * 60), project: ProjectID(4)).days.map(\.count) == [0, 1])
            #expect(try tx.projects.commonZone() == nil)
        }
    }

    @Test func aSentenceOfTheServerThatItSwitchedAConfigOffIsAFailureOfItsOwn() async throws {
        let text = "setupPlugin failed with Error: bad key (instance ID 018c). Disabled the app!"
        let entries = [entry(1, text, source: .system)]
        try await mirror.write { tx throws in
            try tx.logs.insert(entries)
            let groups = try tx.errors.groups()
            #expect(Set(groups.map(\.kind)) == [.error, .switchedOff])
            #expect(groups.first { $0.kind == .error }?.method == "setupPlugin")
        }
    }

    private func config(enabled: Bool, updated: String?, error: JSONValue = .null) throws -> PluginConfig {
        var json = try #require(Sample.configJSON(enabled: enabled, values: ["currency": "EUR"]).object)
        if let updated { json["updated_at"] = updated == "null" ? .null : .string(updated) }
        json["error"] = error
        return try PluginConfig(.object(json), secretKeys: [], redaction: SecretRedaction(key: [1, 2, 3]))
    }

    @Test(arguments: [("2023-11-01T00:00:00Z", "2023-11-01T00:00:00Z", true), ("2023-11-01T00:00:00Z", "2023-11-02T00:00:00Z", false), ("null", "null", true), ("null", "2023-11-02T00:00:00Z", false)])
    func aConfigThatWentOffWithoutASaveWasSwitchedOffByTheServer(before: String, after: String, isByServer: Bool) async throws {
        let (on, off) = (try config(enabled: true, updated: before), try config(enabled: false, updated: after))
        try await mirror.write { tx throws in
            try tx.configs.store(on, base: .followsRemote, at: at(1))
            try tx.configs.store(off, base: .followsRemote, at: at(100))
            #expect(try tx.switchOffs.waiting().map(\.configID) == [config12])
            #expect(try tx.switchOffs.judge(at: at(101)) == (isByServer ? [config12] : []))
            #expect(try tx.switchOffs.waiting() == [])
            #expect(try tx.errors.groups().map(\.kind) == (isByServer ? [.switchedOff] : []))
            try tx.configs.store(off, base: .followsRemote, at: at(200))
            #expect(try tx.switchOffs.waiting() == [], "it is off already")
        }
    }

    @Test func whereNothingTellsOfSavesAFailureSpeaksAgainstTheServerAndAnEntryOfSomebodyForIt() async throws {
        let (on, off) = (
            try config(enabled: true, updated: nil), try config(enabled: false, updated: nil, error: ["message": "boom", "time": .string(at(50).iso8601)])
        )
        let disabled = try #require(ActivityEntry([
            "scope": "PluginConfig", "item_id": "12", "activity": "disabled", "created_at": .string(at(60).iso8601), "user": ["email": "a@b.c"],
        ]))
        for isKnown in [false, true] {
            let folder = try Folder()
            let mirror = try folder.open()
            try await mirror.fill()
            try await mirror.write { tx throws in
                if isKnown { try tx.activity.store(disabled, at: at(70)) }
                try tx.configs.store(on, base: .followsRemote, at: at(1))
                try tx.configs.store(off, base: .followsRemote, at: at(100))
                #expect(try tx.switchOffs.judge(at: at(101)) == (isKnown ? [] : [config12]))
            }
        }
    }

    @Test func aDayWhoseDeliveriesFellIsOneOccurrenceHoweverOftenItIsSeen() async throws {
        func error(_ failed: Int64) throws -> PluginError {
            let days = [DeliveryFall.Day(day: "2023-11-13", delivered: 100, failed: 0), DeliveryFall.Day(day: "2023-11-14", delivered: 60, failed: failed)]
            return PluginError(try #require(DeliveryFall.find(in: days).first), config: config12, of: PluginID(1), in: ProjectID(3))
        }
        let (first, second) = (try error(40), try error(60))
        try await mirror.write { tx throws in
            #expect(try tx.errors.record(first, at: at(1)) == .inserted)
            #expect(try tx.errors.record(second, at: at(2)) == .unchanged)
            let group = try #require(try tx.errors.groups().first)
            #expect(group.kind == .delivery && group.count == 1)
            #expect(try tx.errors.occurrences(group.id, limit: 2).map(\.message) == ["50.0% of 120 delivered, usually 100%"])
        }
    }

    @Test func alertsRememberWhatTheyAreTold() async throws {
        let one = AlertMemory([.init(rule: "r", subject: "s"): .init(since: at(1)), .init(rule: "r", subject: "t"): .init(since: at(2), toldAt: at(3))])
        var two = one
        two.held[.init(rule: "r", subject: "s")] = nil
        two.held[.init(rule: "r", subject: "t")]?.toldAt = nil
        let last = two
        try await mirror.write { tx throws in
            try tx.alerts.setMemory(one)
            #expect(try tx.alerts.memory() == one)
            try tx.alerts.setMemory(last)
            #expect(try tx.alerts.memory() == last)
        }
    }

    @Test func whatIsNewSinceAMarkIsTold() async throws {
        let (first, second) = ([entry(1, "Error: a"), entry(2, "Error: b")], [entry(3, "Error: a", minute: 20), entry(4, "Error: c", minute: 20), entry(5, "Error: b", minute: 20)])
        try await mirror.write { tx throws in
            try tx.logs.insert(first)
            try tx.errors.apply(.resolved, to: ErrorGroupID(1), at: at(60))
            let mark = try tx.errors.mark()
            #expect(try tx.errors.changed(since: mark) == [])
            try tx.logs.insert(second)
            #expect(try tx.errors.changed(since: mark).map(\.subject) == ["E1", "E3"])
        }
    }

    @Test func whatRetentionTakesFromTheLogStaysInTheFigures() async throws {
        let entries = [entry(1, stack), entry(2, stack, minute: 60)]
        try await mirror.write { tx throws in
            try tx.logs.insert(entries)
            _ = try tx.logs.remove(before: ServerTime(at(1000)), limit: 10)
            try tx.errors.forgetRemovedLogs()
            let group = try #require(try tx.errors.groups().first)
            #expect(group.count == 2)
            #expect(try tx.errors.occurrences(group.id, limit: 9).count == 1)
        }
    }
}

extension ErrorGroupRow {
    fileprivate var headlineForTest: String { "\(name) \(message)" }
}

/// A mirror from before there was an inbox.
struct Migration009Tests {
    private static func old(_ folder: Folder, _ rows: StaticString) throws {
        try folder.write("mirror.sqlite", [])
        let old = try folder.connect()
        for migration in Migrator.migrations.prefix(8) { try old.runScript(migration.sql) }
        try old.runScript("INSERT INTO meta (key, value) VALUES ('redaction_key', '07'), ('created_at', '1');")
        try old.runScript(rows)
        try old.runScript("PRAGMA application_id = 0x70687379; PRAGMA user_version = 8;")
    }

    @Test func groupsKeepTheirIdsAndGetTheirFigures() async throws {
        let folder = try Folder()
        try Migration009Tests.old(
            folder,
            """
            INSERT INTO error_group (id, fingerprint, plugin_id, created_at) VALUES
                (3, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1, 5),
                (7, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 1, 5);
            DELETE FROM error_group WHERE id = 7;
            INSERT INTO error (key, group_id, source, plugin_id, config_id, project_id, category, type, name, message, at, at_text, details)
            VALUES ('k1', 3, 'config', 1, 12, 3, NULL, NULL, 'TypeError', 'no ''a''', 86400000, '', '{"stack":"at f (index.js:1:1)"}'),
                ('k2', 3, 'metric', 1, 12, 3, 'onEvent', 'TypeError', 'TypeError', 'no ''b''', 86400001, '', '{"error":{}}');
            INSERT INTO error_text (rowid, name, message, stack) VALUES (1, 'TypeError', 'no a', '');
            INSERT INTO config (id, plugin_id, project_id, enabled, changed_at, base_json, remote_json, remote_digest)
            VALUES (12, 1, 3, 1, 1, '{}', '{}', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
            """)
        let mirror = try folder.open()
        try await mirror.write { tx throws in
            let group = try #require(try tx.errors.groups().first)
            #expect(group.id.subject == "E3" && group.message == "no 'b'" && group.count == 1 && group.state == .new && group.isPresent)
            #expect(group.firstSeen == Timestamp(milliseconds: 86_400_000))
            #expect(try tx.errors.groups(ErrorFilter(search: "index")).count == 1)
            let same = PluginError(
                source: .config, key: "k3", pluginID: PluginID(1), configID: config12, projectID: ProjectID(3), category: nil, type: nil,
                name: "TypeError", message: "no 'c'", atText: "1970-01-03T00:00:00Z", details: ["message": "x"])
            let other = PluginError(
                source: .config, key: "k4", pluginID: PluginID(1), configID: config12, projectID: ProjectID(3), category: nil, type: nil,
                name: "RangeError", message: "other", atText: "", details: ["message": "x"])
            try tx.errors.record([same, other], at: at(0))
            #expect(try tx.errors.groups().map(\.id.subject) == ["E8", "E3"], "an id is never given twice")
            #expect(try tx.errors.group(ErrorGroupID(3))?.count == 2)
        }
    }

    @Test func logsFromBeforeAreGroupedOnceInPieces() async throws {
        let folder = try Folder()
        try Migration009Tests.old(
            folder,
            """
            INSERT INTO config (id, plugin_id, project_id, enabled, changed_at, base_json, remote_json, remote_digest)
            VALUES (12, 1, 3, 1, 1, '{}', '{}', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
            INSERT INTO log (number, config_id, at, id, level, source, message) VALUES
                (0, 12, 1, x'01', 4, 1, 'Error: a'), (1, 12, 2, x'02', 3, 1, 'Error: a'), (2, 12, 3, x'03', 4, 1, 'Error: a'),
                (3, 12, 4, x'04', 4, 1, 'Error: b');
            """)
        let mirror = try folder.open()
        try await mirror.write { tx throws in
            var rounds = 0
            while try tx.errors.groupOlderLogs(limit: 2, at: at(0)) { rounds += 1 }
            #expect(rounds == 1)
            #expect(try !tx.errors.groupOlderLogs(limit: 2, at: at(0)))
            #expect(try tx.errors.groups().map(\.count).sorted() == [1, 2])
        }
    }
}
