import Models

/// Entries of logs for people and for scripts.
struct LogTableView: Sendable {
    let times: LogTimes

    func table(_ page: LogPage) -> Table {
        // Among neighbours what was asked for is marked, also without colours.
        let isMarked = page.shown.contains { !$0.isMatch }
        // One config's log needs no column that says whose it is, where there is little room.
        let hasConfig = !times.isShort || Set(page.shown.map(\.entry.configID)).count != 1
        let columns: [Table.Column] = (isMarked ? [.init("")] : []) + [.init("TIME"), .init("LEVEL"), .init("SOURCE")]
            + (hasConfig ? [.init("CONFIG")] : []) + [.init("MESSAGE")]
        var rows: [[Line]] = []
        for shown in page.shown {
            if shown.isAfterGap { rows.append([Line("--", .dim)] + [Line](repeating: "", count: columns.count - 1)) }
            let mark = isMarked ? [Line(shown.isMatch ? ">" : "", .warning)] : []
            rows.append(mark + cells(shown, page.titles, hasConfig))
        }
        return Table(columns, rows: rows)
    }

    private func cells(_ shown: LogPage.Shown, _ titles: [PluginConfigID: String], _ hasConfig: Bool) -> [Line] {
        let (entry, style) = (shown.entry, shown.isMatch ? Line.Style.plain : .dim)
        return [
            Line(times.text(entry.time), style), Line(entry.levelWord, entry.level.style), Line(entry.sourceWord, style),
        ] + (hasConfig ? [Line(titles[entry.configID] ?? entry.configID.subject, style)] : []) + [Line(entry.message, style)]
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
