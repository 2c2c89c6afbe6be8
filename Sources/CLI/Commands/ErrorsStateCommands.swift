import Models
import Storage

/// `phsync errors mute`, `unmute`, `resolve`, `seen` and `note`: what a person makes of error groups.
///
/// None of them waits for the run lock.
enum ErrorsStateCommands {
    static let mute = command(
        "mute", .muted, "hides errors for good, whatever they do", "mutes", ["Alerts don't tell of it either. \"errors --all\" still shows it."])
    static let unmute = command("unmute", .unmuted, "shows muted errors again", "unmutes", [])
    static let resolve = command(
        "resolve", .resolved, "marks errors as settled; one that occurs again comes back as unseen", "resolves",
        ["What a pull learns later of the time before does not bring it back."])

    static let seen = Command(
        "errors seen", summary: "marks errors as looked at",
        positionals: [Positional("ID", "ids of phsync errors: E12", isRequired: false, isRepeated: true)],
        flags: [Flag("all", "every one that nobody has looked at")],
        examples: [Example("phsync errors seen E3 E4", "two of them"), Example("phsync errors seen --all", "the whole inbox")]
    ) { context async throws(Problem) in
        guard context.arguments.has("all") else { return try await apply(.looked, context, name: "seen") }
        let mirror = try context.mirrorToEdit(try context.instance())
        let now = context.now()
        let count = try await mirror.writing { mirror in try mirror.errors.lookAtAll(at: now) }
        await mirror.close()
        return CommandResult(
            outcome: count == 0 ? "unchanged" : "changed", result: ["changed": JSONValue(count)],
            text: [.line(Line("Marked as seen: \(count.counted("kind")) of errors."))])
    }

    static let note = Command(
        "errors note", summary: "writes down something about an error; an empty text removes it",
        positionals: [Positional("ID", "an id of phsync errors: E12"), Positional("TEXT", "what to remember")],
        examples: [Example("phsync errors note E12 'waits for the vendor'", "shown by errors show")]
    ) { context async throws(Problem) in
        let id = try ErrorsShowCommand.id(context.arguments.positional("ID") ?? "")
        let text = context.arguments.positional("TEXT") ?? ""
        let mirror = try context.mirrorToEdit(try context.instance())
        try await mirror.writing { mirror in
            if try !mirror.errors.setNote(text, of: id) { throw MirrorError(aborting: ErrorsShowCommand.missing(id)) }
        }
        await mirror.close()
        return CommandResult(
            outcome: "changed", result: ["id": .string(id.subject), "note": .string(text)],
            text: [.line(Line(text.isEmpty ? "\(id.subject) has no note any more." : "\(id.subject): \(text)"))])
    }

    private static func command(
        _ name: String, _ event: InboxEvent, _ summary: String, _ verb: String, _ details: [String]
    ) -> Command {
        Command(
            "errors \(name)", summary: summary, details: details,
            positionals: [Positional("ID", "ids of phsync errors: E12", isRepeated: true)],
            examples: [Example("phsync errors \(name) E12", "\(verb) it")]
        ) { context async throws(Problem) in try await apply(event, context, name: name) }
    }

    private static func apply(_ event: InboxEvent, _ context: CommandContext, name: String) async throws(Problem) -> CommandResult {
        let texts = context.arguments.values(of: "ID")
        guard !texts.isEmpty else {
            throw Problem(.usage, code: "missing-argument", subject: "ID", message: "which errors? Give ids, or --all", next: "phsync errors")
        }
        let ids = try texts.map { text throws(Problem) in try ErrorsShowCommand.id(text) }
        let mirror = try context.mirrorToEdit(try context.instance())
        let now = context.now()
        let states = try await mirror.writing { mirror in
            // All or none.
            try ids.map { id throws(MirrorError) -> Changed in
                guard let states = try mirror.errors.apply(event, to: id, at: now) else {
                    throw MirrorError(aborting: ErrorsShowCommand.missing(id))
                }
                return Changed(id: id, before: states.before, after: states.after)
            }
        }
        await mirror.close()
        return CommandResult(
            outcome: states.contains { $0.before != $0.after } ? "changed" : "unchanged", result: .array(states.map(\.json)),
            text: states.map { .line(Line($0.text)) })
    }

    private struct Changed: Sendable {
        let id: ErrorGroupID
        let before: InboxState
        let after: InboxState

        var text: String { before == after ? "\(id.subject) is \(after.rawValue)." : "\(id.subject): \(before.rawValue) → \(after.rawValue)" }
        var json: JSONValue { ["id": .string(id.subject), "before": .string(before.rawValue), "state": .string(after.rawValue)] }
    }

    /// Marks a group as seen that is being shown; when that can't be done, showing it still can.
    static func look(_ id: ErrorGroupID, _ context: CommandContext, _ instance: Instance) async -> [Problem] {
        do throws(Problem) {
            let mirror = try context.mirrorToEdit(instance)
            let now = context.now()
            _ = try await mirror.writing { mirror in try mirror.errors.apply(.looked, to: id, at: now)?.after }
            await mirror.close()
            return []
        } catch {
            return [
                Problem(.notice, code: "not-marked", subject: id.subject, message: "\(id.subject) could not be marked as seen: \(error.message)")
            ]
        }
    }
}
