package import Models

/// Bytes to send, with their type; a description shows only how many.
package struct HTTPBody: Sendable, Equatable {
    /// As they are sent.
    package let bytes: [UInt8]
    /// With its boundary where it is a form.
    package let contentType: String

    package init(_ bytes: [UInt8], contentType: String) {
        self.bytes = bytes
        self.contentType = contentType
    }

    /// The value as compact JSON, digits kept as they are.
    package static func json(_ value: JSONValue) -> HTTPBody {
        HTTPBody(Array(value.text.utf8), contentType: "application/json")
    }

    /// The form as multipart/form-data, with a boundary made of the generator's bits.
    package static func form(_ form: MultipartForm, using generator: inout some RandomNumberGenerator) -> HTTPBody {
        let boundary = MultipartForm.boundary(using: &generator)
        return HTTPBody(form.encoded(boundary: boundary), contentType: "multipart/form-data; boundary=\(boundary)")
    }
}

extension HTTPBody: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<\(bytes.count) bytes>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["bytes": bytes.count]) }
}
