import Models
import TestSupport
import Testing

@testable import Storage

struct LogTableTests {
    private let folder: Folder
    private let mirror: Mirror

    init() throws {
        folder = try Folder()
        mirror = try folder.open()
    }

    private func entry(
        _ id: String, _ seconds: Int64 = 0, config: Int64 = 12, _ level: LogLevel = .info, _ message: String = "tick",
        extra: JSONObject = JSONObject()
    ) -> LogEntry {
        LogEntry(
            id: id, configID: PluginConfigID(config), time: ServerTime(at(seconds)), level: level, source: .console, message: message,
            instanceID: UUIDBytes("018b9a3c-1111-4000-8000-000000000002"), extra: extra)
    }

    private func uuid(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private func insert(_ entries: [LogEntry]) async throws -> Int {
        try await mirror.write { tx in try tx.logs.insert(entries) }
    }

    private func newest(_ query: LogQuery) async throws -> [LogEntry] {
        try await mirror.read { tx in try tx.logs.newest(query) }
    }

    private func ids(_ query: LogQuery) async throws -> [String] { try await newest(query).map(\.id) }

    @Test func anEntryComesBackAsItWas() async throws {
        let entries = [
            entry(uuid(1), 1, extra: JSONObject([.init(key: "span", value: 1)])), entry("no uuid", 2),
            entry("sixteen bytes !!", 3), entry("7F467BF5-23F5-F163-36C5-C9C9278D907E", 4, .other),
        ]
        #expect(try await insert(entries) == 4)
        #expect(try await newest(LogQuery(limit: 9)) == entries.reversed())
        #expect(try await newest(LogQuery(config: config12, limit: 9)) == entries.reversed())
    }

    @Test func anEntryIsStoredOnceHoweverOftenItCame() async throws {
        #expect(try await insert([entry(uuid(1)), entry(uuid(2)), entry(uuid(1))]) == 2)
        #expect(try await insert([entry(uuid(2)), entry(uuid(3)), entry("x")]) == 2)
        #expect(try await insert([entry(uuid(2)), entry("x")]) == 0)
        #expect(try await ids(LogQuery(limit: 9)).count == 4)
        #expect(try await ids(LogQuery(search: LogSearch("tick"), limit: 9)).count == 4)
    }

    @Test func listsAreInOrderOfTimeWhateverOrderPagesCameIn() async throws {
        var random = SeededRandom(seed: 7)
        let all = (0..<600).map { entry(uuid($0), Int64($0 / 3) * 97, config: Int64($0 % 4) + 10) }
        var rest = all.shuffled(using: &random)
        while !rest.isEmpty {
            let page = Array(rest.prefix(37))
            rest.removeFirst(page.count)
            _ = try await insert(page)
        }
        let expected = all.sorted { ($0.time, $0.id) > ($1.time, $1.id) }
        for limit in [1, 2, 50, 599, 1000] {
            #expect(try await newest(LogQuery(limit: limit)) == Array(expected.prefix(limit)))
            #expect(try await newest(LogQuery(search: LogSearch("tic"), limit: limit)) == Array(expected.prefix(limit)))
            let own = expected.filter { $0.configID == config12 }
            #expect(try await newest(LogQuery(config: config12, limit: limit)) == Array(own.prefix(limit)))
            #expect(try await newest(LogQuery(config: config12, search: LogSearch("tick"), limit: limit)) == Array(own.prefix(limit)))
        }
        let since = ServerTime(at(97 * 150))
        #expect(try await newest(LogQuery(since: since, limit: 999)) == expected.filter { $0.time >= since })
    }

    @Test func levelsAreThemselvesAndTheMoreSevereOnes() async throws {
        let levels = LogLevel.allCases
        _ = try await insert(levels.enumerated().map { entry(uuid($0), Int64($0), $1) })
        for (index, level) in levels.enumerated() {
            for query in [LogQuery(level: level, limit: 9), LogQuery(config: config12, level: level, limit: 9),
                LogQuery(level: level, search: LogSearch("tick"), limit: 9)]
            {
                #expect(try await newest(query).map(\.level) == Array(levels[index...].reversed()))
            }
        }
    }

    @Test func aProjectNarrowsEveryList() async throws {
        try await mirror.fill()
        _ = try await insert([entry(uuid(1), 1, .error), entry(uuid(2), 2, config: 99, .error)])
        for search in [nil, LogSearch("tick")] {
            for level in [LogLevel.debug, .error] {
                let query = LogQuery(project: ProjectID(3), level: level, search: search, limit: 9)
                #expect(try await ids(query) == [uuid(1)])
            }
        }
    }

    @Test func aSearchFindsAllWordsTheLastAsAStart() async throws {
        let messages = [
            "connection to api.example.com reset", "Timeout after 30 s", "timeouts: 3", "ÄRGER mit dem Netz", "quote \" and NEAR(a b) *",
        ]
        _ = try await insert(messages.enumerated().map { entry(uuid($0), Int64($0), .info, $1) })
        let expected: [(String, [Int])] = [
            ("timeout", [2, 1]), ("TIME", [2, 1]), ("timeout after", [1]), ("30 timeout", [2, 1].filter { $0 == 1 }),
            ("api.example.com", [0]), ("example.api", []), ("connection reset", [0]), ("ärger", [3]), ("arger", [3]),
            ("\"quote\"", [4]), ("NEAR(a", [4]), ("timeout OR reset", []), ("message:timeout", []), ("- timeout *", [2, 1]), ("config_id : 12", []),
        ]
        for (text, found) in expected {
            #expect(try await ids(LogQuery(search: LogSearch(text), limit: 9)) == found.map(uuid), "\(text)")
            #expect(try await ids(LogQuery(config: config12, search: LogSearch(text), limit: 9)) == found.map(uuid), "\(text) in a config")
            #expect(try await ids(LogQuery(config: PluginConfigID(1), search: LogSearch(text), limit: 9)) == [], "\(text) elsewhere")
        }
        #expect(LogSearch(" \" * - ") == nil)
    }

    @Test func whatIsOldGoesInBoundedSteps() async throws {
        let all = (0..<50).map { entry(uuid($0), Int64($0) * 600, .info, "word\($0)") }
        _ = try await insert(all)
        let end = all[30].time
        var steps: [Int] = []
        while steps.last != 0 { steps.append(try await mirror.write { tx in try tx.logs.remove(before: end, limit: 12) }) }
        #expect(steps == [12, 12, 6, 0])
        #expect(try await newest(LogQuery(limit: 99)) == all[30...].reversed())
        #expect(try await ids(LogQuery(search: LogSearch("word"), limit: 99)).count == 20, "the search index forgets them too")
        #expect(try await ids(LogQuery(search: LogSearch("word7"), limit: 99)) == [])
    }

    @Test func theSearchIndexAgreesWithTheTable() async throws {
        _ = try await insert((0..<300).map { entry(uuid($0), Int64($0) * 1000, .info, "message \($0) of \($0 % 7)") })
        _ = try await mirror.write { tx in try tx.logs.remove(before: ServerTime(at(100_000)), limit: 1000) }
        try await mirror.write { tx in
            try tx.execute("INSERT INTO log_text (log_text, rank) VALUES ('integrity-check', 1)")
        }
    }
}

struct LogWalkTableTests {
    private let folder: Folder
    private let mirror: Mirror

    init() throws {
        folder = try Folder()
        mirror = try folder.open()
    }

    private func candidates(all: Bool = false, in projects: [Int64] = [3]) async throws -> [Int64] {
        try await mirror.read { tx in
            try tx.logWalks.candidates(in: projects.map { ProjectID($0) }, all: all).map(\.config.rawValue)
        }
    }

    private func store(_ id: Int64, enabled: Bool, _ seconds: Int64, updated: String? = nil, project: Int64 = 3) async throws {
        var json = Sample.configJSON(id, project: project, enabled: enabled).object ?? JSONObject()
        json["updated_at"] = JSONValue(updated)
        let config = try PluginConfig(.object(json), secretKeys: [], redaction: SecretRedaction(key: [1]))
        try await mirror.write { tx in try tx.configs.store(config, base: .followsRemote, at: at(seconds)) }
    }

    private func save(_ id: Int64, _ progress: LogProgress, _ seconds: Int64) async throws {
        try await mirror.write { tx in try tx.logWalks.save(progress, of: PluginConfigID(id), at: at(seconds)) }
    }

    private func complete(_ id: Int64, _ seconds: Int64) async throws {
        try await save(id, LogProgress(completeAt: at(seconds)), seconds)
    }

    private let open = LogProgress(
        through: ServerTime(microseconds: 9), gap: LogGap(after: nil, before: ServerTime(microseconds: 5)), gapBegan: at(1))

    @Test func progressComesBackAsItWas() async throws {
        try await save(12, open, 1)
        #expect(try await mirror.read { tx in try tx.logWalks.progress(of: config12) } == open)
        try await save(12, LogProgress(through: ServerTime(microseconds: 10)), 2)
        #expect(try await mirror.read { tx in try tx.logWalks.progress(of: config12) } == LogProgress(through: ServerTime(microseconds: 10)))
    }

    @Test func enabledOnesComeFirstThenThoseNeverOrLongestNotRead() async throws {
        for id in Int64(1)...4 { try await store(id, enabled: id != 2, 0) }
        try await store(9, enabled: true, 0, project: 4)
        try await complete(1, 2000)
        try await complete(4, 1000)
        #expect(try await candidates() == [3, 4, 1, 2])
        #expect(try await candidates(in: [3, 4]) == [3, 9, 4, 1, 2])
    }

    @Test func aDisabledOneIsAskedUntilItsLogCanNotHaveGrown() async throws {
        try await store(1, enabled: false, 0)
        #expect(try await candidates() == [1])
        try await complete(1, 599)
        #expect(try await candidates() == [1], "entries from before it was disabled may still arrive")
        try await save(1, open, 700)
        #expect(try await candidates() == [1], "not complete")
        try await complete(1, 600)
        #expect(try await candidates() == [])
        #expect(try await candidates(all: true) == [1])
        try await store(1, enabled: true, 5000)
        #expect(try await candidates() == [1])
        try await complete(1, 9000)
        try await store(1, enabled: false, 9500)
        #expect(try await candidates() == [1])
        try await complete(1, 10_100)
        #expect(try await candidates() == [])
    }

    @Test func aSaveOnTheServerThatChangedNothingHereMayHaveBeenAnEnablingAndADisabling() async throws {
        try await store(1, enabled: false, 0, updated: "2023-11-04T10:00:00Z")
        try await complete(1, 1000)
        #expect(try await candidates() == [])
        try await store(1, enabled: false, 2000, updated: "2023-11-04T11:00:00Z")
        #expect(try await candidates() == [1])
    }

    @Test func theAgeOfAProjectIsThatOfItsOldestLog() async throws {
        try await store(1, enabled: true, 0)
        try await store(2, enabled: true, 0)
        try await complete(1, 100)
        #expect(try await mirror.read { tx in try tx.logWalks.completeAt(ProjectID(3)) } == nil)
        try await complete(2, 50)
        try await save(2, LogProgress(gap: LogGap(after: nil, before: nil), gapBegan: at(200), completeAt: at(50)), 200)
        #expect(try await mirror.read { tx in try tx.logWalks.completeAt(ProjectID(3)) } == at(50))
        #expect(try await mirror.read { tx in try tx.logWalks.completeAt(PluginConfigID(2)) } == at(50))
    }
}
