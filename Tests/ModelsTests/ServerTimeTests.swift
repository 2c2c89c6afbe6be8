import Models
import Testing

@Suite struct ServerTimeTests {
    @Test(arguments: [
        ("2023-11-04T08:48:25.236900Z", "2023-11-04T08:48:25.236900Z"), ("2023-11-04T10:00:01Z", "2023-11-04T10:00:01.000000Z"),
        ("2023-11-04T10:00:01.5Z", "2023-11-04T10:00:01.500000Z"), ("2024-02-29T23:59:59.9999999Z", "2024-02-29T23:59:59.999999Z"),
        ("2023-11-04T10:00:01+02:00", "2023-11-04T08:00:01.000000Z"), ("1969-12-31T23:59:59.000001Z", "1969-12-31T23:59:59.000001Z"),
        ("2000-01-01 00:00-0530", "2000-01-01T05:30:00.000000Z"),
    ])
    func timesAreWrittenWithSixDecimalsAndZ(_ read: String, _ written: String) {
        #expect(ServerTime(read)?.text == written)
    }

    @Test(arguments: [
        "", "yesterday", "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-11-04", "2023-11-04T25:00:00Z", "2023-11-04T10:00:01.Z",
        "2023-11-04T10:00:01", "2023-11-04T10:00:01Zz",
    ])
    func whatIsNoTimeWithAZoneIsRefused(_ text: String) {
        #expect(ServerTime(text) == nil)
    }

    @Test func daysOfFourCenturiesComeBack() {
        for day in stride(from: Int64(-70_000), through: 80_000, by: 37) {
            let time = ServerTime(microseconds: day * 86_400_000_000 + 43_200_000_001)
            #expect(ServerTime(time.text) == time)
        }
    }

    @Test func ourOwnClockGetsTheMillisecondBefore() {
        #expect(ServerTime(microseconds: 1_999).timestamp == Timestamp(milliseconds: 1))
        #expect(ServerTime(microseconds: -1).timestamp == Timestamp(milliseconds: -1))
    }
}

@Suite struct LogEntryTests {
    private let config = PluginConfigID(12)

    @Test func aRowOfEitherEraIsRead() throws {
        let row: JSONValue = [
            "id": "7f467bf5-23f5-f163-36c5-c9c9278d907e", "team_id": 1, "plugin_id": 2, "timestamp": "2023-11-04T10:00:01Z",
            "source": "SYSTEM", "type": "INFO", "message": "", "instance_id": "018b9a3c-1111-4000-8000-000000000002",
        ]
        let entry = try LogEntry(row, of: config)
        #expect(entry.level == .info && entry.source == .system && entry.configID == config)
        #expect(entry.instanceID?.description == "018b9a3c-1111-4000-8000-000000000002")
        #expect(entry.extra.isEmpty)
    }

    @Test func whatThisVersionDoesNotKnowIsKept() throws {
        let row: JSONValue = [
            "id": "no uuid", "timestamp": "2023-11-04T10:00:01Z", "source": "ROBOT", "type": "FATAL", "message": "x",
            "instance_id": "host-1", "span": ["a": 1],
        ]
        let entry = try LogEntry(row, of: config)
        #expect(entry.levelWord == "FATAL" && entry.sourceWord == "ROBOT")
        #expect(entry.level > .error, "no filter hides it")
        #expect(entry.instanceID == nil)
        #expect(entry.extra.keys == ["source", "type", "instance_id", "span"])
    }

    @Test(arguments: ["id", "timestamp", "message"])
    func anEntryWithoutItsPartsIsNone(field: String) {
        var row = JSONObject()
        for (key, value) in ["id": "a", "timestamp": "2023-11-04T10:00:01Z", "message": "x"] { row[key] = .string(value) }
        row[field] = nil
        #expect(throws: DecodeError.self) { try LogEntry(.object(row), of: config) }
    }

    @Test(arguments: ["7F467BF5-23f5-f163-36c5-c9c9278d907e", "7f467bf523f5f16336c5c9c9278d907e", "7f467bf5-23f5-f163-36c5-c9c9278d907", ""])
    func onlyTheServersFormOfAUUIDIsOne(text: String) {
        #expect(UUIDBytes(text) == nil)
    }
}
