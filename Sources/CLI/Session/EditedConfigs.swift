import Models
import Storage
import Sync

extension CommandContext {
    /// Everything that is edited in the mirror, or of it what the selectors name.
    func plannerInputs(_ mirror: Mirror, _ instance: Instance, command: String) throws(Problem) -> [PlannerInput] {
        let selectors = arguments.values(of: "SELECTOR")
        let project = instance.project
        return try mirror.look { mirror in
            let all = try PlannerInput.all(in: mirror)
            guard !selectors.isEmpty else { return all }
            let ids = try Selector.configIDs(selectors, project: project, for: command, in: mirror)
            return all.filter { ids.contains($0.versions.id) }
        }
    }

    /// How old the mirror's lists are.
    ///
    /// - Parameter kinds: "configs", "metrics", …: the lists that the command read.
    func freshness(_ mirror: Mirror, of kinds: [String] = ["plugins", "configs"]) throws(Problem) -> [Freshness] {
        try mirror.look { mirror in
            let names = try mirror.projects.all().reduce(into: [:]) { $0[FreshnessRow.configs(of: $1.id)] = $1.name }
            let rows = try mirror.freshness.all().filter { row in kinds.contains { row.collection == $0 || row.collection.hasPrefix("\($0):") } }
            return rows.map { row in
                Freshness(row, title: names[row.collection].map { "configs of \($0)" } ?? row.collection)
            }
        }
    }

    static let selectors = Positional("SELECTOR", "a config: 12, a plugin's name, name@project", isRequired: false, isRepeated: true)
    static let selector = Positional("SELECTOR", "a config: 12, a plugin's name, name@project")
}
