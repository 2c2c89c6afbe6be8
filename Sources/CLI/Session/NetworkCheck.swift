import Models
import Sync

extension DoctorCheck {
    /// Whether the instance answers, takes the key, and what the key can reach.
    static let instance = DoctorCheck(name: "instance") { context in
        do throws(Problem) {
            let instance = try context.instance()
            let api = try context.api(instance)
            let reach = try await Reach.probe(api, bound: nil, next: "phsync doctor")
            let who = "\(reach.identity.userEmail), \(reach.identity.organizationName), \(reach.projects.count) projects"
            guard reach.canSeeConfigs else {
                return .failed("\(who); the organization's plugin access level is too low to see plugin configs")
            }
            return .good("\(who), plugin access level \(reach.pluginsAccessLevel.map(String.init) ?? "not told")")
        } catch {
            return .failed(error)
        }
    }
}
