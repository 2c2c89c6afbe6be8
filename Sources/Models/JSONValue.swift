/// A JSON document as it was written: key order, duplicate keys and every digit of a number are kept.
///
/// `==` compares by meaning, because the servers re-order keys and rewrite numbers: members of an object
/// are unordered, of duplicate keys the last one counts, and numbers are equal when their values are.
/// Compare `text` where the exact spelling matters.
/// - Source: docs/architecture.md 4.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var number: JSONNumber? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The value as an integer; nil for other kinds, fractions, and what 64 bits can't hold.
    package var int: Int64? {
        number?.int
    }

    package var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The member of that name when this is an object that has one, else nil.
    package subscript(key: String) -> JSONValue? {
        object?[key]
    }

    /// "null", "bool", "number", "string", "array" or "object", for messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// `kind` as a sentence has it: "a number", "an object", "null".
    package var kindInWords: String {
        switch self {
        case .null: kind
        case .bool, .number, .string: "a \(kind)"
        case .array, .object: "an \(kind)"
        }
    }
}

extension JSONValue: Hashable {
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(canonicalText)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }
    package init(nilLiteral: ()) { self = .null }

    package init(_ value: Int) { self = .number(JSONNumber(Int64(value))) }
    package init(_ value: Int64) { self = .number(JSONNumber(value)) }
    package init(_ value: String?) { self = value.map(JSONValue.string) ?? .null }
}

/// An object's members in the order they were written, duplicates included.
package struct JSONObject: Sendable {
    /// A key with its value, in the place where it stood; keys may come twice.
    package struct Member: Sendable {
        package var key: String
        package var value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    package private(set) var members: [Member]

    package init(_ members: [Member] = []) {
        self.members = members
    }

    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    /// The value of that key, of duplicates the last. Setting keeps the place of the first; setting nil removes all of them.
    package subscript(key: String) -> JSONValue? {
        get { members.last { $0.key.hasSameBytes(as: key) }?.value }
        set {
            let first = members.firstIndex { $0.key.hasSameBytes(as: key) }
            if let newValue, let first, members.lastIndex(where: { $0.key.hasSameBytes(as: key) }) == first {
                members[first].value = newValue
                return
            }
            members.removeAll { $0.key.hasSameBytes(as: key) }
            guard let newValue else { return }
            members.insert(Member(key: key, value: newValue), at: first ?? members.count)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements.map { Member(key: $0.0, value: $0.1) })
    }
}

extension JSONObject: Equatable {
    /// By meaning: unordered, the last of duplicate keys counts.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        let a = left.effective
        let b = right.effective
        return a.count == b.count && zip(a, b).allSatisfy { $0.key.hasSameBytes(as: $1.key) && $0.value == $1.value }
    }

    /// Members that count, sorted by the bytes of their keys: the last of each duplicate.
    ///
    /// Keys are told apart by their bytes, as Postgres does; Swift's `String` would take "é" and "e\u{301}" for the same key.
    package var effective: [Member] {
        let sorted = members.enumerated().sorted { left, right in
            if left.element.key.hasSameBytes(as: right.element.key) { return left.offset < right.offset }
            return left.element.key.utf8.lexicographicallyPrecedes(right.element.key.utf8)
        }
        var result: [Member] = []
        for (_, member) in sorted {
            if let last = result.last, last.key.hasSameBytes(as: member.key) { result.removeLast() }
            result.append(member)
        }
        return result
    }
}
