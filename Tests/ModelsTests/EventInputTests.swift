import Models
import Testing

@Suite struct EventInputTests {
    private let input = EventInput(projectID: ProjectID(7), siteURL: "https://ph.example.test", keepsIP: false)
    private let stored = """
        {"id": "018c3a11-0c5e-0000-6b7a-22d3e4f5a6b7", "distinct_id": "u-1042", "properties": {"$ip": "203.0.113.9", "$lib": "web",
        "$plugins_succeeded": ["GeoIP (3)"], "$plugins_failed": [], "$set": {"plan": "free"}, "$sent_at": "2023-12-05T12:00:01Z"}, "event": "$pageview",
        "timestamp": "2023-12-05T12:00:00.123000+00:00", "person": {"is_identified": true}, "elements": [], "elements_chain": "a:text=\\"x\\""}
        """

    @Test func anEventOfTheAPIBecomesWhatAPluginGets() throws {
        let event = try input.event(line: stored)
        #expect(event["uuid"] == "018c3a11-0c5e-0000-6b7a-22d3e4f5a6b7")
        #expect(event["event"] == "$pageview" && event["distinct_id"] == "u-1042" && event["team_id"] == 7)
        #expect(event["timestamp"] == "2023-12-05T12:00:00.123Z" && event["now"] == event["timestamp"])
        #expect(event["ip"] == .null && event["site_url"] == "https://ph.example.test")
        #expect(event["sent_at"] == "2023-12-05T12:00:01Z" && event["$set"] == ["plan": "free"])
        #expect(event["properties"]?["$plugins_succeeded"] == nil && event["properties"]?["$lib"] == "web")
        #expect(event["person"] == nil && event["id"] == nil)
    }

    @Test func olderServersKeptTheAddress() throws {
        let old = EventInput(projectID: ProjectID(7), siteURL: "", keepsIP: true)
        #expect(try old.event(line: stored)["ip"] == "203.0.113.9")
    }

    @Test func anIntegersDigitsStandForAUUID() throws {
        #expect(try input.event(line: #"{"id": 12, "event": "x", "distinct_id": 5}"#)["uuid"] == "12")
        #expect(try input.event(line: #"{"id": 12, "event": "x", "distinct_id": 5}"#)["distinct_id"] == "5")
    }

    @Test func aPluginServersEventStaysAsItIs() throws {
        let line = #"{"event":"x","uuid":"u","team_id":3,"properties":{"a":1.50,"$plugins_deferred":[]},"ip":"::1","id":"mine"}"#
        #expect(try input.event(line: line).text == #"{"event":"x","uuid":"u","team_id":3,"properties":{"a":1.50},"ip":"::1","id":"mine"}"#)
    }

    @Test func anEventWithoutAProjectGetsOne() throws {
        #expect(try input.event(line: #"{"event": "x"}"#)["team_id"] == 7)
    }

    @Test(arguments: [
        (#"{"event": "x""#, "not JSON"), ("[1]", "this is an array"), (#"{"name": "x"}"#, "no \"event\""), (#"{"event": 5}"#, "no \"event\""),
    ])
    func whatIsNoEventSaysWhy(line: String, part: String) {
        let mistake = #expect(throws: EventInput.Mistake.self) { try input.event(line: line) }
        #expect("\(mistake.map { "\($0)" } ?? "")".contains(part))
    }
}
