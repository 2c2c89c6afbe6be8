import Models
import Storage
import Sync

extension DoctorCheck {
    /// Whether the instance answers and takes the key, whose it is, and what it can reach.
    static let instance = DoctorCheck(name: "instance") { context in
        do throws(Problem) {
            let instance = try context.instance()
            let api = try context.api(instance)
            let bound = try boundIdentity(context, instance)
            let reach = try await Reach.probe(api, bound: bound, next: "phsync doctor")
            if let bound, !bound.isSame(as: reach.identity) {
                let path = try context.places().mirrorFile(instance.name)
                return .failed(MirrorError(.otherIdentity(bound: bound, asked: reach.identity), path: path).problem)
            }
            guard let profile = try await api.profile(for: reach, next: "phsync doctor") else {
                return .failed("\(reach.identity.origin) offers no plugins any more: it answers 404 for all of them")
            }
            return finding(reach, await ReachReport.probe(api.adopting(profile), reach))
        } catch where error.code == "no-context" {
            return .notice("no context, so no instance")
        } catch {
            return .failed(error)
        }
    }

    /// Whose the mirror is; nil when there is none that can be read, which the check of the mirror says.
    private static func boundIdentity(_ context: CommandContext, _ instance: Instance) throws(Problem) -> Identity? {
        guard try context.hasMirror(instance) else { return nil }
        do throws(Problem) {
            return try context.mirrorToRead(instance).look { mirror in try mirror.meta.identity() }
        } catch {
            return nil
        }
    }

    private static func finding(_ reach: Reach, _ report: ReachReport) -> Finding {
        let level = reach.pluginsAccessLevel.map { "plugin access level \($0)" } ?? "plugin access level not told"
        let who = "\(reach.identity.userEmail), \(reach.identity.organizationName), \(level)"
        let configs = report.projects.isEmpty ? [] : ["the configs of " + report.projects.map(\.name).joined(separator: ", ")]
        let all = report.collections + configs
        let reached = all.isEmpty ? "the key reaches nothing" : "the key reaches \(all.joined(separator: ", "))"
        guard !report.missed.isEmpty else { return .good("\(who); \(reached)") }
        let message = "\(who); \(reached), but not \(report.missed.map(\.message).joined(separator: "; nor "))"
        return report.isEnough ? .notice(message) : .failed(message)
    }
}
