/// The JSON text of one event, as a plugin gets it: a part of the file that it came in, or a text of its own.
package struct EventText: Sendable, Equatable {
    /// UTF-8, without line ends.
    package let bytes: ArraySlice<UInt8>

    /// A part of a file; the whole of it stays in memory as long as this does.
    ///
    /// - Parameter bytes: Accepted by `JSONSpelling`.
    package init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// A text of its own.
    package init(_ text: String) {
        bytes = Array(text.utf8)[...]
    }

    /// A copy of it as a string.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
