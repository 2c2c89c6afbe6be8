/// The rule by which a timezone goes on after the last change that its file lists: `CET-1CEST,M3.5.0,M10.5.0/3`.
/// - Source: POSIX, "TZ"; RFC 8536, 3.3, which lets hours reach from -167 to 167.
struct ZoneFooter: Sendable, Equatable {
    private struct Summer: Sendable, Equatable {
        let offset: Int64
        let start: Turn
        let end: Turn
    }

    /// A moment of each year.
    private struct Turn: Sendable, Equatable {
        enum Day: Sendable, Equatable {
            /// From 1 to 365; the 29th of February is never counted.
            case withoutLeapDay(Int64)
            /// From 0.
            case counted(Int64)
            /// Month, week from 1 to 5 (the last one), and day of the week from Sunday.
            case weekday(Int64, Int64, Int64)
        }

        let day: Day
        /// Seconds after midnight on the clock that is in use until then.
        let time: Int64
    }

    private let standard: Int64
    private let summer: Summer?

    /// nil when the text is no such rule.
    init?(_ text: some Sequence<UInt8>) {
        var reader = FooterReader(rest: Array(text)[...])
        guard reader.name(), let offset = reader.time() else { return nil }
        standard = -offset
        if reader.rest.isEmpty {
            summer = nil
            return
        }
        guard reader.name() else { return nil }
        let other = reader.isAtComma ? -(standard + 3600) : reader.time()
        guard let other, let start = ZoneFooter.turn(&reader), let end = ZoneFooter.turn(&reader), reader.rest.isEmpty else { return nil }
        summer = Summer(offset: -other, start: start, end: end)
    }

    /// Seconds east of UTC at that many seconds since 1970.
    func offset(at seconds: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = CivilDay(days: CivilDay.floor(seconds + standard, 86_400)).year
        let start = ZoneFooter.seconds(summer.start, in: year) - standard
        let end = ZoneFooter.seconds(summer.end, in: year) - summer.offset
        let isSummer = start < end ? start <= seconds && seconds < end : seconds < end || start <= seconds
        return isSummer ? summer.offset : standard
    }

    private static func seconds(_ turn: Turn, in year: Int64) -> Int64 {
        let first = CivilDay.days(year, 1, 1)
        let day: Int64
        switch turn.day {
        case .counted(let number): day = first + number
        case .withoutLeapDay(let number): day = first + number - 1 + (number >= 60 && CivilDay.isLeap(year) ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let start = CivilDay.days(year, month, 1)
            let end = month == 12 ? CivilDay.days(year + 1, 1, 1) : CivilDay.days(year, month + 1, 1)
            // 1970 began on a Thursday.
            let hit = start + (weekday - (start + 4) % 7 + 14) % 7 + (week - 1) * 7
            day = hit < end ? hit : hit - 7
        }
        return day * 86_400 + turn.time
    }

    private static func turn(_ reader: inout FooterReader) -> Turn? {
        guard reader.take(",") else { return nil }
        let day: Turn.Day
        if reader.take("M") {
            guard let month = reader.number(1...12), reader.take("."), let week = reader.number(1...5), reader.take("."),
                let weekday = reader.number(0...6)
            else { return nil }
            day = .weekday(month, week, weekday)
        } else if reader.take("J") {
            guard let number = reader.number(1...365) else { return nil }
            day = .withoutLeapDay(number)
        } else {
            guard let number = reader.number(0...365) else { return nil }
            day = .counted(number)
        }
        guard reader.take("/") else { return Turn(day: day, time: 7200) }
        return reader.time().map { Turn(day: day, time: $0) }
    }
}

private struct FooterReader {
    var rest: ArraySlice<UInt8>

    var isAtComma: Bool { rest.first == UInt8(ascii: ",") }

    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest.removeFirst()
        return true
    }

    /// "CET", or anything in "<>".
    mutating func name() -> Bool {
        if take("<") {
            guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
            rest = rest[(end + 1)...]
            return true
        }
        let letters = rest.prefix { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
        rest = rest.dropFirst(letters.count)
        return letters.count >= 3
    }

    /// "[+-]h[:mm[:ss]]" in seconds.
    mutating func time() -> Int64? {
        let sign: Int64 = take("-") ? -1 : 1
        if sign > 0 { _ = take("+") }
        guard let hours = number(0...167) else { return nil }
        var seconds = hours * 3600
        for unit in [Int64(60), 1] where take(":") {
            guard let part = number(0...59) else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...3).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        let number = digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        return range.contains(number) ? number : nil
    }
}

/// Days of the Gregorian calendar by their number since 1970.
struct CivilDay: Sendable, Equatable {
    let year: Int64

    init(days: Int64) {
        // Years of 365.2425 days from the middle of the guess: one step leads to the right one.
        var year = 1970 + CivilDay.floor(days * 400, 146_097)
        while CivilDay.days(year, 1, 1) > days { year -= 1 }
        while CivilDay.days(year + 1, 1, 1) <= days { year += 1 }
        self.year = year
    }

    static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let before: [Int64] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        let past = year - 1
        let leaps = floor(past, 4) - floor(past, 100) + floor(past, 400) - 477
        return (year - 1970) * 365 + leaps + before[Int(month - 1)] + (month > 2 && isLeap(year) ? 1 : 0) + day - 1
    }

    static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
