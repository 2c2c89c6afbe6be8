/// One header line; the value of a sensitive one never enters a description.
package struct HTTPHeader: Sendable, Equatable {
    /// In the case in which it is sent.
    package let name: String
    /// Without a line break.
    package let value: String
    /// Whether the value is kept out of every description.
    package let isSensitive: Bool

    /// - Parameter isSensitive: When nil, the name decides: authorization and cookies are.
    package init(_ name: String, _ value: String, isSensitive: Bool? = nil) {
        self.name = name
        self.value = value
        self.isSensitive = isSensitive ?? Self.sensitiveNames.contains(name.lowercased())
    }

    private static let sensitiveNames: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "set-cookie",
    ]
}

extension HTTPHeader: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(name): \(isSensitive ? "<redacted>" : value)" }
    package var debugDescription: String { description }
    // `dump` and a failed expectation of a test print the stored properties otherwise.
    package var customMirror: Mirror { Mirror(self, children: ["line": description]) }
}

extension HTTPHeader {
    /// Whether the line can be sent as it is: a token as name, and no line break or NUL that would start another line.
    var isWellFormed: Bool {
        !name.isEmpty && name.utf8.allSatisfy(Self.isTokenByte)
            && value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Reads one line as the server sent it; nil for a line without a colon.
    init?(parsing line: UnsafeBufferPointer<UInt8>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        let name = line[..<colon]
        var value = line[line.index(after: colon)...].drop(while: isBlank)
        while let end = value.indices.last, isBlank(value[end]) { value = value[..<end] }
        self.init(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }
}
