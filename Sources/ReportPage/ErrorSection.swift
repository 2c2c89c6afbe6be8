import Models

/// What failed: each kind of error with when, how often, what came before it, its stack and its event.
enum ErrorSection {
    /// Errors that are open from the start; the others are a line until they are opened.
    private static let open = 3

    static func markup(_ report: ReportModel) -> Markup {
        guard !report.errors.isEmpty else { return Page.section(.errors, "Errors", [Page.quiet("The mirror knows of no errors in these days.")]) }
        let cards = report.errors.enumerated().map { index, error in card(error, report, isOpen: index < open) }
        let left = report.errorCount - report.errors.count
        let rest = left > 0 ? [Page.quiet("\(Page.count(left, "more kind")) of errors: phsync errors.")] : []
        return Page.section(.errors, "Errors", cards + rest)
    }

    private static func card(_ error: ReportError, _ report: ReportModel, isOpen: Bool) -> Markup {
        let summary = Markup.tag(
            "summary", [:],
            .tag("span", ["class": "line"], .tag("span", ["class": "id"], error.id), .tag("b", ["class": "headline"], error.headline), unseen(error)),
            .tag(
                "span", ["class": "line quiet"], .text("\(error.place) \u{00B7} \(error.countText)\u{00D7} \u{00B7} last "), Page.time(error.lastSeen)))
        let body = Markup.tag("div", ["class": "body"], [facts(error, report)] + [stack(error), event(error), next(error)].filter { !$0.isEmpty })
        // An attribute without a value would not be well-formed XML.
        return isOpen
            ? .tag("details", ["class": "card", "open": "open", "id": error.id], summary, body)
            : .tag("details", ["class": "card", "id": error.id], summary, body)
    }

    private static func unseen(_ error: ReportError) -> Markup {
        error.isUnseen ? Page.badge(error.state == .returned ? "came back" : "unseen", "bad") : .none
    }

    private static func facts(_ error: ReportError, _ report: ReportModel) -> Markup {
        var rows: [Markup] = [
            row("First seen", [Page.time(error.firstSeen), .text(" UTC")]), row("Last seen", [Page.time(error.lastSeen), .text(" UTC")]),
            row("Times", [.text(error.countText)]),
        ]
        if let cause = error.cause {
            let author = cause.author.isEmpty ? "" : " by \(cause.author)"
            rows.append(row("Just before", [.tag("b", [:], cause.text), .text("\(author), "), Page.time(cause.at)]))
        }
        if !error.note.isEmpty { rows.append(row("Note", [.text(error.note)])) }
        let chart = Markup.tag(
            "div", ["class": "spark"], Charts.counts(error.days, names: report.days, title: "Occurrences of \(error.id), day by day", height: 30),
            .tag("div", ["class": "ends", "aria-hidden": "true"], .tag("span", [:], DayText.short(report.days.first ?? "")), .tag("span", [:], DayText.short(report.days.last ?? ""))))
        return .tag("div", ["class": "facts"], .tag("dl", [:], rows), chart)
    }

    private static func row(_ term: String, _ value: [Markup]) -> Markup { .tag("div", [:], .tag("dt", [:], term), .tag("dd", [:], value)) }

    private static func stack(_ error: ReportError) -> Markup {
        guard let stack = error.stack, !stack.isEmpty else { return .none }
        return .tag("h3", [:], "Stack") + .tag("pre", [:], stackLines(stack))
    }

    /// The lines of the plugin's own source stand out from those of the runtime.
    private static func stackLines(_ stack: String) -> [Markup] {
        let lines = stack.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.enumerated().map { index, line in
            let end = index + 1 < lines.count ? "\n" : ""
            guard let frame = StackFrame(line) else { return .text(line + end) }
            return .tag("span", ["class": frame.isOwn ? "own" : "quiet"], line + end)
        }
    }

    private static func event(_ error: ReportError) -> Markup {
        guard let event = error.event else { return .none }
        let note = error.hidden.isEmpty ? Markup.none : .tag("span", ["class": "quiet"], "\(Page.count(error.hidden.total, "place")) of personal data left out")
        return .tag("h3", [:], .text("Event that failed "), note) + .tag("pre", [:], event.prettyText)
    }

    private static func next(_ error: ReportError) -> Markup {
        // Without an event there is nothing to run again.
        let repro = error.event == nil ? Markup.none : .text(" ") + Page.command("phsync repro \(error.id)")
        return .tag("p", ["class": "next"], .text("Next: "), Page.command("phsync errors show \(error.id)"), repro)
    }
}
