import Models
import Storage
import Sync

/// `phsync metrics`: what configs did, day by day or as totals.
enum MetricsCommand {
    static let command = Command(
        "metrics", summary: "shows how many events each config has handled and failed",
        details: [
            "Without a selector: totals of each config and project. With one: its days, with what changed on them. A day that was never"
                + " served is shown as a gap, which is not a zero.",
            "Days are those of the project's timezone.",
        ],
        positionals: [Positional("SELECTOR", CommandContext.selector.summary, isRequired: false)],
        flags: [Flag("days", .integer("N", 1...366), "that many days back, today included; 7 unless said")],
        examples: [Example("phsync metrics", "totals of the last 7 days"), Example("phsync metrics 12 --days 30", "day by day")],
        run: run)

    /// Figures leave this much of a line to bars and changes.
    private static let figureColumns = 46

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let windows = MetricWindows(days: context.arguments.integer("days") ?? 7, now: context.now())
        let selector = context.arguments.positional("SELECTOR")
        let project = instance.project
        let width = context.terminal.isOutputTerminal ? context.terminal.width : 100
        let view = try mirror.look { mirror -> MetricsView in
            guard let selector else { return try totals(windows, project, in: mirror) }
            let selected = try Selector.config(selector, project: project, for: "metrics", in: mirror)
            guard let id = selected.id else { throw SelectorMistake.noConfig(selected, command: "metrics") }
            let zone = try mirror.projects.zone(selected.projectID)
            let window = windows.window(zone)
            let changes = try OnsetFinder(plugin: selected.pluginID, configs: [id], in: mirror).all()
            return MetricDays(
                config: id, title: selected.title, rows: try mirror.metrics.days(from: window.first, config: id), window: window,
                marks: MetricMarks(changes, zone.rules), barWidth: min(40, max(8, (width - figureColumns) / 3))
            ).view
        }
        return CommandResult(result: view.json, text: view.text, freshness: try context.freshness(mirror, of: ["metrics"]))
    }

    private static func totals(_ windows: MetricWindows, _ project: String?, in mirror: MirrorTransaction) throws(MirrorError) -> MetricsView {
        let configs = try mirror.configs.list(project: try Selector.project(project, in: mirror)).filter { !$0.isDraft }
        var byProject: [ProjectID: MetricWindow] = [:]
        for id in Set(configs.map(\.projectID)) { byProject[id] = windows.window(try mirror.projects.zone(id)) }
        let first = byProject.values.map(\.first).min() ?? windows.window(.utc).first
        let rows = Dictionary(grouping: try mirror.metrics.days(from: first), by: \.configID)
        return MetricTotals(configs: configs, rows: rows, windows: byProject, dayCount: windows.count).view
    }
}
