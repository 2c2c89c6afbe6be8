package import Models
package import Storage

/// Which figures a pull has to ask for, and which can't have changed; a pure function of what the mirror knows.
///
/// `delivery_rate_24h` is null when the server has counted nothing for 24 hours. So a config whose figures are known up to
/// less than 24 hours before that was said has nothing new. A category is only asked for if the plugin's capabilities have
/// it; of a plugin whose capabilities are unknown all are asked once, then those that had figures.
/// - Source: docs/architecture.md, "Pull".
package struct MetricPlan: Sendable, Equatable {
    /// One series that is to be asked for, and from which day on.
    package struct Ask: Sendable, Equatable {
        /// Never a draft.
        package let config: PluginConfigID
        /// The project of that config.
        package let project: ProjectID
        /// "processEvent", …: as the server counts it.
        package let category: String
        /// A day, or a number of days back.
        package let from: String
        /// Hours, beside the days of the same series.
        package let isHourly: Bool

        package init(config: PluginConfigID, project: ProjectID, category: String, from: String, isHourly: Bool = false) {
            self.config = config
            self.project = project
            self.category = category
            self.from = from
            self.isHourly = isHourly
        }
    }

    /// A series that is known to have nothing new.
    package struct Quiet: Sendable, Equatable {
        /// Never a draft.
        package let config: PluginConfigID
        /// "processEvent", …: as the server counts it.
        package let category: String
        /// Up to then nothing was counted.
        package let until: Timestamp
    }

    /// Those that fail first, then what is enabled.
    package private(set) var asks: [Ask] = []
    /// Series that need not be asked for, by config and category.
    package private(set) var quiet: [Quiet] = []

    static let firstRange = "-30d"
    /// Yesterday and today: the longest range that the server answers by the hour.
    static let hourRange = "-1d"
    /// The server keeps figures for about that long.
    static let longestDays: Int64 = 90
    /// Under two days the server would answer by the hour; a third one is for days of 23 hours.
    static let overlapDays: Int64 = 3
    private static let day: Int64 = 86_400
    /// Figures reach the server's database with a delay.
    private static let delaySeconds: Int64 = 600
    /// A quiet series is marked as known again only after that long: a second pull right after a first writes nothing.
    private static let quietStepSeconds: Int64 = 3600

    private let series: [PluginConfigID: [String: MetricSeriesRow]]
    private let toldAt: [ProjectID: Timestamp]
    private let resumedFrom: Timestamp?
    private let readsHours: Bool
    private let now: Timestamp

    /// - Parameters:
    ///   - capabilities: The categories that each plugin can have figures in; missing where nobody knows.
    ///   - toldAt: When each project's delivery rates were told; missing for a project whose list was not read completely.
    ///   - readsHours: Whether the hours of configs that fail are wanted.
    ///   - resumedFrom: The start of a pull that was interrupted: what it has read needs no second look.
    package init(
        _ configs: [DeliveryRow], capabilities: [PluginID: [String]], series: [MetricSeriesRow], toldAt: [ProjectID: Timestamp],
        readsHours: Bool = false, resumedFrom: Timestamp? = nil, now: Timestamp
    ) {
        self.series = Dictionary(grouping: series, by: \.configID).mapValues { rows in
            Dictionary(rows.map { ($0.category, $0) }) { first, _ in first }
        }
        self.toldAt = toldAt
        self.resumedFrom = resumedFrom
        self.readsHours = readsHours
        self.now = now
        let urgency: (DeliveryRow) -> Int = { $0.rate == .failing ? 0 : $0.enabled ? 1 : 2 }
        for config in configs.sorted(by: { (urgency($0), $0.id) < (urgency($1), $1.id) }) {
            for category in categories(of: config, capabilities[config.pluginID]) { take(config, category) }
        }
    }

    package static func == (left: MetricPlan, right: MetricPlan) -> Bool { left.asks == right.asks && left.quiet == right.quiet }
}

extension MetricPlan {
    private func categories(of config: DeliveryRow, _ capabilities: [String]?) -> [String] {
        if let capabilities { return capabilities }
        let known = series[config.id] ?? [:]
        let active = MetricCategory.all.filter { known[$0].map(\.hasFigures) ?? true }
        // The server has counted something, and it was in none of the categories so far.
        return active.isEmpty && config.rate != .nothing ? MetricCategory.all : active
    }

    private mutating func take(_ config: DeliveryRow, _ category: String) {
        guard let known = series[config.id]?[category] else { return ask(config, category, from: MetricPlan.firstRange) }
        if let resumedFrom, known.knownAt >= resumedFrom { return }
        if known.isRefused, now.seconds(since: known.knownAt) < MetricPlan.day { return }
        if config.rate == .nothing, let told = toldAt[config.projectID],
            told.seconds(since: known.knownAt) <= MetricPlan.day - MetricPlan.delaySeconds
        {
            let isWorthWriting = told.seconds(since: known.knownAt) >= MetricPlan.quietStepSeconds
            if isWorthWriting { quiet.append(Quiet(config: config.id, category: category, until: told)) }
            return
        }
        ask(config, category, from: range(after: known))
    }

    private mutating func ask(_ config: DeliveryRow, _ category: String, from: String) {
        asks.append(Ask(config: config.id, project: config.projectID, category: category, from: from))
        guard readsHours, config.enabled, config.rate == .failing else { return }
        asks.append(Ask(config: config.id, project: config.projectID, category: category, from: MetricPlan.hourRange, isHourly: true))
    }

    /// From the last stored day on, which was still going on when it was served.
    private func range(after known: MetricSeriesRow) -> String {
        guard let day = known.lastDay, let last = Timestamp(iso8601: day) else { return MetricPlan.firstRange }
        let from = last.adding(seconds: -MetricPlan.overlapDays * MetricPlan.day)
        let days = now.seconds(since: from) / MetricPlan.day
        return days > MetricPlan.longestDays ? "-\(MetricPlan.longestDays)d" : from.day
    }
}
