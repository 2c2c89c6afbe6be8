package import Models

/// The entries of all configs' logs, each once.
package struct LogTable {
    let transaction: MirrorTransaction

    /// Adds those of the entries that are new, and puts what failed into groups; one transaction for a page.
    ///
    /// - Parameter time: When they were read; nil takes the newest entry's.
    /// - Returns: How many were new.
    @discardableResult
    package func insert(_ entries: [LogEntry], at time: Timestamp? = nil) throws(MirrorError) -> Int {
        // Ids of one moment count up on these servers, so this is the order in which they were written.
        let sorted = entries.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        var inserted = 0
        var failed: [(number: Int64, entry: LogEntry)] = []
        var rest = sorted[...]
        while let first = rest.first {
            let span = LogNumber.span(of: first.time)
            let part = rest.prefix { LogNumber.span(of: $0.time) == span }
            inserted += try insert(part, span: span, &failed)
            rest = rest.dropFirst(part.count)
        }
        if let last = sorted.last, !failed.isEmpty { try transaction.errors.group(failed, at: time ?? last.time.timestamp) }
        return inserted
    }

    /// - Parameter failed: Gets those that are new and of level ERROR.
    private func insert(
        _ entries: ArraySlice<LogEntry>, span: Int64, _ failed: inout [(number: Int64, entry: LogEntry)]
    ) throws(MirrorError) -> Int {
        let range = LogNumber.range(of: span)
        let last = try transaction.first(
            "SELECT max(number) AS number FROM log WHERE number BETWEEN ?1 AND ?2", SQLiteValue(range.lowerBound),
            SQLiteValue(range.upperBound)
        ) { (row) throws(SQLiteError) in try row.optionalInteger("number") }
        let first = (last ?? nil).map { $0 + 1 } ?? range.lowerBound
        var next = first
        var index = entries.startIndex
        var errors: [(number: Int64, entry: LogEntry)] = []
        try transaction.executeEach(
            """
            INSERT INTO log (number, config_id, at, id, level, source, message, instance_id, extra)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (config_id, at, id) DO NOTHING
            """, entries, { LogTable.values($0, number: next) }
        ) { changed in
            if changed > 0, entries[index].level == .error { errors.append((next, entries[index])) }
            next += Int64(changed)
            index += 1
        }
        failed += errors
        guard next > first else { return 0 }
        try transaction.execute(
            """
            INSERT INTO log_text (rowid, config_id, message)
            SELECT number, config_id, message FROM log WHERE number BETWEEN ?1 AND ?2 ORDER BY number
            """, SQLiteValue(first), SQLiteValue(next - 1))
        return Int(next - first)
    }

    private static func values(_ entry: LogEntry, number: Int64) -> [SQLiteValue] {
        [
            .integer(number), .integer(entry.configID.rawValue), .integer(entry.time.microseconds),
            .blob(LogID.bytes(entry.id)), .integer(entry.level.rawValue), .integer(entry.source.rawValue),
            .text(entry.message), entry.instanceID.map { .blob($0.bytes) } ?? .null,
            entry.extra.isEmpty ? .null : .text(JSONValue.object(entry.extra).text),
        ]
    }

    /// Takes out the oldest entries from before that time, at most `limit`; repeat until it returns less.
    ///
    /// - Returns: How many went.
    package func remove(before time: ServerTime, limit: Int) throws(MirrorError) -> Int {
        let end = LogNumber.range(of: LogNumber.span(of: time)).upperBound
        try transaction.execute(
            """
            INSERT INTO log_text (log_text, rowid, config_id, message)
            SELECT 'delete', number, config_id, message FROM log WHERE number <= ?1 AND at < ?2 ORDER BY number LIMIT ?3
            """, SQLiteValue(end), SQLiteValue(time.microseconds), SQLiteValue(Int64(limit)))
        return try transaction.execute(
            """
            DELETE FROM log
            WHERE number IN (SELECT number FROM log WHERE number <= ?1 AND at < ?2 ORDER BY number LIMIT ?3)
            """, SQLiteValue(end), SQLiteValue(time.microseconds), SQLiteValue(Int64(limit)))
    }

    /// All entries, or those of one config.
    package func count(of config: PluginConfigID? = nil) throws(MirrorError) -> Int {
        let count = try transaction.first(
            "SELECT count(*) AS count FROM log INDEXED BY log_entry WHERE ?1 IS NULL OR config_id = ?1", SQLiteValue(config?.rawValue)
        ) { (row) throws(SQLiteError) in try row.integer("count") }
        return Int(count ?? 0)
    }
}

/// The row numbers of log entries: a span of time, then a count.
enum LogNumber {
    static func span(of time: ServerTime) -> Int64 { time.microseconds >> 30 }

    static func range(of span: Int64) -> ClosedRange<Int64> {
        let first = span << 24
        return first...(first | 0xFF_FFFF)
    }
}

/// An entry's id as it is stored: a UUID's sixteen bytes, or the UTF-8 of anything else.
enum LogID {
    static func bytes(_ id: String) -> [UInt8] {
        if let uuid = UUIDBytes(id) { return uuid.bytes }
        let bytes = Array(id.utf8)
        // Told apart from a UUID by its length.
        return bytes.count == 16 ? bytes + [0] : bytes
    }

    static func text(_ bytes: [UInt8]) -> String {
        if let uuid = UUIDBytes(bytes: bytes) { return uuid.description }
        return String(decoding: bytes.last == 0 ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
}
