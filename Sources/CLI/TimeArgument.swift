import Models

/// Reads a moment from the command line: how long ago, a day, or a time.
///
/// `90s`, `30m`, `2h`, `3d` and `2w` count back from now; `2026-11-20` is that day's start in UTC; times are ISO 8601, in
/// UTC unless they say another zone.
enum TimeArgument {
    static let forms = "2h, 3d, 2026-11-20, 2026-11-20T09:30"

    /// - Parameter flag: With its hyphens, for the message.
    static func moment(_ text: String, flag: String, now: Timestamp) throws(Problem) -> Timestamp {
        if let seconds = seconds(text), seconds <= 100 * 366 * 86_400 { return now.adding(seconds: -seconds) }
        if let time = ServerTime(text, assumesUTC: true) ?? ServerTime(text + "T00:00", assumesUTC: true) { return time.timestamp }
        throw Problem(
            .usage, code: "bad-time", subject: flag, message: "\(flag) takes a time such as \(forms), not \"\(text)\"",
            next: "\(flag) 2h")
    }

    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

    private static func seconds(_ text: String) -> Int64? {
        guard let unit = text.last.flatMap({ units[$0] }) else { return nil }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits) else { return nil }
        let (seconds, isTooMuch) = count.multipliedReportingOverflow(by: unit)
        return isTooMuch ? nil : seconds
    }
}
