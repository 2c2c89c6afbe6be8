import Models
import Storage
import Sync

/// What `status` shows: one consistent look into the mirror, as text, as JSON and as the command to type next.
struct StatusView: Sendable {
    let instance: Instance
    let counts: MirrorCounts
    let walks: [(row: FreshnessRow, freshness: Freshness)]
    let archivedAt: Timestamp?
    let errors: InboxSummary
    let offered: [Offered]
    let views: [Difference]
    /// The process whose push is running now; nil where unsettled steps are of one that died.
    let running: Int32?
    let now: Timestamp

    private var incomplete: [(row: FreshnessRow, freshness: Freshness)] { walks.filter { $0.row.state != .complete } }

    private var conflictCount: Int { views.reduce(0) { $0 + $1.conflictCount } }

    var outcome: String { conflictCount > 0 ? "conflicts" : views.isEmpty ? "clean" : "edited" }

    var hasDifferences: Bool { !views.isEmpty || counts.unsettledSteps > 0 || errors.unseen > 0 }

    var next: String {
        if running != nil { return "phsync status" }
        if counts.unsettledSteps > 0 { return "phsync push" }
        if conflictCount > 0 { return "phsync diff" }
        if !views.isEmpty { return "phsync plan" }
        // A mirror that lacks something may lack the very errors, too.
        if walks.isEmpty || !incomplete.isEmpty { return "phsync pull" }
        return errors.unseen > 0 ? "phsync errors" : "phsync configs"
    }

    var json: JSONValue {
        [
            "projects": JSONValue(counts.projects), "plugins": JSONValue(counts.plugins), "configs": JSONValue(counts.configs),
            "enabled": JSONValue(counts.enabledConfigs), "edits": JSONValue(counts.edits), "drafts": JSONValue(counts.drafts),
            "conflicts": JSONValue(conflictCount), "unsettled_steps": JSONValue(counts.unsettledSteps),
            "errors": JSONValue(errors.count), "unseen_errors": JSONValue(errors.unseen), "last_error_at": JSONValue(errors.lastSeen?.iso8601),
            "edited": .array(views.map(\.json)), "lost_fields": .array(offered.map(\.json)),
            "archived_at": archivedAt.map { .string($0.iso8601) } ?? .null,
            "next": .string(next),
        ]
    }

    var blocks: [Block] {
        heading + [editTable] + conflicts + [unsettled, failures].compactMap { $0 } + incomplete.map(Self.block)
    }
}

extension StatusView {
    private var heading: [Block] {
        var blocks: [Block] = [
            .line(Line("\(instance.name) (\(instance.origin))", .bold)),
            .line(
                "\(counts.plugins.counted("plugin")); \(counts.configs.counted("config")), \(counts.enabledConfigs) enabled,"
                    + " in \(counts.projects.counted("project"))"),
        ]
        if let archivedAt {
            blocks.append(
                .line(Line("An archive since \(archivedAt.iso8601): the instance offers no plugins any more. Nothing can be pushed.", .warning)))
        }
        return blocks
    }

    private var editTable: Block {
        guard !views.isEmpty else { return .line("Nothing is edited.") }
        let hasConflicts = views.contains(where: \.hasConflicts)
        let columns: [Table.Column] = [.init("EDITED"), .init("WHAT"), .init("FIELDS")] + (hasConflicts ? [.init("CONFLICTS")] : [])
        let rows = views.map { view in
            let fields = view.changedNames.joined(separator: ", ")
            let conflicts = view.conflictNames.joined(separator: ", ")
            return [Line(view.subject), Line(view.title), Line(fields, .good)] + (hasConflicts ? [Line(conflicts, .warning)] : [])
        }
        return .table(Table(columns, rows: rows))
    }

    /// The sides of each conflict, up to what fits a screen.
    private var conflicts: [Block] {
        let blocks = views.flatMap(\.conflictBlocks)
        guard blocks.count > 40 else { return blocks }
        return blocks.prefix(40) + [.line(Line("… and more: phsync diff", .dim))]
    }

    private var unsettled: Block? {
        guard counts.unsettledSteps > 0 else { return nil }
        let push = running.map { "the push that is running (process \($0))" } ?? "an interrupted push"
        return .line(
            Line("\(counts.unsettledSteps.counted("step")) of \(push) \(counts.unsettledSteps == 1 ? "is" : "are") not settled yet.", .warning))
    }

    private var failures: Block? {
        guard let last = errors.lastSeen else { return nil }
        let unseen = errors.unseen > 0 ? "\(errors.unseen) of them unseen" : "none of them unseen"
        let style: Line.Style = errors.unseen > 0 ? .warning : .plain
        return .line(
            Line("\(errors.count.counted("kind")) of errors, \(unseen), the last \(TimeText.ago(last, now: now)): phsync errors", style))
    }

    private static func block(_ walk: (row: FreshnessRow, freshness: Freshness)) -> Block {
        let detail = walk.row.detail.isEmpty ? "" : ": \(walk.row.detail)"
        return .line(Line("\(walk.freshness.collection): \(walk.row.state.rawValue)\(detail)", .warning))
    }
}
