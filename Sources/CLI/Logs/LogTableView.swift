import Models

/// Entries of logs for people and for scripts.
struct LogTableView: Sendable {
    let times: LogTimes

    func table(_ page: LogPage) -> Table {
        let columns: [Table.Column] = [.init("TIME"), .init("LEVEL"), .init("SOURCE"), .init("CONFIG"), .init("MESSAGE")]
        var rows: [[Line]] = []
        for shown in page.shown {
            if shown.isAfterGap { rows.append([Line("--", .dim), "", "", "", ""]) }
            let entry = shown.entry
            rows.append([
                Line(times.text(entry.time), shown.isMatch ? .plain : .dim), Line(entry.levelWord, entry.level.style), Line(entry.sourceWord, shown.isMatch ? .plain : .dim),
                Line(page.titles[entry.configID] ?? entry.configID.subject, shown.isMatch ? .plain : .dim), Line(entry.message, shown.isMatch ? .plain : .dim),
            ])
        }
        return Table(columns, rows: rows)
    }

    /// One entry as a line of its own, for what goes on.
    func line(_ entry: LogEntry, _ titles: [PluginConfigID: String]) -> Line {
        let level = entry.levelWord + String(repeating: " ", count: max(0, 5 - entry.levelWord.count))
        return Line("\(times.text(entry.time))  ", .dim) + Line(level, entry.level.style)
            + Line("  \(titles[entry.configID] ?? entry.configID.subject)  ", .dim) + Line(entry.message)
    }

    static func json(_ entry: LogEntry, _ titles: [PluginConfigID: String], isMatch: Bool) -> JSONValue {
        var object = JSONObject([
            .init(key: "id", value: .string(entry.id)), .init(key: "time", value: .string(entry.time.text)),
            .init(key: "level", value: .string(entry.levelWord)), .init(key: "source", value: .string(entry.sourceWord)),
            .init(key: "config_id", value: JSONValue(entry.configID.rawValue)),
            .init(key: "config", value: JSONValue(titles[entry.configID])), .init(key: "message", value: .string(entry.message)),
            .init(key: "instance_id", value: JSONValue(entry.instanceID?.description)),
        ])
        if !isMatch { object["around"] = true }
        if !entry.extra.isEmpty { object["extra"] = .object(entry.extra) }
        return .object(object)
    }
}

extension LogLevel {
    var style: Line.Style {
        switch self {
        case .debug: .dim
        case .log, .info: .plain
        case .warn: .warning
        case .error, .other: .bad
        }
    }
}
