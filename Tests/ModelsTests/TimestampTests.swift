import Models
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("2023-11-04T08:10:12.345Z", 1_699_085_412_345), ("2023-12-05T12:00:00.123000+00:00", 1_701_777_600_123),
        ("2023-11-04T10:10:12+02:00", 1_699_085_412_000), ("2023-11-03T22:10:12-1000", 1_699_085_412_000),
        ("2023-11-04 08:00:00", 1_699_084_800_000), ("2024-02-29", 1_709_164_800_000), ("2026-11-20T10:30", 1_795_170_600_000),
        ("2023-11-04T08:10:12.5Z", 1_699_085_412_500), ("2000-03-01T00:00:00Z", 951_868_800_000),
    ] as [(String, Int64)])
    func serverTimesAreRead(text: String, milliseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["", "yesterday", "2023-02-29", "2023-13-01", "2023-1-1", "2023-11-04T25:00:00Z", "2023-11-04T08", "2023-11-04T08:10:12.Z", "2023-11-04Z", "2023-11-04T08:10:12+2"])
    func anythingElseIsNone(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func whatIsWrittenIsReadBack() {
        for milliseconds in stride(from: Int64(-5_000_000_000_000), through: 5_000_000_000_000, by: 86_400_000 * 397 + 12_345) {
            let time = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(iso8601: time.iso8601) == time)
        }
    }
}
