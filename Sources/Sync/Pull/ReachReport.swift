package import Models

/// What this instance lets this key read, found by asking for one row of each collection.
package struct ReachReport: Sendable {
    /// "plugins", "single plugins".
    package private(set) var collections: [String] = []
    /// The projects whose configs can be read.
    package private(set) var projects: [Project] = []
    /// What can't be read, each with the reason.
    package private(set) var missed: [Problem] = []
    /// Whether nothing that a mirror needs is missed.
    package private(set) var isEnough = true

    /// Asks one small request for the plugins, one for a single plugin, and one for each project's configs.
    package static func probe(_ api: PostHogAPI, _ reach: Reach) async -> ReachReport {
        var report = ReachReport()
        var plugin: PluginID?
        let organization = reach.identity.organizationID
        let seesPlugins = await report.ask("plugins", needed: true) { () async throws(APIError) in
            _ = try await api.plugins(of: organization, PageRange(offset: 0, limit: 1)) { row in
                plugin = row["id"]?.int.map(PluginID.init)
            }
        }
        if seesPlugins { report.collections.append("plugins") }
        if let plugin {
            let seesOne = await report.ask("single plugins", needed: false) { () async throws(APIError) in
                _ = try await api.plugin(plugin, of: organization)
            }
            if seesOne { report.collections.append("single plugins") }
        }
        for project in reach.projects {
            let name = "configs of \(project.name)"
            guard reach.canSeeConfigs else {
                report.miss(name, "the organization's plugin access level is \(reach.pluginsAccessLevel ?? 0), which shows no configs")
                continue
            }
            guard api.profile.isScopedByPath || project.id == reach.currentProjectID else {
                report.missed.append(
                    Problem(
                        .notice, code: "project-not-current", subject: name,
                        message: "\(name): this server serves only those of your current project"))
                continue
            }
            let seesConfigs = await report.ask(name, needed: true) { () async throws(APIError) in
                _ = try await api.configs(of: project.id, PageRange(offset: 0, limit: 1)) { _ in }
            }
            if seesConfigs { report.projects.append(project) }
        }
        return report
    }

    private mutating func ask(_ name: String, needed: Bool, _ call: () async throws(APIError) -> Void) async -> Bool {
        do throws(APIError) {
            try await call()
            return true
        } catch {
            missed.append(error.problem(name, subject: name, next: "phsync doctor"))
            isEnough = isEnough && !needed
            return false
        }
    }

    private mutating func miss(_ name: String, _ reason: String) {
        missed.append(Problem(.permission, code: "no-permission", subject: name, message: "\(name): \(reason)"))
        isEnough = false
    }
}
