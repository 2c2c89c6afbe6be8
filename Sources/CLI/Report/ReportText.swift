import Models

/// A report for the terminal: the same parts in the same order as on the page.
struct ReportText {
    /// Errors with stack and event; those after them have a line of each.
    private static let open = 3
    /// Configs that have a row.
    private static let shownConfigs = 40
    /// Below this many columns, a table has one row of bars instead of two.
    private static let wide = 110

    let report: ReportModel
    /// nil when the output is no terminal: nothing is wrapped or left out then.
    let width: Int?

    var blocks: [Block] { head + deliveries + errors + changes + waiting + notes }

    private var room: Int { min(width ?? 100, 120) }
    private var isWide: Bool { width.map { $0 >= ReportText.wide } ?? true }
    private var barColumns: Int { isWide ? 31 : 14 }

    // MARK: Health

    private var head: [Block] {
        let subject = report.subject
        let name = subject.organization.isEmpty ? subject.context : subject.organization
        let project = subject.project.map { ", \($0)" } ?? ""
        let health = report.health
        let days = "\(DayText.short(report.days.first ?? "")) to \(DayText.short(report.days.last ?? "")), \(report.zoneText)"
        return [.line(Line("\(name)\(project)", .bold))] + wrapped("", "\(subject.origin), \(days)", .dim) + [.blank]
            + wrapped(sign(health.level), health.sentence, style(health.level))
            + health.findings.flatMap { wrapped("  \(sign($0.level))", $0.text, .plain, signStyle: style($0.level)) }
    }

    private func sign(_ level: ReportHealth.Level) -> String {
        switch level {
        case .failing: "\u{2717} "
        case .watch: "! "
        case .well: "\u{2713} "
        }
    }

    private func style(_ level: ReportHealth.Level) -> Line.Style {
        switch level {
        case .failing: .bad
        case .watch: .warning
        case .well: .good
        }
    }

    // MARK: Deliveries

    private var deliveries: [Block] {
        guard report.configs.contains(where: { $0.total != nil }) else { return heading("Deliveries") + [.line("The mirror has no figures of these days.")] }
        var columns: [Table.Column] = [.init("CONFIG")]
        if isWide { columns.append(.init("HANDLED BY DAY")) }
        columns += [.init("FAILED BY DAY"), .init("HANDLED", isRightAligned: true), .init("FAILED", isRightAligned: true), .init("DELIVERED", isRightAligned: true)]
        let configs = report.configs.sorted { $0.state < $1.state }
        let all = row(Line("all", .bold), report.dayTotals)
        var blocks = heading("Deliveries") + [.table(Table(columns, rows: [all] + configs.prefix(ReportText.shownConfigs).map { row(name($0), $0.days) }))]
        let rest = configs.count - ReportText.shownConfigs
        if rest > 0 { blocks.append(quiet("\(rest.counted("more config")), all better than these: phsync metrics")) }
        if report.silentConfigCount > 0 { blocks.append(quiet("\(report.silentConfigCount.counted("config")) handled nothing in these days.")) }
        return blocks
    }

    private func bars(_ figures: [Int64?]) -> String { Sparkline.text(ChartScale.merged(figures, into: barColumns)) }

    private func name(_ config: ReportConfig) -> Line {
        let style: Line.Style =
            switch config.state {
            case .failing: .bad
            case .watch: .warning
            case .well, .silent: .plain
            }
        let marks = [config.isEnabled ? nil : "off", config.isEdited ? "edited" : nil].compactMap { $0 }
        return Line(config.title, style) + Line(marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))", .dim)
    }

    private func row(_ name: Line, _ days: [DeliveryFigures?]) -> [Line] {
        let total = DeliveryFigures.sum(days)
        var cells = [name]
        if isWide { cells.append(Line(bars(days.map { $0?.handled }))) }
        let failures = days.map { $0?.failures }
        let hasNone = failures.allSatisfy { $0 == 0 }
        let rate: Line.Style = (total?.rate ?? 1) < ReportConfig.failingRate ? .bad : .plain
        cells += [
            hasNone ? Line("none", .dim) : Line(bars(failures), (total?.failures ?? 0) > 0 ? .bad : .dim),
            Line(total.map { CountText.short($0.handled) } ?? ""), Line(total.map { "\($0.failures)" } ?? "", (total?.failures ?? 0) > 0 ? .bad : .dim),
            Line(total?.rateText ?? "", rate),
        ]
        return cells
    }

    // MARK: Errors

    private var errors: [Block] {
        guard !report.errors.isEmpty else { return heading("Errors") + [.line("The mirror knows of no errors in these days.")] }
        let left = report.errorCount - report.errors.count
        let rest = left > 0 ? [quiet("\(left) more: phsync errors")] : []
        return heading("Errors") + report.errors.enumerated().flatMap { index, error in lines(error, isOpen: index < ReportText.open) } + rest
    }

    private func lines(_ error: ReportError, isOpen: Bool) -> [Block] {
        let badge = error.isUnseen ? " (\(error.state == .returned ? "came back" : "unseen"))" : ""
        var lines = wrapped("\(error.id)  ", "\(error.firstLine)\(badge)", error.isUnseen ? .bad : .plain, signStyle: .bold)
        let bars = bars(error.days.map { Int64($0) })
        lines += wrapped("     ", "\(error.place), \(error.countText) \(error.count == 1 ? "time" : "times"), last \(age(error.lastSeen)), first \(age(error.firstSeen))", .dim)
        lines.append(.line(Line("     \(bars)", .bad)))
        if let cause = error.cause {
            lines += wrapped("     ", "before the first: \(cause.text)\(cause.author.isEmpty ? "" : " by \(cause.author)"), \(age(cause.at))", .plain)
        }
        if !error.note.isEmpty { lines += wrapped("     ", "note: \(error.note)", .plain) }
        guard isOpen else { return lines + top(error) + [.blank] }
        if let stack = error.stack { lines.append(.text(indented(stack))) }
        if let event = error.event { lines += [.line(Line("     event", .dim)), .text(indented(event.prettyText))] }
        return lines + [quiet("     Next: phsync errors show \(error.id)"), .blank]
    }

    /// The line of the plugin's own source alone.
    private func top(_ error: ReportError) -> [Block] {
        guard let line = error.stack?.split(whereSeparator: \.isNewline).first(where: { StackFrame(String($0))?.isOwn ?? false }) else { return [] }
        return [.line(Line("     \(line.drop { $0 == " " })"))]
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "     \($0)" }.joined(separator: "\n")
    }

    // MARK: Changes, edits, freshness

    private var changes: [Block] {
        guard !report.changes.isEmpty else { return heading("What changed") + [.line("Nothing since \(DayText.moment(report.since)) UTC, as far as pulls have seen.")] }
        let items = report.changes.flatMap { change -> [Block] in
            let heading = Block.line(Line(change.title, .bold) + Line(" (\(change.subject))", .dim))
            return [heading] + wrapped("  ", "\(age(change.at)), \(change.who)", .dim) + change.lines.flatMap { wrapped("  ", $0, .plain) }
        }
        return heading("What changed") + items + (report.hasMoreChanges ? [quiet("older ones: phsync history")] : [])
    }

    private var waiting: [Block] {
        let waiting = report.waiting
        var blocks = heading("Waiting here")
        if waiting.unsettledSteps > 0 { blocks.append(.line(Line("\(waiting.unsettledSteps.counted("step")) of an interrupted push not settled yet: phsync push", .warning))) }
        if waiting.items.isEmpty { return blocks + [.line("Nothing is edited.")] }
        for item in waiting.items {
            blocks.append(.line(Line(item.title, .bold) + Line(" (\(item.subject))", .dim)))
            blocks += item.conflicts.map { .line(Line("  \($0): ") + Line("conflict", .warning)) } + item.changes.flatMap { wrapped("  ", $0, .plain) }
        }
        return blocks + [quiet("Next: phsync \(waiting.conflictCount > 0 ? "diff" : "plan")")]
    }

    private var notes: [Block] {
        let data = report.hasPersonalData ? "Events are shown as the instance has them: personal data." : "Personal data is left out of events and messages."
        let incomplete = report.freshness.filter { !$0.isComplete }.map { row -> Block in
            .line(Line("\(row.collection): not complete\(row.detail.isEmpty ? "" : ": \(row.detail)")", .warning))
        }
        return [.blank] + incomplete + [quiet(data)]
    }

    // MARK: Parts

    private func heading(_ title: String) -> [Block] { [.blank, .line(Line(title, .bold))] }
    private func quiet(_ text: String) -> Block { .line(Line(text, .dim)) }

    private func age(_ time: Timestamp) -> String { "\(AgeText.long(report.madeAt.seconds(since: time))) ago" }

    private func wrapped(_ sign: String, _ text: String, _ style: Line.Style, signStyle: Line.Style? = nil) -> [Block] {
        Wrap.blocks(sign, text, style, signStyle: signStyle, width: width == nil ? nil : room)
    }
}
