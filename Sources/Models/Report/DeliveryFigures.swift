/// What a config handled in a time: figures of any number of categories and days, added up.
package struct DeliveryFigures: Sendable, Equatable {
    package var successes: Int64
    /// Delivered after at least one failed attempt; not among `successes`.
    package var retries: Int64
    package var failures: Int64

    package init(successes: Int64 = 0, retries: Int64 = 0, failures: Int64 = 0) {
        self.successes = successes
        self.retries = retries
        self.failures = failures
    }

    package var handled: Int64 { successes + retries + failures }

    /// The part that arrived, retries included; nil when there was nothing to deliver.
    package var rate: Double? { handled > 0 ? Double(successes + retries) / Double(handled) : nil }

    /// In tenths of a per cent, rounded down, so that only a perfect rate says 100; nil when there was nothing to deliver.
    package var rateText: String? {
        guard let rate else { return nil }
        let tenths = min(Int((rate * 1000).rounded(.down)), failures > 0 ? 999 : 1000)
        return tenths == 1000 ? "100 %" : "\(tenths / 10).\(tenths % 10) %"
    }

    package static func + (left: DeliveryFigures, right: DeliveryFigures) -> DeliveryFigures {
        DeliveryFigures(
            successes: left.successes + right.successes, retries: left.retries + right.retries, failures: left.failures + right.failures)
    }

    /// All days that are known, added up; nil when none is.
    package static func sum(_ days: some Sequence<DeliveryFigures?>) -> DeliveryFigures? {
        days.reduce(nil) { sum, day in
            guard let day else { return sum }
            return (sum ?? DeliveryFigures()) + day
        }
    }

    package var json: JSONValue {
        [
            "successes": JSONValue(successes), "successes_on_retry": JSONValue(retries), "failures": JSONValue(failures),
            "delivery_rate": rate.flatMap { JSONNumber("\($0)") }.map(JSONValue.number) ?? .null,
        ]
    }
}
