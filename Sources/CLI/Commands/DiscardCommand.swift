import Models
import Storage
import Sync

/// `phsync discard`: gives edits up; drafts vanish.
enum DiscardCommand {
    static let command = Command(
        "discard", summary: "gives up edits that were not pushed", positionals: [CommandContext.selectors],
        flags: [Flag("yes", "don't ask")],
        examples: [Example("phsync discard 12", "the edits of one config"), Example("phsync discard --yes", "all edits, unasked")],
        run: run)

    static func run(_ context: CommandContext) async throws(Problem) -> CommandResult {
        let instance = try context.instance()
        let mirror = try context.mirrorToEdit(instance)
        let inputs = try context.plannerInputs(mirror, instance, command: "discard")
        let differences = inputs.map { ConfigDifference($0) }
        guard !inputs.isEmpty else { return CommandResult(outcome: "nothing-to-do", result: [], text: [.line("Nothing is edited there.")]) }
        if let busy = inputs.first(where: { $0.versions.edits.contains { $0.state == .inFlight } }) {
            throw Problem(
                .failed, code: "in-flight", subject: busy.versions.id.subject,
                message: "\(busy.title) is part of a push that is under way or was interrupted; settle that first.", next: "phsync push")
        }
        let count = inputs.reduce(0) { $0 + $1.versions.edits.count }
        let names = inputs.map(\.title).joined(separator: ", ")
        let selectors = context.arguments.values(of: "SELECTOR").map(\.shellQuoted)
        guard try context.confirm("Give up \(count.counted("edit")) of \(names)?", next: context.line(["discard"] + selectors + ["--yes"])) else {
            throw Problem(.interrupted, code: "not-confirmed", message: "nothing was discarded")
        }
        try await mirror.writing { mirror in
            for input in inputs {
                if input.versions.id.isDraft {
                    try mirror.configs.discardDraft(input.versions.id)
                } else {
                    for edit in input.versions.edits { try mirror.edits.remove(edit.configID, edit.field, version: edit.version) }
                    if let remote = try mirror.configs.remote(input.versions.id), input.versions.remote != nil {
                        try mirror.configs.store(remote, base: .followsRemote, at: context.now())
                    }
                }
            }
        }
        return CommandResult(
            outcome: "discarded", result: .array(differences.map(\.json)), 
            text: [.line("Discarded \(count.counted("edit")) of \(names).")], next: "phsync status")
    }
}
