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
        try checkNothingInFlight(edited)
        let count = edited.configs.reduce(0) { $0 + $1.versions.edits.count } + edited.sources.reduce(0) { $0 + $1.versions.edits.count }
        let names = differences.map(\.title).joined(separator: ", ")
        let selectors = context.arguments.values(of: "SELECTOR").map(\.shellQuoted)
        guard try context.confirm("Give up \(count.counted("edit")) of \(names)?", next: context.line(["discard"] + selectors + ["--yes"])) else {
            throw Problem(.interrupted, code: "not-confirmed", message: "nothing was discarded")
        }
        let now = context.now()
        try await mirror.writing { mirror in
            for input in edited.configs { try discard(input, in: mirror, at: now) }
            for input in edited.sources { try discard(input, in: mirror) }
        }
        return CommandResult(
            outcome: "discarded", result: .array(differences.map(\.json)), 
            text: [.line("Discarded \(count.counted("edit")) of \(names).")], next: "phsync status")
    }

    private static func checkNothingInFlight(_ edited: Edited) throws(Problem) {
        let config = edited.configs.first { $0.versions.edits.contains { $0.state == .inFlight } }
        let source = edited.sources.first { $0.versions.edits.contains { $0.state == .inFlight } }
        guard let subject = config?.versions.id.subject ?? source?.id.subject, let title = config?.title ?? source?.plugin.name else { return }
        throw Problem(
            .failed, code: "in-flight", subject: subject,
            message: "\(title) is part of a push that is under way or was interrupted; settle that first.", next: "phsync push")
    }

    private static func discard(_ input: PlannerInput, in mirror: MirrorTransaction, at now: Timestamp) throws(MirrorError) {
        if input.versions.id.isDraft {
            try mirror.configs.discardDraft(input.versions.id)
            return
        }
        for edit in input.versions.edits { try mirror.edits.remove(edit.configID, edit.field, version: edit.version) }
        if let remote = try mirror.configs.remote(input.versions.id), input.versions.remote != nil {
            try mirror.configs.store(remote, base: .followsRemote, at: now)
        }
    }

    private static func discard(_ input: SourceInput, in mirror: MirrorTransaction) throws(MirrorError) {
        for edit in input.versions.edits { try mirror.sourceEdits.remove(input.id, edit.file, version: edit.version) }
        try mirror.sources.storeBase(input.versions.remote, of: input.id)
    }
}
