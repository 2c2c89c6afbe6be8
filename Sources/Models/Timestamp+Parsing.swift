extension Timestamp {
    /// Reads what servers and people write: `2023-11-04`, `2023-11-04T08:10`, with seconds, a fraction, and `Z` or an offset.
    ///
    /// A blank may stand for the `T`. Without an offset it is UTC. Digits beyond milliseconds are dropped; nil for
    /// anything else, days that don't exist included.
    package init?(iso8601 text: String) {
        var reader = ISO8601Reader(bytes: Array(text.utf8)[...])
        guard let milliseconds = reader.milliseconds() else { return nil }
        self.init(milliseconds: milliseconds)
    }

    /// The day in UTC: "2023-12-05".
    package var day: String { String(iso8601.prefix(10)) }
}

private struct ISO8601Reader {
    var bytes: ArraySlice<UInt8>

    mutating func milliseconds() -> Int64? {
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
            let days = ISO8601Reader.days(year, month, day)
        else { return nil }
        let start = days * 86_400_000
        if bytes.isEmpty { return start }
        guard take("T") || take(" "), let time = timeOfDay(), let offset = offset(), bytes.isEmpty else { return nil }
        return start + time - offset
    }

    private mutating func timeOfDay() -> Int64? {
        guard let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60 else { return nil }
        var milliseconds = (hour * 60 + minute) * 60_000
        guard take(":") else { return milliseconds }
        // 60 is a leap second.
        guard let second = number(2), second <= 60 else { return nil }
        milliseconds += second * 1000
        guard take(".") else { return milliseconds }
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        bytes = bytes.dropFirst(digits.count)
        let padded = Array(digits.prefix(3)) + repeatElement(0x30, count: max(0, 3 - digits.count))
        return milliseconds + padded.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private mutating func offset() -> Int64? {
        if bytes.isEmpty || take("Z") { return 0 }
        let sign: Int64 = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(2) else { return nil }
        _ = take(":")
        guard let minutes = number(2) else { return nil }
        return sign * (hours * 60 + minutes) * 60_000
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard let first = bytes.first, first == UInt8(ascii: scalar) else { return false }
        bytes.removeFirst()
        return true
    }

    private mutating func number(_ count: Int) -> Int64? {
        let digits = bytes.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        bytes = bytes.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Days since 1970-01-01 in the Gregorian calendar; nil for a day that doesn't exist.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), day >= 1, day <= lengths[Int(month - 1)] else { return nil }
        let before = year - 1
        let leapDays = before / 4 - before / 100 + before / 400
        let inYear = lengths.prefix(Int(month - 1)).reduce(0, +) + day - 1
        // 719162 days lie between 0001-01-01 and 1970-01-01.
        return before * 365 + leapDays + inYear - 719_162
    }
}
