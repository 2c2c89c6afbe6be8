package import Models

/// What this server's API offers, asked as "can it do X?", never as "which version is it?".
///
/// Probed by a pull, which knows then how to ask; kept in the mirror, so that a push asks the same way.
/// - Source: docs/api.md, "Profiles".
package enum APIProfile: String, Sendable, CaseIterable {
    /// `/api/projects/ID/plugin_configs/`: the project in the path decides.
    case nested
    /// `/api/projects/ID/plugin-configs/` (1.25 to 1.28): the project in the path is ignored but for logs.
    case hyphenated
    /// `/api/plugin_config/` (1.20 to 1.24): there is no project in the path, and none in the rows.
    case flat
    /// The same, with `/api/plugin/` for plugins (before 1.20).
    case flatPlugins

    /// Whether the project in the path decides; otherwise the user's current project does.
    package var isScopedByPath: Bool { self == .nested }

    /// Delivery figures with their errors, and the activity log: younger than the nested form.
    package var hasMetrics: Bool { self == .nested }
    package var hasActivity: Bool { self == .nested }
    package var hasLogs: Bool { self == .nested || self == .hyphenated }

    /// Whether configs say which project they are of (`team_id`); before 1.25 they don't.
    var namesProject: Bool { hasLogs }

    /// Whether a create can be answered with a hog function in the place of a config; the instance tells more.
    var mayHandOver: Bool { self == .nested }

    /// Where a project's configs are.
    package func configsPath(_ project: ProjectID) -> String {
        switch self {
        case .nested: "/api/projects/\(project)/plugin_configs/"
        case .hyphenated: "/api/projects/\(project)/plugin-configs/"
        case .flat, .flatPlugins: "/api/plugin_config/"
        }
    }

    /// Where an organization's plugins are.
    package func pluginsPath(_ organization: OrganizationID) -> String {
        self == .flatPlugins ? "/api/plugin/" : "/api/organizations/\(organization)/plugins/"
    }

    /// Where one plugin is, also for writing.
    package func pluginPath(_ id: PluginID, of organization: OrganizationID) -> String {
        "\(pluginsPath(organization))\(id)/"
    }

    /// Where one config is, also for writing.
    package func configPath(_ id: PluginConfigID, in project: ProjectID) -> String {
        "\(configsPath(project))\(id)/"
    }

    /// Without a slash at the end, as the server writes it in its own links. It heeds the project in each form that has one;
    /// the flat form has no logs.
    package func logsPath(_ id: PluginConfigID, in project: ProjectID) -> String { "\(configPath(id, in: project))logs" }
}

extension PostHogAPI {
    /// Finds the form in which this server serves configs; nil when it serves them in none: plugins were removed from it.
    ///
    /// Only "Endpoint not found." counts as missing; any other answer, a refusal included, says that the form is known.
    package func profile(for reach: Reach, next: String) async throws(Problem) -> APIProfile? {
        guard let project = reach.currentProjectID ?? reach.projects.first?.id else { return profile }
        for profile in [APIProfile.nested, .hyphenated, .flat] {
            do throws(APIError) {
                _ = try await adopting(profile).configs(of: project, PageRange(offset: 0, limit: 1)) { _ in }
            } catch {
                switch error.code {
                case .noEndpoint: continue
                case .forbidden, .notFound, .rejected, .serverError: break
                case .unauthorized, .throttled, .notTheAPI, .transport:
                    throw error.problem("How this server serves configs could not be found out", next: next)
                }
            }
            return profile == .flat ? try await flatProfile(reach, next: next) : profile
        }
        return nil
    }

    /// Of the two forms without a project in the path, the one that shows plugins.
    private func flatProfile(_ reach: Reach, next: String) async throws(Problem) -> APIProfile {
        do throws(APIError) {
            _ = try await plugins(of: reach.identity.organizationID, PageRange(offset: 0, limit: 1)) { _ in }
            return .flat
        } catch {
            switch error.code {
            case .noEndpoint: return .flatPlugins
            case .forbidden, .notFound, .rejected, .serverError: return .flat
            case .unauthorized, .throttled, .notTheAPI, .transport:
                throw error.problem("How this server serves plugins could not be found out", next: next)
            }
        }
    }
}
