import Models
import Storage
import Sync

/// `phsync errors show`: one kind of error with stack, source, failing event, and what changed before it began.
enum ErrorsShowCommand {
    /// Occurrences that are read: several sources tell of the same one.
    private static let read = 3 * ErrorView.shown
    /// Log entries on each side of the latest occurrence.
    private static let logLines = 5
    private static let days = 30

    static let command = Command(
        "errors show", summary: "shows one kind of error: stack, source, failing event, and what changed before it",
        details: [
            "The event is shown as the instance has it: personal data. What is shown is marked as seen; --keep leaves it as it is.",
            "Lines of source are those of the code that the mirror knew when it last occurred. A stack of compiled code names other lines than"
                + " the author's: then the function is found by its name, and that is said.",
        ],
        positionals: [Positional("ID", "an id of phsync errors: E12")],
        flags: [Flag("keep", "don't mark it as seen")],
        examples: [Example("phsync errors show E12", "stack, event and times")], run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToRead(instance)
        let id = try ErrorsShowCommand.id(context.arguments.positional("ID") ?? "")
        let (now, width) = (context.now(), context.terminal.isOutputTerminal ? context.terminal.width : nil)
        let view = try mirror.look { mirror -> ErrorView in try ErrorsShowCommand.view(id, now: now, width: width, in: mirror) }
        let problems = view.group.state.isUnseen && !context.arguments.has("keep") ? await ErrorsStateCommands.look(id, context, instance) : []
        return CommandResult(
            result: view.json, text: view.text, freshness: try context.freshness(mirror, of: ["configs", "logs", "metrics", "errors"]),
            problems: problems)
    }

    private static func view(_ id: ErrorGroupID, now: Timestamp, width: Int?, in mirror: MirrorTransaction) throws(MirrorError) -> ErrorView {
        guard let group = try mirror.errors.group(id) else { throw MirrorError(aborting: missing(id)) }
        let occurrences = try mirror.errors.occurrences(id, limit: read)
        let all = try mirror.errors.places(id)
        let configs = all.compactMap(\.configID)
        let finder = try OnsetFinder(plugin: group.pluginID, configs: Array(configs.prefix(20)), failingIn: group.eventMethod, in: mirror)
        var places: [PluginConfigID: String] = [:]
        for config in configs {
            guard let row = try mirror.configs.row(config) else { continue }
            places[config] = try mirror.title(plugin: row.pluginID, project: row.projectID)
        }
        let latest = occurrences.first { $0.configID != nil }
        let source = try ErrorSource(group, ErrorView.stack(occurrences), in: mirror)
        return ErrorView(
            group: group, occurrences: occurrences, series: try mirror.errors.series(group, days: days, now: now),
            placeCount: all.count, changes: try finder.changes(before: group.firstSeen),
            returnChanges: try group.returnedAt.map { time throws(MirrorError) in try finder.changes(before: time) } ?? [],
            ranWith: try RanWith(plugin: group.pluginID, config: group.configID, at: group.lastSeen, in: mirror),
            excerpts: source.excerpts, sourceNote: source.note,
            log: try log(latest, in: mirror),
            places: places, next: next(group, hasEvent: occurrences.contains { PluginError.event(in: $0.details) != nil }), now: now, width: width)
    }

    /// Entries around an occurrence in a config.
    private static func log(_ occurrence: ErrorRow?, in mirror: MirrorTransaction) throws(MirrorError) -> [LogEntry] {
        guard let occurrence, let config = occurrence.configID else { return [] }
        // The end of the millisecond, so that the entry itself is among them.
        return try mirror.logs.around(ServerTime(occurrence.at).adding(microseconds: 999), config: config, limit: logLines)
    }

    private static func next(_ group: ErrorGroupRow, hasEvent: Bool) -> String {
        let entity = group.configID.map(\.subject) ?? group.pluginID.subject
        switch group.kind {
        case .error: return hasEvent || group.method == "setupPlugin" ? "phsync repro \(group.id.subject)" : "phsync show \(entity)"
        case .switchedOff: return "phsync logs \(entity) --level warn"
        case .delivery: return "phsync metrics \(entity) --days 14"
        }
    }

    static func missing(_ id: ErrorGroupID) -> Problem {
        Problem(
            .usage, code: "no-such-error", subject: id.subject, message: "the mirror has no error \(id.subject)", next: "phsync errors --all")
    }

    /// Takes `E12`, `e12` and `12`.
    static func id(_ text: String) throws(Problem) -> ErrorGroupID {
        let digits = text.first == "E" || text.first == "e" ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let id = Int64(digits) else {
            throw Problem(.usage, code: "bad-id", subject: text, message: "\"\(text)\" is no id of an error, such as E12", next: "phsync errors")
        }
        return ErrorGroupID(id)
    }
}

/// The lines of source that a stack is about, in the code as it was when the error last occurred.
private struct ErrorSource {
    let excerpts: [SourceExcerpt]
    let note: String

    init(_ group: ErrorGroupRow, _ stack: String?, in mirror: MirrorTransaction) throws(MirrorError) {
        guard let stack else { (excerpts, note) = ([], ""); return }
        let frames = StackFrame.all(in: stack).filter(\.isOwn)
        let versions = try mirror.sourceVersions.list(group.pluginID)
        var files = SourceFiles()
        if let version = versions.first(where: { $0.recordedAt <= group.lastSeen }) ?? versions.last {
            files = try mirror.sourceVersions.files(group.pluginID, version: version.version)
        }
        for side in [SourceTable.Side.remote, .given] where files.names.isEmpty { files = try mirror.sources.files(side, of: group.pluginID) }
        excerpts = Array(SourceExcerpt.find(in: stack, message: group.message, files: files).prefix(3))
        note = ErrorSource.note(frames, found: excerpts.count, hasFiles: !files.names.isEmpty, group)
    }

    private static func note(_ frames: [StackFrame], found: Int, hasFiles: Bool, _ group: ErrorGroupRow) -> String {
        if frames.isEmpty { return "No frame of it is in the plugin's own source." }
        if !hasFiles { return "The mirror has no code of this plugin: phsync source \(group.pluginID.subject) --fetch" }
        guard found == 0 else { return "" }
        return frames.contains(where: \.isGenerated)
            ? "The stack names lines of the compiled text, and no function of that name was found in the source."
            : "The stack names files that are not in the code as the mirror has it."
    }
}
