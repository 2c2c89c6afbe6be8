package import Models
package import Storage

extension PostHogAPI {
    /// The API in the form that the last pull found, for a push.
    ///
    /// - Throws: `Problem` when the instance offers no plugins any more: there is nothing to push to.
    package func asPulled(into mirror: Mirror) async throws(Problem) -> PostHogAPI {
        let (profile, archivedAt) = try await mirror.reading { mirror in
            (try mirror.meta.apiProfile(), try mirror.meta.archivedAt())
        }
        if let archivedAt {
            throw Problem(
                .failed, code: "archive", subject: origin,
                message: "\(origin) offers no plugins any more, as a pull found out on \(archivedAt.iso8601), so nothing can be pushed."
                    + " Your edits are kept.", next: "phsync pull")
        }
        return adopting(profile.flatMap(APIProfile.init) ?? .nested)
    }
}

extension Pusher {
    /// Where the path does not decide, a create lands in the user's current project: that must be the step's.
    ///
    /// - Returns: Why the step can't be sent now; nil when it can.
    func otherProject(_ step: ConfigStep) async throws(Problem) -> Problem? {
        guard !api.profile.isScopedByPath else { return nil }
        let me: JSONValue
        do {
            me = try await api.me()
        } catch {
            throw error.problem("Which project is your current one could not be asked", subject: step.projectID.subject, next: "phsync push")
        }
        guard me["team"]?["id"]?.int != step.projectID.rawValue else { return nil }
        return Problem(
            .moved, code: "project-not-current", subject: step.configID.subject,
            message: "\(step.title) can't be written: this server writes to your current project only, and that is another one."
                + " Make project \(step.projectID) the current one in the web page first.", next: "phsync push \(step.configID.subject)")
    }
}
