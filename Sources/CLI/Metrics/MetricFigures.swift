import Models
import Storage

/// The days that are shown: that many up to today, as the project counts them.
struct MetricWindow: Sendable, Equatable {
    let days: [String]
    let zone: ProjectZone

    init(days count: Int, now: Timestamp, zone: ProjectZone = .utc) {
        let local = now.adding(seconds: zone.rules.offsetSeconds(at: now))
        days = (0..<count).reversed().map { local.adding(seconds: -Int64($0) * 86_400).day }
        self.zone = zone
    }

    var first: String { days[0] }
}

/// Windows of projects, each with its own today.
struct MetricWindows: Sendable {
    let count: Int
    private let now: Timestamp

    init(days count: Int, now: Timestamp) {
        self.count = count
        self.now = now
    }

    func window(_ zone: ProjectZone) -> MetricWindow { MetricWindow(days: count, now: now, zone: zone) }
}

/// Figures added up over categories and days.
struct MetricSum: Sendable, Equatable {
    private(set) var successes: Int64 = 0
    private(set) var retries: Int64 = 0
    private(set) var failures: Int64 = 0

    init(_ rows: some Sequence<MetricDayRow>) {
        for row in rows {
            successes += row.successes
            retries += row.successesOnRetry
            failures += row.failures
        }
    }

    var delivered: Int64 { successes + retries }
    var attempts: Int64 { delivered + failures }

    /// The part that arrived, retries included; nil when there was nothing to deliver.
    var rate: Double? { attempts > 0 ? Double(delivered) / Double(attempts) : nil }

    /// In tenths of a per cent, rounded down, so that only a perfect rate says 100.
    var rateText: String { rate.map(DeliveryFall.percent) ?? "" }

    var json: JSONObject {
        JSONObject([
            .init(key: "successes", value: JSONValue(successes)), .init(key: "successes_on_retry", value: JSONValue(retries)),
            .init(key: "failures", value: JSONValue(failures)),
            .init(key: "delivery_rate", value: rate.flatMap { JSONNumber("\($0)") }.map(JSONValue.number) ?? .null),
        ])
    }
}
