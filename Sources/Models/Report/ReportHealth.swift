/// The answer to "is it well?", and what it is made of.
package struct ReportHealth: Sendable, Equatable {
    package enum Level: String, Sendable, Comparable {
        case well, watch, failing

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .well: 0
            case .watch: 1
            case .failing: 2
            }
        }
    }

    /// The part of the report that says more about a finding.
    package enum Part: String, Sendable {
        case deliveries, errors, changes, waiting, freshness
    }

    package struct Finding: Sendable, Equatable {
        package let level: Level
        package let part: Part
        package let text: String

        package init(_ level: Level, _ part: Part, _ text: String) {
            self.level = level
            self.part = part
            self.text = text
        }
    }

    package let level: Level
    /// The worst first; empty when all is well.
    package let findings: [Finding]

    /// One sentence that stands alone.
    package let sentence: String
}

extension ReportModel {
    /// Older than this, a mirror says little about now.
    package static let staleSeconds: Int64 = 24 * 3600
    /// Findings of one kind that are named; the rest is counted.
    private static let named = 3

    package var health: ReportHealth {
        let all = deliveryFindings + switchFindings + errorFindings + waitingFindings + freshnessFindings
        // Stable: the parts stay in their order within a level.
        let sorted = [ReportHealth.Level.failing, .watch].flatMap { level in all.filter { $0.level == level } }
        let level = sorted.map(\.level).max() ?? .well
        return ReportHealth(level: level, findings: sorted, sentence: sentence(level))
    }

    private func sentence(_ level: ReportHealth.Level) -> String {
        let failing = configs.filter { $0.state == .failing }
        switch level {
        case .failing where failing.isEmpty && off.count == 1: return "The server switched \(off[0].place) off."
        case .failing where failing.isEmpty: return "The server switched \(off.count) configs off."
        case .failing where failing.count == 1: return "\(failing[0].title) fails."
        case .failing: return "\(failing.count) configs fail."
        case .watch: return "Nothing fails outright; something needs a look."
        case .well: return "All is well, as far as the mirror knows."
        }
    }

    private var deliveryFindings: [ReportHealth.Finding] {
        findings(configs.filter { $0.state == .failing }, .failing) + findings(configs.filter { $0.state == .watch }, .watch)
    }

    private func findings(_ configs: [ReportConfig], _ level: ReportHealth.Level) -> [ReportHealth.Finding] {
        let shown = configs.prefix(configs.count == ReportModel.named + 1 ? configs.count : ReportModel.named)
        let lines = shown.map { config in ReportHealth.Finding(level, .deliveries, deliveryText(config)) }
        let rest = configs.count - shown.count
        return lines + (rest > 0 ? [ReportHealth.Finding(level, .deliveries, "\(rest) more configs have failures.")] : [])
    }

    private func deliveryText(_ config: ReportConfig) -> String {
        let since = config.failingSince.map { $0 == 0 ? " on every day that is shown" : " since \(DayText.short(days[$0]))" } ?? ""
        if let stopped = config.stoppedOn { return "\(config.title) is on but has handled nothing since \(DayText.short(days[stopped]))." }
        let rate = config.recent?.rateText ?? "nothing"
        return config.state == .failing ? "\(config.title) delivers only \(rate); failures\(since)." : "\(config.title) has failures\(since); \(rate) arrives."
    }

    private var off: [ReportError] { errors.filter(\.isSwitchedOff) }

    private var switchFindings: [ReportHealth.Finding] {
        off.prefix(ReportModel.named).map { ReportHealth.Finding(.failing, .errors, "The server switched \($0.place) off (\($0.id)).") }
            + (off.count > ReportModel.named ? [.init(.failing, .errors, "The server switched \(off.count - ReportModel.named) more configs off.")] : [])
    }

    private var errorFindings: [ReportHealth.Finding] {
        guard unseenErrorCount > 0 else { return [] }
        let names = errors.filter(\.isUnseen).prefix(ReportModel.named).map(\.id).joined(separator: ", ")
        let more = unseenErrorCount > ReportModel.named ? " and more" : ""
        let nouns = unseenErrorCount == 1 ? "kind" : "kinds"
        return [ReportHealth.Finding(.watch, .errors, "\(unseenErrorCount) unseen \(nouns) of errors: \(names)\(more).")]
    }

    private var waitingFindings: [ReportHealth.Finding] {
        var found: [ReportHealth.Finding] = []
        if waiting.unsettledSteps > 0 {
            found.append(.init(.watch, .waiting, "A push was interrupted; what became of \(waiting.unsettledSteps) of its steps is not known."))
        }
        if waiting.conflictCount > 0 {
            found.append(.init(.watch, .waiting, waiting.conflictCount == 1 ? "A conflict needs a decision." : "\(waiting.conflictCount) conflicts need a decision."))
        }
        return found
    }

    private var freshnessFindings: [ReportHealth.Finding] {
        var found: [ReportHealth.Finding] = []
        if let archivedAt {
            found.append(.init(.watch, .freshness, "An archive: the instance has offered no plugins since \(archivedAt.day)."))
        }
        let incomplete = freshness.filter { !$0.isComplete }
        if let first = incomplete.first {
            let more = incomplete.count > 1 ? " and \(incomplete.count - 1) more" : ""
            found.append(.init(.watch, .freshness, "Not read in full: \(first.collection)\(more)."))
        }
        if let oldest = freshness.compactMap(\.pulledAt).min(), madeAt.seconds(since: oldest) > ReportModel.staleSeconds {
            found.append(.init(.watch, .freshness, "The mirror is \(AgeText.long(madeAt.seconds(since: oldest))) old: much may have changed."))
        } else if freshness.isEmpty {
            found.append(.init(.watch, .freshness, "Nothing was ever pulled in full."))
        }
        return found
    }
}

/// Days as people read them.
package enum DayText {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// "27 Nov" of "2026-11-27"; any other text stays as it is.
    package static func short(_ day: String) -> String {
        let parts = day.split(separator: "-")
        guard parts.count == 3, let month = Int(parts[1]), (1...12).contains(month), let number = Int(parts[2]) else { return day }
        return "\(number) \(months[month - 1])"
    }

    /// "27 Nov 2026, 02:10".
    package static func moment(_ time: Timestamp) -> String {
        let text = time.iso8601
        return "\(short(time.day)) \(text.prefix(4)), \(text.dropFirst(11).prefix(5))"
    }
}

/// Ages as people read them: rounded down, one unit.
package enum AgeText {
    /// "under a minute", "4 minutes", "3 hours", "12 days".
    package static func long(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "under a minute"
        case ..<3600: count(seconds / 60, "minute")
        case ..<172_800: count(seconds / 3600, "hour")
        default: count(seconds / 86_400, "day")
        }
    }

    private static func count(_ number: Int64, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
}
