/// The JSON text of one event, as a plugin gets it: a part of the file that it came in, or a text of its own.
package struct EventText: Sendable, Equatable, ExpressibleByStringLiteral {
    /// UTF-8, without line ends.
    package let bytes: ArraySlice<UInt8>

    /// - Parameter bytes: Accepted by `JSONSpelling`.
    package init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)[...]
    }

    package init(stringLiteral text: String) {
        self.init(text)
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
