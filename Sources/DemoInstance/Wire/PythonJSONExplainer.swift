/// Finds what Python's JSON decoder says about a text that is no JSON; clients show that message to people.
struct PythonJSONExplainer {
    private struct Complaint: Error {
        var text: String
        var index: Int
    }

    private let scalars: [Unicode.Scalar]
    private var index = 0

    init(_ bytes: [UInt8]) {
        scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    }

    /// The decoder's message with line, column and character index.
    mutating func message() -> String {
        do throws(Complaint) {
            skipSpace()
            try value()
            skipSpace()
            guard index == scalars.count else { throw Complaint(text: "Extra data", index: index) }
            // The decoder takes it, the parser around it does not: NaN and infinities.
            return "Out of range float values are not JSON compliant"
        } catch {
            let before = scalars[..<min(error.index, scalars.count)]
            let line = before.count { $0 == "\n" } + 1
            let column = error.index - (before.lastIndex(of: "\n") ?? -1)
            return "\(error.text): line \(line) column \(column) (char \(error.index))"
        }
    }
}

extension PythonJSONExplainer {
    private mutating func value() throws(Complaint) {
        switch peek() {
        case "{": try object()
        case "[": try array()
        case "\"": try string()
        default:
            for word in ["null", "true", "false", "NaN", "Infinity", "-Infinity"] where take(word) { return }
            try number()
        }
    }

    private mutating func object() throws(Complaint) {
        index += 1
        skipSpace()
        if take("}") { return }
        while true {
            guard peek() == "\"" else {
                throw Complaint(text: "Expecting property name enclosed in double quotes", index: index)
            }
            try string()
            skipSpace()
            guard take(":") else { throw Complaint(text: "Expecting ':' delimiter", index: index) }
            skipSpace()
            try value()
            skipSpace()
            if take("}") { return }
            guard take(",") else { throw Complaint(text: "Expecting ',' delimiter", index: index) }
            skipSpace()
        }
    }

    private mutating func array() throws(Complaint) {
        index += 1
        skipSpace()
        if take("]") { return }
        while true {
            try value()
            skipSpace()
            if take("]") { return }
            guard take(",") else { throw Complaint(text: "Expecting ',' delimiter", index: index) }
            skipSpace()
        }
    }

    private mutating func string() throws(Complaint) {
        let start = index
        index += 1
        while let next = peek() {
            if next == "\"" {
                index += 1
                return
            }
            if next.value < 0x20 { throw Complaint(text: "Invalid control character at", index: index) }
            if next == "\\" { try escape(stringStart: start) } else { index += 1 }
        }
        throw Complaint(text: "Unterminated string starting at", index: start)
    }

    private mutating func escape(stringStart: Int) throws(Complaint) {
        guard index + 1 < scalars.count else { throw Complaint(text: "Unterminated string starting at", index: stringStart) }
        switch scalars[index + 1] {
        case "\"", "\\", "/", "b", "f", "n", "r", "t": index += 2
        case "u":
            let digits = scalars[(index + 2)...].prefix(4)
            guard digits.count == 4, digits.allSatisfy({ Character($0).isHexDigit }) else {
                throw Complaint(text: "Invalid \\uXXXX escape", index: index + 1)
            }
            index += 6
        default: throw Complaint(text: "Invalid \\escape", index: index)
        }
    }

    private mutating func number() throws(Complaint) {
        let start = index
        _ = take("-")
        guard let first = peek(), isDigit(first) else { throw Complaint(text: "Expecting value", index: start) }
        if first == "0" { index += 1 } else { skipDigits() }
        if peek() == ".", index + 1 < scalars.count, isDigit(scalars[index + 1]) {
            index += 1
            skipDigits()
        }
        let mantissaEnd = index
        if take("e") || take("E") {
            _ = take("+") || take("-")
            guard let next = peek(), isDigit(next) else {
                index = mantissaEnd
                return
            }
            skipDigits()
        }
    }

    private func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar)
    }

    private mutating func skipDigits() {
        while let next = peek(), isDigit(next) { index += 1 }
    }

    private func peek() -> Unicode.Scalar? {
        index < scalars.count ? scalars[index] : nil
    }

    private mutating func skipSpace() {
        while let next = peek(), next == " " || next == "\t" || next == "\n" || next == "\r" { index += 1 }
    }

    private mutating func take(_ word: String) -> Bool {
        let wanted = Array(word.unicodeScalars)
        guard scalars[index...].starts(with: wanted) else { return false }
        index += wanted.count
        return true
    }
}
