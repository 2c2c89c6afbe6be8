/// When a timezone is how far from UTC, read from a compiled zone file.
///
/// Moments after the last change that the file lists go by the rule at its end.
/// - Source: RFC 8536 (TZif).
package struct ZoneRules: Sendable, Equatable {
    // Foundation's TimeZone knows names only together with its ICU data, which is larger than the whole program.
    private struct Change: Sendable, Equatable {
        let at: Int64
        let offset: Int64
    }

    private let first: Int64
    private let changes: [Change]
    /// nil when the file has none, and its last change holds for good.
    private let footer: ZoneFooter?

    package static let utc = ZoneRules(first: 0, changes: [], footer: nil)

    private init(first: Int64, changes: [Change], footer: ZoneFooter?) {
        self.first = first
        self.changes = changes
        self.footer = footer
    }

    /// nil when the bytes are no zone file.
    package init?(file bytes: [UInt8]) {
        var reader = ZoneFileReader(bytes: bytes)
        guard let short = reader.header() else { return nil }
        if short.version < 0x32 {
            guard let data = reader.data(short, wide: false) else { return nil }
            self.init(data)
            return
        }
        // The first block is for readers of the old form.
        guard reader.skip(short.size(wide: false)), let long = reader.header(), let data = reader.data(long, wide: true) else { return nil }
        self.init(data, footer: reader.footer().flatMap { ZoneFooter($0) })
    }

    private init(_ data: ZoneFileReader.Data, footer: ZoneFooter? = nil) {
        self.init(first: data.first, changes: zip(data.times, data.offsets).map { Change(at: $0, offset: $1) }, footer: footer)
    }

    /// Seconds east of UTC at that moment.
    package func offsetSeconds(at time: Timestamp) -> Int64 {
        let seconds = CivilDay.floor(time.milliseconds, 1000)
        if let footer, seconds >= changes.last?.at ?? .min { return footer.offset(at: seconds) }
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : changes[low - 1].offset
    }

    /// The day there: "2023-11-04".
    package func day(of time: Timestamp) -> String { time.adding(seconds: offsetSeconds(at: time)).day }

    /// The same as a number: days since 1970 on the clock there.
    package func dayNumber(of time: Timestamp) -> Int64 { CivilDay.floor(time.milliseconds + offsetSeconds(at: time) * 1000, 86_400_000) }

    /// Hours since 1970 on the clock there: the hour that is going on.
    package func hourNumber(of time: Timestamp) -> Int64 { CivilDay.floor(time.milliseconds + offsetSeconds(at: time) * 1000, 3_600_000) }
}

private struct ZoneFileReader {
    struct Header {
        let version: UInt8
        let isutCount: Int
        let isstdCount: Int
        let leapCount: Int
        let timeCount: Int
        let typeCount: Int
        let characterCount: Int

        func size(wide: Bool) -> Int {
            timeCount * ((wide ? 8 : 4) + 1) + typeCount * 6 + characterCount + leapCount * (wide ? 12 : 8) + isstdCount + isutCount
        }
    }

    struct Data {
        var first: Int64 = 0
        var times: [Int64] = []
        var offsets: [Int64] = []
    }

    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func header() -> Header? {
        guard bytes.count >= position + 44, Array(bytes[position..<position + 4]) == Array("TZif".utf8) else { return nil }
        let version = bytes[position + 4]
        position += 20
        var counts: [Int] = []
        for _ in 0..<6 { counts.append(Int(number(4) & 0x7FFF_FFFF)) }
        // No real file comes near; it keeps sums small.
        guard counts.allSatisfy({ $0 <= 100_000 }), counts[4] > 0 else { return nil }
        return Header(
            version: version, isutCount: counts[0], isstdCount: counts[1], leapCount: counts[2], timeCount: counts[3], typeCount: counts[4],
            characterCount: counts[5])
    }

    mutating func skip(_ count: Int) -> Bool {
        position += count
        return position <= bytes.count
    }

    mutating func data(_ header: Header, wide: Bool) -> Data? {
        guard position + header.size(wide: wide) <= bytes.count else { return nil }
        var data = Data()
        for _ in 0..<header.timeCount { data.times.append(number(wide ? 8 : 4)) }
        let kinds = bytes[position..<position + header.timeCount].map(Int.init)
        position += header.timeCount
        var offsets: [Int64] = []
        for _ in 0..<header.typeCount {
            offsets.append(number(4))
            position += 2
        }
        guard kinds.allSatisfy({ $0 < offsets.count }) else { return nil }
        data.first = offsets[0]
        data.offsets = kinds.map { offsets[$0] }
        position += header.characterCount + header.leapCount * (wide ? 12 : 8) + header.isstdCount + header.isutCount
        return data
    }

    /// What stands between two line feeds behind the data; nil when there is nothing.
    func footer() -> ArraySlice<UInt8>? {
        guard position < bytes.count, bytes[position] == 0x0A else { return nil }
        let rest = bytes[(position + 1)...]
        return rest.firstIndex(of: 0x0A).map { rest[..<$0] }
    }

    /// Big-endian and signed.
    private mutating func number(_ count: Int) -> Int64 {
        var value: UInt64 = 0
        for byte in bytes[position..<position + count] { value = value << 8 | UInt64(byte) }
        position += count
        let unused = UInt64(64 - 8 * count)
        return Int64(bitPattern: value << unused) >> Int64(unused)
    }
}
