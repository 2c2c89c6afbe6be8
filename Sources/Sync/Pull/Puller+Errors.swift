import Models
import Storage

extension Puller {
    /// Reads the details of the error types that have moved since they were read last.
    ///
    /// What waits is in the mirror, so an interrupted pull goes on by itself. Errors of configs need no call: each store of
    /// a config records its own.
    func pullErrorDetails(_ scope: DetailScope, _ summary: inout PullSummary) async throws(Problem) {
        let projects = scope.projectIDs
        let unread = try await mirror.reading { mirror in try mirror.errorTypes.unread().filter { projects.contains($0.projectID) } }
        try await pullDetails(.errors, of: unread, isWhole: scope.isWhole, &summary) { type in
            await readErrorDetails(type)
        }
    }

    private func readErrorDetails(_ row: ErrorTypeRow) async -> DetailReader.Outcome {
        do throws(APIError) {
            let details = try await api.errorDetails(of: row.configID, in: row.projectID, category: row.category, type: row.type)
            let errors = details.compactMap {
                PluginError(
                    metric: $0, config: row.configID, plugin: row.pluginID, project: row.projectID, category: row.category,
                    type: row.type)
            }
            let now = now()
            return await storing {
                // Oldest first, so that groups get their numbers in the order of what happened.
                let inserted = try $0.errors.record(errors.reversed(), at: now)
                try $0.errorTypes.markRead(row)
                return inserted
            }
        } catch {
            // A key with scopes may not call this at all, whatever the config (2024 and later).
            if error.code == .forbidden { return .absent(error) }
            return error.reviewOutcome("The error details of \(row.configID.subject) could not be read", subject: row.configID.subject)
        }
    }
}
