/// Escapes of half a surrogate pair: Python's strings hold them, Swift's can't, so a marker stands for one.
enum LoneSurrogate {
    private static let open = "\u{10FF00}"
    private static let close = "\u{10FF01}"

    /// The JSON text with `\ud800` and its like replaced by markers.
    static func marked(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            if let unit = escapedUnit(bytes, at: index), (0xD800...0xDFFF).contains(unit) {
                let isPair = unit < 0xDC00 && (0xDC00...0xDFFF).contains(escapedUnit(bytes, at: index + 6) ?? 0)
                let mark = Array("\(open)\(String(unit, radix: 16, uppercase: true))\(close)".utf8)
                result += isPair ? Array(bytes[index..<index + 12]) : mark
                index += isPair ? 12 : 6
            } else {
                // The escape and what it escapes, so that `\\u` is no escape of a unit.
                result += bytes[index..<min(index + 2, bytes.count)]
                index += 2
            }
        }
        return result
    }

    /// The first one of a text, in four hexadecimal digits.
    static func first(in text: String) -> String? {
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(of: "\u{10FF00}"), let end = scalars[start...].firstIndex(of: "\u{10FF01}") else {
            return nil
        }
        return String(scalars[scalars.index(after: start)..<end])
    }

    private static func escapedUnit(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index...].starts(with: #"\u"#.utf8) else { return nil }
        return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
    }
}
