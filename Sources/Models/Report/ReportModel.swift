/// Everything that a report says, as a value: the page, the text and the JSON are renderings of it.
///
/// Holds no secret; events and texts of plugins are scrubbed of personal data already, unless the person has asked for it.
package struct ReportModel: Sendable, Equatable {
    /// What the report is about.
    package struct Subject: Sendable, Equatable {
        /// The name of the context.
        package let context: String
        package let origin: String
        /// "" when the mirror is bound to none yet.
        package let organization: String
        /// The one project that it is about; nil for all.
        package let project: String?

        package init(context: String, origin: String, organization: String, project: String?) {
            self.context = context
            self.origin = origin
            self.organization = organization
            self.project = project
        }
    }

    package let subject: Subject
    package let madeAt: Timestamp
    package let since: Timestamp
    /// "2026-11-20", the oldest first, today last: what every series of the report has one value for.
    package let days: [String]
    /// Whose days they are: "Europe/Zurich"; nil when the projects have several zones, and each has its own days.
    package let zone: String?
    /// The projects that have anything to show, the worst first.
    package let projects: [ReportProject]
    /// Configs without any figures, beside those in `projects`.
    package let silentConfigCount: Int
    /// The ones that need somebody first, then the latest.
    package let errors: [ReportError]
    /// All groups with an occurrence since then, also those that the report has no room for.
    package let errorCount: Int
    package let unseenErrorCount: Int
    /// Since `since`, the newest first.
    package let changes: [ReportChange]
    package let hasMoreChanges: Bool
    package let waiting: ReportWaiting
    /// The oldest first.
    package let freshness: [ReportFreshness]
    /// When the instance stopped offering plugins; nil while it does.
    package let archivedAt: Timestamp?
    /// Whether events are in it as the instance has them.
    package let hasPersonalData: Bool

    package init(
        subject: Subject, madeAt: Timestamp, since: Timestamp, days: [String], zone: String? = "UTC", projects: [ReportProject], silentConfigCount: Int,
        errors: [ReportError], errorCount: Int, unseenErrorCount: Int, changes: [ReportChange], hasMoreChanges: Bool, waiting: ReportWaiting,
        freshness: [ReportFreshness], archivedAt: Timestamp?, hasPersonalData: Bool
    ) {
        self.subject = subject
        self.madeAt = madeAt
        self.since = since
        self.days = days
        self.zone = zone
        self.projects = projects
        self.silentConfigCount = silentConfigCount
        self.errors = errors
        self.errorCount = errorCount
        self.unseenErrorCount = unseenErrorCount
        self.changes = changes
        self.hasMoreChanges = hasMoreChanges
        self.waiting = waiting
        self.freshness = freshness
        self.archivedAt = archivedAt
        self.hasPersonalData = hasPersonalData
    }
}

extension ReportModel {
    /// "days of Europe/Zurich".
    package var zoneText: String { "days of \(zone ?? "each project\u{2019}s own zone")" }

    package var configs: [ReportConfig] { projects.flatMap(\.configs) }

    /// Each day over all configs; nil where no config has figures.
    package var dayTotals: [DeliveryFigures?] {
        days.indices.map { index in DeliveryFigures.sum(configs.map { $0.days[index] }) }
    }

    /// What happened on each day of `days`, to mark it in a chart.
    package var marks: [ReportMark] {
        changes.compactMap { change in
            days.firstIndex(of: change.day).map { ReportMark(day: $0, kind: change.kind, text: "\(change.title): \(change.summary)") }
        }.reversed()
    }

    /// The end of the oldest of the pulls that the report was read from; nil when nothing was ever pulled in full.
    package var oldestPull: Timestamp? { freshness.compactMap(\.pulledAt).min() }
}

/// One project's configs with their deliveries.
package struct ReportProject: Sendable, Equatable {
    package let name: String
    /// The worst first.
    package let configs: [ReportConfig]

    package init(name: String, configs: [ReportConfig]) {
        self.name = name
        self.configs = configs
    }

    package var total: DeliveryFigures? { DeliveryFigures.sum(configs.map(\.total)) }
}

/// One config with what it delivered, day by day.
package struct ReportConfig: Sendable, Equatable {
    /// How much a config needs somebody.
    package enum State: String, Sendable, Comparable {
        case failing, watch, well
        /// No figures, or nothing to deliver.
        case silent

        package static func < (left: State, right: State) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .failing: 0
            case .watch: 1
            case .well: 2
            case .silent: 3
            }
        }
    }

    package let id: PluginConfigID
    package let pluginName: String
    package let projectName: String
    package let isEnabled: Bool
    /// Whether an edit of it waits here.
    package let isEdited: Bool
    /// One for each day of the report; nil for a day that was never served.
    package let days: [DeliveryFigures?]

    package init(
        id: PluginConfigID, pluginName: String, projectName: String, isEnabled: Bool, isEdited: Bool, days: [DeliveryFigures?]
    ) {
        self.id = id
        self.pluginName = pluginName
        self.projectName = projectName
        self.isEnabled = isEnabled
        self.isEdited = isEdited
        self.days = days
    }

    /// Below this part, a config fails.
    package static let failingRate = 0.95

    package var title: String { "\(pluginName)@\(projectName)" }
    package var total: DeliveryFigures? { DeliveryFigures.sum(days) }

    /// The latest two days that are known: what is going on now.
    package var recent: DeliveryFigures? { DeliveryFigures.sum(days.compactMap { $0 }.suffix(2).map(Optional.some)) }

    package var state: State {
        guard let total, total.handled > 0 else { return .silent }
        guard let recent, let rate = recent.rate else { return isEnabled ? .watch : .well }
        if rate < ReportConfig.failingRate { return isEnabled ? .failing : .watch }
        return recent.failures > 0 ? .watch : .well
    }

    /// The first of the days up to now in which it handled nothing although it is on and had before; nil when it goes on.
    package var stoppedOn: Int? {
        guard isEnabled, let total, total.handled > 0, recent?.handled == 0 else { return nil }
        let last = days.lastIndex { ($0?.handled ?? 0) > 0 } ?? 0
        return days.indices.first { $0 > last && days[$0] != nil }
    }

    /// The first day of the unbroken row of days with failures that reaches up to now; nil when there is none.
    package var failingSince: Int? {
        var first: Int?
        for index in days.indices.reversed() {
            guard let day = days[index] else { continue }
            guard day.failures > 0 else { break }
            first = index
        }
        return first
    }
}

/// Something that happened on a day, to be marked in a chart.
package struct ReportMark: Sendable, Equatable {
    /// Index into the report's days.
    package let day: Int
    package let kind: ReportChange.Kind
    package let text: String

    package init(day: Int, kind: ReportChange.Kind, text: String) {
        self.day = day
        self.kind = kind
        self.text = text
    }
}

/// How old one collection is.
package struct ReportFreshness: Sendable, Equatable {
    package let collection: String
    /// The end of the last complete look; nil when there never was one.
    package let pulledAt: Timestamp?
    package let isComplete: Bool
    /// Why it is not complete; "" when it is.
    package let detail: String

    package init(collection: String, pulledAt: Timestamp?, isComplete: Bool, detail: String) {
        self.collection = collection
        self.pulledAt = pulledAt
        self.isComplete = isComplete
        self.detail = detail
    }
}

extension ReportProject {
    /// By what needs somebody first, then by how much failed.
    package static func sorted(_ configs: [ReportConfig]) -> [ReportProject] {
        let ranked = configs.sorted { left, right in
            if left.state != right.state { return left.state < right.state }
            let (fewer, more) = (left.total?.failures ?? 0, right.total?.failures ?? 0)
            return fewer != more ? fewer > more : (left.title, left.id.rawValue) < (right.title, right.id.rawValue)
        }
        var names: [String] = []
        for config in ranked where !names.contains(config.projectName) { names.append(config.projectName) }
        let byName = Dictionary(grouping: ranked, by: \.projectName)
        return names.map { ReportProject(name: $0, configs: byName[$0] ?? []) }
    }
}
