/// A day on which a config delivered clearly less than on those before.
package struct DeliveryFall: Sendable, Equatable {
    /// What one config did on one day, all categories together.
    package struct Day: Sendable, Equatable {
        /// "2023-11-04", in the project's timezone.
        package let day: String
        package let delivered: Int64
        package let failed: Int64

        package init(day: String, delivered: Int64, failed: Int64) {
            self.day = day
            self.delivered = delivered
            self.failed = failed
        }

        var attempts: Int64 { delivered + failed }
        var rate: Double { attempts > 0 ? Double(delivered) / Double(attempts) : 1 }
    }

    package let day: Day
    /// The median of the days before that it is held against.
    package let usual: Double

    /// Days that a fall is held against at most.
    static let memory = 7
    /// Fewer attempts a day say nothing.
    static let least: Int64 = 20
    /// A day that delivers this much has not fallen, whatever was usual.
    static let good = 0.95
    static let step = 0.05

    /// Finds them all; a day after a fall is held against the days before it, so that bad days don't become usual at once.
    ///
    /// - Parameter days: In order; a day that was never served is missing.
    package static func find(in days: [Day]) -> [DeliveryFall] {
        var usual: [Double] = []
        var falls: [DeliveryFall] = []
        for day in days where day.attempts >= least {
            if let median = median(usual), day.rate < good, median - day.rate >= step {
                falls.append(DeliveryFall(day: day, usual: median))
            } else {
                usual.append(day.rate)
                if usual.count > memory { usual.removeFirst() }
            }
        }
        return falls
    }

    private static func median(_ rates: [Double]) -> Double? {
        rates.isEmpty ? nil : rates.sorted()[rates.count / 2]
    }

    /// "61.2% of 1804 delivered, usually 99.8%".
    package var text: String {
        "\(Self.percent(day.rate)) of \(day.attempts) delivered, usually \(Self.percent(usual))"
    }

    /// In tenths of a per cent, rounded down, so that only a perfect rate says 100.
    package static func percent(_ rate: Double) -> String {
        let tenths = Int((rate * 1000).rounded(.down))
        return tenths >= 1000 ? "100%" : "\(tenths / 10).\(tenths % 10)%"
    }
}
