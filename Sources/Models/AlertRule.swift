/// One thing that somebody wants to be told after a pull, and how.
package struct AlertRule: Sendable, Equatable {
    package enum Condition: Sendable, Equatable {
        case newGroup
        case cameBack
        case switchedOff
        case update
        /// The part that arrives is below that in each hour of that long, as far as something was handled in it; 0 is the last
        /// 24 hours together.
        case delivery(below: Double, forSeconds: Int64)
    }

    package enum Action: Sendable, Equatable {
        case message
        /// A line of JSON for each alert, added to a file.
        case file(String)
        /// A line for the shell, which gets the alerts as lines of JSON on its stdin.
        case command(String)
    }

    package let condition: Condition

    /// How far back it looks at hours; 0 when it needs none.
    package var hourSeconds: Int64 {
        if case .delivery(_, let seconds) = condition { return seconds }
        return 0
    }

    /// The plugin's name; nil for all.
    package let plugin: String?
    /// The project's name or id; nil for all.
    package let project: String?
    package let action: Action

    package init(condition: Condition, plugin: String? = nil, project: String? = nil, action: Action = .message) {
        self.condition = condition
        self.plugin = plugin
        self.project = project
        self.action = action
    }

    /// The rule as it is written, in one spelling; what is remembered about a rule goes by it.
    package var text: String {
        let words =
            switch condition {
            case .newGroup: "new error group"
            case .cameBack: "error came back"
            case .switchedOff: "config switched off by the server"
            case .update: "update available"
            case .delivery(let rate, let seconds): "delivery below \(AlertRule.percent(rate)) %" + (seconds > 0 ? " for \(AlertRule.duration(seconds))" : "")
            }
        func quoted(_ text: String) -> String { text.contains { $0.isWhitespace } ? "\"\(text)\"" : text }
        return words + (plugin.map { " of \(quoted($0))" } ?? "") + (project.map { " in \(quoted($0))" } ?? "")
    }

    static func percent(_ rate: Double) -> String {
        let tenths = Int((rate * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    private static func duration(_ seconds: Int64) -> String {
        for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("min", 60)] where seconds % size == 0 { return "\(seconds / size) \(unit)" }
        return "\(seconds) s"
    }
}
