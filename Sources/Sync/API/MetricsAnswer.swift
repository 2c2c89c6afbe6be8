package import Models

/// What the server says of one config and category.
package struct MetricsAnswer: Sendable, Equatable {
    /// By day, as the server orders them.
    package let metrics: [Metric]
    /// Counts by type within the range that was asked for.
    package let errors: [ErrorTypeCount]

    /// The first day of the range that was counted; "" for an empty range.
    package var firstDay: String { metrics.first.map { String($0.bucket.prefix(10)) } ?? "" }

    /// Reads `{"metrics": {"dates", "successes", "successes_on_retry", "failures", …}, "errors": […]}`.
    init(_ answer: JSONValue, subject: String) throws(APIError) {
        let figures = answer["metrics"] ?? .null
        let dates = try MetricsAnswer.list("dates", of: figures, subject) { $0.string }
        let series = try ["successes", "successes_on_retry", "failures"].map { name throws(APIError) in
            try MetricsAnswer.list(name, of: figures, subject) { $0.int }
        }
        guard series.allSatisfy({ $0.count == dates.count }), dates.allSatisfy({ $0.utf8.count >= 10 }) else {
            throw APIError.notTheAPI(subject, "its series are not of one length")
        }
        metrics = dates.indices.map { index in
            Metric(
                granularity: dates[index].utf8.count == 10 ? .day : .hour, bucket: dates[index], successes: series[0][index],
                successesOnRetry: series[1][index], failures: series[2][index])
        }
        // Null for exports in batches, which have no errors of this kind.
        errors = (answer["errors"]?.array ?? []).compactMap { row in
            guard let type = row["error_type"]?.string, let count = row["count"]?.int else { return nil }
            return ErrorTypeCount(type: type, count: count, lastSeen: row["last_seen"]?.string ?? "")
        }
    }

    private static func list<T>(
        _ name: String, of figures: JSONValue, _ subject: String, _ make: (JSONValue) -> T?
    ) throws(APIError) -> [T] {
        let values = figures[name]?.array ?? []
        let items = values.compactMap(make)
        guard figures[name]?.array != nil, items.count == values.count else {
            throw APIError.notTheAPI(subject, "the answer has no usable \"\(name)\"")
        }
        return items
    }
}
