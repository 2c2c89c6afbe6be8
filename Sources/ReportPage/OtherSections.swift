import Models

/// What changed lately, the newest first.
enum ChangeSection {
    static func markup(_ report: ReportModel) -> Markup {
        guard !report.changes.isEmpty else {
            return Page.section(.changes, "What changed", [Page.quiet("Nothing since \(DayText.moment(report.since)) UTC, as far as pulls have seen.")])
        }
        let more = report.hasMoreChanges ? [Page.quiet("The newest \(report.changes.count); phsync history has all.")] : []
        return Page.section(.changes, "What changed", [.tag("ol", ["class": "timeline"], report.changes.map(item))] + more)
    }

    private static func item(_ change: ReportChange) -> Markup {
        .tag(
            "li", [:], .tag("span", ["class": "dot", "aria-hidden": "true"], change.kind.letter),
            .tag(
                "div", [:],
                .tag("p", [:], .tag("b", [:], change.title), .text(" "), .tag("span", ["class": "id"], change.subject)),
                .tag("ul", ["class": "changes"], change.lines.map { .tag("li", [:], $0) }),
                .tag("p", ["class": "quiet"], Page.time(change.at), .text(" UTC, \(change.who)"))))
    }
}

/// What is edited here and not pushed yet.
enum WaitingSection {
    static func markup(_ report: ReportModel) -> Markup {
        let waiting = report.waiting
        var parts: [Markup] = []
        if waiting.unsettledSteps > 0 {
            parts.append(
                .tag("p", [:], .text("\(Page.count(waiting.unsettledSteps, "step")) of an interrupted push not settled yet: "), Page.command("phsync push")))
        }
        if waiting.items.isEmpty {
            parts.append(Page.quiet("Nothing is edited."))
        } else {
            parts.append(.tag("ul", ["class": "waiting"], waiting.items.map(item)))
            parts.append(.tag("p", ["class": "next"], .text("Next: "), Page.command(waiting.conflictCount > 0 ? "phsync diff" : "phsync plan")))
        }
        return Page.section(.waiting, "Waiting here", parts)
    }

    private static func item(_ item: ReportWaiting.Item) -> Markup {
        let conflicts = item.conflicts.map { Markup.tag("li", [:], Page.badge("conflict", "bad"), .text(" \($0)")) }
        return .tag(
            "li", [:], .tag("p", [:], .tag("b", [:], item.title), .text(" "), .tag("span", ["class": "id"], item.subject)),
            .tag("ul", ["class": "changes"], conflicts + item.changes.map { .tag("li", [:], $0) }))
    }
}

/// How old what this page is made from is.
enum FreshnessSection {
    static func markup(_ report: ReportModel) -> Markup {
        guard !report.freshness.isEmpty else { return Page.section(.freshness, "How fresh", [Page.quiet("Nothing was ever pulled in full: phsync pull.")]) }
        let heading = Markup.tag("tr", [:], ["Collection", "Pulled", "Age"].map { .tag("th", ["scope": "col"], $0) })
        let rows = report.freshness.map { row($0, report.madeAt) }
        return Page.section(.freshness, "How fresh", [.tag("table", ["class": "fresh"], .tag("thead", [:], heading), .tag("tbody", [:], rows))])
    }

    private static func row(_ row: ReportFreshness, _ now: Timestamp) -> Markup {
        let pulled: [Markup] = row.pulledAt.map { [Page.time($0), .text(" UTC")] } ?? [.text("never")]
        let age = row.pulledAt.map { AgeText.long(now.seconds(since: $0)) } ?? ""
        let state = row.isComplete ? Markup.none : Page.badge("not complete", "bad") + .text(row.detail.isEmpty ? "" : " \(row.detail)")
        return .tag("tr", [:], .tag("th", ["scope": "row"], .text("\(row.collection) "), state), .tag("td", [:], pulled), .tag("td", [:], age))
    }
}
