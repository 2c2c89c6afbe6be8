import Models
import Storage
import Sync

/// What it takes to run the event of an error group again.
struct Reproduction: Sendable {
    let group: ErrorGroupRow
    let subject: DryRunSubject
    let configID: PluginConfigID
    /// As the plugin got it; nil for a failure without one.
    let event: JSONValue?
    let occurredAt: Timestamp

    /// Occurrences that are looked through for an event.
    private static let looked = 50
    /// Methods that are called without an event.
    static let withoutEvent: Set<String> = ["setupPlugin", MetricCategory.scheduledTask, "teardownPlugin"]

    init(_ id: ErrorGroupID, _ mirror: Mirror, _ instance: Instance, _ context: CommandContext) throws(Problem) {
        let found = try mirror.look { mirror -> (group: ErrorGroupRow, occurrences: [ErrorRow], facts: EraGuess.Facts, edited: Edited) in
            guard let group = try mirror.errors.group(id) else { throw MirrorError(aborting: ErrorsShowCommand.missing(id)) }
            return (
                group, try mirror.errors.occurrences(id, limit: Reproduction.looked), try MirrorSubjects.facts(in: mirror), try Edited.all(in: mirror)
            )
        }
        group = found.group
        guard group.kind == .error else { throw Reproduction.noRun(group, "\(group.name.lowercased()) is nothing that an event can show") }
        let withEvent = found.occurrences.first { PluginError.event(in: $0.details) != nil && $0.configID != nil }
        guard let occurrence = withEvent ?? found.occurrences.first(where: { $0.configID != nil }), let config = occurrence.configID else {
            throw Reproduction.noRun(group, "no config is known that it happened in")
        }
        if withEvent == nil, !Reproduction.withoutEvent.contains(group.method) {
            throw Reproduction.noRun(group, "the instance told no event with it", next: "phsync dry-run \(config.subject)")
        }
        configID = config
        occurredAt = occurrence.at
        let era = try EraChoice.choose(context, instance, facts: found.facts)
        let edited = found.edited
        let material = try mirror.look { mirror -> DryRunMaterial in
            guard try mirror.configs.row(config) != nil else {
                throw MirrorError(aborting: Reproduction.noRun(found.group, "\(config.subject) is not in the mirror any more"))
            }
            return try DryRunMaterial(.config(config), edited: edited, in: mirror)
        }
        if let why = material.unrunnable {
            throw Problem(.failed, code: "not-runnable", subject: why.subject, message: "\(why.title) can't be run: \(why.why)", next: why.next)
        }
        let input = EventInput(projectID: material.projectID, siteURL: "\(instance.origin)", keepsIP: era.era <= .august2022)
        event = withEvent.flatMap { PluginError.event(in: $0.details) }
        let events = try Reproduction.events(event, input, group)
        subject = try material.subject(era: era, events: events, WaitingReader(mirror: mirror), addsFixtures: false)
    }

    private static func events(_ event: JSONValue?, _ input: EventInput, _ group: ErrorGroupRow) throws(Problem) -> DryRunEvents {
        guard let event else { return DryRunEvents(lines: [], notes: ["it failed without an event, so none was run"], newest: nil) }
        do throws(EventInput.Mistake) {
            let mapped = try input.event(event)
            let time = mapped["timestamp"]?.string.flatMap { Timestamp(iso8601: $0) }
            return DryRunEvents(lines: [EventText(mapped.text)], notes: ["the event is the one that the server kept with the error: long texts and deep values of it are cut"], newest: time)
        } catch {
            throw noRun(group, "the event that the instance told is none: \(error)")
        }
    }

    private static func noRun(_ group: ErrorGroupRow, _ why: String, next: String? = nil) -> Problem {
        Problem(
            .failed, code: "not-reproducible", subject: group.id.subject, message: "\(group.id.subject) can't be run again: \(why)",
            next: next ?? "phsync errors show \(group.id.subject)")
    }

    /// Keeps the event for every dry run from now on.
    ///
    /// - Returns: Whether it is new.
    func save(_ context: CommandContext, _ instance: Instance) async throws(Problem) -> Bool {
        guard let line = subject.events.lines.first else {
            throw Problem(.usage, code: "no-event", subject: "--save", message: "\(group.id.subject) failed without an event, so there is none to keep")
        }
        let mirror = try context.mirrorToEdit(instance)
        let (group, config, now) = (group, configID, context.now())
        let isNew = try await mirror.writing { mirror in
            try mirror.fixtures.save(
                JSONValue(parsing: line.text), plugin: group.pluginID, config: config, group: group.id,
                method: group.method.isEmpty ? MetricCategory.processEvent : group.method, at: now)
        }
        await mirror.close()
        return isNew
    }
}
