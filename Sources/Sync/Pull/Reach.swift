package import Models

/// What this key can see of this instance, asked once at the start of a run.
package struct Reach: Sendable {
    /// Whose key it is.
    package let identity: Identity
    /// 0 none, 3 config, 6 install, 9 root; nil when the server does not say.
    package let pluginsAccessLevel: Int64?
    /// Those that the key may see, as the server lists them.
    package let projects: [Project]
    /// The project that the user has open in the web page; on old servers the only one whose configs can be seen.
    package let currentProjectID: ProjectID?

    /// Whether lists of configs tell the truth: below 3 the server answers an empty list with 200.
    package var canSeeConfigs: Bool { pluginsAccessLevel.map { $0 >= 3 } ?? true }
    /// Below 6 this server answers 404 for a plugin that it lists.
    package var canSeePluginDetails: Bool { pluginsAccessLevel.map { $0 >= 6 } ?? true }

    /// Asks who the key belongs to and what its organization may do.
    ///
    /// - Parameter bound: The organization that the mirror belongs to: the user may have another one open in the web page.
    package static func probe(_ api: PostHogAPI, bound: Identity?, next: String) async throws(Problem) -> Reach {
        let me = try await ask("The instance could not be asked who the key belongs to", next) { () throws(APIError) in
            try await api.me()
        }
        var organization = me["organization"] ?? .null
        if let bound, organization["id"]?.string != bound.organizationID.rawValue, isMember(me, of: bound.organizationID) {
            organization = try await ask("The organization \"\(bound.organizationName)\" could not be read", next) {
                () throws(APIError) in try await api.organization(bound.organizationID)
            }
        }
        return try Reach(me: me, organization: organization, origin: api.origin)
    }

    private init(me: JSONValue, organization: JSONValue, origin: String) throws(Problem) {
        guard let user = me["uuid"]?.string ?? me["distinct_id"]?.string else {
            throw Problem(
                .failed, code: "not-the-api", subject: origin,
                message: "\(origin) answers, but not like PostHog: it does not say who the key belongs to.", next: "phsync doctor")
        }
        guard let id = organization["id"]?.string else {
            throw Problem(
                .permission, code: "no-organization", subject: origin,
                message: "The key's user belongs to no organization on \(origin), so there is nothing to mirror.",
                next: "phsync login")
        }
        identity = Identity(
            origin: origin, organizationID: OrganizationID(rawValue: id), organizationName: organization["name"]?.string ?? id,
            userID: user, userEmail: me["email"]?.string ?? user)
        pluginsAccessLevel = organization["plugins_access_level"]?.int
        currentProjectID = me["team"]?["id"]?.int.map { ProjectID($0) }
        do {
            projects = try (organization["teams"]?.array ?? []).map { team throws(DecodeError) in try Project(team) }
        } catch {
            throw Problem(.failed, code: "bad-answer", subject: origin, message: "\(origin) sent a project that is none: \(error).")
        }
    }

    /// Whether the lists of this project tell the truth: its configs can be seen, and on old servers it is the current one.
    func sees(_ project: ProjectID, _ profile: APIProfile) -> Bool {
        canSeeConfigs && projects.contains { $0.id == project } && (profile.isScopedByPath || currentProjectID == project)
    }

    private static func isMember(_ me: JSONValue, of organization: OrganizationID) -> Bool {
        me["organizations"]?.array?.contains { $0["id"]?.string == organization.rawValue } ?? false
    }

    private static func ask(
        _ what: String, _ next: String, _ call: () async throws(APIError) -> JSONValue
    ) async throws(Problem) -> JSONValue {
        do {
            return try await call()
        } catch {
            throw error.problem(what, next: next)
        }
    }
}
