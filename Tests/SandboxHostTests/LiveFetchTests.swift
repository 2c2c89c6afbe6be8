import Models
@testable import SandboxHost
import Testing

/// A live run asks only whom the person named.
@Suite struct LiveFetchTests {
    private static func fetch(
        _ hosts: [String], addresses: [String: [[UInt8]]] = [:], secrets: [String] = [],
        answer: FetchAnswer = .response(FetchResponse(status: 200))
    ) -> LiveFetch {
        LiveFetch(hosts: hosts, secrets: secrets, resolve: { addresses[$0] ?? [[93, 184, 216, 34]] }, send: { _ in answer })
    }

    /// A live request waits for its answer, which needs the threads that tests run on.
    private static func ask(_ fetch: LiveFetch, _ url: String) async -> FetchAnswer? {
        await OwnThread.run { fetch.fetch(request(url)) }
    }

    private static func request(_ url: String) -> DryRunRequest {
        DryRunRequest(method: "GET", url: url, answered: .live, step: 0)
    }

    @Test(arguments: [
        "https://api.x.com/a", "http://api.x.com", "https://API.X.COM/", "https://api.x.com:443/?a=b", "https://api.x.com#x",
    ])
    func aNamedHostIsAsked(url: String) async {
        #expect(await LiveFetchTests.ask(LiveFetchTests.fetch(["api.x.com"]), url) == .response(FetchResponse(status: 200)))
    }

    @Test(arguments: [
        "https://api.x.com.evil.test/", "https://evil.test/api.x.com", "https://api.x.com@evil.test/", "https://evil.test#api.x.com",
        "https://api.x.com:8443/", "https://x.com", "ftp://api.x.com/", "file:///etc/passwd", "api.x.com", "https://", "https://api.x.com\\@evil.test/",
        "https://api.x.com%2eevil.test/", "https://api.x.com:443:1/", "https://api.x.com:99999/", "https://[::1]/", "https://api.x.com\n.evil.test/",
        "https://ápi.x.com/", "https://api.x.com:/x",
    ])
    func whatIsNotNamedIsNotAsked(url: String) async {
        guard case .refused = await LiveFetchTests.ask(LiveFetchTests.fetch(["api.x.com"]), url) else {
            Issue.record("\(url) was asked")
            return
        }
    }

    @Test(arguments: [
        [127, 0, 0, 1], [10, 1, 2, 3], [172, 16, 0, 1], [172, 31, 255, 255], [192, 168, 1, 1], [169, 254, 169, 254], [100, 64, 0, 1], [0, 0, 0, 0],
        [224, 0, 0, 1], [255, 255, 255, 255], [192, 0, 2, 1], [198, 18, 0, 1],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1],
        [0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1], [0x20, 0x02, 192, 168, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        [0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [UInt8](repeating: 0, count: 16),
    ] as [[UInt8]])
    func aNameThatLeadsInsideIsRefusedUnlessNamedPrivate(address: [UInt8]) async {
        let addresses = ["api.x.com": [[93, 184, 216, 34], address]]
        guard case .refused(let reason) = await LiveFetchTests.ask(
            LiveFetchTests.fetch(["api.x.com"], addresses: addresses), "https://api.x.com/")
        else {
            Issue.record("\(address) was asked")
            return
        }
        #expect(reason.contains("private:api.x.com"))
        guard case .response = await LiveFetchTests.ask(
            LiveFetchTests.fetch(["private:api.x.com"], addresses: addresses), "https://api.x.com/")
        else {
            Issue.record("refused although named")
            return
        }
    }

    @Test(arguments: [[93, 184, 216, 34], [172, 32, 0, 1], [100, 128, 0, 1], [0x2A, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]] as [[UInt8]])
    func publicAddressesArePublic(address: [UInt8]) async {
        #expect(NetworkAddress.isPublic(address))
    }

    @Test func anAddressThatIsWrittenDownIsMeant() async {
        let addresses: [String: [[UInt8]]] = ["127.0.0.1": [[127, 0, 0, 1]], "localhost": [[127, 0, 0, 1]]]
        for (host, url) in [("127.0.0.1:8000", "http://127.0.0.1:8000/"), ("localhost:9", "http://localhost:9/")] {
            guard case .response = await LiveFetchTests.ask(LiveFetchTests.fetch([host], addresses: addresses), url) else {
                Issue.record("\(url) was refused")
                return
            }
        }
        // The same address in another spelling is another name.
        guard case .refused = await LiveFetchTests.ask(LiveFetchTests.fetch(["127.0.0.1"]), "http://2130706433/") else {
            Issue.record("asked by another spelling")
            return
        }
    }

    @Test func theCassetteHoldsNoSecrets() async {
        let response = FetchResponse(
            status: 201, headers: ["x-echo": "key s3cretvalue", "Set-Cookie": "session=1"], body: Array(#"{"k":"s3cretvalue"}"#.utf8))
        let fetch = LiveFetchTests.fetch(["api.x.com"], secrets: ["s3cretvalue"], answer: .response(response))
        #expect(await LiveFetchTests.ask(fetch, "https://api.x.com/?key=s3cretvalue") == .response(response))
        _ = await LiveFetchTests.ask(fetch, "https://evil.test/")
        #expect(fetch.cassette == [
            CassetteEntry(
                method: "GET", url: "https://api.x.com/?key=<redacted>",
                response: FetchResponse(status: 201, headers: ["x-echo": "key <redacted>"], body: Array(#"{"k":"<redacted>"}"#.utf8))),
        ])
    }
}
