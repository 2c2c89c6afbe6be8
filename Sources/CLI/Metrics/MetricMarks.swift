import Models
import Storage
import Sync

/// What changed about a config and its plugin, by the day on which it did.
struct MetricMarks: Sendable {
    private let byDay: [String: [OnsetChange]]

    init(_ changes: [OnsetChange], _ rules: ZoneRules) {
        byDay = Dictionary(grouping: changes.sorted { $0.at < $1.at }) { rules.day(of: $0.at) }
    }

    /// "config: region by you", "plugin: tag: 1.0 → 1.1": all of a day in one line; "" for nothing.
    func text(_ day: String) -> String {
        (byDay[day] ?? []).map(MetricMarks.text).joined(separator: "; ")
    }

    func json(_ day: String) -> JSONValue { .array((byDay[day] ?? []).map(\.json)) }

    private static func text(_ change: OnsetChange) -> String {
        let by = change.author == .unknown ? "" : " by \(change.author.text)"
        let what = (change.changes.map { MetricMarks.name($0) } + change.notes).joined(separator: ", ")
        let kind = change.kind == .other ? "changed" : change.kind.rawValue
        return (what.isEmpty ? kind : "\(kind): \(what)") + by
    }

    private static func name(_ change: Change) -> String {
        guard change.field == .enabled else { return change.field.label }
        return change.after == .value(.bool(true)) ? "switched on" : "switched off"
    }
}
