import Foundation
import Testing

@testable import Sync

/// The transport against servers that don't behave, and addresses that it must not use.
@Suite struct CurlTransportFailureTests {
    private let transport = CurlTransport(.init(version: "1"))

    @Test func aRefusedPortCertainlyGotNothing() async throws {
        let server = try LoopbackServer()
        server.stop()
        let error = await transport.failure(HTTPRequest(.post, server.url + "/a?token=secret"))
        #expect(error?.code == .connectionRefused)
        #expect(error?.mayHaveArrived == false)
        #expect(error?.subject == "POST /a")
        #expect(error?.description.contains("secret") == false)
    }

    @Test func anUnknownHostCertainlyGotNothing() async {
        let error = await transport.failure(HTTPRequest(.post, "https://phsync.invalid/"))
        #expect(error?.code == .unresolvedHost)
        #expect(error?.mayHaveArrived == false)
    }

    @Test func anAnswerThatNeverComesTimesOut() async throws {
        let server = try LoopbackServer { $1.waitUntilClosed() }
        defer { server.stop() }
        let error = await transport.failure(HTTPRequest(.post, server.url, totalTimeoutSeconds: 0.2))
        #expect(error?.code == .timedOut)
        #expect(error?.mayHaveArrived == true)
        #expect(error?.advice == .now)
    }

    @Test func aHandshakeThatNeverEndsSentNothing() async throws {
        let server = try LoopbackServer { $1.waitUntilClosed() }
        defer { server.stop() }
        let error = await transport.failure(
            HTTPRequest(.post, "https://127.0.0.1:\(server.port)/", connectTimeoutSeconds: 0.2))
        #expect(error?.code == .timedOut)
        #expect(error?.mayHaveArrived == false)
    }

    @Test func silenceInTheMiddleIsAStall() async throws {
        let server = try LoopbackServer { _, peer in
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            peer.waitUntilClosed()
        }
        defer { server.stop() }
        let error = await transport.failure(HTTPRequest(.get, server.url, stallTimeoutSeconds: 0.2))
        #expect(error?.code == .stalled)
        #expect(error?.mayHaveArrived == true)
    }

    @Test func aBodyCutInTheMiddleIsNoAnswer() async throws {
        let server = try LoopbackServer { _, peer in
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"results\":[")
            peer.disconnect()
        }
        defer { server.stop() }
        let error = await transport.failure(HTTPRequest(.patch, server.url))
        #expect(error?.code == .cut)
        #expect(error?.mayHaveArrived == true)
    }

    @Test func aChunkedBodyWithoutItsEndIsNoAnswer() async throws {
        let server = try LoopbackServer { _, peer in
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
            peer.disconnect()
        }
        defer { server.stop() }
        #expect(await transport.failure(HTTPRequest(.get, server.url))?.code == .cut)
    }

    @Test func anEndlessBodyIsAborted() async throws {
        let server = try LoopbackServer { _, peer in
            peer.write("HTTP/1.1 200 OK\r\n\r\n")
            while peer.write([UInt8](repeating: 0x30, count: 8192)) {}
        }
        defer { server.stop() }
        let error = await transport.failure(HTTPRequest(.get, server.url, maximumBodyBytes: 100_000))
        #expect(error?.code == .bodyTooLarge)
        #expect(error?.advice == .never)
    }

    @Test func endlessHeadersAreAborted() async throws {
        let server = try LoopbackServer { _, peer in
            peer.write("HTTP/1.1 200 OK\r\n")
            while peer.write("X-More: \(String(repeating: "x", count: 1000))\r\n") {}
        }
        defer { server.stop() }
        #expect(await transport.failure(HTTPRequest(.get, server.url))?.code == .badAnswer)
    }

    @Test func somethingElseThanHTTPIsABadAnswer() async throws {
        let server = try LoopbackServer { _, peer in
            peer.write("220 mail.example.com ESMTP\r\n\r\n")
            peer.disconnect()
        }
        defer { server.stop() }
        #expect(await transport.failure(HTTPRequest(.get, server.url))?.code == .badAnswer)
    }

    @Test func damagedCompressionIsABadAnswer() async throws {
        let server = try LoopbackServer { $1.answer("200 OK", ["Content-Encoding: gzip"], body: Array("not gzip".utf8)) }
        defer { server.stop() }
        #expect(await transport.failure(HTTPRequest(.get, server.url))?.code == .badAnswer)
    }

    @Test func aRedirectToAnotherHostIsNamedAndNotFollowed() async throws {
        let other = try LoopbackServer()
        defer { other.stop() }
        let server = try LoopbackServer {
            $1.answer("302 Found", ["Location: http://localhost:\(other.port)/login?next=secret"])
        }
        defer { server.stop() }
        let error = await transport.failure(HTTPRequest(.get, server.url, headers: [HTTPHeader("Authorization", "k")]))
        #expect(error?.code == .redirectRefused)
        #expect(error?.detail.contains("http://localhost:\(other.port)") == true)
        #expect(error?.detail.contains("secret") == false)
        #expect(error?.advice == .never)
        #expect(other.connections == 0)
    }

    @Test(arguments: ["301 Moved", "307 Temporary Redirect", "308 Permanent Redirect"])
    func aRedirectOnTheSameHostIsNotFollowedEither(_ status: String) async throws {
        let server = try LoopbackServer { $1.answer(status, ["Location: /elsewhere/"]) }
        defer { server.stop() }
        let error = await transport.failure(HTTPRequest(.get, server.url))
        #expect(error?.code == .redirectRefused)
        #expect(error?.detail.contains("same host") == true)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        "http://example.com/", "http://127.0.0.1.example.com/", "http://127.0.0.1@example.com/", "http://10.0.0.1/",
        "http://localhost.example.com/", "http://[::2]/", "ftp://127.0.0.1/", "file:///etc/passwd", "nonsense", "",
        "https://user:password@example.com/", "http://128.0.0.1/", "http://0.0.0.0/",
        "https://example.com/a b", "https://example.com/\r\nX-Injected: 1", "https://example.com/\0",
    ])
    func anAddressThatMustNotBeUsedIsRefused(_ url: String) async {
        let error = await transport.failure(HTTPRequest(.get, url))
        #expect(error?.code == .badURL)
        #expect(error?.mayHaveArrived == false)
        #expect(error?.description.contains("password") == false)
    }

    @Test(arguments: [
        "http://127.0.0.1/", "http://127.9.9.9:81/", "http://LOCALHOST:1/", "http://[::1]:8000/a", "http://127.1/",
    ])
    func loopbackAddressesMayUsePlainHTTP(_ url: String) async throws {
        await loadLibrary()
        let origin = try #require(CurlOrigin(url: url))
        #expect(CurlTransport.Configuration(version: "1").allows(origin))
    }

    @Test func plainHTTPElsewhereNeedsTheSetting() async throws {
        await loadLibrary()
        let origin = try #require(CurlOrigin(url: "http://posthog.example.com/"))
        #expect(CurlTransport.Configuration(version: "1", allowsPlainHTTP: true).allows(origin))
        #expect(!CurlTransport.Configuration(version: "1").allows(origin))
    }

    @Test(arguments: [
        HTTPHeader("X-A", "b\r\nX-Injected: 1"), HTTPHeader("X A", "b"), HTTPHeader("", "b"), HTTPHeader("X-A\r\nY", "b"),
        HTTPHeader("Authorization", "secret\n"),
    ])
    func aHeaderThatWouldStartAnotherLineIsRefused(_ header: HTTPHeader) async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        let error = await transport.failure(HTTPRequest(.get, server.url, headers: [header]))
        #expect(error?.code == .badHeader)
        #expect(error?.description.contains("secret") == false)
        #expect(server.connections == 0)
    }

    /// libcurl, which understands the addresses, is loaded by the first request.
    private func loadLibrary() async {
        #expect(await transport.failure(HTTPRequest(.get, ""))?.code == .badURL)
    }
}
