import Models
@testable import Runtime
import Testing

@Suite struct GeoIPReaderTests {
    /// A database with one record, for 1.2.3.0/24.
    static func database() -> [UInt8] {
        let bits: [UInt8] = (0..<24).map { ([1, 2, 3] as [UInt8])[$0 / 8] >> (7 - UInt8($0 % 8)) & 1 }
        let count = bits.count
        var tree: [UInt8] = []
        for (index, bit) in bits.enumerated() {
            let next = index == count - 1 ? count + 16 : index + 1
            for side in 0...1 { tree += bytes24(side == Int(bit) ? next : count) }
        }
        let record: JSONValue = [
            "city": ["geoname_id": 5, "names": ["en": "Town", "pt-BR": "Vila"]], "country": ["iso_code": "XX", "is_in_european_union": true],
            "location": ["latitude": 1, "time_zone": "Europe/Rome"],
        ]
        let metadata: JSONValue = ["node_count": JSONValue(count), "record_size": 24, "ip_version": 4, "database_type": "Test-City"]
        return tree + [UInt8](repeating: 0, count: 16) + encoded(record) + [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8) + encoded(metadata)
    }

    private static func bytes24(_ value: Int) -> [UInt8] { [UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)] }

    private static func encoded(_ value: JSONValue) -> [UInt8] {
        switch value {
        case .string(let text): return [2 << 5 | UInt8(text.utf8.count)] + Array(text.utf8)
        case .bool(let flag): return [flag ? 1 : 0, 14 - 7]
        case .number(let number): return [6 << 5 | 4] + (0..<4).map { UInt8(truncatingIfNeeded: (number.int ?? 0) >> (24 - 8 * Int64($0))) }
        case .object(let object):
            return object.members.reduce([7 << 5 | UInt8(object.members.count)]) { $0 + encoded(.string($1.key)) + encoded($1.value) }
        default: return []
        }
    }

    @Test func anAddressIsFoundInTheServersShape() throws {
        try GeoIPReaderTests.database().withUnsafeBytes { bytes in
            let reader = try #require(GeoIPReader(bytes))
            let found = try #require(reader.locate("1.2.3.4"))
            #expect(found["city"]?["names"]?["pt-BR"] == "Vila")
            #expect(found["city"]?["geonameId"] == 5)
            #expect(found["country"] == ["isoCode": "XX", "isInEuropeanUnion": true])
            #expect(found["location"]?["timeZone"] == "Europe/Rome")
            #expect(found["postal"] == [:])
            #expect(found["subdivisions"] == [])
            #expect(found["traits"] == ["ipAddress": "1.2.3.4", "network": "1.2.3.0/24"])
            for other in ["1.2.4.1", "2.2.3.4", "::1", "nonsense", "1.2.3", "1.2.3.256", ""] { #expect(reader.locate(other) == nil) }
        }
    }

    @Test func damagedFilesGiveNothingAndNoCrash() {
        let whole = GeoIPReaderTests.database()
        for length in stride(from: 0, to: whole.count, by: 3) {
            Array(whole.prefix(length)).withUnsafeBytes { bytes in _ = GeoIPReader(bytes)?.locate("1.2.3.4") }
        }
        for index in whole.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var damaged = whole
                damaged[index] ^= change
                damaged.withUnsafeBytes { bytes in _ = GeoIPReader(bytes)?.locate("1.2.3.4") }
            }
        }
    }

    @Test(arguments: [
        ("1.2.3.4", [1, 2, 3, 4]), ("::1", [UInt8](repeating: 0, count: 15) + [1]),
        ("2001:db8::a:0", [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0]),
        ("::ffff:1.2.3.4", [UInt8](repeating: 0, count: 10) + [255, 255, 1, 2, 3, 4]),
    ] as [(String, [UInt8])])
    func addressesAreRead(text: String, bytes: [UInt8]) {
        #expect(IPAddress(text)?.bytes == bytes)
    }
}
