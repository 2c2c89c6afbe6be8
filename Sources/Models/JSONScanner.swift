/// Why a text is not the JSON that was expected, and at which byte.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Why a text is not JSON that can be taken.
    package enum Code: Sendable, Equatable {
        case unexpectedEnd, unexpectedByte, badNumber, badString, badUTF8, tooDeep, trailingBytes
    }

    package let code: Code
    package let offset: Int

    package var description: String { "not valid JSON at byte \(offset): \(reason)" }

    /// What is wrong, without where.
    package var reason: String {
        switch code {
        case .unexpectedEnd: "the text ends too early"
        case .unexpectedByte: "a character that can't stand here"
        case .badNumber: "not a number"
        case .badString: "a string with a bad escape, an unpaired surrogate or a raw control character"
        case .badUTF8: "not UTF-8"
        case .tooDeep: "nested more than \(JSONScanner.maximumDepth) deep"
        case .trailingBytes: "more text after the end of the value"
        }
    }
}

extension JSONValue {
    /// Reads one document; nothing but white space may surround it.
    ///
    /// Strict: RFC 8259, valid UTF-8, nesting bounded. An unpaired surrogate (`"\ud800"`) is refused: the server's
    /// database can't hold it either.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var scanner = JSONScanner(bytes)
        self = try scanner.document()
    }

    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// Reads JSON from bytes, value by value, and finds byte ranges of what is passed through.
package struct JSONScanner {
    package static let maximumDepth = 512

    private let bytes: [UInt8]
    private var index = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the whole text as one value; anything but white space after it is an error.
    package mutating func document() throws(JSONError) -> JSONValue {
        let result = try value(depth: 0)
        skipSpace()
        guard index == bytes.count else { throw error(.trailingBytes) }
        return result
    }

    /// Walks the array at `key` of the top-level object element by element and returns the other members.
    ///
    /// Only one element is in memory at a time beside the bytes: large pages stay flat.
    /// - Returns: The object without that member; `found` tells whether it was there and an array.
    package mutating func object<E: Error>(
        streaming key: String, element: (JSONValue) throws(E) -> Void
    ) throws -> (rest: JSONObject, found: Bool) {
        var rest: [JSONObject.Member] = []
        var found = false
        skipSpace()
        try expect("{")
        skipSpace()
        if !take("}") {
            repeat {
                let name = try memberName()
                if name == key, peek() == UInt8(ascii: "[") {
                    found = true
                    try elements { (value: JSONValue) throws(E) in try element(value) }
                } else {
                    rest.append(.init(key: name, value: try value(depth: 1)))
                }
                skipSpace()
            } while take(",")
            try expect("}")
        }
        skipSpace()
        guard index == bytes.count else { throw error(.trailingBytes) }
        return (JSONObject(rest), found)
    }
}

extension JSONScanner {
    private mutating func elements<E: Error>(_ body: (JSONValue) throws(E) -> Void) throws {
        try expect("[")
        skipSpace()
        if take("]") { return }
        repeat {
            try body(try value(depth: 2))
            skipSpace()
        } while take(",")
        try expect("]")
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < JSONScanner.maximumDepth else { throw error(.tooDeep) }
        skipSpace()
        guard let byte = peek() else { throw error(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        try expect("{")
        skipSpace()
        if take("}") { return .object(JSONObject()) }
        var members: [JSONObject.Member] = []
        repeat {
            let name = try memberName()
            members.append(.init(key: name, value: try value(depth: depth + 1)))
            skipSpace()
        } while take(",")
        try expect("}")
        return .object(JSONObject(members))
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        try expect("[")
        skipSpace()
        if take("]") { return .array([]) }
        var values: [JSONValue] = []
        repeat {
            values.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        try expect("]")
        return .array(values)
    }

    private mutating func memberName() throws(JSONError) -> String {
        skipSpace()
        guard peek() == UInt8(ascii: "\"") else { throw error(peek() == nil ? .unexpectedEnd : .unexpectedByte) }
        let name = try string()
        skipSpace()
        try expect(":")
        skipSpace()
        return name
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        guard let end = JSONNumber.end(in: bytes, from: index) else { throw error(.badNumber) }
        defer { index = end }
        return JSONNumber(checked: String(decoding: bytes[index..<end], as: UTF8.self))
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = word.utf8CodeUnitCount
        guard index + length <= bytes.count else { throw error(.unexpectedEnd) }
        for offset in 0..<length where bytes[index + offset] != word.utf8Start[offset] { throw error(.unexpectedByte) }
        index += length
        return value
    }

    private mutating func string() throws(JSONError) -> String {
        let start = index + 1
        index = start
        while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        guard peek() == UInt8(ascii: "\"") else { return try escapedString(from: start) }
        defer { index += 1 }
        return try text(bytes[start..<index], at: start)
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var result = Array(bytes[start..<index])
        while true {
            guard let byte = peek() else { throw error(.unexpectedEnd) }
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return try text(result[...], at: start)
            case UInt8(ascii: "\\"): try escape(into: &result)
            case ..<0x20: throw error(.badString)
            default:
                result.append(byte)
                index += 1
            }
        }
    }

    private mutating func escape(into result: inout [UInt8]) throws(JSONError) {
        guard index + 1 < bytes.count else { throw error(.unexpectedEnd) }
        let escaped = bytes[index + 1]
        index += 2
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escaped)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): result.append(contentsOf: String(try unicodeScalar()).utf8)
        default: throw error(.badString)
        }
    }

    private mutating func unicodeScalar() throws(JSONError) -> Character {
        let first = try hexadecimal()
        var code = first
        if (0xD800..<0xDC00).contains(first) {
            guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
                throw error(.badString)
            }
            index += 2
            let second = try hexadecimal()
            guard (0xDC00..<0xE000).contains(second) else { throw error(.badString) }
            code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error(.badString) }
        return Character(scalar)
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw error(.unexpectedEnd) }
        var result: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { throw error(.badString) }
            result = result << 4 | UInt32(digit)
        }
        index += 4
        return result
    }

    private func text(_ slice: ArraySlice<UInt8>, at offset: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw JSONError(code: .badUTF8, offset: offset) }
        return text
    }

    private func peek() -> UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: scalar) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(JSONError) {
        guard take(scalar) else { throw error(peek() == nil ? .unexpectedEnd : .unexpectedByte) }
    }

    private func error(_ code: JSONError.Code) -> JSONError {
        JSONError(code: code, offset: index)
    }
}
