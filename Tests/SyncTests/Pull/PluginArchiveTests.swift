import Models
import Sync
import Synchronization
import Testing

@Suite struct PluginArchiveTests {
    private func plugin(_ url: String?, _ tag: String?) throws -> Plugin {
        try Plugin(["id": 5, "name": "Five", "plugin_type": "custom", "url": JSONValue(url), "tag": JSONValue(tag)])
    }

    @Test(arguments: [
        ("https://github.com/o/r", "3f1c", "https://codeload.github.com/o/r/zip/3f1c", ""),
        ("https://github.com/o/r/tree/main/packages/geo", "3f1c", "https://codeload.github.com/o/r/zip/3f1c", "packages/geo"),
        ("https://github.com/o/r/commit/3f1c/sub", "3f1c", "https://codeload.github.com/o/r/zip/3f1c", "sub"),
        ("https://github.com/o/r/releases/tag/v1", "refs/tags/v1", "https://codeload.github.com/o/r/zip/refs/tags/v1", ""),
        ("https://github.com/o/r/archive/v1.zip", "v1", "https://codeload.github.com/o/r/zip/v1", ""),
        ("https://gitlab.com/g/s/p/-/tree/main", "abc", "https://gitlab.com/api/v4/projects/g%2Fs%2Fp/repository/archive.zip?sha=abc", ""),
        ("https://www.npmjs.com/package/@s/p/v/1.2.3", "1.2.3", "https://registry.npmjs.org/@s/p/-/p-1.2.3.tgz", ""),
        ("https://www.npmjs.com/package/p", "1.2.3", "https://registry.npmjs.org/p/-/p-1.2.3.tgz", ""),
    ])
    func eachFormOfAddressHasItsArchive(url: String, tag: String, archive: String, subfolder: String) throws {
        let found = try PluginArchive(of: try plugin(url, tag))
        #expect(found.url == archive)
        #expect(found.subfolder == subfolder)
    }

    @Test(arguments: [
        (nil, "v1"), ("https://github.com/o/r", nil), ("http://github.com/o/r", "v1"), ("https://evil.example.com/o/r", "v1"),
        ("file:/srv/plugin", "v1"), ("inline://x", "v1"), ("https://github.com/o", "v1"), ("https://github.com/o/r", "../../x"),
        ("https://github.com/o/r", "v1?x=y"), ("https://github.com/o/r", "v1#x"), ("https://github.com@evil.example.com/o/r", "v1"),
        ("https://www.npmjs.com/package/@s", "1"), ("https://github.com/../r", "v1"), ("https://github.com/o/r", "a b"),
    ] as [(String?, String?)])
    func anythingElseIsRefused(url: String?, tag: String?) throws {
        let plugin = try plugin(url, tag)
        #expect(throws: Problem.self) { try PluginArchive(of: plugin) }
    }

    @Test func nothingOfTheInstanceIsSentAlong() async throws {
        let asked = Asked()
        let plugin = try plugin("https://github.com/o/r", "v1")
        _ = try await PluginArchive(of: plugin).download(asked, of: plugin)
        #expect(asked.requests.map(\.headers) == [[]])
        #expect(asked.requests.map(\.url) == ["https://codeload.github.com/o/r/zip/v1"])
    }

    @Test func aStandInForTheHostsKeepsThePath() throws {
        let found = try PluginArchive(of: try plugin("https://github.com/o/r", "v1"), loopback: "http://127.0.0.1:9")
        #expect(found.url == "http://127.0.0.1:9/o/r/zip/v1")
    }
}

/// Keeps the requests.
private final class Asked: Transport {
    private let inner = Mutex<[HTTPRequest]>([])
    var requests: [HTTPRequest] { inner.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        inner.withLock { $0.append(request) }
        return HTTPResponse(status: 200)
    }
}
