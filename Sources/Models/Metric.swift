/// The figures of one config and category in one day or hour.
package struct Metric: Sendable, Equatable {
    /// How long a time one row is about.
    package enum Granularity: String, Sendable {
        case day, hour
    }

    package let granularity: Granularity
    /// As served, in the project's timezone: "2023-11-04", "2023-11-04 08:00:00".
    package let bucket: String
    package let successes: Int64
    package let successesOnRetry: Int64
    package let failures: Int64

    package init(granularity: Granularity, bucket: String, successes: Int64, successesOnRetry: Int64, failures: Int64) {
        self.granularity = granularity
        self.bucket = bucket
        self.successes = successes
        self.successesOnRetry = successesOnRetry
        self.failures = failures
    }
}

/// How many rows of an error type the server counts in a range, and when it saw the last.
package struct ErrorTypeCount: Sendable, Equatable {
    package let type: String
    package let count: Int64
    /// The server's own text.
    package let lastSeen: String

    package init(type: String, count: Int64, lastSeen: String) {
        self.type = type
        self.count = count
        self.lastSeen = lastSeen
    }
}

/// What metrics are kept by: the kind of work that a plugin does.
package enum MetricCategory {
    package static let processEvent = "processEvent"
    package static let scheduledTask = "scheduledTask"

    /// Every category that some version knows, the oldest first.
    package static let all = ["processEvent", "onEvent", "exportEvents", "scheduledTask", "webhook", "composeWebhook"]
    /// What the first version with metrics knew; a server that refuses one of the others is only older.
    package static let first = ["processEvent", "onEvent", "exportEvents"]

    /// Whether a failure in that method can come only of plugins before its own in the order; "" is taken for one that can.
    package static func dependsOnOrder(_ method: String) -> Bool { method.isEmpty || method == processEvent }

    /// The categories that a plugin with these capabilities can have figures in.
    ///
    /// - Returns: nil when the server doesn't know the capabilities (`{}`, or no such field).
    package static func of(capabilities: JSONValue?) -> [String]? {
        guard let methods = capabilities?["methods"]?.array else { return nil }
        let names = Set(methods.compactMap(\.string))
        var categories = first.filter(names.contains)
        if let tasks = capabilities?["scheduled_tasks"]?.array, !tasks.isEmpty { categories.append(scheduledTask) }
        // Composed webhooks were counted as `webhook` before they had a category of their own.
        if names.contains("composeWebhook") { categories += ["webhook", "composeWebhook"] }
        return categories
    }
}
