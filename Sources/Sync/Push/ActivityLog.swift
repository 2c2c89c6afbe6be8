import Models
import Storage

/// The newest entries of the instance's activity log, read for what a write of ours has met there.
struct ActivityLog: Sendable {
    let api: PostHogAPI
    let mirror: Mirror

    private static let pageRows = 100

    /// The newest entries, page by page, until `isEnough` says so of the last one; and the account of the key, as the log names it.
    ///
    /// - Parameter isAbsentAt500: Whether a 500 counts as not served, as servers without the call may answer: who would wait for the log for
    ///   good says so.
    /// - Returns: nil where the log is not served, as servers before 1.38 and some keys have it.
    /// - Throws: `Problem` when it can't be read now.
    func newest(pages: Int, isAbsentAt500: Bool = false, until isEnough: (ActivityEntry) -> Bool = { _ in false }) async throws(Problem) -> (entries: [ActivityEntry], us: String)? {
        guard api.profile.hasActivity else { return nil }
        let (bound, isServed) = try await mirror.reading { mirror in
            (try mirror.meta.identity(), try mirror.freshness.row("activity")?.state != .unreachable)
        }
        guard let bound, isServed else { return nil }
        var entries: [ActivityEntry] = []
        do {
            for page in 1...pages {
                let answer = try await api.activity(of: bound.organizationID, page: page, limit: ActivityLog.pageRows)
                entries += answer.rows.compactMap { ActivityEntry($0) }
                if !answer.hasMore || entries.last.map(isEnough) ?? false { break }
            }
        } catch {
            guard error.isTemporary, !(isAbsentAt500 && error.status == 500) else { return nil }
            throw error.problem("the activity log could not be read", subject: "activity", next: "phsync push")
        }
        return (entries, bound.userEmail)
    }
}
