/// Answers as bytes on the wire.
enum ResponseText {
    static func head(_ response: DemoResponse, _ extra: [DemoHeader]) -> [UInt8] {
        var text = "HTTP/1.1 \(response.status) \(reason(response.status))\r\n"
        for header in response.headers + extra { text += "\(header.name): \(header.value)\r\n" }
        return Array((text + "\r\n").utf8)
    }

    /// Head and body; a 204 has neither length nor body.
    static func whole(_ response: DemoResponse, keepsAlive: Bool) -> [UInt8] {
        var extra: [DemoHeader] = []
        if response.status != 204 { extra.append(DemoHeader("Content-Length", String(response.body.count))) }
        if !keepsAlive { extra.append(DemoHeader("Connection", "close")) }
        return head(response, extra) + response.body
    }

    private static func reason(_ status: Int) -> String {
        let reasons = [
            200: "OK", 201: "Created", 204: "No Content", 302: "Found", 400: "Bad Request", 401: "Unauthorized",
            403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large",
            415: "Unsupported Media Type", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
            500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
        ]
        return reasons[status] ?? "Status"
    }
}
