import Models
import Storage
import Sync

/// The same edits in all configs of a plugin: all of them or none, and one plan afterwards.
struct BulkEditor {
    let context: CommandContext
    let mirror: Mirror
    let selected: [SelectedConfig]

    func run() async throws(Problem) -> CommandResult {
        let targets = try mirror.look { mirror in try selected.map { try EditTarget.of($0, in: mirror) } }
        var editors: [ConfigEditor] = []
        var first: NewEdits?
        for target in targets {
            let line = LineEdits(context: context, target: target)
            guard line.isGiven else { throw nothingGiven }
            let edits = try line.edits(asBefore: first)
            first = first ?? edits
            context.report.add(try EditConfigCommand.check(edits, target))
            editors.append(ConfigEditor(selected: target.selected, edits: edits, now: context.now()))
        }
        let wanted = editors
        let (ids, inputs) = try await mirror.writing { mirror throws in
            (try wanted.map { try $0.store(in: mirror) }, try PlannerInput.all(in: mirror))
        }
        return result(ids, inputs)
    }

    private var nothingGiven: Problem {
        Problem(
            .usage, code: "nothing-given", subject: context.arguments.positional("SELECTOR") ?? "",
            message: "say what to change in these \(selected.count) configs, as in KEY=VALUE; the editor opens one config at a time",
            next: "phsync help edit-config")
    }

    private func result(_ ids: [PluginConfigID], _ inputs: [PlannerInput]) -> CommandResult {
        let differences = inputs.filter { ids.contains($0.versions.id) && !$0.versions.edits.isEmpty }.map { ConfigDifference($0) }
        let same = ids.count - differences.count
        var text = differences.flatMap(\.blocks)
        if same > 0 { text.append(.line("\(same.counted("config")) had it already: there is nothing to push for \(same == 1 ? "it" : "them").")) }
        let hasConflicts = differences.contains { !$0.conflicts.isEmpty }
        return CommandResult(
            outcome: differences.isEmpty ? "unchanged" : "edited", result: .array(differences.map(\.json)), text: text,
            next: differences.isEmpty ? nil : hasConflicts ? "phsync diff" : "phsync plan")
    }
}
