import Models

/// A moment as people write it: `2h`, `3d`, `2026-11-20`, `2026-11-20T10:30:00Z`.
enum TimeArgument {
    /// - Parameter flag: What it is the value of, for the message: "--since".
    static func time(_ text: String, now: Timestamp, flag: String) throws(Problem) -> Timestamp {
        if let seconds = seconds(text) { return now.adding(seconds: -seconds) }
        if let time = Timestamp(iso8601: text) { return time }
        throw Problem(
            .usage, code: "bad-time", subject: flag,
            message: "\(flag) takes an age (30m, 2h, 3d, 1w) or a time in UTC (2026-11-20, 2026-11-20T10:30:00Z), not \"\(text)\"")
    }

    private static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), (0...100_000).contains(count) else {
            return nil
        }
        return count * unit
    }
}
