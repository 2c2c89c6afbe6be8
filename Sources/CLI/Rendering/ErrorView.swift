import Models
import Storage
import Sync

/// One error group for people and for scripts.
struct ErrorView: Sendable {
    let group: ErrorGroupRow
    /// The newest first.
    let occurrences: [ErrorRow]
    let series: ErrorSeries
    let placeCount: Int
    /// What changed shortly before the first occurrence, the likeliest first.
    let changes: [OnsetChange]
    /// The same for the first occurrence after it was resolved.
    let returnChanges: [OnsetChange]
    let ranWith: RanWith
    let excerpts: [SourceExcerpt]
    /// Why there are no lines of source, or fewer than frames; "" when there is nothing to say.
    let sourceNote: String
    /// Around the latest occurrence in a config, the oldest first.
    let log: [LogEntry]
    let places: [PluginConfigID: String]
    let next: String
    let now: Timestamp
    /// Of the terminal; nil where nothing is cut.
    let width: Int?

    /// The newest occurrence that tells them; the newest of all may be one that doesn't.
    static func stack(_ occurrences: [ErrorRow]) -> String? { occurrences.lazy.compactMap { PluginError.stack(in: $0.details) }.first }
    private var stack: String? { ErrorView.stack(occurrences) }
    private var event: JSONValue? { occurrences.lazy.compactMap { PluginError.event(in: $0.details) }.first }
    private var times: String { "\(group.count)\(group.hasMore ? "+" : "")" }
}

// MARK: Text

extension ErrorView {
    var text: [Block] {
        var text = heading
        text += changeBlocks
        text += stackBlocks
        if let event { text += [.blank, .line(Line("Event", .bold)), .text(event.prettyText)] }
        if !log.isEmpty { text += [.blank, .line(Line("Log around the latest", .bold)), .table(logTable)] }
        text += [.blank, .line(Line("Occurrences", .bold)), .table(table)]
        if group.count > ErrorView.shown { text.append(.line(Line("and \(group.count - ErrorView.shown) before these", .dim))) }
        text.append(.line(Line("Next: \(next)", .dim)))
        return text
    }

    private var heading: [Block] {
        var text = Wrap.blocks("\(group.id.subject)  ", group.headline, .bad, signStyle: .bold, width: width)
        text += wrapped(place) + wrapped(seen)
        text.append(.line(Line("\(Sparkline.text(series.days.map { Int64($0.count) }))", .bad) + Line("  the last \(series.days.count) days, \(zone)", .dim)))
        if let state { text.append(.line(state)) }
        if let ranWithText { text += wrapped("ran with \(ranWithText)") }
        if !group.note.isEmpty { text += Wrap.blocks("note: ", group.note, signStyle: .bold, width: width) }
        return text
    }

    private func wrapped(_ text: String, _ style: Line.Style = .plain) -> [Block] { Wrap.blocks(text, style, width: width) }

    private var seen: String {
        let more = placeCount > 1 ? " in \(placeCount) configs" : ""
        let count = group.count == 1 && !group.hasMore ? "once" : "\(times) times"
        let last = "\(time(group.lastSeen)) (\(ago(group.lastSeen)))"
        if group.firstSeen == group.lastSeen { return "seen \(count)\(more), \(last)" }
        return "seen \(count)\(more), first \(time(group.firstSeen)) (\(ago(group.firstSeen))), last \(last)"
    }

    private var state: Line? {
        switch group.state {
        case .new: Line("new: nobody has looked at it here", .warning)
        case .seen: nil
        case .muted: Line("muted since \(time(group.stateAt))", .dim)
        case .resolved: Line("resolved \(time(group.stateAt))", .good)
        case .returned: Line("came back \(group.returnedAt.map(time) ?? ""), after it was resolved \(time(group.stateAt))", .warning)
        }
    }

    private var ranWithText: String? {
        var parts: [String] = []
        // A commit is told by its first digits.
        if let tag = ranWith.pluginTag { parts.append("release \(tag.count == 40 ? String(tag.prefix(12)) : tag)") }
        if let version = ranWith.codeVersion { parts.append("code version \(version)") }
        if let version = ranWith.configVersion { parts.append("config version \(version)") }
        guard !parts.isEmpty else { return nil }
        return parts.joined(separator: ", ") + (ranWith.isKnownThen ? "" : " (as the mirror first saw them, later)")
    }

    private var changeBlocks: [Block] {
        var text: [Block] = []
        if group.kind == .error || !changes.isEmpty {
            text += [.blank, .line(Line("Changed just before", .bold))]
            text += changes.isEmpty
                ? [.line(Line("nothing that the mirror knows of, in the \(OnsetChange.reachSeconds / 86_400) days before", .dim))]
                : changes.flatMap { ErrorView.lines($0, before: group.firstSeen, places, width) }
        }
        if !returnChanges.isEmpty, let returned = group.returnedAt {
            text += [.blank, .line(Line("Changed just before it came back", .bold))]
            text += returnChanges.flatMap { ErrorView.lines($0, before: returned, places, width) }
        }
        return text
    }

    private var stackBlocks: [Block] {
        guard let stack else { return [] }
        var text: [Block] = [.blank, .line(Line("Stack", .bold)), .text(stack)]
        for excerpt in excerpts { text += [.blank] + excerpt.blocks(width) }
        if !sourceNote.isEmpty { text += wrapped(sourceNote, .dim) }
        return text
    }

    private var place: String {
        let method = group.method.isEmpty ? "" : ", \(group.method)"
        let function = group.function.isEmpty || group.function == group.method ? "" : ", in \(group.function)"
        guard let config = group.configID else { return "\(group.pluginName) (\(group.pluginID.subject))\(method)\(function)" }
        return "\(places[config] ?? group.place) (\(config.subject))\(method)\(function)"
    }

    private var zone: String { series.zone?.text ?? "each project's own" }

    private var logTable: Table {
        let columns: [Table.Column] = [.init("TIME"), .init("LEVEL"), .init("MESSAGE")]
        return Table(
            columns,
            rows: log.map { entry in
                let first = entry.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
                let at = String(entry.time.text.prefix(23)) + "Z"
                return [Line(isNarrow ? ErrorView.short(at) : at), Line(entry.levelWord, entry.level.style), Line(first)]
            })
    }

    /// One line for each occurrence: several sources tell of the same one.
    private var table: Table {
        let columns: [Table.Column] = [.init("TIME"), .init("CONFIG"), .init("TOLD BY"), .init("EVENTS", isRightAligned: true), .init("MESSAGE")]
        return Table(
            columns,
            rows: ErrorView.merged(occurrences).prefix(ErrorView.shown).map { rows in
                let (row, told) = (rows[0], rows.map { $0.category ?? $0.source.rawValue }.joined(separator: ", "))
                let at = time(row.at)
                return [
                    Line(isNarrow ? ErrorView.short(at) : at),
                    Line(row.configID.map { isNarrow ? $0.subject : places[$0] ?? $0.subject } ?? group.pluginID.subject), Line(told),
                    Line(rows.lazy.compactMap { PluginError.eventCount(in: $0.details) }.first.map(String.init) ?? ""), Line(row.message),
                ]
            })
    }

    private var isNarrow: Bool { (width ?? .max) < 100 }

    /// "11-27 02:31:20".
    private static func short(_ time: String) -> String { String(time.dropFirst(5).prefix(14)).replacing("T", with: " ") }

    /// Occurrences that are listed with their times.
    static let shown = 10

    /// Those of the same second, config and message together; the newest first.
    static func merged(_ occurrences: [ErrorRow]) -> [[ErrorRow]] {
        var groups: [[ErrorRow]] = []
        for row in occurrences {
            let isSame: ([ErrorRow]) -> Bool = { known in
                let first = known[0]
                return first.configID == row.configID && first.message == row.message && abs(first.at.milliseconds - row.at.milliseconds) < 1000
                    && !known.contains { $0.source == row.source }
            }
            if let index = groups.lastIndex(where: isSame) { groups[index].append(row) } else { groups.append([row]) }
        }
        return groups
    }

    private func time(_ time: Timestamp) -> String { TimeText.timestamp(time.milliseconds) }
    private func ago(_ time: Timestamp) -> String { TimeText.ago(time, now: now) }
}

extension ErrorView {
    /// "2026-11-25T01:54:00Z by ida@example.net, GeoIP@Web shop, 6 minutes before", then what changed.
    static func lines(_ change: OnsetChange, before onset: Timestamp, _ places: [PluginConfigID: String], _ width: Int?) -> [Block] {
        let at = TimeText.timestamp(change.at.milliseconds)
        let after: String = change.after.map { ", made after \(TimeText.timestamp($0.milliseconds))" } ?? ""
        let when = change.isExact ? at : "seen \(at)\(after)"
        let by = change.author == .unknown ? "" : " by \(change.author.text)"
        let distance = onset.milliseconds - change.at.milliseconds
        let age = distance < 0 ? "" : distance < 60_000 ? ", less than a minute before" : ", \(TimeText.age(milliseconds: distance)) before"
        let kind = change.kind == .other ? "" : change.kind.rawValue
        let place: String = change.upstream.map { "\($0), which runs before it" } ?? change.configID.map { places[$0] ?? $0.subject } ?? ""
        let what = [kind, place].filter { !$0.isEmpty }.joined(separator: ", ")
        return Wrap.blocks("  ", "\(when)\(by)\(age)", width: width) + Wrap.blocks("  ", what, .dim, width: width) + change.changes.lines
            + change.notes.flatMap { Wrap.blocks("  ", $0, width: width) }
    }
}

extension SourceExcerpt {
    /// - Parameter width: Longer lines are cut; nil for none.
    func blocks(_ width: Int?) -> [Block] {
        let what =
            switch certainty {
            case .exact: ""
            case .guessed:
                ": the stack names line \(frame.line.map(String.init) ?? "?") of the compiled text; by the function's name and what the message says, this one"
            case .function: ": the stack names line \(frame.line.map(String.init) ?? "?") of the compiled text; the function begins here"
            }
        return Wrap.blocks("\(file):\(line)", what, .dim, signStyle: .bold, width: width) + lines.map { block($0, width) }
    }

    private func block(_ line: SourceExcerpt.Line, _ width: Int?) -> Block {
        let digits = String(lines.last?.number ?? 0).count
        let number = String(repeating: " ", count: digits - String(line.number).count) + String(line.number)
        // A tab would be shown as an escape.
        var text = line.text.replacing("\t", with: "    ")
        if let width, DisplayWidth.of(text) > width - digits - 5 { text = DisplayWidth.prefix(text, columns: max(10, width - digits - 6)) + "…" }
        var shown = CLI.Line(line.isHit ? "> " : "  ", .bad)
        shown.spans.append(CLI.Line.Span(text: "\(number) | ", style: .dim))
        shown.spans.append(CLI.Line.Span(text: text, style: line.isHit ? .bold : .plain))
        return .line(shown)
    }

    var json: JSONValue {
        let compiled: Int? = frame.isGenerated ? frame.line.map { max(0, $0 - SourceExcerpt.generatedOffset) } : nil
        let shown = lines.map { line -> JSONValue in
            ["line": JSONValue(line.number), "text": .string(line.text), "hit": .bool(line.isHit)]
        }
        return [
            "function": .string(frame.function), "file": .string(file), "line": JSONValue(line), "certainty": .string(certainty.rawValue),
            "compiled_line": compiled.map { JSONValue($0) } ?? .null, "lines": .array(shown),
        ]
    }
}

// MARK: JSON

extension ErrorView {
    var json: JSONValue {
        var object = group.json.object ?? JSONObject()
        object["stack"] = JSONValue(stack)
        object["source"] = .array(excerpts.map(\.json))
        object["event"] = event ?? .null
        object["ran_with"] = ranWith.json
        object["changed_before"] = .array(changes.map(\.json))
        object["changed_before_return"] = .array(returnChanges.map(\.json))
        object["days"] = .array(series.days.filter { $0.count > 0 }.map(\.json))
        object["timezone"] = JSONValue(series.zone?.name)
        object["occurrences"] = .array(occurrences.map(\.json))
        object["log"] = .array(
            log.map { entry -> JSONValue in
                ["time": .string(entry.time.text), "level": .string(entry.levelWord), "source": .string(entry.sourceWord), "message": .string(entry.message)]
            })
        object["next"] = .string(next)
        return .object(object)
    }
}

extension ErrorRow {
    fileprivate var json: JSONValue {
        let events: JSONValue = PluginError.eventCount(in: details).map { JSONValue($0) } ?? .null
        return [
            "at": .string(at.iso8601), "source": .string(source.rawValue), "config_id": configID.map { JSONValue($0.rawValue) } ?? .null,
            "category": JSONValue(category), "events": events, "message": .string(message), "details": details,
        ]
    }
}

extension ErrorDayCount {
    var json: JSONValue { ["day": .string(Timestamp(milliseconds: day * 86_400_000).day), "count": JSONValue(count)] }
}

extension OnsetChange {
    var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "config_id": configID.map { JSONValue($0.rawValue) } ?? .null, "at": .string(at.iso8601),
            "is_exact": .bool(isExact), "after": JSONValue(after?.iso8601), "upstream": JSONValue(upstream), "author": author.json, "changes": .array(changes.map(\.json)),
            "notes": .array(notes.map(JSONValue.string)),
        ]
    }
}
