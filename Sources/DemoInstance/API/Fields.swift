import Models

/// Validates writable fields as the server's serializers do, one error at a time.
struct Fields {
    private let body: RequestBody
    private let names: [String]

    /// Takes the fields of those names; the others of the body are ignored without a word.
    ///
    /// - Throws: The refusal of a JSON body that is no object (1.26: 060).
    init(_ body: RequestBody, of names: [String]) throws(APIFailure) {
        if case .json(let value) = body, value.object == nil {
            throw .invalid(
                "Invalid data. Expected a dictionary, but got \(Fields.pythonKind(of: value)).", attribute: "non_field_errors")
        }
        self.body = body
        self.names = names
    }

    /// What Python calls the type of a JSON value.
    static func pythonKind(of value: JSONValue) -> String {
        switch value {
        case .null: "NoneType"
        case .bool: "bool"
        case .number(let number): PythonJSON.floatingValue(number) == nil ? "int" : "float"
        case .string: "str"
        case .array: "list"
        case .object: "dict"
        }
    }

    /// A text, trimmed; `.some(nil)` for a JSON null.
    func text(_ name: String, maximumLength: Int? = nil) throws(APIFailure) -> String?? {
        guard let value = value(name) else { return nil }
        let text: String
        switch value {
        case .null: return .some(nil)
        case .string(let string): text = string.trimmed
        case .number(let number): text = number.text
        case .bool, .array, .object: throw .invalid("Not a valid string.", attribute: name)
        }
        // From reference: the limits on lengths.
        if let maximumLength, text.unicodeScalars.count > maximumLength {
            throw .invalid(
                "Ensure this field has no more than \(maximumLength) characters.", code: "max_length", attribute: name)
        }
        if text.utf8.contains(0) {
            throw .invalid("Null characters are not allowed.", code: "null_characters_not_allowed", attribute: name)
        }
        if let surrogate = LoneSurrogate.first(in: text) {
            throw .invalid(
                "Surrogate characters are not allowed: U+\(surrogate).", code: "surrogate_characters_not_allowed",
                attribute: name)
        }
        return .some(text)
    }

    func bool(_ name: String) throws(APIFailure) -> Bool? {
        guard let value = value(name) else { return nil }
        switch value {
        case .bool(let bool): return bool
        case .string("t"), .string("T"), .string("y"), .string("Y"), .string("yes"), .string("Yes"), .string("YES"),
            .string("true"), .string("True"), .string("TRUE"), .string("on"), .string("On"), .string("ON"), .string("1"), 1:
            return true
        case .string("f"), .string("F"), .string("n"), .string("N"), .string("no"), .string("No"), .string("NO"),
            .string("false"), .string("False"), .string("FALSE"), .string("off"), .string("Off"), .string("OFF"),
            .string("0"), 0:
            return false
        case .null, .string("null"), .string("Null"), .string("NULL"), .string(""): throw Fields.null(name)
        default: throw .invalid("Must be a valid boolean.", attribute: name)
        }
    }

    func integer(_ name: String) throws(APIFailure) -> Int64? {
        guard let value = value(name) else { return nil }
        let number: Int64? =
            switch value {
            case .null: throw Fields.null(name)
            case .number(let number): number.int
            case .string(let text): Fields.number(text.trimmed)
            default: nil
            }
        guard let number else { throw .invalid("A valid integer is required.", attribute: name) }
        // From reference: the column has 32 bits.
        guard number <= Int64(Int32.max) else {
            throw .invalid(
                "Ensure this value is less than or equal to 2147483647.", code: "max_value", attribute: name)
        }
        guard number >= Int64(Int32.min) else {
            throw .invalid(
                "Ensure this value is greater than or equal to -2147483648.", code: "min_value", attribute: name)
        }
        return number
    }

    /// `2.` and `2.00` count as 2, as zeros behind the point are cut off first.
    private static func number(_ text: String) -> Int64? {
        let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, halves.dropFirst().allSatisfy({ $0.allSatisfy { $0 == "0" } }) else { return nil }
        return Int64(whole)
    }

    /// Any JSON; a form's text has to be JSON itself.
    func json(_ name: String) throws(APIFailure) -> JSONValue? {
        guard let value = value(name) else { return nil }
        guard body.isForm, let text = value.string else { return value }
        do {
            return PythonJSON.asPython(try JSONValue(parsing: text))
        } catch {
            throw .invalid("Value must be valid JSON.", attribute: name)
        }
    }

    private func value(_ name: String) -> JSONValue? {
        names.contains(name) ? body[name] : nil
    }

    static func null(_ name: String) -> APIFailure {
        .invalid("This field may not be null.", code: "null", attribute: name)
    }

    static func required(_ name: String) -> APIFailure {
        .invalid("This field is required.", code: "required", attribute: name)
    }
}
