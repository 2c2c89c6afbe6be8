/// A JSON number as the text it was written in, so that no digit is lost.
///
/// `==` compares values as the server does: an integer literal is exact however long it is; a literal with a fraction or
/// an exponent is a double there (Python's `json` and every plugin's JavaScript), so `0.10` equals `0.1`, and `1.0` equals `1`.
package struct JSONNumber: Sendable {
    package let text: String

    /// Takes the text of a number that follows JSON's grammar, else nil.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let end = JSONNumber.end(in: bytes, from: 0), end == bytes.count else { return nil }
        self.text = text
    }

    package init(_ value: Int64) {
        text = String(value)
    }

    /// For the scanner, which has checked the grammar already.
    init(checked text: String) {
        self.text = text
    }

    /// The value when it is an integer that 64 bits hold, `1e3` and `2.0` included.
    package var int: Int64? {
        if let exact = Int64(text) { return exact }
        let decimal = self.decimal
        guard decimal.exponent >= 0, decimal.exponent <= 18 else { return nil }
        return Int64((decimal.isNegative ? "-" : "") + decimal.digits + String(repeating: "0", count: decimal.exponent))
    }

    package var double: Double? {
        Double(text)
    }
}

extension JSONNumber: Hashable {
    package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.text == right.text || left.decimal == right.decimal
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(canonicalText)
    }

    /// One spelling for all texts of the same value: an integer in full, anything else as digits and exponent.
    package var canonicalText: String {
        let decimal = self.decimal
        let digits = (decimal.isNegative ? "-" : "") + decimal.digits
        // Written with an exponent, a long integer would be read back as a double; beyond all doubles it is exact again.
        if (0...400).contains(decimal.exponent) { return digits + String(repeating: "0", count: decimal.exponent) }
        return "\(digits)e\(decimal.exponent)"
    }
}

extension JSONNumber {
    /// Sign, digits without outer zeros, and a power of ten.
    struct Decimal: Equatable {
        var isNegative: Bool
        var digits: String
        var exponent: Int
    }

    /// Whether it is written as an integer, which the server keeps however long it is.
    var isInteger: Bool {
        !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }
    }

    /// The value as it counts: exact for integers, through a double otherwise (exact again where no double can hold it).
    var decimal: Decimal {
        if !isInteger, let double = Double(text), double.isFinite {
            // A literal too small for a double is zero on the server as well.
            return JSONNumber.decimal(of: double == 0 ? "0" : "\(double)")
        }
        return JSONNumber.decimal(of: text)
    }

    private static func decimal(of text: String) -> Decimal {
        var digits: [UInt8] = []
        var exponent = 0
        var isNegative = false
        var afterPoint = false
        var bytes = Array(text.utf8)[...]
        if bytes.first == UInt8(ascii: "-") {
            isNegative = true
            bytes.removeFirst()
        }
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "."): afterPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                // An exponent of more than 18 digits can't be told from another one as long: both are out of every range.
                exponent += clampedExponent(bytes)
                bytes = []
            default:
                digits.append(byte)
                if afterPoint { exponent -= 1 }
            }
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
        guard !digits.isEmpty else { return Decimal(isNegative: false, digits: "0", exponent: 0) }
        return Decimal(isNegative: isNegative, digits: String(decoding: digits, as: UTF8.self), exponent: exponent)
    }

    private static func clampedExponent(_ bytes: ArraySlice<UInt8>) -> Int {
        let text = String(decoding: bytes, as: UTF8.self)
        let bound = 1_000_000_000_000_000_000
        return Int(text).map { min(max($0, -bound), bound) } ?? (text.hasPrefix("-") ? -bound : bound)
    }

    /// The index after the number that starts at `start`, or nil when none does.
    static func end(in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        func isDigit() -> Bool { index < bytes.count && bytes[index] >= 0x30 && bytes[index] <= 0x39 }
        func skipDigits() -> Bool {
            guard isDigit() else { return false }
            while isDigit() { index += 1 }
            return true
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
        guard isDigit() else { return nil }
        if bytes[index] == 0x30 { index += 1 } else { _ = skipDigits() }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() else { return nil }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") { index += 1 }
            guard skipDigits() else { return nil }
        }
        return index
    }
}
