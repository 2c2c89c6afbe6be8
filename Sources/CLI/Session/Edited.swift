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
}

extension CommandContext {
    /// Everything that is edited in the mirror, or of it what the selectors name.
    func edited(_ mirror: Mirror, _ instance: Instance, command: String) throws(Problem) -> Edited {
        let selectors = arguments.values(of: "SELECTOR")
        let project = instance.project
        return try mirror.look { mirror in
            let all = try Edited.all(in: mirror)
            guard !selectors.isEmpty else { return all }
            return try Selector.edited(selectors, of: all, project: project, for: command, in: mirror)
        }
    }

    /// How old the mirror's lists are.
    func freshness(_ mirror: Mirror) throws(Problem) -> [Freshness] {
        try mirror.look { mirror in
            let names = try mirror.projects.all().reduce(into: [:]) { $0[FreshnessRow.configs(of: $1.id)] = $1.name }
            return try mirror.freshness.all().map { row in
                Freshness(row, title: names[row.collection].map { "configs of \($0)" } ?? row.collection)
            }
        }
    }

    static let selectors = Positional(
        "SELECTOR", "a config: 12, a plugin's name, name@project; plugin:5 for its code", isRequired: false, isRepeated: true)
    static let pluginSelector = Positional("SELECTOR", "a plugin: plugin:5 or its name")
    static let selector = Positional("SELECTOR", "a config: 12, a plugin's name, name@project")
}
