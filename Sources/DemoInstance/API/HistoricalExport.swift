import Models

/// A run of an export of old events, as the activity log tells it.
struct HistoricalExport {
    var started: DemoActivity
    var finished: DemoActivity?
    var jobID: String
    /// Share that is done, while it runs.
    var progress: JSONValue

    /// Newest first.
    static func all(of config: DemoPluginConfig, _ state: DemoState) -> [HistoricalExport] {
        let entries = state.activity.filter {
            $0.scope == "PluginConfig" && $0.itemID == String(config.id) && $0.projectID == config.projectID
        }
        let coordination = state.pluginStorage[config.id]?["EXPORT_COORDINATION"] ?? "{}"
        // Only a text that is no JSON fails; a plugin can have stored anything, and no progress is 0 then.
        let stored = try? JSONValue(parsing: coordination)
        return entries.filter { $0.activity == "job_triggered" && $0.trigger["job_type"]?.string == "Export historical events V2" }
            .sorted { $0.createdAt > $1.createdAt }
            .compactMap { start in
                guard let id = start.trigger["job_id"]?.string else { return nil }
                let end = entries.first {
                    ["export_success", "export_fail"].contains($0.activity) && $0.trigger["job_id"]?.string == id
                }
                return HistoricalExport(started: start, finished: end, jobID: id, progress: stored?["progress"] ?? 0)
            }
    }

    func summary(_ state: DemoState) -> JSONValue {
        let user = state.users.first { $0.id == started.userID }?.row
        let creator = ["id", "uuid", "distinct_id", "first_name", "email", "is_email_verified"].map {
            JSONObject.Member(key: $0, value: user?[$0] ?? .null)
        }
        var body = JSONObject([
            .init(key: "created_at", value: .string(started.createdAt.text)),
            .init(key: "created_by", value: user == nil ? .null : .object(JSONObject(creator))),
            .init(key: "job_id", value: .string(jobID)), .init(key: "payload", value: started.trigger["payload"] ?? .null),
        ])
        guard let finished else {
            body["status"] = "not_finished"
            body["progress"] = progress
            return .object(body)
        }
        let seconds = Double(finished.createdAt.microseconds - started.createdAt.microseconds) / 1_000_000
        body["status"] = finished.activity == "export_success" ? "success" : "fail"
        body["finished_at"] = .string(finished.createdAt.text)
        body["duration"] = JSONNumber("\(seconds)").map(JSONValue.number) ?? .null
        if let reason = finished.trigger["payload"]?["failure_reason"] { body["failure_reason"] = reason }
        return .object(body)
    }

    /// Summary and figures, from an hour before to an hour after.
    func body(_ config: DemoPluginConfig, _ state: DemoState, now: DemoInstant) -> JSONValue {
        let end = finished?.createdAt.advanced(bySeconds: 3600) ?? now
        let range = DateRange(from: started.createdAt.advanced(bySeconds: -3600), to: max(end, started.createdAt))
        let figures = AppMetrics.figures(config, "exportEvents", job: jobID, range, state)
        return [
            "summary": summary(state), "metrics": figures["metrics"] ?? .null, "errors": figures["errors"] ?? .null,
        ]
    }
}
