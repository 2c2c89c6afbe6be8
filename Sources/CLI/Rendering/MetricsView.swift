import Models
import Storage

/// Metrics for people and for scripts.
struct MetricsView: Sendable {
    let text: [Block]
    let json: JSONValue

    private static let figures: [Table.Column] = [
        .init("OK", isRightAligned: true), .init("RETRIED", isRightAligned: true), .init("FAILED", isRightAligned: true),
        .init("RATE", isRightAligned: true),
    ]

    /// One line for each config that has figures or could have some.
    static func totals(_ configs: [ConfigListRow], _ rows: [MetricDayRow], _ window: MetricWindow) -> MetricsView {
        let byConfig = Dictionary(grouping: rows, by: \.configID)
        var cells: [[Line]] = []
        var items: [JSONValue] = []
        var silent = 0
        for config in configs {
            let known = byConfig[config.id] ?? []
            let sum = MetricSum(known)
            let days = Set(known.map(\.day)).count
            let item = ["config_id": JSONValue(config.id.rawValue), "plugin": .string(config.pluginName),
                "project_id": JSONValue(config.projectID.rawValue), "project": .string(config.projectName),
                "days": JSONValue(window.days.count), "days_known": JSONValue(days)] as JSONValue
            items.append(.object(JSONObject((item.object?.members ?? []) + sum.json.members)))
            guard sum.rate != nil else {
                silent += 1
                continue
            }
            cells.append(
                [Line("\(config.id)"), Line("\(config.pluginName)@\(config.projectName)")] + lines(sum)
                    + [Line(days < window.days.count ? "\(days) of \(window.days.count) days" : "", .dim)])
        }
        let columns = [.init("ID", isRightAligned: true), .init("CONFIG")] + figures + [.init("KNOWN")]
        var text: [Block] = [.line(Line("Last \(window.days.count) day(s), from \(window.first) on", .bold))]
        text.append(cells.isEmpty ? .line("No config has handled anything.") : .table(Table(columns, rows: cells)))
        if silent > 0, !cells.isEmpty { text.append(.line(Line("\(silent) config(s) have handled nothing.", .dim))) }
        return MetricsView(text: text, json: .array(items))
    }

    /// The days of one config, each category that has figures in a table of its own.
    static func days(_ id: PluginConfigID, _ title: String, _ rows: [MetricDayRow], _ window: MetricWindow) -> MetricsView {
        let byCategory = Dictionary(grouping: rows, by: \.category).sorted { $0.key < $1.key }
        let active = byCategory.filter { MetricSum($0.value).rate != nil }
        // All categories without figures look alike: one of them shows which days are known.
        let shown = active.isEmpty ? Array(byCategory.prefix(1)) : active
        var text: [Block] = [.line(Line("\(title) (\(id.subject))", .bold))]
        var categories: [JSONValue] = []
        for (category, rows) in shown {
            let days = days(rows, window)
            text.append(.line(Line(category)))
            text.append(.table(Table([.init("DAY")] + figures, rows: days.map { [Line($0.day)] + ($0.sum.map(lines) ?? gap) })))
            categories.append([
                "category": .string(category), "days": .array(days.map(json)), "total": .object(MetricSum(rows).json),
            ])
        }
        if shown.isEmpty { text.append(.line("Nothing was served for these days.")) }
        return MetricsView(
            text: text, json: ["config_id": JSONValue(id.rawValue), "title": .string(title), "categories": .array(categories)])
    }

    /// The window's days, and those after it that the server has already served.
    private static func days(_ rows: [MetricDayRow], _ window: MetricWindow) -> [(day: String, sum: MetricSum?)] {
        let byDay = Dictionary(grouping: rows, by: \.day)
        let all = Set(window.days).union(byDay.keys).sorted()
        return all.map { day in (day, byDay[day].map { MetricSum($0) }) }
    }

    /// A gap has nulls where a day that was served has numbers.
    private static func json(_ day: (day: String, sum: MetricSum?)) -> JSONValue {
        let figures = day.sum?.json.members ?? MetricSum([]).json.keys.map { JSONObject.Member(key: $0, value: .null) }
        return .object(JSONObject([.init(key: "day", value: .string(day.day))] + figures))
    }

    private static func lines(_ sum: MetricSum) -> [Line] {
        [
            Line("\(sum.successes)"), Line("\(sum.retries)", sum.retries > 0 ? .warning : .dim),
            Line("\(sum.failures)", sum.failures > 0 ? .bad : .dim), Line(sum.rateText),
        ]
    }

    private static let gap = [Line](repeating: Line("·", .dim), count: 4)
}
