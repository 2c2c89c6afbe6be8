/// Fields of a form, in order, to be sent as multipart/form-data.
///
/// - Source: RFC 7578; names are quoted the way that Django's parser reads back (`\"` and `\\`).
package struct MultipartForm: Sendable {
    /// One part of the form, in the order in which it is sent.
    package struct Part: Sendable {
        /// Of the form's field.
        package let name: String
        /// Nil for a text field.
        package let filename: String?
        /// nil for a plain field.
        package let contentType: String?
        /// As they are sent.
        package let bytes: [UInt8]
    }

    /// In the order in which they are sent.
    package private(set) var parts: [Part] = []

    package init() {}

    /// Adds a field of text.
    package mutating func addText(_ name: String, _ value: String) {
        parts.append(Part(name: name, filename: nil, contentType: nil, bytes: Array(value.utf8)))
    }

    /// - Parameter contentType: Anything that is not plain printable text is sent as application/octet-stream.
    package mutating func addFile(_ name: String, filename: String, contentType: String, bytes: [UInt8]) {
        let isPlain = !contentType.isEmpty && contentType.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        let type = isPlain ? contentType : "application/octet-stream"
        parts.append(Part(name: name, filename: filename, contentType: type, bytes: bytes))
    }

    /// The form as bytes.
    ///
    /// - Parameter boundary: 1...70 letters, digits and hyphens that no part contains.
    package func encoded(boundary: String) -> [UInt8] {
        precondition((1...70).contains(boundary.utf8.count), "a boundary has 1 to 70 characters")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(64) { $0 + $1.bytes.count + 256 })
        for part in parts {
            bytes += "--\(boundary)\r\n\(Self.head(of: part))\r\n\r\n".utf8
            bytes += part.bytes
            bytes += "\r\n".utf8
        }
        bytes += "--\(boundary)--\r\n".utf8
        return bytes
    }

    /// 128 bits of the generator: no content meets them by chance, and nobody can plan to.
    package static func boundary(using generator: inout some RandomNumberGenerator) -> String {
        let digits = (0..<2).map { _ in
            let hex = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }
        return "phsync-" + digits.joined()
    }
}

extension MultipartForm: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    // Values may be secrets, names are not.
    package var description: String { "form(\(parts.map(\.name).joined(separator: ", ")))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["names": parts.map(\.name)]) }
}

extension MultipartForm.Part: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(name): <\(bytes.count) bytes>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["name": name, "bytes": bytes.count]) }
}

extension MultipartForm {
    private static func head(of part: Part) -> String {
        var text = "Content-Disposition: form-data; name=\(quoted(part.name))"
        if let filename = part.filename { text += "; filename=\(quoted(filename))" }
        if let type = part.contentType { text += "\r\nContent-Type: \(type)" }
        return text
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted.unicodeScalars.append("\\")
                quoted.unicodeScalars.append(scalar)
            // A line break would end the header. There is no escape for it that Django undoes; browsers send this.
            case "\r": quoted += "%0D"
            case "\n": quoted += "%0A"
            case "\0": quoted += "%00"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
