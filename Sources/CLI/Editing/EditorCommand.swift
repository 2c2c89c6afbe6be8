import Models
import Storage
import Sync

/// `edit-config` without anything to change: the config as a text in the person's editor.
struct EditorCommand {
    let context: CommandContext
    let mirror: Mirror
    let target: EditTarget
    /// Of the instance.
    let origin: String

    func run() async throws(Problem) -> CommandResult {
        let session = try EditorSession(context, ConfigDocument(target: target), editor: try editor(), origin: origin)
        let stored = try await session.run { (reading) async throws(Problem) in try await store(reading) }
        guard let (id, inputs) = stored else {
            return CommandResult(
                outcome: "unchanged", result: ["config": JSONValue(target.versions?.id.subject), "changes": [], "conflicts": []],
                text: [.line("Nothing was changed.")])
        }
        return EditConfigCommand.result(id, inputs, title: target.title)
    }

    private func editor() throws(Problem) -> String {
        try EditorChoice.line(
            context, for: "edit-config",
            instead: "Say on the line what to change: KEY=VALUE, KEY:=JSON, KEY=@FILE, --unset KEY, --attach KEY=PATH,"
                + " --detach KEY, --enable, --disable or --position N", needsTerminal: true)
    }

    private func store(_ reading: DocumentReading) async throws(Problem) -> (PluginConfigID, [PlannerInput]) {
        let editor = ConfigEditor(selected: target.selected, edits: reading.edits, now: context.now())
        let target = target
        let (id, inputs, meanwhile) = try await mirror.writing { mirror in
            let meanwhile = try Meanwhile(target, reading.edits.map(\.field), in: mirror)
            let id = try editor.store(in: mirror)
            try meanwhile.keepWhatWasSeen(id, in: mirror, at: editor.now)
            return (id, try PlannerInput.all(in: mirror), meanwhile)
        }
        context.report.add(EditConfigCommand.notices(reading.issues, target))
        context.report.add(meanwhile.problems(id, inputs))
        return (id, inputs)
    }
}
