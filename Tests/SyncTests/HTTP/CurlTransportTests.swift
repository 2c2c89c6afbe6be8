import Foundation
import Models
import TestSupport
import Testing

@testable import Sync

/// The transport against servers that behave.
@Suite struct CurlTransportTests {
    private let transport = CurlTransport(.init(version: "9.9"))

    @Test func sendsMethodHeadersAndBodyAndReadsTheAnswer() async throws {
        let server = try LoopbackServer { $1.answer("201 Created", ["X-Thing: a b "], body: Array("done".utf8)) }
        defer { server.stop() }
        let request = HTTPRequest(
            .patch, server.url + "/api/x/?a=b",
            headers: [HTTPHeader("Authorization", "Bearer k"), HTTPHeader("X-Empty", "")], body: .json(["n": 1]))
        let response = try await transport.send(request)
        #expect(response.status == 201)
        #expect(response.header("x-tHING") == "a b")
        #expect(response.body == Array("done".utf8))
        #expect(response.retryAfterSeconds == nil)
        let seen = try #require(server.requests.first)
        #expect(seen.method == "PATCH")
        #expect(seen.target == "/api/x/?a=b")
        #expect(seen.headers["authorization"] == "Bearer k")
        #expect(seen.headers["x-empty"] == "")
        #expect(seen.headers["content-type"] == "application/json")
        #expect(seen.headers["user-agent"] == "phsync/9.9")
        #expect(seen.headers["expect"] == nil)
        #expect(seen.body == Array(#"{"n":1}"#.utf8))
    }

    @Test(arguments: HTTPMethod.allCases)
    func everyMethodIsSentAsItself(_ method: HTTPMethod) async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        let response = try await transport.send(HTTPRequest(method, server.url + "/"))
        #expect(response.status == 200)
        #expect(server.requests.map(\.method) == [method.rawValue])
        #expect(server.requests.first?.headers["content-type"] == nil)
    }

    @Test func aBodyWithNULsArrivesWhole() async throws {
        let server = try LoopbackServer { request, peer in peer.answer(body: request.body) }
        defer { server.stop() }
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        let response = try await transport.send(
            HTTPRequest(.post, server.url, body: HTTPBody(bytes, contentType: "application/octet-stream")))
        #expect(response.body == bytes)
    }

    @Test func readsShareAConnection() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        let start = ContinuousClock.now
        for _ in 0..<5 { _ = try await transport.send(HTTPRequest(.get, server.url)) }
        #expect(server.requests.count == 5)
        // libcurl keeps no connection that has been idle for 118 s, which takes a machine that stands still meanwhile.
        #expect(server.connections == 1 || start.duration(to: .now) > .seconds(118))
    }

    @Test func aReadSurvivesThatAKeptConnectionWasClosed() async throws {
        let server = try LoopbackServer { _, peer in
            peer.answer()
            peer.disconnect()
        }
        defer { server.stop() }
        for _ in 0..<3 { #expect(try await transport.send(HTTPRequest(.get, server.url)).status == 200) }
        #expect(server.connections == 3)
    }

    @Test(arguments: [HTTPMethod.post, .patch, .delete])
    func aWriteIsNotSentAgainWhenItsConnectionIsLost(_ method: HTTPMethod) async throws {
        // libcurl would do so on a connection that has served a request before.
        let server = try LoopbackServer { request, peer in
            if request.method == "GET" { peer.answer() } else { peer.disconnect() }
        }
        defer { server.stop() }
        _ = try await transport.send(HTTPRequest(.get, server.url))
        let error = await failure(HTTPRequest(method, server.url))
        #expect(error?.code == .cut)
        #expect(error?.mayHaveArrived == true)
        #expect(server.requests.map(\.method) == ["GET", method.rawValue])
    }

    @Test func compressionIsAskedForAndUndone() async throws {
        let zipped = try Fixtures.bytes("http/results.json.gz")
        let server = try LoopbackServer { $1.answer("200 OK", ["Content-Encoding: gzip"], body: zipped) }
        defer { server.stop() }
        let response = try await transport.send(HTTPRequest(.get, server.url))
        #expect(response.body == Array(#"{"results":[1.10]}"#.utf8))
        #expect(server.requests.first?.headers["accept-encoding"]?.contains("gzip") == true)
    }

    @Test func theBoundCountsDecompressedBytes() async throws {
        let zipped = try Fixtures.bytes("http/zeros-400000.gz")
        let server = try LoopbackServer { $1.answer("200 OK", ["Content-Encoding: gzip"], body: zipped) }
        defer { server.stop() }
        let error = await failure(HTTPRequest(.get, server.url, maximumBodyBytes: 399_999))
        #expect(error?.code == .bodyTooLarge)
        #expect(try await transport.send(HTTPRequest(.get, server.url, maximumBodyBytes: 400_000)).body.count == 400_000)
    }

    @Test func headersOfAnInterimAnswerDoNotCount() async throws {
        let server = try LoopbackServer { _, peer in
            peer.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            peer.answer("200 OK", ["X-Real: yes"])
        }
        defer { server.stop() }
        let response = try await transport.send(HTTPRequest(.get, server.url))
        #expect(response.status == 200)
        #expect(response.header("link") == nil)
        #expect(response.header("x-real") == "yes")
    }

    @Test(arguments: [
        ("Retry-After: 42", 42), ("retry-after: 0", 0), ("Retry-After: Thu, 01 Jan 2015 00:00:00 GMT", 0),
        ("X-Nothing: 1", nil), ("Retry-After: 9223372036854775807", 86_400),
    ] as [(String, Int?)])
    func retryAfterIsRead(_ line: String, _ seconds: Int?) async throws {
        let server = try LoopbackServer { $1.answer("429 Too Many Requests", [line]) }
        defer { server.stop() }
        let response = try await transport.send(HTTPRequest(.get, server.url))
        #expect(response.status == 429)
        #expect(response.retryAfterSeconds == seconds)
    }

    @Test func aRetryAfterDateBecomesSeconds() async throws {
        let server = try LoopbackServer { $1.answer("503 Later", ["Retry-After: Fri, 31 Dec 2100 23:59:59 GMT"]) }
        defer { server.stop() }
        let response = try await transport.send(HTTPRequest(.get, server.url))
        #expect(response.retryAfterSeconds == 86_400, "nobody is waited for longer than a day")
    }

    @Test(arguments: ["400 Bad Request", "401 No", "404 Not Found", "500 Oh", "503 Later", "204 No Content"])
    func aStatusIsAnAnswer(_ status: String) async throws {
        let server = try LoopbackServer { $1.answer(status) }
        defer { server.stop() }
        #expect(try await transport.send(HTTPRequest(.get, server.url)).status == Int(status.prefix(3)))
    }

    @Test func aProxyIsAskedForOtherHostsButNeverForLoopback() async throws {
        let proxy = try LoopbackServer { request, peer in
            peer.answer(request.method == "CONNECT" ? "403 Forbidden" : "200 OK", body: Array("proxied".utf8))
        }
        let server = try LoopbackServer { $1.answer(body: Array("direct".utf8)) }
        defer {
            proxy.stop()
            server.stop()
        }
        let transport = CurlTransport(.init(version: "1", proxy: proxy.url, allowsPlainHTTP: true))
        let far = try await transport.send(HTTPRequest(.get, "http://posthog.example.com/a"))
        #expect(far.body == Array("proxied".utf8))
        let near = try await transport.send(HTTPRequest(.get, server.url))
        #expect(near.body == Array("direct".utf8))
        let error = await transport.failure(
            HTTPRequest(.get, "https://posthog.example.com/", headers: [HTTPHeader("Authorization", "Bearer k")]))
        #expect(error?.code == .cut)
        #expect(proxy.requests.map(\.target) == ["http://posthog.example.com/a", "posthog.example.com:443"])
        #expect(proxy.requests.allSatisfy { $0.headers["authorization"] == nil })
    }

    private func failure(_ request: HTTPRequest) async -> TransportError? {
        await transport.failure(request)
    }
}

extension Transport {
    /// The error of a request that has to fail.
    func failure(_ request: HTTPRequest) async -> TransportError? {
        do {
            let response = try await send(request)
            Issue.record("an answer instead of an error: \(response)")
            return nil
        } catch {
            return error
        }
    }
}
