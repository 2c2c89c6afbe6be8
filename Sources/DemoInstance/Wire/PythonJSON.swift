import Models

/// JSON as the server's Python reads it: its error texts, its numbers.
enum PythonJSON {
    /// Reads a JSON request body, or refuses it with the words Python's decoder uses.
    static func requestBody(_ bytes: [UInt8]) throws(APIFailure) -> JSONValue {
        do {
            return asPython(try JSONValue(parsing: bytes))
        } catch {
            // Python takes half a surrogate pair; the field that it is in may not (1.26: 093).
            if let value = try? JSONValue(parsing: LoneSurrogate.marked(bytes)) { return asPython(value) }  // Else it is broken.
            var explainer = PythonJSONExplainer(bytes)
            throw .unparsable("JSON parse error - \(explainer.message())")
        }
    }

    /// The value as Python holds it: of duplicate keys the last value in the first one's place, floats as doubles.
    static func asPython(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .string: return value
        case .number(let number): return .number(pythonNumber(number))
        case .array(let values): return .array(values.map(asPython))
        case .object(let object):
            return .object(asPython(object))
        }
    }

    private static func asPython(_ object: JSONObject) -> JSONObject {
        var places: [[UInt8]: Int] = [:]
        var members: [JSONObject.Member] = []
        for member in object.members {
            let value = asPython(member.value)
            if let place = places[Array(member.key.utf8)] {
                members[place].value = value
            } else {
                places[Array(member.key.utf8)] = members.count
                members.append(.init(key: member.key, value: value))
            }
        }
        return JSONObject(members)
    }

    private static func pythonNumber(_ number: JSONNumber) -> JSONNumber {
        guard let double = floatingValue(number) else { return number.text == "-0" ? JSONNumber(0) : number }
        return JSONNumber("\(double)") ?? number
    }

    /// The double of a literal with a fraction or an exponent; nil for an integer literal, which stays exact.
    static func floatingValue(_ number: JSONNumber) -> Double? {
        let isInteger = !number.text.utf8.contains { $0 == 0x2E || $0 | 0x20 == UInt8(ascii: "e") }
        return isInteger ? nil : number.double
    }
}

/// Values as a Postgres `jsonb` column gives them back.
enum StoredJSON {
    /// Keys by length, then bytes; numbers without exponent; NUL, half surrogate pairs and infinity refused with the 500 that the server makes of it.
    static func column(_ value: JSONValue) throws(APIFailure) -> JSONValue {
        switch value {
        case .null, .bool: return value
        case .string(let text):
            if text.utf8.contains(0) || LoneSurrogate.first(in: text) != nil { throw .server }
            return value
        case .number(let number): return .number(try stored(number))
        case .array(let values):
            var result: [JSONValue] = []
            for value in values { result.append(try column(value)) }
            return .array(result)
        case .object(let object):
            var members: [JSONObject.Member] = []
            for member in object.effective {
                if member.key.utf8.contains(0) || LoneSurrogate.first(in: member.key) != nil { throw .server }
                members.append(.init(key: member.key, value: try column(member.value)))
            }
            // `effective` is sorted by bytes already, and this sort is stable.
            return .object(JSONObject(members.sorted { $0.key.utf8.count < $1.key.utf8.count }))
        }
    }

    private static func stored(_ number: JSONNumber) throws(APIFailure) -> JSONNumber {
        guard let double = PythonJSON.floatingValue(number) else { return number }
        guard double.isFinite else { throw .server }
        // From here on a double is always a whole number.
        guard abs(double) >= 1e16 else {
            return JSONNumber(double == 0 ? "0.0" : "\(double)") ?? number
        }
        // Python writes an exponent, Postgres spells the number out, and the next reader takes it for an integer.
        let parts = "\(double)".split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
        let zeros = (Int(parts.count > 1 ? parts[1] : "0") ?? 0) - fraction.count
        return JSONNumber("\(mantissa[0])\(fraction)\(String(repeating: "0", count: max(0, zeros)))") ?? number
    }
}
