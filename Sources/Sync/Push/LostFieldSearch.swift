package import Models
package import Storage

/// Looks once, after the writes of a push, whether they have undone what somebody else saved at the same moment, and keeps
/// what it finds to be offered. It writes nothing to the instance.
struct LostFieldSearch: Sendable {
    let api: PostHogAPI
    let mirror: Mirror

    private static let pageRows = 100
    private static let pages = 10

    /// - Returns: What was found, for the person; nothing where the log can't be read, which docs/architecture.md says.
    func look(for saved: [SavedConfig]) async -> [Problem] {
        guard !saved.isEmpty, !Task.isCancelled, api.profile.hasActivity else { return [] }
        do throws(Problem) {
            let (bound, isServed) = try await mirror.reading { mirror in
                (try mirror.meta.identity(), try mirror.freshness.row("activity")?.state != .unreachable)
            }
            guard let bound, isServed else { return [] }
            let entries = try await entries(of: bound.organizationID, about: saved)
            let found = saved.map { ($0, LostFields.find($0, in: entries, us: bound.userEmail)) }
            let lost = found.flatMap(\.1)
            guard !lost.isEmpty else { return [] }
            try await mirror.writing { mirror in
                for field in lost { try mirror.lostFields.put(field) }
            }
            return found.compactMap { saved, fields in fields.isEmpty ? nil : .lostFields(fields, of: saved.title, saved.id) }
        } catch {
            return [
                Problem(
                    .notice, code: "not-looked", subject: "activity",
                    message: "Whether somebody saved at the same moment was not looked up: \(error.message)", next: "phsync pull")
            ]
        }
    }

    /// The newest entries, until each config's own one and more has been seen.
    private func entries(of organization: OrganizationID, about saved: [SavedConfig]) async throws(Problem) -> [ActivityEntry] {
        var entries: [ActivityEntry] = []
        for page in 1...LostFieldSearch.pages {
            do {
                let answer = try await api.activity(of: organization, page: page, limit: LostFieldSearch.pageRows)
                entries += answer.rows.compactMap { ActivityEntry($0) }
                if !answer.hasMore || page * LostFieldSearch.pageRows > saved.count * 20 { break }
            } catch {
                // Not served, or not for this key: then nobody can tell.
                guard error.isTemporary else { return [] }
                throw error.problem("the activity log could not be read", subject: "activity", next: "phsync pull")
            }
        }
        return entries
    }
}

extension LostField {
    /// Those that are still undone: nobody has saved the field since, as far as the mirror knows.
    package static func open(in mirror: MirrorTransaction) throws(MirrorError) -> [LostField] {
        var open: [LostField] = []
        for lost in try mirror.lostFields.all() {
            guard let remote = try mirror.configs.versions(lost.configID)?.remote, remote[lost.field] == lost.left else { continue }
            open.append(lost)
        }
        return open
    }
}

extension Problem {
    static func lostFields(_ fields: [LostField], of title: String, _ id: PluginConfigID) -> Problem {
        let authors = Set(fields.map { $0.author.isEmpty ? "the instance itself" : $0.author }).sorted().joined(separator: ", ")
        return Problem(
            .notice, code: "lost-field", subject: id.subject,
            message: "\(authors) saved \(fields.map(\.field.label).joined(separator: ", ")) of \(title) at the same moment, and your save has"
                + " undone it: the instance saves whole rows. Nothing is written back by itself.", next: "phsync heal \(id.subject)")
    }
}
