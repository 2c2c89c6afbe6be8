import PhsyncKit

/// From a failing plugin to a pushed fix, through the public library alone.
///
///     PHSYNC_HOST=http://127.0.0.1:8471 PHSYNC_TOKEN=… Review /tmp/mirror 1 currencyProperty=currency
///
/// Mirrors the instance, lists what fails, edits one value of one config, shows the plan, pushes it, and says what the mirror's
/// observers were told meanwhile.
@main
struct Review {
    let mirror: PluginMirror
    let remote: Remote

    static func main() async {
        do {
            let line = try CommandLineArguments()
            let mirror = try PluginMirror.open(directory: line.directory)
            let review = Review(mirror: mirror, remote: Remote(origin: line.origin, token: line.token))
            try await review.run(line)
            await mirror.close()
        } catch let error as KitError {
            stop("\(error.kind.rawValue): \(error.message)")
        } catch {
            stop("\(error)")
        }
    }

    func run(_ line: CommandLineArguments) async throws {
        // Observing begins before anything is written, so that nothing is missed.
        let changes = try await mirror.changes(every: .milliseconds(50))
        let observer = Task { try await Review.parts(of: changes) }
        try await pull()
        try await listErrors()
        try await edit(line)
        try await push()
        let seen = try await observer.value
        print("Observed: \(seen.map(\.rawValue).sorted().joined(separator: ", "))")
    }

    /// Collects the parts that change until lists, edits and runs have.
    private static func parts(of changes: MirrorChanges) async throws -> Set<MirrorChange.Part> {
        var seen: Set<MirrorChange.Part> = []
        for try await change in changes {
            seen.formUnion(change.parts)
            if seen.isSuperset(of: [.lists, .edits, .runs]) { break }
        }
        return seen
    }

    private func pull() async throws(KitError) {
        let report = try await mirror.pull(from: remote) { progress in
            if progress.isFinished { print("\(progress.collection): \(progress.seen)") }
        }
        for problem in report.problems { print("\(problem.subject): \(problem.message)") }
    }

    private func listErrors() async throws(KitError) {
        for group in try await mirror.errorGroups(limit: 10) {
            print("\(group.id)  \(group.plugin)  \(group.count) times  \(group.name): \(group.message)")
            guard let details = try await mirror.error(group.id), let stack = details.stack else { continue }
            print("    \(stack.split(separator: "\n").dropFirst().first ?? "")")
        }
    }

    private func edit(_ line: CommandLineArguments) async throws(KitError) {
        let notes = try await mirror.edit(line.config, [line.key: .text(line.value)])
        for note in notes { print("note: \(note)") }
        guard let config = try await mirror.config(line.config) else { return }
        for field in config.fields where field.isEdited { print("\(config.title): \(field.name) is to be \(field.value.text)") }
    }

    private func push() async throws(KitError) {
        let plan = try await mirror.plan()
        guard !plan.isEmpty else { return print("Nothing to push.") }
        for step in plan.steps {
            for change in step.changes { print("\(step.title): \(change.field): \(change.before.text) -> \(change.after.text)") }
        }
        let report = try await mirror.push(plan, to: remote) { progress in
            if case .settled(let title, let outcome, let step, let count) = progress { print("\(step) of \(count), \(title): \(outcome.rawValue)") }
        }
        for problem in report.problems { print("\(problem.subject): \(problem.message)") }
        print(report.isComplete ? "Pushed." : "Not all was pushed.")
    }
}
