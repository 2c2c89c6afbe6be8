package import Models
package import Storage

/// Looks once, after the writes of a push, whether they have undone what somebody else saved at the same moment, and keeps
/// what it finds to be offered. It writes nothing to the instance.
struct LostFieldSearch: Sendable {
    let api: PostHogAPI
    let mirror: Mirror

    /// - Returns: What was found, for the person; nothing where the log can't be read, which docs/architecture.md says.
    func look(for saved: [SavedConfig]) async -> [Problem] {
        guard !saved.isEmpty, !Task.isCancelled else { return [] }
        do throws(Problem) {
            // As many as show each config's own entry, and more.
            let pages = min(10, saved.count / 5 + 1)
            guard let (entries, us) = try await ActivityLog(api: api, mirror: mirror).newest(pages: pages) else { return [] }
            let found = saved.map { ($0, LostFields.find($0, in: entries, us: us)) }
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
