import Glibc
import Models
import Storage

/// A million log entries into a mirror and out again, against the `sqlite3` shell with the same data and schema.
///
/// A process of its own, `Benchmarks logs`, so that its memory is its own too.
enum LogBenchmark {
    static let mode = "logs"
    private static let entries = 1_000_000
    private static let configs: Int64 = 200
    private static let pageSize = 1000

    static func run() async throws {
        let home = "/tmp/phsync-log-bench-\(getpid())"
        mkdir(home, 0o700)
        defer { World.cleanUp(home) }
        let before = peakKilobytes()
        let mirror = try Mirror.open(directory: home + "/mirror", mode: .readWriteCreate)
        var jsonBytes = 0
        var seconds = 0.0
        var generator = LogGenerator()
        for page in 0..<(entries / pageSize) {
            let (rows, bytes) = generator.page(Int64(page), of: configs, size: pageSize)
            jsonBytes += bytes
            let start = Seconds.now()
            try await mirror.write { mirror in
                try mirror.logs.insert(rows)
                try mirror.logWalks.save(LogProgress(through: rows.last?.time), of: rows[0].configID, at: Timestamp(milliseconds: 0))
            }
            seconds += Seconds.now() - start
        }
        await mirror.close()
        let size = fileSize(mirror.path)
        print("logs: \(entries) entries in through the mirror, \(pageSize) a transaction: \(Int(Double(entries) / seconds)) rows/s")
        print("logs: file \(size >> 20) MiB, the entries' JSON \(jsonBytes >> 20) MiB: \((Double(size) / Double(jsonBytes)).hundredths) (target 1)")
        print("logs: peak \(peakKilobytes() / 1024) MiB, \(before / 1024) MiB before (target 64)")
        try await look(mirror)
        await mirror.close()
        shell(mirror.path, home)
    }

    private static func look(_ mirror: Mirror) async throws {
        let one = PluginConfigID(7)
        let queries: [(String, LogQuery)] = [
            ("newest 100", LogQuery(limit: 100)), ("newest 100 of a config", LogQuery(config: one, limit: 100)),
            ("newest 100 errors", LogQuery(level: .error, limit: 100)),
            ("search \"timeout\", in 1 of 10", LogQuery(search: LogSearch("timeout"), limit: 100)),
            ("search \"connection reset\"", LogQuery(search: LogSearch("connection reset"), limit: 100)),
            ("search \"timeout\" in a config", LogQuery(config: one, search: LogSearch("timeout"), limit: 100)),
            ("search a number, in 1 of 100,000", LogQuery(search: LogSearch("request 77777"), limit: 100)),
            ("search what is not there", LogQuery(search: LogSearch("zebra"), limit: 100)),
        ]
        for (name, query) in queries {
            var times: [Double] = []
            var count = 0
            for _ in 0..<5 {
                let start = Seconds.now()
                count = try mirror.readSync { mirror in try mirror.logs.newest(query).count }
                times.append((Seconds.now() - start) * 1000)
            }
            print("logs: \(name): \(count) in \(times.sorted()[2].hundredths) ms warm (target 20)")
        }
    }

    /// The same rows into a file of the same schema, by the shell's own `.import`, in one transaction without any check.
    private static func shell(_ mirror: String, _ home: String) {
        let program = "/usr/bin/sqlite3"
        guard access(program, X_OK) == 0 else { return print("logs: no sqlite3 shell here to compare with (apt-get install sqlite3)") }
        let script = """
            .bail on
            .mode quote
            .output \(home)/schema.sql
            .mode list
            SELECT sql || ';' FROM sqlite_schema WHERE name IN ('log', 'log_entry', 'log_trouble', 'log_text') ORDER BY rowid;
            .mode csv
            .output \(home)/log.csv
            SELECT number, config_id, at, hex(id), level, source, message, hex(instance_id), extra FROM log ORDER BY config_id, at;
            """
        guard feed(program, mirror, script, home) else { return print("logs: the sqlite3 shell could not read the mirror") }
        let load = """
            .bail on
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            .read \(home)/schema.sql
            CREATE TEMP TABLE raw (number INTEGER, config_id INTEGER, at INTEGER, id TEXT, level INTEGER, source INTEGER,
                message TEXT, instance_id TEXT, extra TEXT);
            .mode csv
            .import --schema temp \(home)/log.csv raw
            BEGIN;
            INSERT INTO log SELECT number, config_id, at, CAST(id AS BLOB), level, source, message, NULL, NULL FROM raw ORDER BY rowid;
            INSERT INTO log_text (rowid, config_id, message) SELECT number, config_id, message FROM log ORDER BY number;
            COMMIT;
            """
        let start = Seconds.now()
        guard feed(program, home + "/shell.sqlite", load, home) else { return print("logs: the sqlite3 shell could not import") }
        print("logs: the sqlite3 shell with the same rows and schema, in one transaction: \(Int(Double(entries) / (Seconds.now() - start))) rows/s")
    }

    private static func feed(_ program: String, _ file: String, _ script: String, _ home: String) -> Bool {
        let path = home + "/script.sql"
        guard let stream = fopen(path, "w") else { return false }
        fputs(script, stream)
        fclose(stream)
        do {
            _ = try Child.run([program, file, ".read \(path)"])
            return true
        } catch {
            error.print()
            return false
        }
    }

    private static func fileSize(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    private static func peakKilobytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss)
    }
}

/// Entries such as plugins write, of a week, the same ones in each run.
private struct LogGenerator {
    private var state: UInt64 = 1
    private static let words = [
        "batch", "event", "export", "upload", "retry", "request", "response", "timeout", "connection", "reset", "refused", "currency",
        "rate", "cache", "lookup", "geoip", "plugin", "instance", "failed", "status", "worker", "property", "undefined", "person",
    ]

    private mutating func next(_ bound: UInt64) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % bound)
    }

    /// A page of one config's log, the newest first, as a walk backwards finds it; and the bytes of its JSON.
    mutating func page(_ number: Int64, of configs: Int64, size: Int) -> ([LogEntry], bytes: Int) {
        let config = number % configs
        let back = number / configs
        let pages = Int64(1_000_000 / size) / configs
        let span: Int64 = 7 * 86_400_000_000 / pages
        let end = 1_767_225_600_000_000 + 7 * 86_400_000_000 - back * span
        var rows: [LogEntry] = []
        var bytes = 0
        for index in 0..<size {
            let time = end - Int64(index) * span / Int64(size) - Int64(next(1000)) * 1000
            let row = entry(config: config + 1, time: ServerTime(microseconds: time))
            rows.append(row)
            bytes += JSONValue.object(
                JSONObject([
                    .init(key: "id", value: .string(row.id)), .init(key: "team_id", value: 1), .init(key: "plugin_id", value: 2),
                    .init(key: "plugin_config_id", value: JSONValue(config)), .init(key: "timestamp", value: .string(row.time.text)),
                    .init(key: "source", value: .string(row.sourceWord)), .init(key: "type", value: .string(row.levelWord)),
                    .init(key: "message", value: .string(row.message)), .init(key: "instance_id", value: JSONValue(row.instanceID?.description)),
                ])).text.utf8.count + 1
        }
        return (rows, bytes)
    }

    private mutating func entry(config: Int64, time: ServerTime) -> LogEntry {
        let level: LogLevel = [.debug, .log, .log, .log, .log, .info, .info, .info, .warn, .error][next(10)]
        return LogEntry(
            id: UUIDBytes(bytes: (0..<16).map { _ in UInt8(next(256)) })?.description ?? "", configID: PluginConfigID(config), time: time,
            level: level, source: .console, message: message(), instanceID: UUIDBytes(bytes: (0..<16).map { UInt8($0 + Int(config) % 20) }))
    }

    private mutating func message() -> String {
        switch next(10) {
        case 0..<3: "tick"
        case 3..<5: "Processed \(next(500)) events in \(next(2000)) ms"
        case 5: "request \(next(100_000)) failed with status \(500 + next(4)), connection reset"
        default: (0..<(4 + next(8))).map { _ in LogGenerator.words[next(UInt64(LogGenerator.words.count))] }.joined(separator: " ")
        }
    }
}

extension Double {
    fileprivate var hundredths: Double { (self * 100).rounded() / 100 }
}
