import Models

/// `…/plugin_configs/<id>/logs`
enum PluginLogs {
    static func respond(
        _ call: Call, project id: String, config: String, _ state: inout DemoState
    ) throws(APIFailure) -> DemoResponse {
        let project = try project(id, try Authentication.user(of: call, state), state)
        _ = try Authentication.project(namedByTokenOf: call, state)
        try state.throttle.count("project \(project)", at: call.clock, state.settings)
        try call.expectMethod("GET")
        var limit: Int?
        if let text = call.query["limit"] {
            guard let number = Int(text) else { throw .invalid("Query param limit must be omitted or an integer!") }
            guard number >= 0 else { throw .server }
            // Zero is no limit (1.26: 261).
            limit = number == 0 ? nil : number
        }
        guard let config = Int64(config) else { throw .server }
        let filter = try Filter(call.query, state.profile.logs)
        let rows = state.logs
            .filter { $0["team_id"]?.int == project && $0["plugin_config_id"]?.int == config && filter.takes($0) }
            .sorted { filter.time($0) > filter.time($1) }
        // The limit cuts before the page is taken, so an offset with it finds nothing (1.26: 246, 2023-11: 161).
        let fetched = limit.map { Array(rows.prefix($0)) } ?? rows
        return .json(200, try Page(call.query).envelope(fetched, call, state) { shown($0, state) })
    }

    /// The project of the path, which decides here in every profile.
    private static func project(_ id: String, _ user: DemoUser, _ state: DemoState) throws(APIFailure) -> Int64 {
        guard state.profile.logs.checksMembership else {
            // Anybody reads anybody's (1.26: 270); from reference: what is no number is an exception.
            guard let number = id == "@current" ? user.currentProjectID : Int64(id) else { throw .server }
            return number
        }
        let project = try PluginConfigs.project(named: id, user, state)
        guard let organization = state.organization(project.organizationID) else { throw .projectNotFound }
        guard organization.members[user.id] != nil else { throw .denied("You don't have access to the project.") }
        return project.id
    }

    private static func shown(_ row: JSONObject, _ state: DemoState) -> JSONValue {
        AnswerFields.object(state.profile.fields.log) { field in
            let value = row[field] ?? .null
            guard field == "timestamp", let time = value.string.flatMap({ DemoInstant($0) }) else { return value }
            return .string(time.text)
        }
    }

    private struct Filter {
        var before: DemoInstant?
        var after: DemoInstant?
        var types: Set<String> = []
        var search: String?
        let isPattern: Bool

        init(_ query: URLQuery, _ policy: LogPolicy) throws(APIFailure) {
            before = try Filter.instant(query["before"], policy)
            after = try Filter.instant(query["after"], policy)
            if policy.filtersByType { types = Set(query.pairs.filter { $0.name == "type_filter" }.map(\.value)) }
            guard types.isSubset(of: ["DEBUG", "LOG", "INFO", "WARN", "ERROR"]) else { throw .server }
            search = query["search"]?.lowercased()
            isPattern = policy.searchesPattern
        }

        private static func instant(_ text: String?, _ policy: LogPolicy) throws(APIFailure) -> DemoInstant? {
            guard let text, !(text.isEmpty && policy.takesEmptyDates) else { return nil }
            guard let instant = DemoInstant(pythonISOFormat: text) else { throw .server }
            return instant
        }

        func time(_ row: JSONObject) -> DemoInstant {
            row["timestamp"]?.string.flatMap { DemoInstant($0) } ?? DemoInstant(microseconds: 0)
        }

        func takes(_ row: JSONObject) -> Bool {
            if let before, time(row) >= before { return false }
            if let after, time(row) <= after { return false }
            if !types.isEmpty, !types.contains(row["type"]?.string ?? "") { return false }
            guard let search, !search.isEmpty else { return true }
            let message = (row["message"]?.string ?? "").lowercased()
            guard isPattern else { return message.contains(search) }
            return Filter.matches(Array("%\(search)%")[...], Array(message)[...])
        }

        /// SQL's LIKE: `%` is any text, `_` any character.
        private static func matches(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
            guard let first = pattern.first else { return text.isEmpty }
            let rest = pattern.dropFirst()
            if first == "%" { return (0...text.count).contains { matches(rest, text.dropFirst($0)) } }
            guard let next = text.first, first == "_" || first == next else { return false }
            return matches(rest, text.dropFirst())
        }
    }
}
