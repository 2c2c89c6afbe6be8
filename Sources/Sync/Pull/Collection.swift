package import Models
package import Storage

/// One list that a pull mirrors: how to ask for it, and what to do with its rows.
struct PullCollection: Sendable {
    /// The name that freshness and cursors know it by.
    let name: String
    let title: String
    /// Whether it is one project's; else it is the organization's.
    let isOfProject: Bool
    /// The ids that the mirror has and the list showed at the last look.
    let present: @Sendable (MirrorTransaction) throws(MirrorError) -> Set<Int64>
    /// Throws for a row that is none of this list's kind.
    let check: @Sendable (JSONValue) throws(DecodeError) -> Void
    let fetch: @Sendable (PageRange, (JSONValue) -> Void) async throws(APIError) -> PageSummary

    static func plugins(_ api: PostHogAPI, of organization: OrganizationID) -> PullCollection {
        PullCollection(
            name: "plugins", title: "Plugins", isOfProject: false,
            present: { (mirror) throws(MirrorError) in Set(try mirror.plugins.presentIDs().map(\.rawValue)) },
            check: { (row) throws(DecodeError) in _ = try Plugin(row) }
        ) { (range, row) throws(APIError) in
            try await api.plugins(of: organization, range, row: row)
        }
    }

    static func configs(_ api: PostHogAPI, of project: Project) -> PullCollection {
        let id = project.id
        return PullCollection(
            name: name(ofConfigsIn: id), title: "Configs of \(project.name)", isOfProject: true,
            present: { (mirror) throws(MirrorError) in Set(try mirror.configs.presentIDs(project: id).map(\.rawValue)) },
            check: { (row) throws(DecodeError) in _ = try PluginConfig.Row(row) }
        ) { (range, row) throws(APIError) in try await api.configs(of: id, range, row: row) }
    }

    static func name(ofConfigsIn project: ProjectID) -> String { "configs:\(project)" }
}

extension FreshnessRow {
    /// The name under which the freshness of a project's configs is kept.
    package static func configs(of project: ProjectID) -> String { PullCollection.name(ofConfigsIn: project) }
}
