import Models

/// What a pull reads beside plugins and configs, and what of it is kept.
package struct PullOptions: Sendable, Equatable {
    /// What a pull can leave out; plugins and configs are always read.
    package enum Part: Sendable, CaseIterable {
        case sources, logs, metrics, errors, activity, events

        /// As freshness knows it.
        var name: String { "\(self)" }

        var title: String {
            switch self {
            case .sources: "Source of plugins"
            case .logs: "Logs"
            case .metrics: "Metrics"
            case .errors: "Error details"
            case .activity: "Activity"
            case .events: "Sample events"
            }
        }
    }

    /// What is asked for beside the lists of plugins and configs.
    package var parts: Set<Part>
    /// False: no events are asked for, and those that are stored are forgotten; they are personal data.
    package var keepsEvents: Bool
    /// How long an event is kept after it was stored.
    package var eventDays: Int
    /// Log entries older than this go after the logs were read; nil keeps them for good.
    package var logDays: Int?
    /// Versions older than this go after a pull; 0 keeps them for good.
    package var historyDays: Int
    /// So many of the newest versions of each thing stay, however old they are.
    package var historyVersions: Int
    /// Log entries to ask for at a time.
    package var logPageSize: Int
    /// Also the figures of configs that fail, hour by hour, of yesterday and today.
    package var readsHours: Bool

    package init(
        parts: Set<Part> = Set(Part.allCases), keepsEvents: Bool = true, eventDays: Int = PullOptions.defaultEventDays,
        logDays: Int? = nil, historyDays: Int = PullOptions.defaultHistoryDays,
        historyVersions: Int = PullOptions.defaultHistoryVersions, logPageSize: Int = LogWalk.pageSize,
        readsHours: Bool = false
    ) {
        self.parts = parts
        self.keepsEvents = keepsEvents
        self.eventDays = eventDays
        self.logDays = logDays
        self.historyDays = historyDays
        self.historyVersions = historyVersions
        self.logPageSize = logPageSize
        self.readsHours = readsHours
    }

    /// How long sample events are kept, without a setting.
    package static let defaultEventDays = 30
    /// How long versions are kept, without a setting.
    package static let defaultHistoryDays = 365
    /// How many versions of an entity stay whatever their age, without a setting.
    package static let defaultHistoryVersions = 20

    func reads(_ part: Part) -> Bool { parts.contains(part) }
}

/// What one pull asks about: the projects that were chosen, and the run.
struct DetailScope: Sendable {
    let reach: Reach
    let projects: [Project]
    let run: Int64
    /// Before the first request of the run: what the run's lists say holds at least up to then.
    let start: Timestamp
    let full: Bool

    init(_ reach: Reach, _ projects: [Project], run: Int64, start: Timestamp, full: Bool) {
        self.reach = reach
        self.projects = projects
        self.run = run
        self.start = start
        self.full = full
    }

    /// Whether all projects are read that the key sees.
    var isWhole: Bool { projects.count == reach.projects.count }
    var projectIDs: Set<ProjectID> { Set(projects.map(\.id)) }
}
