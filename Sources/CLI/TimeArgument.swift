import Models

/// Reads a moment from the command line: how long ago, a time of the day, a day, or a time.
///
/// `90s`, `30m`, `2h`, `3d`, `2w` and `2 days ago` count back from now; `14:30` is the latest one that has been, `2026-11-20`
/// and `yesterday` are a day's start; times are ISO 8601. All in UTC unless they say another zone.
enum TimeArgument {
    static let forms = "2h, '3 days ago', 14:30, 2026-11-20, 2026-11-20T09:30"

    /// - Parameter flag: With its hyphens, for the message.
    static func moment(_ text: String, flag: String, now: Timestamp) throws(Problem) -> Timestamp {
        if let seconds = seconds(text) ?? secondsAgo(text), seconds <= 100 * 366 * 86_400 { return now.adding(seconds: -seconds) }
        if let time = ofDay(text, now) ?? word(text, now) { return time }
        if let time = ServerTime(text, assumesUTC: true) ?? ServerTime(text + "T00:00", assumesUTC: true) { return time.timestamp }
        throw Problem(
            .usage, code: "bad-time", subject: flag, message: "\(flag) takes a time such as \(forms), not \"\(text)\"",
            next: "\(flag) 2h")
    }

    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    private static let unitWords: [String: Character] = [
        "second": "s", "sec": "s", "minute": "m", "min": "m", "hour": "h", "day": "d", "week": "w",
    ]

    private static func seconds(_ text: String) -> Int64? {
        guard let unit = text.last.flatMap({ units[$0] }) else { return nil }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits) else { return nil }
        let (seconds, isTooMuch) = count.multipliedReportingOverflow(by: unit)
        return isTooMuch ? nil : seconds
    }

    /// "2 days ago", "an hour ago".
    private static func secondsAgo(_ text: String) -> Int64? {
        let words = text.lowercased().split(separator: " ").map(String.init)
        guard words.last == "ago" else { return nil }
        // "2h ago"
        if words.count == 2 { return seconds(words[0]) }
        guard words.count == 3 else { return nil }
        let count = ["a", "an"].contains(words[0]) ? "1" : words[0]
        guard let unit = unitWords[words[1]] ?? unitWords[words[1].hasSuffix("s") ? String(words[1].dropLast()) : ""] else { return nil }
        return seconds(count + String(unit))
    }

    /// "14:30" or "14:30:05": today's, or yesterday's when that is still to come.
    private static func ofDay(_ text: String, _ now: Timestamp) -> Timestamp? {
        guard text.count == 5 || text.count == 8, let time = Timestamp(iso8601: "\(now.day)T\(text)Z") else { return nil }
        return time <= now ? time : time.adding(seconds: -86_400)
    }

    private static func word(_ text: String, _ now: Timestamp) -> Timestamp? {
        switch text.lowercased() {
        case "now": now
        case "today": Timestamp(iso8601: now.day)
        case "yesterday": Timestamp(iso8601: now.day)?.adding(seconds: -86_400)
        default: nil
        }
    }
}
