extension DemoInstant {
    /// Reads a date as Python's `datetime.fromisoformat` of that time does, `Z` counting as `+00:00` and no zone as UTC.
    ///
    /// A date alone, or any one character and a time after it; the time is cut off after hours, minutes, seconds, or
    /// three or six digits of a fraction, and nowhere else (1.26: 249 to 253, 2023-11: 164).
    init?(pythonISOFormat text: String) {
        let bytes = Array(text.split(separator: "Z", omittingEmptySubsequences: false).joined(separator: "+00:00").utf8)
        let midnight = "\(String(decoding: bytes.prefix(10), as: UTF8.self))T00:00:00Z"
        // A month or a day that no calendar has comes back as another date.
        guard bytes.count >= 10, let day = DemoInstant(midnight), day.text == midnight else { return nil }
        let time = bytes.count > 10 ? bytes[11...] : []
        let zone = time.firstIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") } ?? time.endIndex
        guard bytes.count == 10 || zone > time.startIndex, let clock = DemoInstant.clock(time[..<zone]) else { return nil }
        var microseconds = day.microseconds + clock
        if zone < time.endIndex {
            let offset = time[(zone + 1)...]
            guard [5, 8, 15].contains(offset.count), let distance = DemoInstant.clock(offset) else { return nil }
            microseconds += time[zone] == UInt8(ascii: "+") ? -distance : distance
        }
        self.init(microseconds: microseconds)
    }

    /// `HH[:MM[:SS[.fff[fff]]]]` in microseconds; an empty text is midnight.
    private static func clock(_ text: ArraySlice<UInt8>) -> Int64? {
        let halves = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, !whole.isEmpty else { return text.isEmpty ? 0 : nil }
        let parts = whole.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 3, halves.count == 1 || parts.count == 3 else { return nil }
        var result: Int64 = 0
        let units: [(limit: Int64, microseconds: Int64)] = [(24, 3_600_000_000), (60, 60_000_000), (60, 1_000_000)]
        for (part, unit) in zip(parts, units) {
            guard part.count == 2, let number = digits(part), number < unit.limit else { return nil }
            result += number * unit.microseconds
        }
        guard halves.count == 2 else { return result }
        guard [3, 6].contains(halves[1].count), let fraction = digits(halves[1]) else { return nil }
        return result + (halves[1].count == 3 ? fraction * 1000 : fraction)
    }

    private static func digits(_ text: ArraySlice<UInt8>) -> Int64? {
        guard text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(String(decoding: text, as: UTF8.self))
    }
}
