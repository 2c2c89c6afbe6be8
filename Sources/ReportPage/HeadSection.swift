import Models

/// What somebody sees first, on a phone at night: whose page this is, whether it is well, and what is not.
enum HeadSection {
    static func markup(_ report: ReportModel) -> Markup {
        .tag("header", [:], title(report), verdict(report), tiles(report))
    }

    private static func title(_ report: ReportModel) -> Markup {
        let subject = report.subject
        let name = subject.organization.isEmpty ? subject.context : subject.organization
        let project = subject.project.map { [Markup.tag("span", ["class": "part"], $0)] } ?? []
        return .tag(
            "div", ["class": "title"],
            .tag("p", ["class": "kicker"], "Plugin report"),
            .tag("h1", [:], [.text(name)] + project),
            .tag(
                "p", ["class": "quiet"],
                .text("\(subject.origin), \(DayText.short(report.days.first ?? "")) to \(DayText.short(report.days.last ?? "")) (\(report.zoneText)), made "),
                Page.time(report.madeAt), .text(" UTC, \(age(report))")))
    }

    private static func age(_ report: ReportModel) -> String {
        guard let pulled = report.oldestPull else { return "never pulled in full" }
        return "from a mirror pulled \(AgeText.long(report.madeAt.seconds(since: pulled))) before"
    }

    private static func verdict(_ report: ReportModel) -> Markup {
        let health = report.health
        let findings = health.findings.map { finding in
            Markup.tag("li", ["class": finding.level.rawValue], Page.sign(finding.level), .tag("a", ["href": "#\(finding.part.rawValue)"], finding.text))
        }
        let list = findings.isEmpty ? Markup.none : .tag("ul", ["class": "findings"], findings)
        return .tag(
            "section", ["class": "verdict \(health.level.rawValue)", "aria-label": "Health"],
            .tag("p", ["class": "sentence"], Page.sign(health.level), .text(health.sentence)), list)
    }

    private static func tiles(_ report: ReportModel) -> Markup {
        let total = DeliveryFigures.sum(report.dayTotals)
        let failing = report.configs.count { $0.state == .failing }
        let unseen = report.unseenErrorCount
        let errors = report.errorCount
        let waiting = report.waiting
        return .tag(
            "ul", ["class": "tiles"],
            tile(
                total?.rateText ?? "\u{2013}", "delivered", total.map { "\(CountText.grouped($0.failures)) of \(CountText.short($0.handled)) failed" } ?? "no figures",
                href: "#deliveries", isBad: (total?.rate ?? 1) < ReportConfig.failingRate),
            tile(
                "\(failing)", failing == 1 ? "config fails" : "configs fail", "of \(report.configs.count) with deliveries", href: "#deliveries", isBad: failing > 0),
            tile("\(errors)", errors == 1 ? "kind of errors" : "kinds of errors", unseen == 0 ? "none unseen" : "\(unseen) unseen", href: "#errors", isBad: unseen > 0),
            tile(
                "\(waiting.changeCount)", waiting.changeCount == 1 ? "edit waits" : "edits wait",
                waiting.conflictCount == 0 ? "no conflicts" : Page.count(waiting.conflictCount, "conflict"), href: "#waiting", isBad: waiting.conflictCount > 0))
    }

    private static func tile(_ number: String, _ noun: String, _ detail: String, href: String, isBad: Bool) -> Markup {
        .tag(
            "li", [:],
            .tag(
                "a", ["href": href, "class": isBad ? "tile bad" : "tile"], .tag("span", ["class": "number"], number), .tag("span", ["class": "noun"], noun),
                .tag("span", ["class": "quiet"], detail)))
    }
}
