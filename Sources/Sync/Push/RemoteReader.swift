import Models
import Storage

/// A config as the instance shows it at this moment, with the plugin's schema of the same moment.
struct CurrentConfig: Sendable {
    /// `config` as it came: secrets in clear where the server shows them. Never stored, never printed.
    let values: JSONObject
    let config: PluginConfig
    let schema: ConfigSchema
    let secretKeys: Set<String>
    /// When the config had arrived.
    let readAt: Timestamp
    /// Whether the schema was asked for after the config: a server that shows it apart.
    let isOlderThanSchema: Bool
}

/// Re-reads what a step is about, right before it is sent and right after.
struct RemoteReader: Sendable {
    let api: PostHogAPI
    let mirror: Mirror
    let now: NowSource

    /// The config as it is now; nil when the instance says that it is not there, and lets this key see the project.
    ///
    /// - Parameter schema: The plugin's, if it was asked for already.
    func config(
        _ id: PluginConfigID, in project: ProjectID, schema: ConfigSchema? = nil
    ) async throws(Problem) -> CurrentConfig? {
        let json: JSONValue
        do {
            json = try await api.config(id, in: project)
        } catch {
            guard error.code == .notFound else {
                throw error.problem("\(id.subject) could not be read", subject: id.subject, next: "phsync push")
            }
            try await confirmInSight(project, of: id.subject)
            return nil
        }
        let readAt = now()
        // Such a server answers for whichever project is the current one, and does not say which.
        if !api.profile.namesProject { try await confirmInSight(project, of: id.subject) }
        return try await current(json, readAt, expecting: id, in: project, schema)
    }

    /// A 404 and an empty list say something only where this key may see the configs of the project: below access level 3,
    /// and on old servers outside the user's current project, both come without any meaning.
    private func confirmInSight(_ project: ProjectID, of subject: String) async throws(Problem) {
        let bound = try await mirror.reading { mirror in try mirror.meta.identity() }
        let reach = try await Reach.probe(api, bound: bound, next: "phsync push")
        guard !reach.sees(project, api.profile) else { return }
        throw Problem(
            .temporary, code: "out-of-sight", subject: subject,
            message: "What the instance has of \(subject) can't be told: the configs of project \(project) are out of sight"
                + (reach.canSeeConfigs && !api.profile.isScopedByPath
                    ? " while another one is your current project. Open it in the web page."
                    : " for this key. Ask an administrator of the organization for access to plugins."), next: "phsync push")
    }

    private func current(
        _ json: JSONValue, _ readAt: Timestamp, expecting id: PluginConfigID, in project: ProjectID, _ known: ConfigSchema?
    ) async throws(Problem) -> CurrentConfig {
        if json["id"]?.isNull == true {
            throw Problem(
                .moved, code: "handed-over", subject: id.subject,
                message: "The instance answers for \(id.subject) without an id: a hog function has taken its place, which phsync does not"
                    + " change. Nothing was written.", next: "phsync pull")
        }
        guard json["id"]?.int == id.rawValue, json["team_id"]?.int == project.rawValue, let values = json["config"]?.object,
            let plugin = json["plugin"]?.int
        else {
            throw Problem(
                .failed, code: "bad-answer", subject: id.subject,
                message: "Asked for \(id.subject) of project \(project), the instance sent something else. Nothing was written.",
                next: "phsync doctor")
        }
        let shown = known ?? RemoteReader.schema(of: PluginID(plugin), shownIn: json)
        let schema = if let shown { shown } else { try await self.schema(of: PluginID(plugin)) }
        let (ever, redaction) = try await secretKeys(PluginID(plugin))
        let secretKeys = ever.union(schema.secretKeys)
        do {
            let config = try PluginConfig(json, secretKeys: secretKeys, redaction: redaction)
            return CurrentConfig(
                values: values, config: config, schema: schema, secretKeys: secretKeys, readAt: readAt,
                isOlderThanSchema: shown == nil)
        } catch {
            throw Problem(.failed, code: "bad-answer", subject: id.subject, message: "The instance sent a config that is none: \(error).")
        }
    }

    private static func schema(of plugin: PluginID, shownIn json: JSONValue) -> ConfigSchema? {
        guard let info = json["plugin_info"], info["id"]?.int == plugin.rawValue else { return nil }
        return info["config_schema"].map { ConfigSchema($0) }
    }

    /// The schema as the list of plugins shows it: one plugin alone is a 404 for keys of little reach, and a 403 when
    /// another organization has installed it.
    func schema(of plugin: PluginID) async throws(Problem) -> ConfigSchema {
        let organization = try await mirror.organization()
        let rows: [JSONValue]
        do throws(Problem) {
            rows = try await self.rows(
                "Which keys of \(plugin.subject) are secret can't be told", subject: plugin.subject,
                fetch: { (range, row) throws(APIError) in try await api.plugins(of: organization, range, row: row) },
                where: { (row) throws(Problem) in row["id"]?.int == plugin.rawValue })
        } catch {
            // A key for some projects may not list plugins; a config tells of its own.
            guard error.code == "forbidden", let schema = try await schemaOfAnyConfig(of: plugin) else { throw error }
            return schema
        }
        guard let schema = rows.first?["config_schema"] else {
            throw Problem(
                .moved, code: "plugin-gone", subject: plugin.subject,
                message: "The instance does not show \(plugin.subject) any more, so nothing of it can be written.", next: "phsync pull")
        }
        return ConfigSchema(schema)
    }

    /// The schema that a config shows of its plugin, whichever config the key may see; nil when there is none.
    private func schemaOfAnyConfig(of plugin: PluginID) async throws(Problem) -> ConfigSchema? {
        let known = try await mirror.reading { mirror in
            try mirror.configs.list().filter { $0.pluginID == plugin && !$0.isDraft && $0.removedAt == nil }
        }
        for row in known {
            do {
                let info = try await api.config(row.id, in: row.projectID)["plugin_info"]
                if info?["id"]?.int == plugin.rawValue, let schema = info?["config_schema"] { return ConfigSchema(schema) }
            } catch {
                guard [.forbidden, .notFound].contains(error.code) else {
                    throw error.problem("\(row.id.subject) could not be read", subject: row.id.subject, next: "phsync push")
                }
            }
        }
        return nil
    }

    /// What became of a create whose answer told no id.
    enum Trace {
        case found(CurrentConfig)
        case absent
        /// It is not there, and may have become a hog function, which nothing links to the request.
        case untraceable
    }

    /// Looks for the config that a create has made.
    ///
    /// A project can have several of one plugin: the one that is as it was meant is ours, else the newest.
    /// - Parameter isAcknowledged: Whether the instance has said that it took the create.
    func trace(
        _ plugin: PluginID, in project: ProjectID, expected: ConfigContent, isAcknowledged: Bool
    ) async throws(Problem) -> Trace {
        var newest: CurrentConfig?
        for id in try await all(plugin, in: project).sorted().reversed() {
            guard let current = try await config(id, in: project) else { continue }
            let content = current.config.content
            if expected.numbered(like: content).digest == content.digest { return .found(current) }
            newest = newest ?? current
        }
        if let newest { return .found(newest) }
        if isAcknowledged { return .untraceable }
        guard api.profile.mayHandOver else { return .absent }
        do {
            return try await api.hasHogFunctions(in: project) ? .untraceable : .absent
        } catch {
            throw error.problem(
                "Whether the instance makes hog functions in the place of configs could not be asked", subject: project.subject,
                next: "phsync push")
        }
    }

    /// The config that the project has for a plugin, the oldest of several; nil when a whole walk of the list shows none.
    func existing(_ plugin: PluginID, in project: ProjectID) async throws(Problem) -> PluginConfigID? {
        try await all(plugin, in: project).min()
    }

    private func all(_ plugin: PluginID, in project: ProjectID) async throws(Problem) -> [PluginConfigID] {
        let rows = try await rows(
            "Whether project \(project) has a config of \(plugin.subject) already can't be told", subject: project.subject,
            fetch: { (range, row) throws(APIError) in try await api.configs(of: project, range, row: row) },
            where: { (row) throws(Problem) in
                // A row that can't be read may be the one that is looked for; only old servers show another project's rightly.
                guard row["id"]?.int != nil, let found = row["plugin"]?.int, let owner = row["team_id"]?.int,
                    owner == project.rawValue || !api.profile.isScopedByPath
                else {
                    throw Problem(
                        .failed, code: "bad-answer", subject: project.subject,
                        message: "Asked for the configs of project \(project), the instance sent something else. Nothing was written.",
                        next: "phsync doctor")
                }
                return found == plugin.rawValue && owner == project.rawValue
            })
        if rows.isEmpty || !api.profile.namesProject { try await confirmInSight(project, of: plugin.subject) }
        return rows.compactMap { $0["id"]?.int.map(PluginConfigID.init) }
    }

    /// The rows of a list that `matches`; none only after the whole list was seen.
    private func rows(
        _ what: String, subject: String,
        fetch: @escaping @Sendable (PageRange, (JSONValue) -> Void) async throws(APIError) -> PageSummary,
        where matches: (JSONValue) throws(Problem) -> Bool
    ) async throws(Problem) -> [JSONValue] {
        var found: [JSONValue] = []
        let (ending, _) = try await ListReader(fetch: fetch).read(from: 0) { (rows, _) async throws(Problem) in
            for row in rows where try matches(row) { found.append(row) }
        }
        if !found.isEmpty { return found }
        switch ending {
        case .walked(.complete): return []
        case .walked(.shifting), .walked(.unreadable):
            throw Problem(
                .temporary, code: "list-unreadable", subject: subject,
                message: "\(what): the list can't be read completely. Nothing was written.", next: "phsync pull")
        case .unreachable(let error), .stopped(let error): throw error.problem(what, subject: subject, next: "phsync push")
        }
    }

    private func secretKeys(_ plugin: PluginID) async throws(Problem) -> (Set<String>, SecretRedaction) {
        try await mirror.reading { mirror in (try mirror.plugins.secretKeys(plugin), try mirror.meta.redaction()) }
    }
}

extension Mirror {
    /// The organization that the mirror belongs to.
    ///
    /// - Throws: `Problem` when nothing was pulled yet.
    func organization() async throws(Problem) -> OrganizationID {
        guard let identity = try await reading({ mirror in try mirror.meta.identity() }) else {
            throw Problem(.failed, code: "nothing-pulled", message: "Nothing has been pulled yet.", next: "phsync pull")
        }
        return identity.organizationID
    }
}
