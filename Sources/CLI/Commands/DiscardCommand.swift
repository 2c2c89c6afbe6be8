import Models
import Storage
import Sync

/// `phsync discard`: gives edits up; drafts vanish.
enum DiscardCommand {
    static let command = Command(
        "discard", summary: "gives up edits that were not pushed", positionals: [CommandContext.selectors],
        flags: [Flag("yes", "don't ask")],
        examples: [Example("phsync discard 12", "the edits of one config"), Example("phsync discard plugin:5", "the edits of its code"), Example("phsync discard --yes", "all edits, unasked")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToEdit(instance)
        let edited = try context.edited(mirror, instance, command: "discard")
        let differences = edited.differences
        guard !edited.isEmpty else { return CommandResult(outcome: "nothing-to-do", result: [], text: [.line("Nothing is edited there.")]) }
        try mirror.look { mirror in try checkNothingInFlight(edited, in: mirror) }
        let count = edited.configs.reduce(0) { $0 + $1.versions.edits.count } + edited.sources.reduce(0) { $0 + $1.versions.edits.count }
        let names = differences.map(\.title).joined(separator: ", ")
        let selectors = context.arguments.values(of: "SELECTOR").map(\.shellQuoted)
        guard try context.confirm("Give up \(count.counted("edit")) of \(names)?", next: context.line(["discard"] + selectors + ["--yes"])) else {
            throw Problem(.interrupted, code: "not-confirmed", message: "nothing was discarded")
        }
        let now = context.now()
        try await mirror.writing { mirror in try discard(edited, in: mirror, at: now) }
        return CommandResult(
            outcome: "discarded", result: .array(differences.map(\.json)),
            text: [.line("Discarded \(count.counted("edit")) of \(names).")], next: "phsync status")
    }

    /// Takes exactly these edits away; a push may have begun, and more been edited, since the person was asked.
    static func discard(_ edited: Edited, in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) {
        try checkNothingInFlight(edited, in: mirror)
        for input in edited.configs { try discard(input, in: mirror, at: now) }
        for input in edited.sources { try discard(input, in: mirror) }
    }

    private static func checkNothingInFlight(_ edited: Edited, in mirror: MirrorTransaction) throws(MirrorError) {
        for input in edited.configs where try mirror.edits.list(input.versions.id).contains(where: { $0.state == .inFlight }) {
            throw inFlight(input.versions.id.subject, input.title)
        }
        for input in edited.sources where try mirror.sourceEdits.list(input.id).contains(where: { $0.state == .inFlight }) {
            throw inFlight(input.id.subject, input.plugin.name)
        }
    }

    private static func inFlight(_ subject: String, _ title: String) -> MirrorError {
        MirrorError(aborting: Problem(
            .failed, code: "in-flight", subject: subject,
            message: "\(title) is part of a push that is under way or was interrupted; settle that first.", next: "phsync push"))
    }

    /// An edit that was made meanwhile stays, and stands on what it stood on.
    private static func discard(_ input: PlannerInput, in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) {
        let known = Set(input.versions.edits.map(\.version))
        if input.versions.id.isDraft {
            guard try mirror.edits.list(input.versions.id).allSatisfy({ known.contains($0.version) }) else {
                throw MirrorError(aborting: Problem(
                    .moved, code: "edited-meanwhile", subject: input.versions.id.subject,
                    message: "\(input.title) was edited meanwhile. Nothing was discarded.", next: "phsync diff"))
            }
            try mirror.configs.discardDraft(input.versions.id)
            return
        }
        for edit in input.versions.edits { try mirror.edits.remove(edit.configID, edit.field, version: edit.version) }
        guard try mirror.configs.versions(input.versions.id)?.remote != nil else { return }
        try Rebase.again(input.versions.id, in: mirror, at: now)
    }

    private static func discard(_ input: SourceInput, in mirror: MirrorTransaction) throws(MirrorError) {
        for edit in input.versions.edits { try mirror.sourceEdits.remove(input.id, edit.file, version: edit.version) }
        guard let versions = try mirror.sources.versions(input.id), versions.edits.isEmpty else { return }
        try mirror.sources.storeBase(versions.remote, of: input.id)
    }
}
