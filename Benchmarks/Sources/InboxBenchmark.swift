import Glibc
import Models
import Storage

/// A mirror with a million log entries and 100,000 errors: grouping them as a pull does, and looking at them.
///
/// `Benchmarks inbox [PATH-TO-PHSYNC]`; with a path also `phsync status` and `phsync errors` as whole processes.
enum InboxBenchmark {
    static let mode = "inbox"
    private static let pages = 1000
    private static let pageSize = 1000
    private static let configs: Int64 = 200
    private static let host = "bench.example.com"
    private static let rounds = 15

    static func run(phsync: String?) async throws {
        let home = "/tmp/phsync-inbox-bench-\(getpid())"
        mkdir(home, 0o700)
        defer { World.cleanUp(home) }
        for directory in ["/data", "/data/\(host)"] { mkdir(home + directory, 0o700) }
        try await measureGrouping(home)
        let mirror = try Mirror.open(directory: home + "/data/\(host)", mode: .readWriteCreate)
        try await fill(mirror)
        try await addFigures(mirror)
        try await measureLooks(mirror)
        await mirror.close()
        if let phsync { try measureProcesses(phsync, home) }
    }

    // MARK: Grouping

    /// Pages of nothing but errors, into a mirror that knows whose they are and into one that does not, and so groups none.
    private static func measureGrouping(_ home: String) async throws {
        let pages = (0..<100).map { page in
            (0..<pageSize).map { ErrorGenerator.entry(page * pageSize + $0, config: Int64(page) % configs + 1, isError: true) }
        }
        var seconds: [Bool: Double] = [:]
        var processor: [Bool: Double] = [:]
        for isGrouped in [true, false] {
            let mirror = try Mirror.open(directory: home + "/grouping-\(isGrouped)", mode: .readWriteCreate)
            if isGrouped { try await addConfigs(mirror) }
            let (start, started) = (Seconds.now(), Seconds.processor())
            for page in pages { try await mirror.write(.deferred) { mirror in _ = try mirror.logs.insert(page) } }
            (seconds[isGrouped], processor[isGrouped]) = (Seconds.now() - start, Seconds.processor() - started)
            if isGrouped {
                let count = try mirror.readSync { mirror in try mirror.errors.groups().reduce(0) { $0 + $1.count } }
                guard count == 100 * pageSize else { throw Failure("\(count) errors are grouped") }
            }
            await mirror.close()
        }
        let count = Double(pages.count * pageSize)
        let (with, without) = (seconds[true] ?? 0, seconds[false] ?? 0)
        print("inbox: 100,000 errors of logs stored and grouped: \(Figure.grouped(Int(count / with))) entries/s; stored alone \(Figure.grouped(Int(count / without)))")
        let more = (processor[true] ?? 0) - (processor[false] ?? 0)
        print(
            "inbox: grouping by itself, the difference: \(Figure.grouped(Int(count / max(0.001, with - without)))) entries/s,"
                + " by processor time \(Figure.grouped(Int(count / max(0.001, more)))) (target 50,000)")
    }

    private static func addConfigs(_ mirror: Mirror) async throws {
        let project = try Project(["id": 1, "name": "Web shop"])
        let plugins = try (Int64(1)...20).map { try Plugin(["id": JSONValue($0), "name": .string("Plugin \($0)"), "config_schema": []]) }
        let configs = try (Int64(1)...configs).map { id in
            try PluginConfig(
                ["id": JSONValue(id), "plugin": JSONValue(id % 20 + 1), "team_id": 1, "enabled": true, "order": 1, "config": [:]],
                secretKeys: [], redaction: SecretRedaction(key: [1]))
        }
        try await mirror.write { mirror in
            try mirror.meta.bind(
                Identity(
                    origin: "https://\(host)", organizationID: OrganizationID(rawValue: "o"), organizationName: "Bench", userID: "u", userEmail: "u@example.com"))
            try mirror.projects.store(project)
            for plugin in plugins { try mirror.plugins.store(plugin, at: Timestamp(milliseconds: 0)) }
            for config in configs { try mirror.configs.store(config, base: .followsRemote, at: Timestamp(milliseconds: 0)) }
        }
    }

    // MARK: Looking

    /// A million entries, one in ten an error.
    private static func fill(_ mirror: Mirror) async throws {
        try await addConfigs(mirror)
        let start = Seconds.now()
        for page in 0..<pages {
            let rows = (0..<pageSize).map { ErrorGenerator.entry(page * pageSize + $0, config: Int64(page) % configs + 1, isError: $0 % 10 == 0) }
            try await mirror.write(.deferred) { mirror in _ = try mirror.logs.insert(rows) }
        }
        print("inbox: 1,000,000 entries with 100,000 errors: \(Figure.grouped(Int(Double(pages * pageSize) / (Seconds.now() - start)))) entries/s")
    }

    /// A month of figures of all configs, two categories each, and what a report says of edits that wait.
    private static func addFigures(_ mirror: Mirror) async throws {
        let today = Timestamp(milliseconds: ErrorGenerator.now)
        for config in 1...configs {
            let id = PluginConfigID(config)
            let days = (Int64(0)..<31).map { back in
                Metric(
                    granularity: .day, bucket: today.adding(seconds: (back - 30) * 86_400).day, successes: 10_000 + config * 7 + back, successesOnRetry: back % 5,
                    failures: (config + back) % 11 == 0 ? 900 : 0)
            }
            try await mirror.write(.deferred) { mirror in
                for category in ["processEvent", "onEvent"] { try mirror.metrics.store(days, config: id, category: category, at: today) }
                if config % 4 == 0 { try mirror.edits.put(id, .order, .value(JSONValue(config)), at: today) }
            }
        }
    }

    private static func measureLooks(_ mirror: Mirror) async throws {
        let groups = try mirror.readSync { mirror in try mirror.errors.groups().count }
        print("inbox: \(groups) groups")
        let today = ErrorGenerator.end / 86_400_000_000
        let looks: [(String, @Sendable (MirrorTransaction) throws -> Int)] = [
            ("errors, the first 50 with their days", { mirror in
                let rows = try mirror.errors.groups(ErrorFilter(isListedOnly: true, limit: 51))
                for row in rows { _ = try mirror.errors.days(row.id, from: today - 13) }
                return rows.count
            }),
            ("errors --search with a word of every group", { mirror in
                try mirror.errors.groups(ErrorFilter(search: "failed", isListedOnly: true, limit: 51)).count
            }),
            ("errors --search with a rare word", { mirror in
                try mirror.errors.groups(ErrorFilter(search: "step7", isListedOnly: true, limit: 51)).count
            }),
            ("errors --project", { mirror in
                try mirror.errors.groups(ErrorFilter(project: ProjectID(1), isListedOnly: true, limit: 51)).count
            }),
            ("one group with its latest occurrences", { mirror in
                let id = ErrorGroupID(5)
                return try mirror.errors.occurrences(id, limit: 10).count + mirror.errors.places(id).count
            }),
            ("logs --level error", { mirror in try mirror.logs.newest(LogQuery(level: .error, limit: 100)).count }),
            ("logs --search timeout", { mirror in try mirror.logs.newest(LogQuery(search: LogSearch("timeout"), limit: 100)).count }),
            ("counts of status", { mirror in try mirror.errors.summary().count + mirror.configs.counts().configs }),
        ]
        for (name, look) in looks {
            var times: [Double] = []
            var count = 0
            for _ in 0..<rounds {
                let start = Seconds.now()
                count = try mirror.readSync(look)
                times.append((Seconds.now() - start) * 1000)
            }
            print("inbox: \(name): \(count) in \(Figure.milliseconds(Figure.median(times))) warm (target 20 ms)")
        }
    }

    private static func measureProcesses(_ phsync: String, _ home: String) throws {
        let environment = ["/usr/bin/env", "PHSYNC_HOME=\(home)", "PHSYNC_HOST=https://\(host)", "PHSYNC_TOKEN=x"]
        var empty: [Double] = []
        for _ in 0..<rounds { empty.append(try Child.run(environment + ["/bin/true"]).milliseconds) }
        for command in [["status"], ["errors"], ["errors", "show", "E5", "--keep"], ["logs", "--level", "error"], ["report"]] {
            var times: [Double] = []
            for _ in 0..<rounds { times.append(try Child.run(environment + [phsync] + command).milliseconds) }
            let target = command == ["status"] ? " (target 20 ms)" : command == ["report"] ? " (target 1000 ms)" : ""
            print(
                "inbox: phsync \(command.joined(separator: " ")), a process: \(Figure.milliseconds(Figure.median(times))), true \(Figure.milliseconds(Figure.median(empty)))\(target)")
        }
    }
}

/// Entries of a config's log, the same ones in each run: 2,000 kinds of errors with variable parts among what is no error.
private enum ErrorGenerator {
    /// In microseconds; entries go back from here.
    static let end: Int64 = now * 1000
    /// In milliseconds: a report is about the last days of this machine's clock.
    static let now: Int64 = MirrorEnvironment.wallClock().milliseconds

    static func entry(_ number: Int, config: Int64, isError: Bool) -> LogEntry {
        let mixed = UInt64(bitPattern: Int64(number)) &* 0x9E37_79B9_7F4A_7C15
        let id = (0..<16).map { UInt8(truncatingIfNeeded: (mixed &+ UInt64($0) &* 0x94D0_49BB) >> UInt64($0 % 8 * 8)) }
        return LogEntry(
            id: UUIDBytes(bytes: id)?.description ?? "", configID: PluginConfigID(config),
            time: ServerTime(microseconds: end - Int64(number) * 600_000), level: isError ? .error : .info,
            source: isError ? .plugin : .console, message: isError ? error(number, Int((mixed >> 40) % 100)) : "Processed \(number % 500) events in \(number % 2000) ms")
    }

    private static func error(_ number: Int, _ kind: Int) -> String {
        """
        TypeError: request to https://api.example.com/v1/\(number) failed in step\(kind) with 'code \(number % 977)', timeout after \(number % 3000) ms
            at deliver\(kind) (index.ts:\(kind + 10):7)
            at Object.processEvent (index.ts:3:1)
            at runProcessEvent (/code/plugin-server/src/worker/plugins/run.ts:75:30)
        """
    }
}
