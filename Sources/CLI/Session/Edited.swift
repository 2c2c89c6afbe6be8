import Models
import Storage
import Sync

/// What is edited in the mirror: configs and the code of plugins.
struct Edited: Sendable {
    let configs: [PlannerInput]
    let sources: [SourceInput]

    var isEmpty: Bool { configs.isEmpty && sources.isEmpty }
    var plan: PlannerOutput { Planner.plan(configs, sources: sources) }

    static func all(in mirror: MirrorTransaction) throws(MirrorError) -> Edited {
        Edited(configs: try PlannerInput.all(in: mirror), sources: try SourceInput.all(in: mirror))
    }

    /// What is left of pushes that stopped: the fields and files of their steps that were not applied, as they are edited now,
    /// and all of a draft that was to be created. A config has another id once it was created; its edits are known by their
    /// version then.
    func left(of runs: [RunRow], in mirror: MirrorTransaction) throws(MirrorError) -> Edited {
        var steps: [JournalStep] = []
        for run in runs { steps += try mirror.journal.steps(run: run.id).filter { $0.state != .applied } }
        let names = Set(steps.flatMap { step in
            step.subject.configEdits.map { "\(step.subjectName) \($0.field.text)" } + step.subject.files.map { "\(step.subjectName) \($0.file)" }
        })
        let versions = Set(steps.flatMap(\.subject.configEdits).map(\.version))
        let drafts = Set(steps.filter { $0.kind == .create }.map(\.subjectName))
        let configs = configs.map { input in
            let name = input.versions.id.subject
            return input.keeping { drafts.contains(name) || versions.contains($0.version) || names.contains("\(name) \($0.field.text)") }
        }
        let sources = sources.map { input in input.keeping { names.contains("\(input.id.subject) \($0.file)") } }
        return Edited(
            configs: configs.filter { !$0.versions.edits.isEmpty }, sources: sources.filter { !$0.versions.edits.isEmpty })
    }
}

extension CommandContext {
    /// What is edited: what the selectors name, else the project's, else everything. What the project leaves out is said;
    /// code belongs to no project and is never left out.
    func edited(_ mirror: Mirror, _ instance: Instance, command: String) throws(Problem) -> Edited {
        let selectors = arguments.knows("SELECTOR") ? arguments.values(of: "SELECTOR") : []
        let project = instance.project
        let (edited, leftOut) = try mirror.look { mirror -> (Edited, Int) in
            let all = try Edited.all(in: mirror)
            guard selectors.isEmpty else {
                return (try Selector.edited(selectors, of: all, project: project, for: command, in: mirror), 0)
            }
            guard let id = try Selector.project(project, in: mirror) else { return (all, 0) }
            let inside = all.configs.filter { $0.versions.projectID == id }
            return (Edited(configs: inside, sources: all.sources), all.configs.count - inside.count)
        }
        if leftOut > 0, let project {
            report.add([
                Problem(
                    .notice, code: "other-projects", subject: project,
                    message: "only project \(project) is looked at: \(leftOut.counted("edited config")) elsewhere \(leftOut == 1 ? "is" : "are") left out")
            ])
        }
        return edited
    }

    /// What is edited, as it is shown, with what the mirror knows about each conflict.
    func differences(_ mirror: Mirror, _ instance: Instance, command: String) throws(Problem) -> [Difference] {
        let edited = try edited(mirror, instance, command: command)
        return edited.differences(try mirror.look { mirror in try ConflictNotes(edited, in: mirror) })
    }

    /// How old the mirror's lists are.
    ///
    /// - Parameter kinds: "configs", "metrics", …: the lists that the command read.
    func freshness(_ mirror: Mirror, of kinds: [String] = ["plugins", "configs"]) throws(Problem) -> [Freshness] {
        try mirror.look { mirror in
            try Freshness.titled(in: mirror).filter { walk in
                kinds.contains { walk.row.collection == $0 || walk.row.collection.hasPrefix("\($0):") }
            }.map(\.freshness)
        }
    }

    static let selectors = Positional(
        "SELECTOR", "a config: 12, a plugin's name, name@project; plugin:5 for its code", isRequired: false, isRepeated: true)
    static let pluginSelector = Positional("SELECTOR", "a plugin: plugin:5 or its name")
    static let selector = Positional("SELECTOR", "a config: 12, a plugin's name, name@project")
}
