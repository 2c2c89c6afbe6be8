import Models
import Testing

@Suite struct EventDiffTests {
    /// What a value can be, absence included.
    static let values: [JSONValue?] = [
        nil, .null, true, 1, "a", [], [1], [1, 2], ["a": 1], ["a": 2], ["a": 1, "b": [1, ["c": 2]]], ["$": "Date", "v": "2024"], ["$": "undefined"],
    ]

    @Test func equalValuesDifferNowhere() {
        for value in Self.values { #expect(EventDiff.fields(base: value, local: value) == []) }
    }

    @Test func swappingTheSidesSwapsEachDifference() {
        for base in Self.values {
            for local in Self.values {
                let there = EventDiff.fields(base: base, local: local)
                let back = EventDiff.fields(base: local, local: base)
                #expect(Set(there.map(\.path)) == Set(back.map(\.path)))
                for difference in there {
                    #expect(back.contains { $0.path == difference.path && $0.base == difference.local && $0.local == difference.base })
                }
            }
        }
    }

    @Test func differencesCoverAllThatDiffers() {
        // Putting the local side's values into the base at the paths makes them equal: for flat objects that is easily said.
        let base: JSONValue = ["a": 1, "b": "x", "c": nil]
        let local: JSONValue = ["b": "y", "c": nil, "d": [1]]
        #expect(EventDiff.fields(base: base, local: local).map(\.path) == ["a", "b", "d"])
    }

    @Test func pathsNameMembersAndElements() {
        let base: JSONValue = ["properties": ["amount_eur": 9, "$set": ["e-mail": "a"], "a.b": 1, "": 1, "0": 1], "elements": [["text": "x"], 2]]
        let local: JSONValue = ["properties": ["amount_eur": 8, "$set": ["e-mail": "b"], "a.b": 2, "": 2, "0": 2], "elements": [["text": "y"], 2, 3]]
        let paths = EventDiff.fields(base: base, local: local).map(\.path)
        #expect(
            Set(paths) == [
                "properties.amount_eur", "properties.$set.e-mail", #"properties["a.b"]"#, #"properties[""]"#, #"properties["0"]"#, "elements[0].text",
                "elements[2]",
            ])
    }

    @Test func theWorstComesFirst() {
        let base: JSONValue = ["event": "a", "properties": ["lost": 1, "kind": "1", "changed": 1, "same": 1]]
        let local: JSONValue = ["properties": ["new": 1, "changed": 2, "kind": 1, "same": 1], "event": "b"]
        #expect(
            EventDiff.fields(base: base, local: local).map(\.path)
                == ["event", "properties.lost", "properties.kind", "properties.changed", "properties.new"])
    }

    @Test func whatIsUndefinedIsAbsent() {
        #expect(EventDiff.fields(base: ["a": ["$": "undefined"]], local: JSONValue.object(JSONObject())) == [])
        #expect(EventDiff.fields(base: ["a": 1], local: ["a": ["$": "undefined"]]) == [FieldDifference(path: "a", base: 1, local: nil)])
    }

    @Test func numbersAreEqualByValueAndKeysByBytes() throws {
        #expect(EventDiff.fields(base: try JSONValue(parsing: "1.0"), local: 1) == [])
        #expect(EventDiff.fields(base: ["\u{E9}": 1], local: ["e\u{301}": 1]).count == 2)
    }

    @Test func aMarkedValueIsOneValue() {
        let differences = EventDiff.fields(base: ["t": ["$": "Date", "v": "1"]], local: ["t": ["$": "Date", "v": "2"]])
        #expect(differences.map(\.path) == ["t"])
    }
}
