import FoundationEssentials

/// What a plugin's `fetch` meets.
package struct FetchPolicy: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable {
        /// Every request fails; the report lists them.
        case deny
        /// 200 with the body `{}`.
        case stub
        /// Answers from the cassette, in order for each method and URL; a request that it lacks is denied.
        case replay
        /// The parent sends it, to hosts that the person named.
        case live
    }

    package var mode: Mode
    package var cassette: [CassetteEntry]

    package init(mode: Mode = .deny, cassette: [CassetteEntry] = []) {
        self.mode = mode
        self.cassette = cassette
    }

    package var json: JSONValue {
        ["mode": .string(mode.rawValue), "cassette": .array(cassette.map(\.json))]
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "fetch")
        mode = try fields.choice("mode", Mode.self)
        cassette = try fields.array("cassette").map { value throws(DecodeError) in try CassetteEntry(value) }
    }
}

/// One recorded exchange: `{method, url, status, headers, body}`.
package struct CassetteEntry: Sendable, Equatable {
    package var method: String
    package var url: String
    package var response: FetchResponse

    package init(method: String, url: String, response: FetchResponse) {
        self.method = method
        self.url = url
        self.response = response
    }

    package var json: JSONValue {
        var object = JSONObject([.init(key: "method", value: .string(method)), .init(key: "url", value: .string(url))])
        for member in response.json.object?.members ?? [] { object[member.key] = member.value }
        return .object(object)
    }

    /// A missing method is GET.
    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "cassette entry")
        method = try fields.optionalString("method") ?? "GET"
        url = try fields.string("url")
        response = try FetchResponse(json)
    }
}

/// What a server answered.
package struct FetchResponse: Sendable, Equatable {
    package var status: Int
    /// Name to value, in the order they came; values are strings.
    package var headers: JSONObject
    package var body: [UInt8]

    package init(status: Int, headers: JSONObject = JSONObject(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The body is a string when it is UTF-8 (null when empty), else base64 under `body_base64`.
    package var json: JSONValue {
        let text = String(validating: body, as: UTF8.self)
        var object = JSONObject([
            .init(key: "status", value: JSONValue(status)), .init(key: "headers", value: .object(headers)),
        ])
        if let text {
            object["body"] = body.isEmpty ? .null : .string(text)
        } else {
            object["body_base64"] = .string(Data(body).base64EncodedString())
        }
        return .object(object)
    }

    /// A missing status is 200; a body that is neither a string nor null is taken as JSON text.
    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "response")
        status = try fields.optionalInt("status") ?? 200
        headers = fields.optional("headers") == nil ? JSONObject() : try fields.object("headers")
        if let encoded = try fields.optionalString("body_base64") {
            guard let data = Data(base64Encoded: encoded) else {
                throw DecodeError(entity: "response", field: "body_base64", found: "no base64")
            }
            body = [UInt8](data)
        } else if let value = fields.optional("body") {
            body = Array((value.string ?? value.text).utf8)
        } else {
            body = []
        }
    }
}

/// What a live request came to.
package enum FetchAnswer: Sendable, Equatable {
    case response(FetchResponse)
    /// It was not sent, because a rule of the person's forbids it; the text says which.
    case refused(String)
    /// It was sent and failed; the text is the one that node-fetch's error would carry.
    case failed(String)

    package var json: JSONValue {
        switch self {
        case .response(let response): ["response": response.json]
        case .refused(let reason): ["refused": .string(reason)]
        case .failed(let reason): ["error": .string(reason)]
        }
    }

    package init(_ json: JSONValue) throws(DecodeError) {
        let fields = try DecodedFields(json, of: "answer")
        if let response = fields.optional("response") {
            self = .response(try FetchResponse(response))
        } else if let reason = try fields.optionalString("refused") {
            self = .refused(reason)
        } else {
            self = .failed(try fields.string("error"))
        }
    }
}
