extension JSONValue {
    /// Compact JSON with the members in their order and every number as it was written.
    package var text: String {
        var writer = JSONWriter(isCanonical: false)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// One text for all values that are equal: keys sorted, duplicates settled, numbers in one spelling.
    package var canonicalText: String {
        var writer = JSONWriter(isCanonical: true)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// JSON with two spaces of indentation, for people.
    package var prettyText: String {
        var writer = JSONWriter(isCanonical: false, isPretty: true)
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// SHA-256 of the canonical text, in lower-case hexadecimal: equal values have equal digests.
    package var digest: String {
        var writer = JSONWriter(isCanonical: true)
        writer.write(self)
        return SHA256.hexadecimal(of: writer.bytes)
    }
}

private struct JSONWriter {
    let isCanonical: Bool
    var isPretty = false
    var bytes: [UInt8] = []
    private var depth = 0

    init(isCanonical: Bool, isPretty: Bool = false) {
        self.isCanonical = isCanonical
        self.isPretty = isPretty
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: (isCanonical ? number.canonicalText : number.text).utf8)
        case .string(let string): write(string)
        case .array(let values): list("[", "]", values) { writer, value in writer.write(value) }
        case .object(let object):
            list("{", "}", isCanonical ? object.effective : object.members) { writer, member in
                writer.write(member.key)
                writer.bytes.append(contentsOf: (writer.isPretty ? ": " : ":").utf8)
                writer.write(member.value)
            }
        }
    }

    private mutating func list<Item>(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ items: [Item], _ body: (inout JSONWriter, Item) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        depth += 1
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newLine()
            body(&self, item)
        }
        depth -= 1
        if !items.isEmpty { newLine() }
        bytes.append(UInt8(ascii: close))
    }

    private mutating func newLine() {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case ..<0x20, 0x7F:
                // DEL is legal as it is, but a terminal would act on it.
                let hexadecimal = String(byte, radix: 16)
                bytes.append(contentsOf: "\\u".utf8)
                bytes.append(contentsOf: repeatElement(0x30, count: 4 - hexadecimal.utf8.count))
                bytes.append(contentsOf: hexadecimal.utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
