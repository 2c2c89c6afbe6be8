import Models
import Testing

/// What the server may send in the place of a row.
@Suite struct DecodingTests {
    @Test(arguments: [0, -1, Int64.min])
    func anIDThatNoServerGivesIsNoRow(id: Int64) {
        let row: JSONValue = ["id": JSONValue(id), "plugin": 1, "team_id": 1, "name": "x", "config": [:]]
        #expect(throws: DecodeError.self) { try Plugin(row) }
        #expect(throws: DecodeError.self) { try Project(row) }
        for field in ["id", "plugin", "team_id"] {
            var object = row.object ?? JSONObject()
            object["id"] = 1
            object[field] = JSONValue(id)
            let error = #expect(throws: DecodeError.self) {
                try PluginConfig(.object(object), secretKeys: [], redaction: SecretRedaction(key: [1]))
            }
            #expect(error?.field == field && error?.found == "\(id)")
        }
    }

    @Test func everyIDHasAName() {
        #expect(PluginConfigID(-3).subject == "draft:3")
        #expect(PluginConfigID(.min).subject == "draft:9223372036854775808")
    }
}
