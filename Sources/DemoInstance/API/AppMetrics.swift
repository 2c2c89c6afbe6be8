import Models

/// `/api/projects/<id>/app_metrics/<config id>/`
enum AppMetrics {
    private static let categories = ["processEvent", "onEvent", "exportEvents", "scheduledTask", "webhook"]

    static func respond(
        _ call: Call, project id: String, _ rest: [String], _ state: inout DemoState
    ) throws(APIFailure) -> DemoResponse {
        let user = try Authentication.user(of: call, state)
        // Any user's key reads any project's figures (2023-11: 191).
        let project = try PluginConfigs.project(named: id, user, state)
        try state.throttle.count("project \(project.id)", at: call.clock, state.settings)
        try call.expectMethod("GET")
        guard let config = rest.first.flatMap({ Int64($0) }).flatMap({ state.configs[$0] }), config.projectID == project.id
        else { throw .notFound }
        switch rest.count > 1 ? rest[1] : "" {
        case "" where rest.count == 1: return .json(200, try overview(config, call, state))
        case "error_details" where rest.count == 2: return .json(200, try errorDetails(config, call, state))
        case "historical_exports" where rest.count == 2:
            return .json(200, ["results": .array(HistoricalExport.all(of: config, state).map { $0.summary(state) })])
        case "historical_exports" where rest.count == 3:
            guard let export = HistoricalExport.all(of: config, state).first(where: { $0.jobID == rest[2] }) else {
                throw .server
            }
            return .json(200, export.body(config, state, now: call.clock))
        default: throw .endpointNotFound
        }
    }

    private static func overview(_ config: DemoPluginConfig, _ call: Call, _ state: DemoState) throws(APIFailure) -> JSONValue {
        let category = try choice("category", call)
        let range = DateRange(from: call.query["date_from"] ?? "-30d", to: call.query["date_to"], now: call.clock)
        guard range.from <= range.to else { throw .server }
        return figures(config, category, job: call.query["job_id"], range, state)
    }

    /// Series and errors of one category in a range, its end excluded.
    static func figures(
        _ config: DemoPluginConfig, _ category: String, job: String?, _ range: DateRange, _ state: DemoState
    ) -> JSONValue {
        let rows = rows(config, category, state).filter {
            let time = $0.time
            return time >= range.from && time < range.to && (job.map { $0.isEmpty } ?? true || $0["job_id"]?.string == job)
        }
        let buckets = range.buckets
        func series(_ name: String) -> [Int64] {
            var values = [Int64](repeating: 0, count: buckets.count)
            for row in rows {
                let index = (row.time.microseconds - buckets[0].microseconds) / range.step
                values[Int(index)] += row[name]?.int ?? 0
            }
            return values
        }
        let names = ["successes", "successes_on_retry", "failures"]
        var metrics = JSONObject([.init(key: "dates", value: .array(buckets.map { .string(range.label($0)) }))])
        var totals = JSONObject()
        for name in names {
            let values = series(name)
            metrics[name] = .array(values.map { JSONValue($0) })
            totals[name] = JSONValue(values.reduce(0, +))
        }
        metrics["totals"] = .object(totals)
        return ["metrics": .object(metrics), "errors": errors(rows)]
    }

    private static func errors(_ rows: [DemoMetric]) -> JSONValue {
        var types: [String: (count: Int, last: DemoInstant)] = [:]
        for row in rows {
            guard let type = row["error_type"]?.string, !type.isEmpty else { continue }
            let before = types[type] ?? (0, row.time)
            types[type] = (before.count + 1, max(before.last, row.time))
        }
        return .array(
            types.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map {
                ["error_type": .string($0.key), "count": JSONValue($0.value.count), "last_seen": .string($0.value.last.text)]
            })
    }

    /// At most 20, newest first.
    private static func errorDetails(
        _ config: DemoPluginConfig, _ call: Call, _ state: DemoState
    ) throws(APIFailure) -> JSONValue {
        let category = try choice("category", call)
        guard let type = call.query["error_type"] else { throw Fields.required("error_type") }
        let found = rows(config, category, state).filter { $0["error_type"]?.string == type }
            .sorted { $0.time > $1.time }
        return [
            "result": .array(
                found.prefix(20).map { row in
                    let index = Int(row["error_details"]?.int ?? -1)
                    let text = state.errorDetails.indices.contains(index) ? state.errorDetails[index] : "null"
                    // Only a text that is no JSON fails, and the server shows null for it.
                    let details = try? JSONValue(parsing: text)
                    return [
                        "timestamp": .string(row.time.text), "error_uuid": row["error_uuid"] ?? .null,
                        "error_type": .string(type), "error_details": details ?? .null,
                    ]
                })
        ]
    }

    private static func rows(_ config: DemoPluginConfig, _ category: String, _ state: DemoState) -> [DemoMetric] {
        state.metrics.filter { $0.projectID == config.projectID && $0.configID == config.id && $0.category == category }
    }

    private static func choice(_ name: String, _ call: Call) throws(APIFailure) -> String {
        guard let value = call.query[name] else { throw Fields.required(name) }
        guard categories.contains(value) else {
            throw .invalid("\"\(value)\" is not a valid choice.", code: "invalid_choice", attribute: name)
        }
        return value
    }
}

/// A range of figures: by the hour when it is shorter than two days, else by the day.
struct DateRange {
    private static let hour: Int64 = 3_600_000_000
    private static let day: Int64 = 24 * hour

    var from: DemoInstant
    var to: DemoInstant

    init(from: DemoInstant, to: DemoInstant) {
        self.from = from
        self.to = to
    }

    /// Takes dates, or days and hours before `now`.
    init(from: String, to: String?, now: DemoInstant) {
        self.init(
            from: DateRange.instant(from, now), to: to.map { DateRange.instant($0, now) } ?? now)
    }

    var step: Int64 { to.microseconds - from.microseconds < 2 * DateRange.day ? DateRange.hour : DateRange.day }

    /// The beginnings of all hours or days that the range touches.
    var buckets: [DemoInstant] {
        let first = from.microseconds - from.microseconds % step
        return stride(from: first, through: to.microseconds, by: Int64.Stride(step)).map { DemoInstant(microseconds: $0) }
    }

    func label(_ bucket: DemoInstant) -> String {
        let text = bucket.text
        return step == DateRange.day ? String(text.prefix(10)) : "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }

    private static func instant(_ text: String, _ now: DemoInstant) -> DemoInstant {
        if let exact = DemoInstant(text) ?? DemoInstant("\(text)T00:00:00Z") { return exact }
        let today = DemoInstant(microseconds: now.microseconds - now.microseconds % day)
        // A date that is none counts as today (2023-11: 188).
        guard text.hasPrefix("-"), let count = Int64(text.dropFirst().dropLast()), count < 100_000 else { return today }
        switch text.last {
        case "d": return DemoInstant(microseconds: today.microseconds - count * day)
        // From reference: hours count from now.
        case "h": return DemoInstant(microseconds: now.microseconds - count * hour)
        default: return today
        }
    }
}
