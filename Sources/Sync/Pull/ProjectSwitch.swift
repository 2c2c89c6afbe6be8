import Models
import Storage

/// Makes one project after the other the user's current one, on servers that serve no other, and puts it back in the end.
///
/// The switch moves every browser of that user, so it is made only when asked for. Where it came from is in the mirror
/// before it is asked for: after a crash the next pull puts it back.
struct ProjectSwitch: Sendable {
    let api: PostHogAPI
    let mirror: Mirror

    /// Puts back what an interrupted pull has left switched.
    ///
    /// - Parameter current: Where the user is now; somebody who has moved on since is left there.
    /// - Returns: What the person should know; nil when nothing was left.
    func recover(current: ProjectID?) async throws(Problem) -> Problem? {
        let open = try await mirror.reading { mirror in try mirror.meta.projectSwitch().map { [$0.from, $0.to] } }
        guard let open else { return nil }
        let (from, to) = (open[0], open[1])
        if current == to, from != to { try await request(from) }
        try await mirror.writing { mirror in try mirror.meta.clearProjectSwitch() }
        return Problem(
            .notice, code: "project-restored", subject: from.subject,
            message: current == to
                ? "An interrupted pull had left project \(to) as your current one; it is project \(from) again."
                : "An interrupted pull had switched your current project; you have chosen another one since, which stays.")
    }

    /// Runs `visit` with each project as the current one, then makes `original` the current one again, whatever happened.
    func each(
        _ projects: [Project], from original: ProjectID, visit: (Project) async throws(Problem) -> Void
    ) async throws(Problem) {
        var failure: Problem?
        do throws(Problem) {
            for project in projects {
                try await `switch`(to: project.id, from: original)
                try await visit(project)
            }
        } catch {
            failure = error
        }
        // Also after ^C: the task is interrupted, the way back must not be.
        let back: Problem? = await Task { [self] in
            do throws(Problem) {
                try await request(original)
                try await mirror.writing { mirror in try mirror.meta.clearProjectSwitch() }
                return nil
            } catch {
                return error
            }
        }.value
        if let problem = ProjectSwitch.problem(failure, back) { throw problem }
    }

    /// Where both went wrong the person is told both: they may be in another project than they think.
    private static func problem(_ failure: Problem?, _ back: Problem?) -> Problem? {
        guard let failure, let back else { return failure ?? back }
        return Problem(
            failure.kind, code: failure.code, subject: failure.subject,
            message: "\(failure.message) Your current project was not put back either; the next pull does that. \(back.message)",
            next: failure.next)
    }

    private func `switch`(to project: ProjectID, from original: ProjectID) async throws(Problem) {
        try await mirror.writing { mirror in try mirror.meta.setProjectSwitch(from: original, to: project) }
        try await request(project)
    }

    private func request(_ project: ProjectID) async throws(Problem) {
        let me: JSONValue
        do {
            me = try await api.switchProject(to: project)
        } catch {
            throw error.problem(
                "Project \(project) could not be made your current one", subject: project.subject, next: "phsync pull")
        }
        guard me["team"]?["id"]?.int == project.rawValue else {
            throw Problem(
                .failed, code: "project-not-switched", subject: project.subject,
                message: "Project \(project) could not be made your current one: the instance stayed with another.", next: "phsync doctor")
        }
    }
}
