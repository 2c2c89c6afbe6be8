import Models
import Storage

extension Puller {
    private static let activityPageRows = 100
    /// Older entries than that many pages are left to the instance.
    private static let activityPages = 20

    /// Mirrors the activity log of plugins and configs, from the newest back to the first entry that is known.
    ///
    /// The server shows the entries of the user's current project only, whatever the path says.
    func pullActivity(_ scope: DetailScope, _ summary: inout PullSummary) async throws(Problem) {
        try await pullDetails(.activity, of: [scope.reach.identity.organizationID], &summary) { organization in
            await readActivity(of: organization)
        }
    }

    /// All new entries are stored at once: were a part of them stored, the next pull would take the older rest for known.
    private func readActivity(of organization: OrganizationID) async -> DetailReader.Outcome {
        var entries: [ActivityEntry] = []
        do {
            for page in 1...Puller.activityPages {
                let answer = try await api.activity(of: organization, page: page, limit: Puller.activityPageRows)
                let found = answer.rows.compactMap { ActivityEntry($0) }
                let known = try await mirror.reading { mirror in try found.firstIndex { try mirror.activity.isKnown($0) } }
                entries += found.prefix(known ?? found.count)
                if known != nil || !answer.hasMore { break }
            }
        } catch let error as APIError {
            return activityOutcome(error)
        } catch let problem as Problem {
            return .stopped(problem)
        } catch {
            preconditionFailure("a call throws APIError and the mirror Problem")
        }
        let (now, new) = (now(), entries)
        return await storing { mirror in
            var inserted = 0
            for entry in new.reversed() where try mirror.activity.store(entry, at: now) == .inserted { inserted += 1 }
            return inserted
        }
    }

    /// A server without the call takes its last word for a plugin's id, and answers 404 or 500.
    private func activityOutcome(_ error: APIError) -> DetailReader.Outcome {
        let outcome = error.reviewOutcome("The activity log could not be read", subject: "activity")
        guard case .unreachable(let error) = outcome else { return outcome }
        return .absent(error)
    }
}
