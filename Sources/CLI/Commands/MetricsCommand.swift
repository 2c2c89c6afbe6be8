import Models
import Storage

/// `phsync metrics`: what configs did, day by day or as totals.
enum MetricsCommand {
    static let command = Command(
        "metrics", summary: "shows how many events each config has handled and failed",
        details: [
            "Without a selector: totals of each config. With one: its days. A day that was never served is shown as a gap, which is not a zero.",
            "Days are those of the project's timezone.",
        ],
        positionals: [Positional("SELECTOR", CommandContext.selector.summary, isRequired: false)],
        flags: [Flag("days", .integer("N", 1...366), "that many days back, today included; 7 unless said")],
        examples: [Example("phsync metrics", "totals of the last 7 days"), Example("phsync metrics 12 --days 30", "day by day")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let window = MetricWindow(days: context.arguments.integer("days") ?? 7, now: context.now())
        let selector = context.arguments.positional("SELECTOR")
        let project = instance.project
        let view = try mirror.look { mirror -> MetricsView in
            guard let selector else { return try totals(window, project, in: mirror) }
            let selected = try Selector.config(selector, project: project, for: "metrics", in: mirror)
            guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: "metrics") }
            return MetricsView.days(id, selected.title, try mirror.metrics.days(from: window.first, config: id), window)
        }
        return CommandResult(result: view.json, text: view.text, freshness: try context.freshness(mirror, of: ["metrics"]))
    }

    private static func totals(_ window: MetricWindow, _ project: String?, in mirror: MirrorTransaction) throws(MirrorError) -> MetricsView {
        let configs = try mirror.configs.list(project: try Selector.project(project, in: mirror)).filter { !$0.isDraft }
        return MetricsView.totals(configs, try mirror.metrics.days(from: window.first), window)
    }
}

/// The days that are shown: that many up to today.
struct MetricWindow: Sendable {
    let days: [String]

    /// - Parameter now: Its day in UTC is the last one; a project further east may have served one more.
    init(days count: Int, now: Timestamp) {
        days = (0..<count).reversed().map { now.adding(seconds: -Int64($0) * 86_400).day }
    }

    var first: String { days[0] }
}

/// Figures added up over categories and days.
struct MetricSum: Sendable, Equatable {
    private(set) var successes: Int64 = 0
    private(set) var retries: Int64 = 0
    private(set) var failures: Int64 = 0

    init(_ rows: some Sequence<MetricDayRow>) {
        for row in rows {
            successes += row.successes
            retries += row.successesOnRetry
            failures += row.failures
        }
    }

    /// The part that arrived, retries included; nil when there was nothing to deliver.
    var rate: Double? {
        let all = successes + retries + failures
        return all > 0 ? Double(successes + retries) / Double(all) : nil
    }

    /// In tenths of a per cent, rounded down, so that only a perfect rate says 100.
    var rateText: String {
        guard let rate else { return "" }
        let tenths = Int((rate * 1000).rounded(.down))
        return tenths == 1000 ? "100%" : "\(tenths / 10).\(tenths % 10)%"
    }

    var json: JSONObject {
        JSONObject([
            .init(key: "successes", value: JSONValue(successes)), .init(key: "successes_on_retry", value: JSONValue(retries)),
            .init(key: "failures", value: JSONValue(failures)),
            .init(key: "delivery_rate", value: rate.flatMap { JSONNumber("\($0)") }.map(JSONValue.number) ?? .null),
        ])
    }
}
