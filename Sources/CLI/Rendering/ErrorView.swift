import Models
import Storage

/// One error group for people and for scripts.
struct ErrorView: Sendable {
    let group: ErrorGroupRow
    /// The newest first.
    let occurrences: [ErrorRow]
    /// The last change of the config or plugin before the first occurrence.
    let changeBefore: ActivityRow?
    let places: [PluginConfigID: String]

    private var latest: ErrorRow? { occurrences.first }
    /// The newest occurrence that tells them; the newest of all may be one that doesn't.
    private var stack: String? { occurrences.lazy.compactMap { PluginError.stack(in: $0.details) }.first }
    private var event: JSONValue? { occurrences.lazy.compactMap { PluginError.event(in: $0.details) }.first }

    var next: String { group.configID.map { "phsync show \($0.subject)" } ?? "phsync show \(group.pluginID.subject)" }

    var text: [Block] {
        var text: [Block] = [.line(Line("\(group.id.subject)  ", .bold) + Line(group.headline, .bad)), .line(Line(place))]
        text.append(.line(Line("seen \(times) time(s), first \(time(group.firstSeen)), last \(time(group.lastSeen))")))
        if let changeBefore { text.append(.line(Line("before the first: \(changed(changeBefore))", .dim))) }
        if let stack { text += [.blank, .line(Line("Stack", .bold)), .text(stack)] }
        if let event { text += [.blank, .line(Line("Event", .bold)), .text(event.prettyText)] }
        text += [.blank, .line(Line("Occurrences", .bold)), .table(table)]
        if group.count > occurrences.count { text.append(.line(Line("and \(group.count - occurrences.count) before these", .dim))) }
        text.append(.line(Line("Next: \(next)", .dim)))
        return text
    }

    var json: JSONValue {
        var object = group.json.object ?? JSONObject()
        object["stack"] = JSONValue(stack)
        object["event"] = event ?? .null
        object["change_before"] = changeBefore?.json ?? .null
        object["occurrences"] = .array(
            occurrences.map { row in
                [
                    "at": .string(row.at.iso8601), "source": .string(row.source.rawValue),
                    "config_id": row.configID.map { JSONValue($0.rawValue) } ?? .null, "category": JSONValue(row.category),
                    "events": PluginError.eventCount(in: row.details).map { JSONValue($0) } ?? .null,
                    "message": .string(row.message), "details": row.details,
                ]
            })
        object["next"] = .string(next)
        return .object(object)
    }

    private var times: String { "\(group.count)\(group.hasMore ? "+" : "")" }

    private var place: String {
        guard let latest, let config = latest.configID else { return "\(group.pluginName) (\(group.pluginID.subject))" }
        let category = latest.category.map { ", \($0)" } ?? ""
        return "\(places[config] ?? group.place) (\(config.subject))\(category)"
    }

    private var table: Table {
        let columns: [Table.Column] = [.init("TIME"), .init("CONFIG"), .init("WHERE"), .init("EVENTS", isRightAligned: true), .init("MESSAGE")]
        return Table(
            columns,
            rows: occurrences.map { row in
                [
                    Line(time(row.at)), Line(row.configID.map { places[$0] ?? $0.subject } ?? group.pluginID.subject),
                    Line(row.category ?? row.source.rawValue), Line(PluginError.eventCount(in: row.details).map(String.init) ?? ""),
                    Line(row.message),
                ]
            })
    }

    private func changed(_ row: ActivityRow) -> String {
        let author = ActivityEntry(row.json).map(\.author) ?? ""
        return "\(row.activity), \(time(row.at))\(author.isEmpty ? "" : " by \(author)")"
    }

    private func time(_ time: Timestamp) -> String { TimeText.timestamp(time.milliseconds) }
}
