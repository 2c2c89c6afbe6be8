/// One answer as a value; a description shows status and size, never headers or body.
package struct HTTPResponse: Sendable, Equatable {
    /// Of the last answer: a redirect is not followed.
    package var status: Int
    /// In the order they came.
    package var headers: [HTTPHeader]
    /// Decompressed.
    package var body: [UInt8]
    /// How long the server asks to be left alone; a date is already turned into seconds, one in the past into 0.
    package var retryAfterSeconds: Int?

    package init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = [], retryAfterSeconds: Int? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The first header of that name, in any case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(status), \(body.count) bytes" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["response": description]) }
}
