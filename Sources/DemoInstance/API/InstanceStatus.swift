import Models

/// `/_health/` and `/api/instance_status/`
enum InstanceStatus {
    static let health = DemoResponse(status: 200, headers: [DemoHeader("Content-Type", "text/plain")], body: Array("ok".utf8))

    static func respond(_ call: Call, _ state: DemoState) throws(APIFailure) -> DemoResponse {
        _ = try Authentication.user(of: call, state)
        try call.expectMethod("GET")
        return .json(200, ["results": ["overview": .array(rows(state)), "internal_metrics": [:]]])
    }

    /// The figures of machine and databases are made up.
    private static func rows(_ state: DemoState) -> [JSONValue] {
        [
            row("posthog_version", "PostHog version", .string(state.profile.version)),
            row("analytics_database", "Analytics database in use", "Postgres"),
            row("plugin_sever_alive", "Plugin server alive", .bool(state.settings.pluginServerIsAlive)),
            row("plugin_sever_version", "Plugin server version", "unknown"),
            row("plugin_sever_job_queues", "Job queues enabled in plugin server", "unknown"),
            row("db_alive", "Postgres database alive", true),
            row("pg_version", "Postgres version", "15.0.0"),
            row(nil, "Postgres elements table size", "-1 rows (~32 kB)"),
            row(nil, "Postgres events table size", "-1 rows (~56 kB)"),
            row(nil, "Postgres session recording table size", "-1 rows (~48 kB)"),
            row("redis_alive", "Redis alive", true),
            row(nil, "Redis version", "7.0.0"),
            row(nil, "Redis current queue depth", "0"),
            row(nil, "Redis connected client count", "2"),
            row(nil, "Redis memory used", "1.00MB"),
            row(nil, "Redis memory peak", "1.00MB"),
            row(nil, "Redis total memory available", "8.00GB"),
        ]
    }

    private static func row(_ key: String?, _ metric: String, _ value: JSONValue) -> JSONValue {
        var row = JSONObject()
        row["key"] = key.map(JSONValue.string)
        row["metric"] = .string(metric)
        row["value"] = value
        return .object(row)
    }
}
