/// An object's members, read into the types they should have; what is missing or of another kind is named in the error.
struct DecodedFields {
    let entity: String
    private let object: JSONObject

    init(_ json: JSONValue, of entity: String) throws(DecodeError) {
        guard let object = json.object else { throw DecodeError(entity: entity, field: "", found: json.kind) }
        self.entity = entity
        self.object = object
    }

    /// The member, nil when it is absent or null.
    func optional(_ field: String) -> JSONValue? {
        guard let value = object[field], !value.isNull else { return nil }
        return value
    }

    func value(_ field: String) throws(DecodeError) -> JSONValue {
        guard let value = object[field] else { throw failure(field) }
        return value
    }

    func string(_ field: String) throws(DecodeError) -> String {
        guard let text = object[field]?.string else { throw failure(field) }
        return text
    }

    func int(_ field: String) throws(DecodeError) -> Int {
        guard let number = object[field]?.int else { throw failure(field) }
        return Int(number)
    }

    func bool(_ field: String) throws(DecodeError) -> Bool {
        guard let bool = object[field]?.bool else { throw failure(field) }
        return bool
    }

    func object(_ field: String) throws(DecodeError) -> JSONObject {
        guard let object = object[field]?.object else { throw failure(field) }
        return object
    }

    func array(_ field: String) throws(DecodeError) -> [JSONValue] {
        guard let array = object[field]?.array else { throw failure(field) }
        return array
    }

    func strings(_ field: String) throws(DecodeError) -> [String] {
        try array(field).map { value throws(DecodeError) in
            guard let text = value.string else { throw failure(field) }
            return text
        }
    }

    /// nil when absent or null, an error when it is no string.
    func optionalString(_ field: String) throws(DecodeError) -> String? {
        optional(field) == nil ? nil : try string(field)
    }

    /// nil when absent or null, an error when it is no integer.
    func optionalInt(_ field: String) throws(DecodeError) -> Int? {
        optional(field) == nil ? nil : try int(field)
    }

    /// The case whose raw value the member is.
    func choice<Choice: RawRepresentable<String>>(_ field: String, _ type: Choice.Type) throws(DecodeError) -> Choice {
        let text = try string(field)
        guard let choice = Choice(rawValue: text) else { throw DecodeError(entity: entity, field: field, found: text) }
        return choice
    }

    func failure(_ field: String) -> DecodeError {
        DecodeError(entity: entity, field: field, found: object[field]?.kind ?? "nothing")
    }
}
