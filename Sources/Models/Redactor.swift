/// Takes secrets out of texts that are kept or shown.
///
/// What a plugin encodes on purpose can't be found; this is for what it prints, sends and stores as it is, percent-encoded or in base64, as
/// headers with credentials are.
package struct Redactor: Sendable {
    /// Longest first, so that a secret that contains another goes whole.
    private let forms: [[UInt8]]

    /// Values of fewer than four bytes are left alone: they would be found everywhere.
    package init(secrets: [String]) {
        var forms: Set<[UInt8]> = []
        for secret in secrets where secret.utf8.count >= 4 && !secret.hasPrefix("phsync-secret-") {
            forms.insert(Array(secret.utf8))
            forms.insert(Redactor.percentEncoded(secret))
            forms.formUnion(Redactor.base64Cores(secret))
        }
        self.forms = forms.sorted { $0.count != $1.count ? $0.count > $1.count : $0.lexicographicallyPrecedes($1) }
    }

    package var isEmpty: Bool { forms.isEmpty }

    /// Whether the JSON text may hold a secret: true more often than need be, never false wrongly.
    package func mayConcern(_ json: [UInt8]) -> Bool {
        guard !forms.isEmpty else { return false }
        // Escapes could hide one.
        return json.contains(UInt8(ascii: "\\")) || forms.contains { Redactor.firstIndex(of: $0, in: json, from: 0) != nil }
    }

    /// The text with every secret replaced by `<redacted>`.
    package func text(_ text: String) -> String {
        var bytes = Array(text.utf8)
        var isChanged = false
        for form in forms {
            guard var found = Redactor.firstIndex(of: form, in: bytes, from: 0) else { continue }
            isChanged = true
            var result: [UInt8] = []
            var start = 0
            while true {
                result += bytes[start..<found]
                result += Array(Secret.redacted.utf8)
                start = found + form.count
                guard let next = Redactor.firstIndex(of: form, in: bytes, from: start) else { break }
                found = next
            }
            bytes = result + bytes[start...]
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    /// The value with every text in it redacted, names of members included.
    package func value(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: value
        case .string(let text): .string(self.text(text))
        case .array(let values): .array(values.map(self.value))
        case .object(let object): .object(self.object(object))
        }
    }

    package func object(_ object: JSONObject) -> JSONObject {
        JSONObject(object.members.map { .init(key: text($0.key), value: value($0.value)) })
    }

    private static func firstIndex(of form: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = form.first, bytes.count >= form.count else { return nil }
        var index = start
        while index <= bytes.count - form.count {
            if bytes[index] == first, bytes[index..<index + form.count].elementsEqual(form) { return index }
            index += 1
        }
        return nil
    }

    /// The characters of base64 text that only the secret decides, for each of the three places where it may begin in what was encoded.
    private static func base64Cores(_ secret: String) -> [[UInt8]] {
        let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var forms: [[UInt8]] = []
        for offset in 0..<3 {
            let bytes = Array(repeating: UInt8(0), count: offset) + Array(secret.utf8)
            // A character holds six bits: the first that has only the secret's, and the last.
            let first = (offset * 8 + 5) / 6
            let end = bytes.count * 8 / 6
            guard end - first >= minimumBase64 else { continue }
            let core = (first..<end).map { index in
                let bit = index * 6
                let high = Int(bytes[bit / 8])
                let low = bit / 8 + 1 < bytes.count ? Int(bytes[bit / 8 + 1]) : 0
                return standard[((high << 8 | low) >> (10 - bit % 8)) & 63]
            }
            forms.append(core)
            // The alphabet for URLs.
            let other = core.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 }
            if other != core { forms.append(other) }
        }
        return forms
    }

    /// Shorter ones would be found in texts that have nothing to do with the secret.
    private static let minimumBase64 = 6

    /// As `encodeURIComponent` writes it.
    private static func percentEncoded(_ text: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return text.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                [byte]
            case _ where "-_.!~*'()".utf8.contains(byte): [byte]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }
}
