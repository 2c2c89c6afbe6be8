/// A moment of the server's clock, exact to the microsecond as its database holds it.
///
/// Read from any ISO 8601 text with a zone; written always with six decimals and `Z`, since these servers answer 500 to
/// times with one or two.
package struct ServerTime: Hashable, Comparable, Sendable {
    /// Since 1970, UTC.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package init(_ time: Timestamp) {
        microseconds = time.milliseconds * 1000
    }

    /// Rounded down to what our own clock holds.
    package var timestamp: Timestamp {
        Timestamp(milliseconds: microseconds.flooredDivision(by: 1000).quotient)
    }

    package static func < (left: ServerTime, right: ServerTime) -> Bool { left.microseconds < right.microseconds }

    /// Later by that many microseconds; earlier when negative.
    package func adding(microseconds count: Int64) -> ServerTime {
        ServerTime(microseconds: microseconds + count)
    }

    /// The moment that many seconds later; earlier for a negative number.
    package func adding(seconds: Int64) -> ServerTime { adding(microseconds: seconds * 1_000_000) }
}

extension ServerTime {
    /// "2023-11-04T08:48:25.236900Z".
    package var text: String {
        let (days, inDay) = microseconds.flooredDivision(by: 86_400_000_000)
        let (year, month, day) = CivilDate.date(days: days)
        let seconds = inDay / 1_000_000
        let clock = "\(padded(seconds / 3600)):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
        return "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(clock).\(padded(inDay % 1_000_000, 6))Z"
    }

    /// Reads "2023-11-04T08:48:25Z" with any number of decimals and `Z` or an offset; nil for anything else.
    ///
    /// - Parameter assumesUTC: Takes a text without a zone too.
    package init?(_ text: String, assumesUTC: Bool = false) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), (1...12).contains(month), (1...CivilDate.days(inMonth: month, of: year)).contains(day),
            scanner.skip("T") || scanner.skip(" "), let hour = scanner.number(2), scanner.skip(":"),
            let minute = scanner.number(2), hour < 24, minute < 60
        else { return nil }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if scanner.skip(":") {
            guard let found = scanner.number(2), found < 60 else { return nil }
            second = found
            if scanner.skip(".") {
                guard let found = scanner.fraction(6) else { return nil }
                fraction = found
            }
        }
        guard let offset = scanner.zoneSeconds(assumesUTC: assumesUTC), scanner.isAtEnd else { return nil }
        let seconds = CivilDate.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }
}

/// Reads fixed numbers of digits from a text.
private struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Decimals as a number of that many digits; more of them are cut off.
    mutating func fraction(_ digits: Int) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let digit = digit() {
            if count < digits { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, digits)..<digits { value *= 10 }
        return value
    }

    /// Seconds east of UTC; nil when there is no zone and none is assumed.
    mutating func zoneSeconds(assumesUTC: Bool) -> Int64? {
        if skip("Z") { return 0 }
        let isEast = skip("+")
        guard isEast || skip("-") else { return assumesUTC ? 0 : nil }
        guard let hours = number(2) else { return nil }
        _ = skip(":")
        guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }

    private mutating func digit() -> Int64? {
        guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
        rest.removeFirst()
        return Int64(first - 0x30)
    }
}

/// Days of the Gregorian calendar since 1970-01-01, and back.
private enum CivilDate {
    static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        let isLast = month == 12
        return days(isLast ? year + 1 : year, isLast ? 1 : month + 1, 1) - days(year, month, 1)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private func padded(_ value: Int64, _ width: Int = 2) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
