package import Models

extension DemoState {
    /// Reads a recording's starting state: an object with `start`, `remote_repositories` and `plugin_directory`.
    ///
    /// - Throws: `Problem` when a row lacks a column that the instance needs.
    package init(recorded: JSONValue, profile: DemoProfile = .posthog2023_11) throws(Problem) {
        self.init(profile: profile)
        guard let start = recorded["start"] else { throw RecordedRow.problem("start") }
        for row in start["organizations"]?.array ?? [] { organizations.append(try DemoOrganization(RecordedRow(row))) }
        for row in start["teams"]?.array ?? [] { projects.append(try DemoProject(RecordedRow(row))) }
        for row in start["users"]?.array ?? [] { users.append(try DemoUser(RecordedRow(row))) }
        logs = (start["logs"]?.array ?? []).compactMap(\.object)
        metrics = (start["app_metrics"]?.array ?? []).compactMap(\.object).map(DemoMetric.init)
        errorDetails = (start["error_details_texts"]?.array ?? []).compactMap(\.string)
        repositories = (recorded["remote_repositories"]?.array ?? []).map(DemoRepository.init(recorded:))
        pluginDirectory = recorded["plugin_directory"]?["entries"] ?? []
    }

    /// Applies one change that was made straight in the recorded server's database.
    ///
    /// - Throws: `Problem` for a table or a row that is not there.
    package mutating func apply(recordedChange change: JSONValue) throws(Problem) {
        let table = change["table"]?.string ?? ""
        let id = change["id"]?.int ?? 0
        let columns = change["set"]?.object?.members ?? []
        switch table {
        case "organization":
            guard let index = organizations.firstIndex(where: { $0.id == change["id"]?.string }) else {
                throw RecordedRow.problem("organization")
            }
            for column in columns where column.key == "plugins_access_level" {
                organizations[index].pluginsAccessLevel = Int(column.value.int ?? 0)
            }
        case "plugin_config":
            for row in change["insert"]?.array ?? [] { try insert(DemoPluginConfig(RecordedRow(row))) }
            for id in change["delete"]?["ids"]?.array ?? [] { configs[id.int ?? 0] = nil }
            for column in columns { configs[id]?.set(column.key, column.value) }
        case "plugin":
            for column in columns { plugins[id]?.set(column.key, column.value) }
        case "plugin_attachment":
            for row in change["insert"]?.array ?? [] { try insert(attachment: RecordedRow(row)) }
        case "plugin_log_entry": logs += (change["insert"]?.array ?? []).compactMap(\.object)
        case "activity":
            for row in change["insert"]?.array ?? [] { activity.append(try DemoActivity(RecordedRow(row))) }
        case "plugin_storage":
            for row in change["insert"]?.array ?? [] {
                let row = RecordedRow(row)
                pluginStorage[try row.int("plugin_config_id"), default: [:]][try row.text("key")] = try row.text("value")
            }
        case "instance_setting":
            for row in change["insert"]?.array ?? [] where row["key"]?.string == "RATE_LIMIT_ENABLED" {
                settings.isRateLimited = row["value"]?.bool ?? false
            }
        default: throw RecordedRow.problem(table)
        }
    }
}

extension DemoState {
    private mutating func insert(_ config: DemoPluginConfig) {
        configs[config.id] = config
        nextConfigID = max(nextConfigID, config.id + 1)
    }

    /// One row is kept per key, the last one, which is the one that answers show.
    private mutating func insert(attachment row: RecordedRow) throws(Problem) {
        let config = try row.int("plugin_config_id")
        let attachment = DemoAttachment(
            id: try row.int("id"), key: try row.text("key"), fileName: try row.text("file_name"),
            contentType: try row.text("content_type"), bytes: Array(try row.text("contents_text").utf8))
        attachments[config, default: []].removeAll { $0.key == attachment.key }
        attachments[config, default: []].append(attachment)
        nextAttachmentID = max(nextAttachmentID, attachment.id + 1)
    }
}

/// Reads columns of one recorded row.
private struct RecordedRow {
    let row: JSONObject

    init(_ value: JSONValue) {
        row = value.object ?? JSONObject()
    }

    static func problem(_ what: String) -> Problem {
        Problem(.failed, code: "demo-state", subject: what, message: "The recorded state can't be read at \"\(what)\".")
    }

    func text(_ key: String) throws(Problem) -> String {
        guard let text = row[key]?.string else { throw RecordedRow.problem(key) }
        return text
    }

    func int(_ key: String) throws(Problem) -> Int64 {
        guard let int = row[key]?.int else { throw RecordedRow.problem(key) }
        return int
    }
}

extension DemoOrganization {
    fileprivate init(_ row: RecordedRow) throws(Problem) {
        var members: [Int64: Int] = [:]
        for member in row.row["members"]?.array ?? [] {
            members[member["user_id"]?.int ?? 0] = Int(member["level"]?.int ?? 0)
        }
        self.init(
            id: try row.text("id"), row: row.row, pluginsAccessLevel: Int(try row.int("plugins_access_level")),
            projectIDs: (row.row["team_ids"]?.array ?? []).compactMap(\.int), members: members)
    }
}

extension DemoProject {
    fileprivate init(_ row: RecordedRow) throws(Problem) {
        self.init(
            id: try row.int("id"), organizationID: try row.text("organization_id"), token: try row.text("api_token"),
            row: row.row)
    }
}

extension DemoUser {
    fileprivate init(_ row: RecordedRow) throws(Problem) {
        self.init(
            id: try row.int("id"), isActive: row.row["is_active"]?.bool ?? false,
            keys: (row.row["personal_api_keys"]?.array ?? []).compactMap { $0["value"]?.string },
            currentOrganizationID: try row.text("current_organization_id"),
            currentProjectID: try row.int("current_team_id"),
            organizationIDs: (row.row["memberships"]?.array ?? []).compactMap { $0["organization_id"]?.string },
            row: row.row)
    }
}

extension DemoActivity {
    fileprivate init(_ row: RecordedRow) throws(Problem) {
        let detail = row.row["detail"]
        self.init(
            projectID: try row.int("team_id"), userID: row.row["user_id"]?.int, activity: try row.text("activity"),
            scope: try row.text("scope"), itemID: try row.text("item_id"), name: detail?["name"]?.string,
            changes: detail?["changes"] ?? .null, trigger: detail?["trigger"] ?? .null,
            createdAt: DemoInstant(try row.text("created_at")) ?? DemoInstant(microseconds: 0))
    }
}

extension DemoRepository {
    fileprivate init(recorded: JSONValue) {
        let behaviour: Behaviour =
            switch recorded["behaviour"]?.string {
            case "ok": .works
            case "bad plugin.json text": .badPluginJSON
            case "no plugin.json": .noPluginJSON
            default: .missing
            }
        let versions = (recorded["versions"]?.array ?? []).map { version in
            Version(
                commit: version["commit"]?.string ?? "", pluginJSON: version["plugin_json"],
                mainFile: version["main_found"]?.string,
                files: (version["file_texts"]?.object?.members ?? []).map {
                    DemoSourceFile(name: $0.key, text: $0.value.string)
                })
        }
        self.init(url: recorded["url"]?.string ?? "", behaviour: behaviour, versions: versions)
    }
}

extension DemoPluginConfig {
    fileprivate init(_ row: RecordedRow) throws(Problem) {
        self.init(
            id: try row.int("id"), projectID: try row.int("team_id"), pluginID: try row.int("plugin_id"),
            isEnabled: row.row["enabled"]?.bool ?? false, order: try row.int("order"),
            createdAt: DemoInstant(microseconds: 0))
        config = row.row["config"] ?? [:]
        error = row.row["error"] ?? .null
    }

    fileprivate mutating func set(_ column: String, _ value: JSONValue) {
        switch column {
        case "config": config = value
        case "error": error = value
        case "enabled": isEnabled = value.bool ?? isEnabled
        case "order": order = value.int ?? order
        default: break
        }
    }
}

extension DemoPlugin {
    fileprivate mutating func set(_ column: String, _ value: JSONValue) {
        switch column {
        case "capabilities": capabilities = value
        case "metrics": metrics = value
        case "icon": icon = value.string
        case "name": name = value.string
        case "description": description = value.string
        default: break
        }
    }
}
