/// What one config handled in a whole hour, all categories together; where only days are known, in a whole day.
package struct DeliveryHours: Sendable, Equatable {
    package let start: Timestamp
    /// 1, or 24.
    package let count: Int64
    package let delivered: Int64
    package let failed: Int64

    package init(start: Timestamp, count: Int64 = 1, delivered: Int64, failed: Int64) {
        self.start = start
        self.count = count
        self.delivered = delivered
        self.failed = failed
    }

    package var end: Timestamp { start.adding(seconds: count * 3600) }
    var attempts: Int64 { delivered + failed }
}

/// How a config has delivered lately, held against a limit.
package enum DeliveryStretch: Sendable, Equatable {
    /// The latest hour in which something was handled was fine.
    case fine
    /// Each hour in which something was handled was below the limit, from `start` on to the end of the latest of them.
    case low(start: Timestamp, end: Timestamp, rate: Double)
    /// Nothing was handled, or nobody knows.
    case unknown

    /// - Parameter hours: In order, and whole: the one that is going on says nothing yet. One that was never served is missing,
    ///   and ends a stretch; one without events does not.
    package init(_ hours: [DeliveryHours], below limit: Double) {
        var low: [DeliveryHours] = []
        var isFine = false
        var next: Timestamp?
        for hour in hours.reversed() {
            if let next, hour.end != next { break }
            next = hour.start
            guard hour.attempts > 0 else { continue }
            guard Double(hour.delivered) < limit * Double(hour.attempts) else {
                isFine = low.isEmpty
                break
            }
            low.append(hour)
        }
        if let first = low.last, let last = low.first {
            let delivered = low.reduce(0) { $0 + $1.delivered }
            self = .low(start: first.start, end: last.end, rate: Double(delivered) / Double(low.reduce(0) { $0 + $1.attempts }))
        } else {
            self = isFine ? .fine : .unknown
        }
    }
}
