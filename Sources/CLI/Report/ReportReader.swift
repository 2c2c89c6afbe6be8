import Models
import Storage
import Sync

/// Makes a report from one consistent state of the mirror; figures are added up in SQL, texts are read only of what is shown.
struct ReportReader {
    /// Error groups that the report shows.
    static let shownErrors = 25
    /// Changes that the report shows.
    static let shownChanges = 40
    /// Lines of one change that are shown; code has none of its text in a report.
    private static let shownLines = 8
    /// Days that a report has at most, whatever `--since` says: more bars than a phone can show.
    static let maximumDays = 92
    /// Bytes of an event or a stack that are shown.
    static let maximumTextBytes = 32_768

    let mirror: MirrorTransaction
    let now: Timestamp
    let since: Timestamp
    let project: ProjectID?
    let hasPersonalData: Bool

    func report(context: String, origin: String) throws(MirrorError) -> ReportModel {
        let span = try ReportDays(since: since, now: now, project: project, in: mirror)
        let rows = try mirror.metrics.days(from: span.name(span.numbers.lowerBound))
        let days = span.names(served: rows)
        let identity = try mirror.meta.identity()
        let (configs, silent) = try configs(days, rows)
        let filter = ErrorFilter(project: project, since: since, isListedOnly: true, limit: ReportReader.shownErrors)
        var all = filter
        all.limit = nil
        let counts = try mirror.errors.count(all)
        var errors: [ReportError] = []
        for group in try mirror.errors.groups(filter) { errors.append(try error(group, span.numbers.lowerBound, days)) }
        let changes = try LatestChanges(since: since, project: project, limit: ReportReader.shownChanges, in: mirror)
        return ReportModel(
            subject: .init(context: context, origin: origin, organization: identity?.organizationName ?? "", project: try projectName()),
            madeAt: now, since: since, days: days, zone: span.zone, projects: ReportProject.sorted(configs), silentConfigCount: silent, errors: errors,
            errorCount: counts.all, unseenErrorCount: counts.unseen, changes: try told(changes.entries) + logged(besides: changes.entries.count),
            hasMoreChanges: changes.isCut,
            waiting: try waiting(), freshness: try freshness(), archivedAt: try mirror.meta.archivedAt(), hasPersonalData: hasPersonalData)
    }

    private func projectName() throws(MirrorError) -> String? {
        guard let project else { return nil }
        return try mirror.projects.all().first { $0.id == project }?.name ?? project.subject
    }

    // MARK: Deliveries

    private func configs(_ days: [String], _ rows: [MetricDayRow]) throws(MirrorError) -> (shown: [ReportConfig], silent: Int) {
        let rows = Dictionary(grouping: rows, by: \.configID)
        let indices = Dictionary(uniqueKeysWithValues: days.enumerated().map { ($1, $0) })
        var shown: [ReportConfig] = []
        var silent = 0
        for config in try mirror.configs.list(project: project) where !config.isDraft && config.removedAt == nil {
            var figures = [DeliveryFigures?](repeating: nil, count: days.count)
            for row in rows[config.id] ?? [] {
                guard let index = indices[row.day] else { continue }
                figures[index] = (figures[index] ?? DeliveryFigures())
                    + DeliveryFigures(successes: row.successes, retries: row.successesOnRetry, failures: row.failures)
            }
            let one = ReportConfig(
                id: config.id, pluginName: config.pluginName, projectName: config.projectName, isEnabled: config.enabled,
                isEdited: config.editCount > 0, days: figures)
            if one.state == .silent { silent += 1 } else { shown.append(one) }
        }
        return (shown, silent)
    }

    // MARK: Errors

    private func error(_ group: ErrorGroupRow, _ firstDay: Int64, _ days: [String]) throws(MirrorError) -> ReportError {
        var counts = [Int](repeating: 0, count: days.count)
        for day in try mirror.errors.days(group.id, from: firstDay, project: project) where day.day < firstDay + Int64(counts.count) {
            counts[Int(day.day - firstDay)] = day.count
        }
        let texts = ErrorTexts(
            group, try mirror.errors.occurrences(group.id, limit: 5), hasPersonalData: hasPersonalData)
        return ReportError(
            id: group.id.subject, place: group.place, configSubject: group.configID?.subject, name: group.name, message: texts.message,
            count: group.count, hasMore: group.hasMore, firstSeen: group.firstSeen, lastSeen: group.lastSeen, state: group.state,
            note: group.note, days: counts, cause: try cause(group), stack: texts.stack, event: texts.event, hidden: texts.hidden, isSwitchedOff: try isOff(group))
    }

    private func isOff(_ group: ErrorGroupRow) throws(MirrorError) -> Bool {
        guard group.kind == .switchedOff, let config = group.configID else { return false }
        return try mirror.configs.versions(config)?.remote?.enabled == false
    }

    private func cause(_ group: ErrorGroupRow) throws(MirrorError) -> ReportCause? {
        let finder = try OnsetFinder(plugin: group.pluginID, configs: group.configID.map { [$0] } ?? [], failingIn: group.eventMethod, in: mirror)
        guard let change = try finder.changes(before: group.firstSeen, limit: 1).first else { return nil }
        let lines = ReportReader.texts(change.changes.lines) + change.notes
        let author = change.author == .unknown ? "" : change.author.text
        let place = change.upstream.map { "\($0), which runs before it: " } ?? ""
        let what = place + (lines.first ?? "\(change.kind.rawValue) changed")
        return ReportCause(at: change.at, text: lines.count > 1 ? "\(what), and \(lines.count - 1) more" : what, author: author)
    }

    // MARK: Changes and edits

    private func told(_ entries: [LatestChanges.Entry]) throws(MirrorError) -> [ReportChange] {
        var changes: [ReportChange] = []
        for entry in entries { changes.append(try change(entry)) }
        return changes
    }

    /// The day of a change, on the clock of its project; of a plugin's, on that of all projects where they have one.
    private func day(_ time: Timestamp, _ config: PluginConfigID?) throws(MirrorError) -> String {
        if let config, let row = try mirror.configs.row(config) { return try mirror.projects.zone(row.projectID).rules.day(of: time) }
        return (try mirror.projects.commonZone() ?? .utc).rules.day(of: time)
    }

    private func change(_ entry: LatestChanges.Entry) throws(MirrorError) -> ReportChange {
        let lines = ReportReader.texts(entry.lines)
        let authors = entry.authors.filter { $0 != .unknown }.map(\.text)
        return ReportChange(
            at: entry.recording.recordedAt, day: try day(entry.recording.recordedAt, entry.configID), kind: ReportChange.Kind(rawValue: entry.recording.kind.rawValue) ?? .config, title: entry.name,
            subject: entry.subject, author: authors.joined(separator: " and "), origin: entry.origin, lines: lines)
    }

    /// What the instance's own log tells of the time before the first pull, of which the mirror has no versions.
    private func logged(besides count: Int) throws(MirrorError) -> [ReportChange] {
        guard count < ReportReader.shownChanges else { return [] }
        var changes: [ReportChange] = []
        for row in try mirror.activity.beforeFirstPull(since: since, limit: ReportReader.shownChanges - count) {
            if let entry = ActivityEntry(row.json), let change = try change(entry, at: row.at) { changes.append(change) }
        }
        return changes
    }

    private func change(_ entry: ActivityEntry, at time: Timestamp) throws(MirrorError) -> ReportChange? {
        guard let number = Int64(entry.itemID), number > 0 else { return nil }
        // A change of order names the config, whatever its scope.
        guard entry.scope == "PluginConfig" || entry.activity == "order_changed" else {
            let id = PluginID(number)
            let name = try mirror.plugins.row(id)?.plugin.name ?? id.subject
            return ReportChange(
                at: time, day: try day(time, nil), kind: .plugin, title: name, subject: id.subject, author: entry.author, origin: "instance", lines: [entry.summary])
        }
        let id = PluginConfigID(number)
        guard let row = try mirror.configs.row(id), project == nil || row.projectID == project else { return nil }
        return ReportChange(
            at: time, day: try day(time, id), kind: .config, title: try mirror.title(plugin: row.pluginID, project: row.projectID), subject: id.subject,
            author: entry.author, origin: "instance", lines: [entry.summary])
    }

    private func waiting() throws(MirrorError) -> ReportWaiting {
        let all = try Edited.all(in: mirror)
        let edited = project.map { id in Edited(configs: all.configs.filter { $0.versions.projectID == id }, sources: all.sources) } ?? all
        let items = edited.differences.map { difference in
            ReportWaiting.Item(
                subject: difference.subject, title: difference.title, changes: ReportReader.texts(difference.changeBlocks),
                conflicts: difference.conflictNames)
        }
        return ReportWaiting(items: items, unsettledSteps: try mirror.configs.counts().unsettledSteps)
    }

    /// Blocks as plain lines, each without the blanks around it and the spaces that align it with others.
    private static func texts(_ blocks: [Block]) -> [String] {
        let all = blocks.compactMap { block -> String? in
            guard case .line(let line) = block else { return nil }
            return line.spans.map(\.text).joined().split(separator: " ").joined(separator: " ")
        }
        let rest = all.count - shownLines
        return rest > 1 ? all.prefix(shownLines) + ["… and \(rest) more"] : all
    }

    // MARK: Freshness

    private func freshness() throws(MirrorError) -> [ReportFreshness] {
        let mine = project.map(FreshnessRow.configs)
        return try Freshness.titled(in: mirror).filter { walk in
            mine == nil || !walk.row.collection.hasPrefix("configs:") || walk.row.collection == mine
        }.map { walk in
            ReportFreshness(
                collection: walk.freshness.collection, pulledAt: walk.row.checkedAt, isComplete: walk.row.state == .complete,
                detail: walk.row.detail)
        }.sorted { ($0.pulledAt?.milliseconds ?? .min, $0.collection) < ($1.pulledAt?.milliseconds ?? .min, $1.collection) }
    }
}

/// The days that a report is about: on the clock of its projects.
private struct ReportDays {
    /// Days since 1970.
    let numbers: ClosedRange<Int64>
    /// nil when the projects have several zones.
    let zone: String?

    init(since: Timestamp, now: Timestamp, project: ProjectID?, in mirror: MirrorTransaction) throws(MirrorError) {
        var zones: [ProjectZone] = []
        for row in try mirror.projects.all() where project.map({ $0 == row.id }) ?? (row.removedAt == nil) {
            zones.append(try mirror.projects.zone(row.id))
        }
        if zones.isEmpty { zones = [.utc] }
        let today = zones.map { $0.dayNumber(of: now) }.max() ?? 0
        let first = zones.map { $0.dayNumber(of: since) }.min() ?? 0
        numbers = min(today, max(first, today - Int64(ReportReader.maximumDays - 1)))...today
        zone = zones.allSatisfy { $0 == zones[0] } ? zones[0].text : nil
    }

    func name(_ number: Int64) -> String { Timestamp(milliseconds: number * 86_400_000).day }

    /// All days, and what a project has served that this machine thinks further west.
    func names(served rows: [MetricDayRow]) -> [String] {
        let days = numbers.map(name)
        let last = days[days.count - 1]
        return days + Set(rows.map(\.day)).filter { $0 > last }.sorted().prefix(1)
    }
}

/// What a report shows of an error's own words: scrubbed, and cut where nobody would read on.
private struct ErrorTexts {
    let message: String
    let stack: String?
    let event: JSONValue?
    let hidden: PersonalDataSummary

    /// - Parameter occurrences: The newest first; the newest that tells a stack or an event counts.
    init(_ group: ErrorGroupRow, _ occurrences: [ErrorRow], hasPersonalData: Bool) {
        let stack = occurrences.lazy.compactMap { PluginError.stack(in: $0.details) }.first.map(Self.cut)
        let found = occurrences.lazy.compactMap { PluginError.event(in: $0.details) }.first
        // A larger event is cut nowhere that makes sense; its names say what it was.
        let event = found.map { $0.text.utf8.count > ReportReader.maximumTextBytes ? Self.outline($0) : $0 }
        if hasPersonalData {
            var scrubber = TextScrubber(keepsPersons: true)
            message = scrubber.scrub(Self.cut(group.message))
            self.stack = stack.map { scrubber.scrub($0) }
            self.event = event.map(EventScrubber.withoutSecrets)
            hidden = scrubber.summary
        } else {
            var scrubber = EventScrubber()
            self.event = event.map { scrubber.scrub($0) }
            message = scrubber.scrub(text: Self.cut(group.message))
            self.stack = stack.map { scrubber.scrub(text: $0) }
            hidden = scrubber.summary
        }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > ReportReader.maximumTextBytes else { return text }
        return String(text.prefix(ReportReader.maximumTextBytes / 4)) + "\u{2026}"
    }

    private static func outline(_ event: JSONValue) -> JSONValue {
        let members = event.object?.members ?? []
        return .object(
            JSONObject(
                members.map { member in
                    let isSmall = member.value.text.utf8.count <= 200
                    return .init(key: member.key, value: isSmall ? member.value : .string("\u{2026} \(member.value.text.utf8.count) bytes"))
                }))
    }
}

extension ActivityEntry {
    /// What an entry tells in one line: the fields that it names with their values, else its own word.
    fileprivate var summary: String {
        let changes = (json["detail"]?["changes"]?.array ?? []).compactMap { change -> String? in
            guard let field = change["field"]?.string else { return nil }
            let (before, after) = Excerpt.pair(
                ShownValue(change["before"], isSecret: false).text, ShownValue(change["after"], isSecret: false).text)
            return "\(field): \(before) \u{2192} \(after)"
        }
        guard let first = changes.first else { return activity.replacing("_", with: " ") }
        return changes.count == 1 ? first : "\(first), and \(changes.count - 1) more"
    }
}
