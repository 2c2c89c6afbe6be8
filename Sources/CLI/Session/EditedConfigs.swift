import Models
import Storage
import Sync

extension CommandContext {
    /// What is edited: what the selectors name, else the project's, else everything. What the project leaves out is said.
    func plannerInputs(_ mirror: Mirror, _ instance: Instance, command: String) throws(Problem) -> [PlannerInput] {
        let selectors = arguments.knows("SELECTOR") ? arguments.values(of: "SELECTOR") : []
        let project = instance.project
        let (inputs, leftOut) = try mirror.look { mirror -> ([PlannerInput], Int) in
            let all = try PlannerInput.all(in: mirror)
            guard selectors.isEmpty else {
                let ids = try Selector.configIDs(selectors, project: project, for: command, in: mirror)
                return (all.filter { ids.contains($0.versions.id) }, 0)
            }
            guard let id = try Selector.project(project, in: mirror) else { return (all, 0) }
            let inside = all.filter { $0.versions.projectID == id }
            return (inside, all.count - inside.count)
        }
        if leftOut > 0, let project {
            report.add([
                Problem(
                    .notice, code: "other-projects", subject: project,
                    message: "only project \(project) is looked at: \(leftOut.counted("edited config")) elsewhere \(leftOut == 1 ? "is" : "are") left out")
            ])
        }
        return inputs
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

    static let selectors = Positional("SELECTOR", "a config: 12, a plugin's name, name@project", isRequired: false, isRepeated: true)
    static let selector = Positional("SELECTOR", "a config: 12, a plugin's name, name@project")
}
