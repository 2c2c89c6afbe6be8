import Models
import Storage
import Sync

extension PushCommand {
    /// Takes back what the push that stopped half-way has applied.
    ///
    /// - Parameter open: Steps whose outcome nobody knows yet: what is not known can't be taken back.
    static func abort(
        _ context: CommandContext, _ instance: Instance, _ mirror: Mirror, _ pusher: Pusher, _ open: [String: Problem]
    ) async throws(Problem) -> CommandResult {
        guard context.arguments.values(of: "SELECTOR").isEmpty else {
            throw Problem(
                .usage, code: "abort-is-whole", message: "--abort takes back all that the push has applied, not single things", next: "phsync push --abort")
        }
        let runs = try mirror.look { mirror in try mirror.runs.interruptedPushes() }
        guard !runs.isEmpty else { throw nothingInterrupted }
        if let unknown = open.sorted(by: { $0.key < $1.key }).first?.value { throw unknown }
        let applied = try mirror.look { mirror in
            var subjects: Set<String> = []
            for run in runs { subjects.formUnion(try mirror.journal.steps(run: run.id).filter { $0.state == .applied }.map(\.subjectName)) }
            return subjects.sorted()
        }
        guard !applied.isEmpty else {
            return CommandResult(
                outcome: "empty", result: ["taken_back": []], text: [.line("The push that stopped has applied nothing; its edits are waiting.")],
                next: "phsync status")
        }
        try confirm(applied, instance, context)
        try await pusher.checkIdentity()
        var report = Undo.Report()
        for run in runs {
            let part = try await pusher.takeBack(run.id)
            report.takenBack.formUnion(part.takenBack)
            report.problems += part.problems
        }
        let lines = applied.map { subject -> Block in
            let isDone = report.takenBack.contains(subject)
            return .line(Line(isDone ? "taken back" : "not taken back", isDone ? .good : .bad) + Line("  \(subject)"))
        }
        return CommandResult(
            outcome: report.takenBack.count == applied.count ? "taken-back" : "partly-taken-back",
            result: ["taken_back": .array(report.takenBack.sorted().map(JSONValue.string))], text: lines, next: "phsync diff",
            problems: report.problems)
    }

    private static func confirm(_ applied: [String], _ instance: Instance, _ context: CommandContext) throws(Problem) {
        guard !context.arguments.has("yes") else { return }
        context.progress.clear()
        let question = "Take back what was pushed of \(applied.joined(separator: ", ")) to \(instance.origin)?"
        guard try context.confirm(question, next: context.line(["push", "--abort", "--yes"])) else {
            throw Problem(.interrupted, code: "not-confirmed", message: "nothing was taken back", next: "phsync status")
        }
    }
}
