/// What the request accepts as an answer: JSON, or else a refusal.
enum Negotiation {
    /// The answer to a request that gets no JSON; nil when it does.
    static func response(_ call: Call, _ profile: DemoProfile) throws(APIFailure) -> DemoResponse? {
        guard call.segments.first == "api", call.query["format"] != "json", let accept = call.request.header("Accept") else {
            return nil
        }
        let types = accept.split(separator: ",").map { $0.split(separator: ";").first.map(\.trimmed) ?? "" }
        for type in types.filter({ !$0.isEmpty }) {
            switch type {
            case "application/json", "application/*", "*/*": return nil
            case "text/html" where profile.rendersHTML, "text/*" where profile.rendersHTML: return page
            default: continue
            }
        }
        if types.allSatisfy(\.isEmpty) { return nil }
        throw APIFailure(406, "invalid_request", "not_acceptable", "Could not satisfy the request Accept header.")
    }

    /// The browsable page needs templates that the recorded server had not, so it was this one.
    private static let page = DemoResponse(
        status: 500, headers: [DemoHeader("Content-Type", "text/html")],
        body: Array(
            """

            <!doctype html>
            <html lang="en">
            <head>
              <title>Server Error (500)</title>
            </head>
            <body>
              <h1>Server Error (500)</h1><p></p>
            </body>
            </html>

            """.utf8))
}
