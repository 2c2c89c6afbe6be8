import Models

/// `…/plugin_configs/<id>/logs`
enum PluginLogs {
    static func respond(
        _ call: Call, config id: String, _ scope: PluginConfigs.Scope, _ state: DemoState
    ) throws(APIFailure) -> DemoResponse {
        try call.expectMethod("GET")
        var limit: Int?
        if let text = call.query["limit"] {
            guard let number = Int(text) else { throw .invalid("Query param limit must be omitted or an integer!") }
            guard number >= 0 else { throw .server }
            limit = number
        }
        guard let config = Int64(id) else { throw .server }
        let filter = try Filter(call.query)
        let rows = state.logs
            .filter { $0["team_id"]?.int == scope.project.id && $0["plugin_config_id"]?.int == config && filter.takes($0) }
            .sorted { filter.time($0) > filter.time($1) }
        // The limit cuts before the page is taken, so an offset with it finds nothing (161).
        let fetched = limit.map { Array(rows.prefix($0)) } ?? rows
        return .json(200, try Page(call.query).envelope(fetched, call, state) { shown($0, state) })
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
        var types: Set<String>
        var pattern: [Character]?

        init(_ query: URLQuery) throws(APIFailure) {
            before = try Filter.instant(query["before"])
            after = try Filter.instant(query["after"])
            types = Set(query.pairs.filter { $0.name == "type_filter" }.map(\.value))
            guard types.isSubset(of: ["DEBUG", "LOG", "INFO", "WARN", "ERROR"]) else { throw .server }
            pattern = query["search"].map { Array("%\($0.lowercased())%") }
        }

        private static func instant(_ text: String?) throws(APIFailure) -> DemoInstant? {
            guard let text, !text.isEmpty else { return nil }
            guard let instant = DemoInstant(text) else { throw .server }
            return instant
        }

        func time(_ row: JSONObject) -> DemoInstant {
            row["timestamp"]?.string.flatMap { DemoInstant($0) } ?? DemoInstant(microseconds: 0)
        }

        func takes(_ row: JSONObject) -> Bool {
            if let before, time(row) >= before { return false }
            if let after, time(row) <= after { return false }
            if !types.isEmpty, !types.contains(row["type"]?.string ?? "") { return false }
            guard let pattern else { return true }
            return Filter.matches(pattern[...], Array((row["message"]?.string ?? "").lowercased())[...])
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
