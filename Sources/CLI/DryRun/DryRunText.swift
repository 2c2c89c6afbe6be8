import Models

/// A dry run for people: both sides beside each other, what changed with the worst first, and what was not checked.
struct DryRunText {
    let outcome: DryRunOutcome

    private var comparison: DryRunComparison { outcome.comparison }
    private static let shownGroups = 12
    private static let shownExamples = 3

    var blocks: [Block] {
        let subject = outcome.subject
        let events = subject.events.count.counted("event")
        let head = Line("\(subject.title) (\(subject.subject))", .bold) + Line(", era \(subject.era.era.rawValue), \(events)")
        return [.line(head), .table(counts)] + verdict + failures + stillFailing + groups + effects + profile + notChecked
    }

    // MARK: Side by side

    private var counts: Table {
        let hasBase = comparison.base != nil
        let columns = [Table.Column(" ")] + (hasBase ? [.init("BASE", isRightAligned: true)] : []) + [.init(hasBase ? "LOCAL" : "RUN", isRightAligned: true)]
        var rows = comparison.counts.map { row in
            let isWorse = row.name == "failed" && row.local > (row.base ?? 0)
            let local = Line("\(row.local)", isWorse ? .bad : .plain)
            return [Line(row.name)] + (hasBase ? [Line("\(row.base ?? 0)")] : []) + [local]
        }
        if let local = DryRunProfile(comparison.local) {
            let base = comparison.base.flatMap { DryRunProfile($0) }
            rows.append([Line("time per call")] + (hasBase ? [Line(base.map { Self.time($0.medianMicroseconds) } ?? "")] : []) + [Line(Self.time(local.medianMicroseconds))])
        }
        return Table(columns, rows: rows)
    }

    static func time(_ microseconds: Int) -> String {
        microseconds < 1000 ? "\(microseconds) µs" : microseconds < 1_000_000 ? "\(microseconds / 1000) ms" : "\(microseconds / 1_000_000) s"
    }

    private var verdict: [Block] {
        let summary = comparison.summary
        let parts = [
            (summary.newlyFailing, comparison.base == nil ? "fail" : "newly failing", Line.Style.bad), (summary.dropped, "dropped", .warning),
            (summary.changed, "changed", .warning), (summary.fixed, "fixed", .good), (summary.unchanged, "unchanged", .plain),
        ].filter { $0.0 > 0 }
        guard !parts.isEmpty else { return [] }
        var line = Line("")
        for (index, part) in parts.enumerated() { line = line + Line(index == 0 ? "" : ", ") + Line("\(part.0) \(part.1)", part.2) }
        return [.line(line)]
    }

    // MARK: Failures

    /// Each error once, with the events it stopped and the lines of the code around it.
    private var failures: [Block] {
        var blocks = comparison.otherFailures.flatMap { failure -> [Block] in
            let what = failure.method.map { "\($0) fails" } ?? "the plugin can't be loaded"
            let why = failure.isBlocked ? Line(" (a request was refused: try --fetch stub)", .dim) : Line("")
            return [.line(Line("  \(what): ", .bad) + Line(Self.headline(failure.error)) + why)] + excerpt(failure.error)
        }
        var groups: [(text: String, error: DryRunError?, events: [Int], isBlocked: Bool)] = []
        for change in comparison.changes where change.kind == .newlyFailing && change.error != nil {
            let text = Self.headline(change.error)
            if let index = groups.firstIndex(where: { $0.text == text }) { groups[index].events.append(change.event) }
            else { groups.append((text, change.error, [change.event], change.isBlocked)) }
        }
        let known = Set(comparison.otherFailures.map { Self.headline($0.error) })
        for group in groups where !known.contains(group.text) {
            let why = group.isBlocked ? Line(" (a request was refused: try --fetch stub)", .dim) : Line("")
            blocks.append(.line(Line("  \(Self.events(group.events)): ", .bad) + Line(group.text) + why))
            blocks += excerpt(group.error)
        }
        return blocks
    }

    /// What fails on both sides: nothing that the edit has done, and what the person may be here for.
    private var stillFailing: [Block] {
        guard comparison.base != nil else { return [] }
        let new = Set(comparison.changes.filter { $0.kind == .newlyFailing }.map(\.event))
        var groups: [(text: String, error: DryRunError?, events: [Int])] = []
        for step in comparison.local.steps where step.outcome.isFailure {
            guard let event = step.event, !new.contains(event) else { continue }
            let text = Self.headline(step.error)
            if let index = groups.firstIndex(where: { $0.text == text }) { groups[index].events.append(event) } else { groups.append((text, step.error, [event])) }
        }
        return groups.flatMap { group in
            [Block.line(Line("  as before, \(Self.events(group.events)): ", .warning) + Line(group.text))] + excerpt(group.error)
        }
    }

    static func headline(_ error: DryRunError?) -> String {
        guard let error else { return "it fails" }
        let place = error.line.map { line in " at \(error.file ?? "line"):\(line)" + (error.column.map { ":\($0)" } ?? "") } ?? ""
        let message = error.message.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        let name = error.name.isEmpty || message.hasPrefix("\(error.name):") ? "" : "\(error.name): "
        return "\(name)\(message)\(place)"
    }

    /// The line that failed with one before and one after it.
    private func excerpt(_ error: DryRunError?) -> [Block] {
        guard let error, let line = error.line else { return [] }
        let files = outcome.subject.local.files
        guard let text = error.file.flatMap({ files[$0] }) ?? outcome.subject.local.entryName.flatMap({ files[$0] }) else { return [] }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (max(1, line - 1)...max(1, line + 1)).filter { $0 <= lines.count }.map { number in
            let mark = number == line ? ">" : " "
            return .line(Line("    \(mark) \(number) | \(FileDifference.cut(String(lines[number - 1])))", number == line ? .plain : .dim))
        }
    }

    static func events(_ events: [Int]) -> String {
        if events.count == 1 { return "event \(events[0])" }
        let shown = events.prefix(5).map(String.init).joined(separator: ", ")
        return "\(events.count) events (\(shown)\(events.count > 5 ? ", …" : ""))"
    }

    // MARK: Differences

    /// Differences of one place together, the worst place first.
    private var groups: [Block] {
        var order: [String] = []
        var groups: [String: [(event: Int, field: FieldDifference)]] = [:]
        for change in comparison.worstFirst where change.kind != .newlyFailing {
            for difference in change.fields {
                let path = difference.path.isEmpty ? Self.wholeEvent(difference.field) : difference.path
                if groups[path] == nil { order.append(path) }
                groups[path, default: []].append((change.event, difference.field))
            }
        }
        var blocks: [Block] = []
        for path in order.prefix(Self.shownGroups) {
            let entries = groups[path] ?? []
            blocks.append(.line(Line("  \(path)", .bold) + Line(" in \(Self.events(entries.map(\.event).sorted()))", .dim)))
            blocks += Self.examples(entries).map { .line($0) }
        }
        if order.count > Self.shownGroups { blocks.append(.line(Line("  … and \((order.count - Self.shownGroups).counted("more place")) that differ; -o json has them all", .dim))) }
        return blocks
    }

    private static func wholeEvent(_ field: FieldDifference) -> String {
        let (base, local) = (isError(field.base), isError(field.local))
        switch (base, local) {
        case (true, true): return "another error"
        case (true, false): return "fixed: the event goes on"
        case (false, true): return "the event fails"
        case (false, false): return field.local?.isNull ?? true ? "the event is dropped" : "the event is no longer dropped"
        }
    }

    private static func isError(_ value: JSONValue?) -> Bool { value?["$"] == "Error" }

    /// The values that occur, each once with the first event that has them.
    private static func examples(_ entries: [(event: Int, field: FieldDifference)]) -> [Line] {
        var seen: Set<String> = []
        var lines: [Line] = []
        for entry in entries {
            let (before, after) = Excerpt.pair(shown(entry.field.base), shown(entry.field.local))
            guard seen.insert("\(before) \(after)").inserted else { continue }
            guard lines.count < shownExamples else {
                lines.append(Line("    …", .dim))
                break
            }
            if entry.field.path.isEmpty, !isError(entry.field.base), !isError(entry.field.local) { continue }
            lines.append(Line("    event \(entry.event): ", .dim) + Line(before, .bad) + Line(" → ") + Line(after, .good))
        }
        return lines
    }

    private static func shown(_ value: JSONValue?) -> String {
        guard let value else { return "(none)" }
        if isError(value) { return [value["name"]?.string, value["message"]?.string].compactMap { $0 }.joined(separator: ": ") }
        if value["event"]?.string != nil, value["properties"] != nil { return "the event" }
        return value.text
    }

    // MARK: The rest

    private var effects: [Block] {
        let hosts = comparison.hosts
        let capabilities = comparison.capabilities
        var lines: [Line] = []
        let starts = comparison.base == nil ? "calls" : "starts calling"
        for host in hosts.added { lines.append(Line("  \(starts) ", .warning) + Line(host) + Line(" (\(requests(host)))", .dim)) }
        for host in hosts.removed { lines.append(Line("  stops calling \(host)")) }
        if comparison.base != nil {
            for name in capabilities.added { lines.append(Line("  new: \(name)", .warning)) }
            for name in capabilities.removed { lines.append(Line("  no longer there: \(name)", .warning)) }
            for difference in comparison.kept.prefix(5) {
                let (before, after) = Excerpt.pair(Self.shown(difference.base), Self.shown(difference.local))
                lines.append(Line("  \(difference.path): ") + Line(before, .bad) + Line(" → ") + Line(after, .good))
            }
        } else if !comparison.capabilities.local.isEmpty {
            lines.append(Line("  has \(comparison.capabilities.local.joined(separator: ", "))", .dim))
        }
        return lines.map { .line($0) }
    }

    private func requests(_ host: String) -> String {
        let requests = comparison.local.requests.filter { DryRunVariant.host(of: $0.url) == host }
        let words = Set(requests.map(\.answered.rawValue)).sorted().joined(separator: ", ")
        return "\(requests.count.counted("request")), \(words)"
    }

    private var profile: [Block] {
        guard let profile = DryRunProfile(comparison.local), let slowest = profile.slowest.first, slowest.microseconds >= 1000 else { return [] }
        return [
            .line(
                Line("  slowest: ", .dim)
                    + Line(profile.slowest.map { "\($0.method) of event \($0.event) \(Self.time($0.microseconds))" }.joined(separator: ", ")))
        ]
    }

    private var notChecked: [Block] {
        guard !outcome.notChecked.isEmpty else { return [] }
        return [.line(Line("Not checked:", .bold))] + outcome.notChecked.map { .line(Line("  \($0)", .dim)) }
    }
}
