import Models
import Testing

@testable import Sync

@Suite struct HTTPValueTests {
    @Test func noDescriptionShowsASecret() {
        var form = MultipartForm()
        form.addText("config", "hunter2")
        form.addFile("f", filename: "n", contentType: "text/plain", bytes: Array("hunter2".utf8))
        let header = HTTPHeader("authorization", "Bearer hunter2")
        let body = HTTPBody.json(["password": "hunter2"])
        let request = HTTPRequest(.post, "https://example.com/a/?token=hunter2#hunter2", headers: [header], body: body)
        let response = HTTPResponse(
            status: 200, headers: [HTTPHeader("X-Key", "hunter2", isSensitive: true)], body: Array("hunter2".utf8))
        let configuration = CurlTransport.Configuration(version: "1", proxy: "http://u:hunter2@proxy.example.com")
        for value in [header, body, form, form.parts[0], request, response, configuration] as [any Sendable] {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] {
                #expect(!text.contains("hunter2"), "\(type(of: value))")
                #expect(!text.contains("104"), "\(type(of: value)) shows bytes")
            }
        }
    }

    @Test func ordinaryHeadersAreShown() {
        #expect("\(HTTPHeader("Accept", "text/plain"))" == "Accept: text/plain")
        #expect("\(HTTPHeader("Set-Cookie", "a=b"))" == "Set-Cookie: <redacted>")
    }

    @Test(arguments: [
        ("https://example.com/api/x/?a=/b", "/api/x/"), ("https://example.com", "/"), ("https://example.com?a=/b", "/"),
        ("http://[::1]:80/p#/f", "/p"), ("https://example.com/a//b", "/a//b"), ("nonsense", "/"), ("", "/"), ("/a?b", "/a"),
    ])
    func thePathLeavesHostAndQueryOut(_ url: String, _ path: String) {
        #expect(HTTPRequest(.get, url).path == path)
    }

    @Test func headersAreFoundInAnyCase() {
        let response = HTTPResponse(status: 200, headers: [HTTPHeader("Content-Type", "a"), HTTPHeader("content-type", "b")])
        #expect(response.header("CONTENT-TYPE") == "a")
        #expect(response.header("Content") == nil)
    }

    @Test func onlyReadsAreSafeToRepeat() {
        #expect(HTTPMethod.allCases.filter { HTTPRequest($0, "x").isSafeToRepeat } == [.get, .head])
        #expect(HTTPRequest(.post, "x", isSafeToRepeat: true).isSafeToRepeat)
    }

    @Test func jsonBodiesKeepTheirDigits() throws {
        let value = try JSONValue(parsing: #"{"a":1.10,"b":123456789012345678901234567890}"#)
        #expect(HTTPBody.json(value).bytes == Array(#"{"a":1.10,"b":123456789012345678901234567890}"#.utf8))
    }
}
