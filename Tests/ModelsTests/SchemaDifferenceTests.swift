import Models
import Testing

@Suite struct SchemaDifferenceTests {
    private func differences(_ before: JSONValue, _ after: JSONValue) -> [String] {
        SchemaDifference.all(from: ConfigSchema(before), to: ConfigSchema(after)).map { "\($0.kind.rawValue) \($0.key)\($0.breaks ? " breaks" : "")" }
    }

    @Test func theSameSchemaDiffersNowhereInEitherForm() {
        let fields: JSONValue = [["key": "a", "type": "string", "required": true], ["key": "b", "type": "choice", "choices": ["1"]]]
        #expect(differences(fields, fields) == [])
        #expect(differences(["a": ["type": "string"]], [["key": "a", "type": "string"]]) == [])
    }

    @Test func whatBreaksConfigsThatAreThereIsMarked() {
        let before: JSONValue = [
            ["key": "kept", "type": "string"], ["key": "choice", "type": "choice", "choices": ["a", "b"]], ["key": "gone", "type": "string"],
            ["key": "shown", "type": "string", "secret": true], ["key": "file", "type": "string"],
        ]
        let after: JSONValue = [
            ["key": "kept", "type": "string", "required": true, "secret": true], ["key": "choice", "type": "choice", "choices": ["b", "c"]],
            ["key": "shown", "type": "string"], ["key": "file", "type": "attachment"], ["key": "new", "type": "string", "required": true],
            ["key": "option", "type": "string", "default": "x"],
        ]
        #expect(
            differences(before, after) == [
                "becameRequired kept breaks", "becameSecret kept", "choicesRemoved choice breaks", "secretShown shown breaks", "typeChanged file breaks",
                "added new breaks", "added option", "removed gone",
            ])
    }
}
