import Models

/// One part of a form: a text field, or a file.
struct FormPart {
    var name: String
    var bytes: [UInt8]
    var fileName: String?
    var contentType: String?

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// What the request's body says, read by its content type as the server reads it.
enum RequestBody {
    case none
    case json(JSONValue)
    case form([FormPart])

    /// Non-file parts may have this many bytes together; more is an exception, so a 500 (2023-11: 141).
    static let formFieldsMaximumBytes = 20_971_520

    init(_ request: DemoRequest) throws(APIFailure) {
        let type = request.header("Content-Type") ?? ""
        let mediaType = type.split(separator: ";").first.map { $0.trimmed.lowercased() } ?? ""
        guard !request.body.isEmpty else {
            self = .none
            return
        }
        switch mediaType {
        case "application/json": self = .json(try PythonJSON.requestBody(request.body))
        case "application/x-www-form-urlencoded":
            try RequestBody.checkSize(request.body.count)
            let pairs = URLQuery(String(decoding: request.body, as: UTF8.self)).pairs
            self = .form(pairs.map { FormPart(name: $0.name, bytes: Array($0.value.utf8)) })
        case "multipart/form-data":
            guard let boundary = MultipartForm.boundary(in: type), let parts = MultipartForm.parts(of: request.body, boundary: boundary)
            else { throw .unparsable("Multipart form parse error - Invalid boundary in multipart: None") }
            try RequestBody.checkSize(parts.filter { $0.fileName == nil }.reduce(0) { $0 + $1.bytes.count })
            self = .form(parts)
        default:
            throw APIFailure(
                415, "invalid_request", "unsupported_media_type", "Unsupported media type \"\(type)\" in request.")
        }
    }

    private static func checkSize(_ size: Int) throws(APIFailure) {
        if size > formFieldsMaximumBytes { throw .server }
    }
}

extension RequestBody {
    var isForm: Bool {
        if case .form = self { true } else { false }
    }

    /// The last text field of that name.
    func formText(_ name: String) -> String? {
        guard case .form(let parts) = self else { return nil }
        return parts.last { $0.name == name && $0.fileName == nil }?.text
    }

    /// A top-level field of either kind of body, texts of a form as JSON strings.
    subscript(name: String) -> JSONValue? {
        switch self {
        case .none: nil
        case .json(let value): value[name]
        case .form: formText(name).map(JSONValue.string)
        }
    }

    var fieldNames: [String] {
        switch self {
        case .none: []
        case .json(let value): value.object?.keys ?? []
        case .form(let parts): parts.map(\.name)
        }
    }
}

/// Pairs of a query string or a form body, in order, decoded.
struct URLQuery {
    var pairs: [(name: String, value: String)]

    init(_ text: String) {
        pairs = text.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (URLQuery.decoded(halves[0]), halves.count > 1 ? URLQuery.decoded(halves[1]) : "")
        }
    }

    /// The last value of that name, as Django takes it.
    subscript(name: String) -> String? {
        pairs.last { $0.name == name }?.value
    }

    static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var scalars = Substring(self).unicodeScalars
        while scalars.first?.properties.isWhitespace == true { scalars.removeFirst() }
        while scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
        return String(scalars)
    }
}
