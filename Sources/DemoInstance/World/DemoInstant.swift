/// A point in time in microseconds since 1970, in UTC; the demo instance reads no clock of its own.
package struct DemoInstant: Sendable, Equatable, Comparable, Hashable {
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func < (left: DemoInstant, right: DemoInstant) -> Bool {
        left.microseconds < right.microseconds
    }

    package func advanced(bySeconds seconds: Int64) -> DemoInstant {
        DemoInstant(microseconds: microseconds + seconds * 1_000_000)
    }
}

extension DemoInstant {
    /// `2023-11-04T08:48:25.236900Z`; without the fraction when it is zero, as Python writes it.
    package var text: String {
        let (days, inDay) = microseconds.flooredDivision(by: 86_400_000_000)
        let (year, month, day) = DemoInstant.civil(days: days)
        let seconds = inDay / 1_000_000
        let fraction = inDay % 1_000_000
        let clock = "\(pad(seconds / 3600)):\(pad(seconds / 60 % 60)):\(pad(seconds % 60))"
        let tail = fraction == 0 ? "Z" : ".\(pad(fraction, 6))Z"
        return "\(pad(year, 4))-\(pad(month))-\(pad(day))T\(clock)\(tail)"
    }

    /// Reads what `text` writes: UTC with `Z`, no fraction or one of three or six digits.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[10] == UInt8(ascii: "T") else { return nil }
        func number(_ range: Range<Int>) -> Int64? { Int64(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19)
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            // Python of that time refuses other numbers of digits, and the recording shows it (2023-11: 164).
            guard bytes[19] == UInt8(ascii: "."), [24, 27].contains(bytes.count), let digits = number(20..<bytes.count - 1)
            else { return nil }
            fraction = bytes.count == 24 ? digits * 1000 : digits
        }
        let seconds = DemoInstant.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }

    /// Year, month and day of a day count since 1970-01-01 in the Gregorian calendar.
    private static func civil(days: Int64) -> (Int64, Int64, Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.flooredDivision(by: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private func pad(_ value: Int64, _ width: Int = 2) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
