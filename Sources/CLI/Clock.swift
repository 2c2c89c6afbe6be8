import Glibc
import Models

/// The two clocks that commands may read; tests pass their own.
struct Clock: Sendable {
    /// Wall time in milliseconds since 1970.
    let nowMilliseconds: @Sendable () -> Int64
    /// Time that never jumps, in milliseconds since some moment.
    let uptimeMilliseconds: @Sendable () -> Int64

    static let system = Clock(
        nowMilliseconds: { read(CLOCK_REALTIME) },
        uptimeMilliseconds: { read(CLOCK_MONOTONIC) })

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// Times as people and scripts read them.
enum TimeText {
    /// "2023-11-30T09:12:00Z".
    static func timestamp(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = "\(pad(parts.tm_year + 1900, 4))-\(pad(parts.tm_mon + 1, 2))-\(pad(parts.tm_mday, 2))"
        return "\(date)T\(pad(parts.tm_hour, 2)):\(pad(parts.tm_min, 2)):\(pad(parts.tm_sec, 2))Z"
    }

    /// "2023-11-30T10:12:00.120+01:00": in the zone of this machine.
    static func local(_ milliseconds: Int64) -> String {
        let (floor, rest) = (milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000, (milliseconds % 1000 + 1000) % 1000)
        var seconds = time_t(floor)
        var parts = tm()
        localtime_r(&seconds, &parts)
        let date = "\(pad(parts.tm_year + 1900, 4))-\(pad(parts.tm_mon + 1, 2))-\(pad(parts.tm_mday, 2))"
        let time = "\(pad(parts.tm_hour, 2)):\(pad(parts.tm_min, 2)):\(pad(parts.tm_sec, 2)).\(pad(Int32(rest), 3))"
        let offset = Int32(parts.tm_gmtoff / 60)
        return "\(date)T\(time)\(offset < 0 ? "-" : "+")\(pad(abs(offset) / 60, 2)):\(pad(abs(offset) % 60, 2))"
    }

    /// "just now", "4 minutes", "3 hours", "12 days": rounded down, one unit.
    static func age(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<60: return "just now"
        case ..<3600: return count(seconds / 60, "minute")
        case ..<86400: return count(seconds / 3600, "hour")
        default: return count(seconds / 86400, "day")
        }
    }

    /// "just now", "4 minutes ago".
    static func ago(_ time: Timestamp, now: Timestamp) -> String {
        let age = age(milliseconds: max(0, now.milliseconds - time.milliseconds))
        return age == "just now" ? age : "\(age) ago"
    }

    /// "now", "4m", "3h", "12d": for columns.
    static func shortAge(_ time: Timestamp, now: Timestamp) -> String {
        let seconds = max(0, now.milliseconds - time.milliseconds) / 1000
        switch seconds {
        case ..<60: return "now"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86400: return "\(seconds / 3600)h"
        default: return "\(seconds / 86400)d"
        }
    }

    /// ", about 20 min left", rounded up; nil when it is not worth saying.
    static func left(seconds: Double) -> String? {
        switch seconds {
        case ..<10: nil
        case ..<60: ", less than a minute left"
        case ..<5400: ", about \(Int((seconds / 60).rounded(.up))) min left"
        default: ", about \(Int((seconds / 3600).rounded(.up))) h left"
        }
    }

    private static func count(_ number: Int64, _ unit: String) -> String {
        "\(number) \(unit)\(number == 1 ? "" : "s")"
    }

    private static func pad(_ number: Int32, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
