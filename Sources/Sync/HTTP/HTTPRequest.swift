/// One request as a value; a description shows method and path, never headers, query or body.
package struct HTTPRequest: Sendable, Equatable {
    /// Decides whether it may be repeated.
    package var method: HTTPMethod
    /// Absolute, with its query already encoded.
    package var url: String
    /// In the order in which they are sent.
    package var headers: [HTTPHeader]
    /// nil for none.
    package var body: HTTPBody?
    /// Bound of the answer's body, counted after decompression.
    package var maximumBodyBytes: Int
    /// From the start until the connection is up, TLS included.
    package var connectTimeoutSeconds: Double
    /// From the start until the last byte of the answer; waiting for a free slot does not count.
    package var totalTimeoutSeconds: Double
    /// How long nothing may move in either direction, once the connection is being used.
    package var stallTimeoutSeconds: Double
    /// Whether a second copy is harmless: by the method, unless the caller knows that a POST only reads.
    package var isSafeToRepeat: Bool

    package init(
        _ method: HTTPMethod, _ url: String, headers: [HTTPHeader] = [], body: HTTPBody? = nil,
        maximumBodyBytes: Int = 16 << 20, connectTimeoutSeconds: Double = 10, totalTimeoutSeconds: Double = 120,
        stallTimeoutSeconds: Double = 30, isSafeToRepeat: Bool? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.maximumBodyBytes = maximumBodyBytes
        self.connectTimeoutSeconds = connectTimeoutSeconds
        self.totalTimeoutSeconds = totalTimeoutSeconds
        self.stallTimeoutSeconds = stallTimeoutSeconds
        self.isSafeToRepeat = isSafeToRepeat ?? method.isRead
    }

    /// The URL's path: what messages and the rate limit know a request by.
    package var path: String { Self.path(ofURL: url) }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(method.rawValue) \(path)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

extension HTTPRequest {
    /// Everything after the authority and before query and fragment, either of which may hold a secret.
    static func path(ofURL url: String) -> String {
        var rest = Substring(url)
        if let end = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) { rest = rest[..<end] }
        if let slashes = rest.utf8.firstIndex(of: UInt8(ascii: "/")) {
            let after = rest.utf8.index(after: slashes)
            let hasAuthority = after < rest.utf8.endIndex && rest.utf8[after] == UInt8(ascii: "/")
            if hasAuthority { rest = rest[rest.utf8.index(after: after)...] }
        }
        guard let start = rest.firstIndex(of: "/") else { return "/" }
        return String(rest[start...])
    }
}
