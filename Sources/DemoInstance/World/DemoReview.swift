import Models

/// What happened lately in the demo world: a week of logs, thirty days of deliveries, and what went wrong.
extension DemoWorld {
    private static let logDays: Int64 = 7
    private static let metricDays: Int64 = 30
    private static let hour: Int64 = 3600
    private static let day: Int64 = 24 * hour

    static let reviewedConfigs = 300

    /// Everything that plugins did up to `now`, for the first enabled configs.
    ///
    /// - Parameter failing: The config of the currency plugin that fails since two days ago; nil for none.
    mutating func addReview(atMost limit: Int = .max, failing: Int64? = 1) {
        for config in state.configs.values.filter(\.isEnabled).sorted(by: { $0.id < $1.id }).prefix(limit) {
            guard let category = category(config) else { continue }
            if state.profile.has(.appMetrics) { addDeliveries(config, category) }
            addLogs(config)
        }
        if let config = failing.flatMap({ state.configs[$0] }) { addCurrencyFailure(config) }
    }

    /// How the plugin takes part, as metrics name it; nil when it was never loaded.
    private func category(_ config: DemoPluginConfig) -> String? {
        let capabilities = state.plugins[config.pluginID]?.capabilities
        if let method = capabilities?["methods"]?.array?.compactMap(\.string).first(where: { $0 != "setupPlugin" }) { return method }
        return capabilities?["scheduled_tasks"]?.array?.isEmpty == false ? "scheduledTask" : nil
    }

    private mutating func addDeliveries(_ config: DemoPluginConfig, _ category: String) {
        for day in 1..<DemoWorld.metricDays {
            addMetric(config, category, at: now.advanced(bySeconds: -day * DemoWorld.day), successes: rows.number(1500...2500))
        }
        for hour in 1...20 {
            addMetric(config, category, at: now.advanced(bySeconds: -Int64(hour) * DemoWorld.hour), successes: rows.number(80...120))
        }
    }

    private mutating func addMetric(
        _ config: DemoPluginConfig, _ category: String, at time: DemoInstant, successes: Int64, failure: JSONObject? = nil
    ) {
        var row = JSONObject([
            .init(key: "team_id", value: JSONValue(config.projectID)), .init(key: "plugin_config_id", value: JSONValue(config.id)),
            .init(key: "timestamp", value: .string(time.text)), .init(key: "category", value: .string(category)),
            .init(key: "successes", value: JSONValue(successes)),
            .init(key: "successes_on_retry", value: JSONValue(category == "exportEvents" ? successes / 50 : 0)),
            .init(key: "failures", value: JSONValue(failure == nil ? 0 : 1)),
        ])
        for member in failure?.members ?? [] { row[member.key] = member.value }
        state.metrics.append(DemoMetric(row))
    }

    private mutating func addLogs(_ config: DemoPluginConfig) {
        let instance = rows.uuid()
        addLog(config, instance, secondsAgo: DemoWorld.logDays * DemoWorld.day, "SYSTEM", "INFO", "Plugin loaded (instance ID \(instance)).")
        for hour in stride(from: DemoWorld.logDays * 24 - 1, through: 1, by: -6) {
            let ago = hour * DemoWorld.hour + rows.number(0...3000)
            addLog(config, instance, secondsAgo: ago, "CONSOLE", "LOG", "handled \(rows.number(200...900)) events")
            // Two entries of one instant: pages that end between them must not lose one.
            addLog(config, instance, secondsAgo: ago, "CONSOLE", "DEBUG", "cache has \(rows.number(1...99)) entries")
            if rows.number(0...7) == 0 {
                addLog(config, instance, secondsAgo: ago - 60, "CONSOLE", "WARN", "request took \(rows.number(2...9)) seconds")
            }
        }
    }

    private mutating func addLog(
        _ config: DemoPluginConfig, _ instance: String, secondsAgo: Int64, _ source: String, _ type: String, _ message: String
    ) {
        state.logs.append(
            JSONObject([
                .init(key: "id", value: .string(rows.uuid())), .init(key: "team_id", value: JSONValue(config.projectID)),
                .init(key: "plugin_id", value: JSONValue(config.pluginID)), .init(key: "plugin_config_id", value: JSONValue(config.id)),
                .init(key: "timestamp", value: .string(now.advanced(bySeconds: -secondsAgo).text)),
                .init(key: "source", value: .string(source)), .init(key: "type", value: .string(type)),
                .init(key: "message", value: .string(message)), .init(key: "instance_id", value: .string(instance)),
            ]))
    }
}

// MARK: What went wrong

extension DemoWorld {
    /// Two days ago somebody renamed a property in a currency config; events that still have the old one fail.
    private mutating func addCurrencyFailure(_ config: DemoPluginConfig) {
        guard let plugin = state.plugins[config.pluginID], let user = state.users.first else { return }
        if state.profile.has(.activity) {
            state.log(
                "config_updated", scope: "PluginConfig", item: config.id, name: plugin.name,
                changes: [activityChange("Plugin", "changed", field: "currencyProperty", before: "currency", after: "currency_code")],
                project: config.projectID, by: user, now.advanced(bySeconds: -2 * DemoWorld.day))
        }
        let instance = rows.uuid()
        for hour in stride(from: 47, through: 1, by: -2) {
            let ago = Int64(hour) * DemoWorld.hour
            let error = DemoWorld.currencyError(amount: rows.number(5...500), customer: rows.number(1...40))
            if state.profile.has(.appMetrics) { addFailure(config, error, at: now.advanced(bySeconds: -ago)) }
            addLog(config, instance, secondsAgo: ago, "PLUGIN", "ERROR", DemoWorld.currencyStack)
            state.configs[config.id]?.error = DemoWorld.lastError(error, at: now.advanced(bySeconds: -ago))
        }
    }

    private mutating func addFailure(_ config: DemoPluginConfig, _ error: JSONValue, at time: DemoInstant) {
        state.errorDetails.append(error.text)
        addMetric(
            config, "processEvent", at: time, successes: 0,
            failure: JSONObject([
                .init(key: "error_uuid", value: .string(rows.uuid())), .init(key: "error_type", value: "TypeError"),
                .init(key: "error_details", value: JSONValue(state.errorDetails.count - 1)),
            ]))
    }

    /// The same as the config's own last error shows it.
    private static func lastError(_ details: JSONValue, at time: DemoInstant) -> JSONValue {
        var error = details["error"]?.object ?? JSONObject()
        error["time"] = .string(time.text)
        error["event"] = details["event"]
        return .object(error)
    }

    private static let currencyStack = """
        TypeError: Cannot read properties of undefined (reading 'toUpperCase')
            at processEvent (index.ts:10:64)
        """

    /// As the plugin server writes it, with the event that failed.
    private static func currencyError(amount: Int64, customer: Int64) -> JSONValue {
        [
            "error": [
                "name": "TypeError", "message": "Cannot read properties of undefined (reading 'toUpperCase')",
                "stack": .string(currencyStack),
            ],
            "event": [
                "event": "purchase", "distinct_id": .string("u\(customer)"), "team_id": 1,
                "properties": [
                    "amount": JSONValue(amount), "currency": "chf", "$current_url": "https://shop.example.com/checkout",
                    "email": .string("customer\(customer)@example.net"),
                ],
            ],
        ]
    }
}
