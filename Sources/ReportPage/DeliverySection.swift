import Models

/// What was delivered: all configs together with what changed when, then each config, the worst first.
enum DeliverySection {
    /// Configs that have a row; the rest is counted.
    private static let shown = 100

    static func markup(_ report: ReportModel) -> Markup {
        guard report.configs.contains(where: { $0.total != nil }) else {
            return Page.section(.deliveries, "Deliveries", [Page.quiet("The mirror has no figures of these days.")])
        }
        var left = shown
        var bodies: [Markup] = []
        for project in report.projects where left > 0 {
            bodies.append(body(project, report, limit: left))
            left -= project.configs.count
        }
        let rest = report.configs.count - shown
        var notes: [Markup] = []
        if rest > 0 { notes.append(Page.quiet("\(Page.count(rest, "more config")), all better than these: phsync metrics.")) }
        if report.silentConfigCount > 0 { notes.append(Page.quiet("\(Page.count(report.silentConfigCount, "config")) handled nothing in these days.")) }
        return Page.section(.deliveries, "Deliveries", [overview(report), .tag("table", ["class": "configs"], [heading] + bodies)] + notes)
    }

    private static func overview(_ report: ReportModel) -> Markup {
        let totals = report.dayTotals
        let top = ChartScale(maximum: Double(totals.compactMap { $0?.handled }.max() ?? 0)).top
        let low = ChartScale(maximum: Double(totals.compactMap { $0?.failures }.max() ?? 0)).top
        let chart = Charts.deliveries(totals, names: report.days, title: "Deliveries of all configs, day by day", above: 110, below: 50)
        return .tag(
            "figure", [:],
            .tag(
                "div", ["class": "plot"],
                .tag("div", ["class": "scale", "aria-hidden": "true"], .tag("span", [:], CountText.short(Int64(top))), .tag("span", [:], "0"), .tag("span", [:], CountText.short(Int64(low)))),
                chart, days(report), marks(report)),
            .tag("figcaption", [:], legend, table(report)))
    }

    /// Every day has its column; only some have room for a name.
    private static func days(_ report: ReportModel) -> Markup {
        let every = max(1, (report.days.count + 6) / 7)
        let last = report.days.count - 1
        return .tag(
            "div", ["class": "days", "aria-hidden": "true"],
            report.days.enumerated().map { index, day in
                let isNamed = (last - index) % every == 0
                // Every second name is left out where there is little room.
                let isAlternate = (last - index) / every % 2 == 1
                return .tag("span", isAlternate ? ["class": "alternate"] : [:], isNamed ? DayText.short(day) : "")
            })
    }

    private static func marks(_ report: ReportModel) -> Markup {
        let byDay = Dictionary(grouping: report.marks, by: \.day)
        guard !byDay.isEmpty else { return .none }
        return .tag(
            "div", ["class": "marks", "aria-hidden": "true"],
            report.days.indices.map { index in
                guard let marks = byDay[index] else { return .tag("span", [:]) }
                let letters = ReportChange.Kind.allCases.filter { kind in marks.contains { $0.kind == kind } }.map(\.letter).joined()
                return .tag("span", ["title": marks.map(\.text).joined(separator: "\n")], .tag("b", [:], letters))
            })
    }

    private static let legend = Markup.tag(
        "p", ["class": "legend"], .tag("span", ["class": "key ok"], "delivered"), .tag("span", ["class": "key retry"], "of these after a retry"),
        .tag("span", ["class": "key fail"], "failed (below the line, scale of its own)"), .tag("span", ["class": "key gap"], "no figures"),
        .tag("span", ["class": "key mark"], "changed: C config, P plugin, S source"))

    private static func table(_ report: ReportModel) -> Markup {
        let rows = zip(report.days, report.dayTotals).reversed().map { day, figures -> Markup in
            .tag("tr", [:], [.tag("th", ["scope": "row"], DayText.short(day))] + cells(figures))
        }
        let heading = Markup.tag(
            "tr", [:], ["Day", "Handled", "Retried", "Failed", "Delivered"].map { .tag("th", ["scope": "col"], $0) })
        return .tag(
            "details", [:], .tag("summary", [:], "Figures"), .tag("table", ["class": "figures"], .tag("thead", [:], heading), .tag("tbody", [:], rows)))
    }

    private static func cells(_ figures: DeliveryFigures?) -> [Markup] {
        guard let figures else { return [.tag("td", ["colspan": "4", "class": "quiet"], "no figures")] }
        return [figures.handled, figures.retries, figures.failures].map { .tag("td", [:], CountText.grouped($0)) }
            + [.tag("td", [:], figures.rateText ?? "\u{2013}")]
    }

    private static let heading = Markup.tag(
        "thead", [:],
        .tag(
            "tr", [:], .tag("th", ["scope": "col"], "Config"), .tag("th", ["scope": "col"], "Day by day"),
            .tag("th", ["scope": "col", "class": "n"], "Handled"), .tag("th", ["scope": "col", "class": "n"], "Retried"),
            .tag("th", ["scope": "col", "class": "n"], "Failed"), .tag("th", ["scope": "col", "class": "n"], "Delivered")))

    private static func body(_ project: ReportProject, _ report: ReportModel, limit: Int) -> Markup {
        let total = project.total
        let head = Markup.tag(
            "tr", ["class": "project"], .tag("th", ["scope": "rowgroup", "colspan": "2"], project.name),
            number(total?.handled, "handled"), number(total?.retries, "retried"), number(total?.failures, "failed"),
            .tag("td", ["class": "n rate"], total?.rateText ?? "\u{2013}"))
        return .tag("tbody", [:], [head] + project.configs.prefix(limit).map { row($0, report) })
    }

    private static func row(_ config: ReportConfig, _ report: ReportModel) -> Markup {
        var name: [Markup] = config.state == .failing ? [Page.sign(.failing)] : config.state == .watch ? [Page.sign(.watch)] : []
        name += [.tag("b", [:], config.pluginName), .tag("span", ["class": "id"], config.id.subject)]
        if !config.isEnabled { name.append(Page.badge("off", "plain")) }
        if config.isEdited { name.append(Page.badge("edited", "plain")) }
        if let stopped = config.stoppedOn {
            name.append(.tag("span", ["class": "since"], "nothing since \(DayText.short(report.days[stopped]))"))
        } else if let since = config.failingSince, config.state <= .watch {
            name.append(.tag("span", ["class": "since"], since == 0 ? "fails on every day shown" : "fails since \(DayText.short(report.days[since]))"))
        }
        let total = config.total
        return .tag(
            "tr", ["class": config.state.rawValue],
            .tag("th", ["scope": "row"], name),
            .tag("td", ["class": "mini"], Charts.deliveries(config.days, names: report.days, title: "Deliveries of \(config.title)", above: 22, below: 12)),
            number(total?.handled, "handled"), number(total?.retries, "retried"), number(total?.failures, "failed"),
            .tag("td", ["class": "n rate"], total?.rateText ?? "\u{2013}"))
    }

    private static func number(_ value: Int64?, _ word: String) -> Markup {
        .tag("td", ["class": value == 0 ? "n zero" : "n", "data-word": word], value.map(CountText.grouped) ?? "\u{2013}")
    }
}
