import Models
import Storage

/// Metrics for people and for scripts.
struct MetricsView: Sendable {
    let text: [Block]
    let json: JSONValue

    static let figures: [Table.Column] = [
        .init("OK", isRightAligned: true), .init("RETRIED", isRightAligned: true), .init("FAILED", isRightAligned: true),
        .init("RATE", isRightAligned: true),
    ]

    static func lines(_ sum: MetricSum) -> [Line] {
        [
            Line("\(sum.successes)"), Line("\(sum.retries)", sum.retries > 0 ? .warning : .dim),
            Line("\(sum.failures)", sum.failures > 0 ? .bad : .dim), Line(sum.rateText, sum.failures > 0 ? .bad : .plain),
        ]
    }
}

/// The days of one config, each category that has figures with a chart of its own.
struct MetricDays: Sendable {
    let config: PluginConfigID
    let title: String
    let rows: [MetricDayRow]
    let window: MetricWindow
    let marks: MetricMarks
    /// Columns that the bars may take.
    let barWidth: Int

    private struct Day {
        let day: String
        /// nil for a day that was never served.
        let sum: MetricSum?
    }

    var view: MetricsView {
        let byCategory = Dictionary(grouping: rows, by: \.category).sorted { $0.key < $1.key }
        let active = byCategory.filter { MetricSum($0.value).rate != nil }
        // All categories without figures look alike: one of them shows which days are known.
        let shown = active.isEmpty ? Array(byCategory.prefix(1)) : active
        var text: [Block] = [.line(Line("\(title) (\(config.subject))", .bold) + Line(zoneText, .dim))]
        var categories: [JSONValue] = []
        for (category, rows) in shown {
            let days = days(rows)
            text += [.line(heading(category, days)), .table(table(days))]
            categories.append([
                "category": .string(category), "days": .array(days.map(json)), "total": .object(MetricSum(rows).json),
            ])
        }
        if shown.isEmpty { text.append(.line("Nothing was served for these days.")) }
        if shown.contains(where: { days($0.value).contains { $0.sum == nil } }) {
            text.append(.line(Line("· a day that was never served, which is not a zero", .dim)))
        }
        return MetricsView(
            text: text,
            json: [
                "config_id": JSONValue(config.rawValue), "title": .string(title), "timezone": JSONValue(window.zone.name), "categories": .array(categories),
            ])
    }

    private var zoneText: String { ", days of \(window.zone.text)" }

    private func heading(_ category: String, _ days: [Day]) -> Line {
        let total = MetricSum(rows.filter { $0.category == category })
        return Line("\(category)  ") + Line(Sparkline.text(days.map { $0.sum.map(\.attempts) }), .good)
            + Line("  rate ", .dim) + Line(Sparkline.rates(days.map { $0.sum?.rate }), .warning) + Line("  \(total.rateText)", .bold)
    }

    private func table(_ days: [Day]) -> Table {
        let largest = days.compactMap { $0.sum?.attempts }.max() ?? 0
        let hasMarks = days.contains { !marks.text($0.day).isEmpty }
        let columns = [.init("DAY")] + MetricsView.figures + (barWidth > 0 ? [.init("")] : []) + (hasMarks ? [.init("CHANGED")] : [])
        let rows = days.map { day -> [Line] in
            let figures = day.sum.map(MetricsView.lines) ?? [Line](repeating: Line(String(Sparkline.zero), .dim), count: 4)
            let bar = day.sum.map { Bar.line($0.delivered, $0.failures, largest: largest, width: barWidth) } ?? Line("")
            return [Line(day.day)] + figures + (barWidth > 0 ? [bar] : []) + (hasMarks ? [Line(marks.text(day.day), .warning)] : [])
        }
        return Table(columns, rows: rows)
    }

    /// The window's days, and those after it that the server has already served.
    private func days(_ rows: [MetricDayRow]) -> [Day] {
        let byDay = Dictionary(grouping: rows, by: \.day)
        let all = Set(window.days).union(byDay.keys).filter { $0 >= window.first }.sorted()
        return all.map { day in Day(day: day, sum: byDay[day].map { MetricSum($0) }) }
    }

    /// A gap has nulls where a day that was served has numbers.
    private func json(_ day: Day) -> JSONValue {
        let figures = day.sum?.json.members ?? MetricSum([]).json.keys.map { JSONObject.Member(key: $0, value: .null) }
        return .object(
            JSONObject([.init(key: "day", value: .string(day.day))] + figures + [.init(key: "changed", value: marks.json(day.day))]))
    }
}

/// One line for each config that has figures or could have some, and one for each project.
struct MetricTotals: Sendable {
    let configs: [ConfigListRow]
    let rows: [PluginConfigID: [MetricDayRow]]
    let windows: [ProjectID: MetricWindow]
    let dayCount: Int

    var view: MetricsView {
        let known = configs.filter { sum($0).rate != nil }
        let columns = [.init("ID", isRightAligned: true), .init("CONFIG")] + MetricsView.figures + [.init("PER DAY"), .init("KNOWN")]
        let zones = windows.values.map(\.zone)
        let zone = zones.allSatisfy { $0 == zones[0] } ? zones.first?.text ?? "UTC" : "each project's own zone"
        var text: [Block] = [.line(Line(dayCount == 1 ? "Today" : "The last \(dayCount) days", .bold) + Line(", days of \(zone)", .dim))]
        let projects = Dictionary(grouping: known, by: \.projectID).sorted { $0.key < $1.key }
        let totals = projects.count > 1 || known.count > 1 ? projects.map { total($0.value) } : []
        text.append(known.isEmpty ? .line("No config has handled anything.") : .table(Table(columns, rows: known.map(cells) + totals)))
        let silent = configs.count - known.count
        if silent > 0, !known.isEmpty { text.append(.line(Line(silent == 1 ? "1 config has handled nothing." : "\(silent) configs have handled nothing.", .dim))) }
        return MetricsView(text: text, json: .array(configs.map(json)))
    }

    private func rows(_ config: ConfigListRow) -> [MetricDayRow] {
        let first = windows[config.projectID]?.first ?? ""
        return (rows[config.id] ?? []).filter { $0.day >= first }
    }

    private func sum(_ config: ConfigListRow) -> MetricSum { MetricSum(rows(config)) }

    /// Attempts on each day; nil for one that was never served.
    private func perDay(_ rows: [MetricDayRow], _ project: ProjectID) -> [Int64?] {
        let byDay = Dictionary(grouping: rows, by: \.day)
        return (windows[project]?.days ?? []).map { day in byDay[day].map { MetricSum($0).attempts } }
    }

    private func cells(_ config: ConfigListRow) -> [Line] {
        let rows = rows(config)
        let sum = MetricSum(rows)
        let days = Set(rows.map(\.day)).count
        return [Line("\(config.id)"), Line("\(config.pluginName)@\(config.projectName)")] + MetricsView.lines(sum)
            + [Line(Sparkline.text(perDay(rows, config.projectID)), sum.failures > 0 ? .bad : .good), Line(days < dayCount ? "\(days) of \(dayCount) days" : "", .dim)]
    }

    private func total(_ configs: [ConfigListRow]) -> [Line] {
        let all = configs.flatMap(rows)
        return [Line(""), Line("all of \(configs[0].projectName)", .bold)] + MetricsView.lines(MetricSum(all))
            + [Line(Sparkline.text(perDay(all, configs[0].projectID)), .dim), Line("")]
    }

    private func json(_ config: ConfigListRow) -> JSONValue {
        let rows = rows(config)
        let item: JSONObject = JSONObject([
            .init(key: "config_id", value: JSONValue(config.id.rawValue)), .init(key: "plugin", value: .string(config.pluginName)),
            .init(key: "project_id", value: JSONValue(config.projectID.rawValue)), .init(key: "project", value: .string(config.projectName)),
            .init(key: "days", value: JSONValue(dayCount)), .init(key: "days_known", value: JSONValue(Set(rows.map(\.day)).count)),
        ])
        return .object(JSONObject(item.members + MetricSum(rows).json.members))
    }
}
