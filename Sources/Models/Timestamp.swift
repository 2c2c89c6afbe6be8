package import FoundationEssentials

/// A moment of our own clock: milliseconds since 1970, UTC. Server times stay the text they came as.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(_ date: Date) {
        milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// Later by that many seconds; earlier when negative.
    package func adding(seconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds + seconds * 1000) }

    /// Seconds from `earlier` to this moment, never negative: a clock may jump back.
    package func seconds(since earlier: Timestamp) -> Int64 { max(0, (milliseconds - earlier.milliseconds) / 1000) }

    /// "2023-12-05T12:19:44.120Z".
    package var iso8601: String {
        // The formatter cuts digits off, and a double may lie just below its millisecond.
        Date(timeIntervalSince1970: (Double(milliseconds) + 0.4) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

/// Where "now" comes from; injected, so that tests and simulations decide.
package typealias NowSource = @Sendable () -> Timestamp
