import Models
import Storage

/// A config as the instance shows it at this moment, with the plugin's schema of the same moment.
struct CurrentConfig: Sendable {
    /// `config` as it came: secrets in clear where the server shows them. Never stored, never printed.
    let values: JSONObject
    let config: PluginConfig
    let schema: ConfigSchema
    let secretKeys: Set<String>
}

/// Re-reads what a step is about, right before it is sent and right after.
struct RemoteReader: Sendable {
    let api: PostHogAPI
    let mirror: Mirror

    /// The config as it is now; nil when the instance says that it is not there.
    func config(_ id: PluginConfigID, in project: ProjectID) async throws(Problem) -> CurrentConfig? {
        let json: JSONValue
        do {
            json = try await api.config(id, in: project)
        } catch {
            if error.code == .notFound { return nil }
            throw error.problem("\(id.subject) could not be read", subject: id.subject, next: "phsync push")
        }
        return try await current(json, expecting: id, in: project)
    }

    private func current(
        _ json: JSONValue, expecting id: PluginConfigID, in project: ProjectID
    ) async throws(Problem) -> CurrentConfig {
        guard json["id"]?.int == id.rawValue, json["team_id"]?.int == project.rawValue, let values = json["config"]?.object,
            let plugin = json["plugin"]?.int
        else {
            throw Problem(
                .failed, code: "bad-answer", subject: id.subject,
                message: "Asked for \(id.subject) of project \(project), the instance sent something else. Nothing was written.",
                next: "phsync doctor")
        }
        let schema = try await schema(of: PluginID(plugin), shownIn: json)
        let (ever, redaction) = try await known(PluginID(plugin))
        let secretKeys = ever.union(schema.secretKeys)
        do {
            let config = try PluginConfig(json, secretKeys: secretKeys, redaction: redaction)
            return CurrentConfig(values: values, config: config, schema: schema, secretKeys: secretKeys)
        } catch {
            throw Problem(.failed, code: "bad-answer", subject: id.subject, message: "The instance sent a config that is none: \(error).")
        }
    }

    /// The schema of this moment: with the config where the server shows it there, else asked for.
    private func schema(of plugin: PluginID, shownIn json: JSONValue) async throws(Problem) -> ConfigSchema {
        if let info = json["plugin_info"], info["id"]?.int == plugin.rawValue, let schema = info["config_schema"] {
            return ConfigSchema(schema)
        }
        return try await schema(of: plugin)
    }

    func schema(of plugin: PluginID) async throws(Problem) -> ConfigSchema {
        let identity = try await mirror.reading { mirror in try mirror.meta.identity() }
        guard let organization = identity?.organizationID else { return ConfigSchema(.null) }
        do {
            return ConfigSchema(try await api.plugin(plugin, of: organization)["config_schema"] ?? .null)
        } catch {
            throw error.problem(
                "The schema of \(plugin.subject) could not be read, and without it nobody knows which keys are secret",
                subject: plugin.subject, next: "phsync push")
        }
    }

    /// The config that the project has for a plugin; nil when a whole walk of the list shows none.
    func existing(_ plugin: PluginID, in project: ProjectID) async throws(Problem) -> PluginConfigID? {
        let reader = ListReader { (range, row) throws(APIError) in try await api.configs(of: project, range, row: row) }
        var found: PluginConfigID?
        let (ending, _) = try await reader.read(from: 0) { (rows, _) async throws(Problem) in
            for row in rows where row["plugin"]?.int == plugin.rawValue {
                if let id = row["id"]?.int { found = min(found ?? PluginConfigID(id), PluginConfigID(id)) }
            }
        }
        if let found { return found }
        switch ending {
        case .walked(.complete): return nil
        case .walked(.shifting), .walked(.unreadable):
            throw Problem(
                .temporary, code: "list-unreadable", subject: project.subject,
                message: "Whether project \(project) has a config of \(plugin.subject) already can't be told: its list of configs"
                    + " can't be read completely. Nothing was created.", next: "phsync pull")
        case .unreachable(let error), .stopped(let error):
            throw error.problem(
                "Whether project \(project) has a config of \(plugin.subject) already can't be told", subject: project.subject,
                next: "phsync push")
        }
    }

    private func known(_ plugin: PluginID) async throws(Problem) -> (Set<String>, SecretRedaction) {
        try await mirror.reading { mirror in (try mirror.plugins.secretKeys(plugin), try mirror.meta.redaction()) }
    }
}
