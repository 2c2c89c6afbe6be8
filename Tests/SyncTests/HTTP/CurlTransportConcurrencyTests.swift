import Foundation
import Synchronization
import Testing

@testable import Sync

/// Many requests at once, cancellation and the end of the transport.
@Suite struct CurlTransportConcurrencyTests {
    @Test func noMoreThanTheBoundRunAtOnce() async throws {
        let gauge = Gauge()
        // The first two wait for each other, so that the bound is reached and not only kept.
        let server = try LoopbackServer { _, peer in
            gauge.enter()
            gauge.waitForTotal(2)
            gauge.leave()
            peer.answer()
        }
        defer { server.stop() }
        let transport = CurlTransport(.init(version: "1", maximumTransfersPerHost: 2))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 {
                group.addTask { try await transport.send(HTTPRequest(.get, server.url)).status }
            }
            for try await status in group { #expect(status == 200) }
        }
        #expect(gauge.peak == 2)
        #expect(server.connections == 2)
    }

    @Test func aBusyHostDoesNotHoldUpAnother() async throws {
        let latch = Latch()
        let busy = try LoopbackServer { _, peer in
            latch.wait()
            peer.answer()
        }
        let free = try LoopbackServer()
        defer {
            latch.open()
            busy.stop()
            free.stop()
        }
        let transport = CurlTransport(.init(version: "1", maximumTransfers: 2, maximumTransfersPerHost: 1))
        async let first = transport.send(HTTPRequest(.get, busy.url))
        async let second = transport.send(HTTPRequest(.get, busy.url))
        #expect(await busy.firstArrival() != nil)
        #expect(try await transport.send(HTTPRequest(.get, free.url)).status == 200)
        latch.open()
        #expect(try await [first.status, second.status] == [200, 200])
    }

    @Test func cancellingTheTaskAbortsTheTransfer() async throws {
        let closed = AsyncStream<Void>.makeStream()
        let server = try LoopbackServer { _, peer in
            peer.waitUntilClosed()
            closed.continuation.yield()
        }
        defer { server.stop() }
        let transport = CurlTransport(.init(version: "1"))
        let task = Task { await transport.failure(HTTPRequest(.patch, server.url)) }
        #expect(await server.firstArrival() != nil)
        task.cancel()
        let error = await task.value
        #expect(error?.code == .cancelled)
        #expect(error?.mayHaveArrived == true)
        // The server sees the end while the transport lives on.
        for await _ in closed.stream { break }
        transport.shutDown()
    }

    @Test func aCancelledRequestThatWaitedForASlotWasNeverSent() async throws {
        let latch = Latch()
        let server = try LoopbackServer { _, peer in
            latch.wait()
            peer.answer()
        }
        defer {
            latch.open()
            server.stop()
        }
        let transport = CurlTransport(.init(version: "1", maximumTransfersPerHost: 1))
        async let first = transport.send(HTTPRequest(.get, server.url + "/first"))
        #expect(await server.firstArrival() != nil)
        let waiting = Task { await transport.failure(HTTPRequest(.post, server.url + "/second")) }
        waiting.cancel()
        let error = await waiting.value
        #expect(error?.code == .cancelled)
        #expect(error?.mayHaveArrived == false)
        latch.open()
        #expect(try await first.status == 200)
        #expect(server.requests.map(\.target) == ["/first"])
    }

    @Test func shuttingDownEndsWhatIsUnderWayAndRefusesTheRest() async throws {
        let server = try LoopbackServer { $1.waitUntilClosed() }
        defer { server.stop() }
        let transport = CurlTransport(.init(version: "1"))
        let task = Task { await transport.failure(HTTPRequest(.post, server.url)) }
        #expect(await server.firstArrival() != nil)
        transport.shutDown()
        #expect(await task.value?.code == .shutDown)
        #expect(await task.value?.mayHaveArrived == true)
        let later = await transport.failure(HTTPRequest(.post, server.url))
        #expect(later?.code == .shutDown)
        #expect(later?.mayHaveArrived == false)
        transport.shutDown()
    }

    @Test func aTransportThatGoesAwayClosesItsConnections() async throws {
        let server = try LoopbackServer()
        do {
            let transport = CurlTransport(.init(version: "1"))
            _ = try await transport.send(HTTPRequest(.get, server.url))
        }
        // Returns only when the connection's thread has seen the end of the connection or the server's own stop.
        server.stop()
        #expect(server.connections == 1)
    }

    @Test func transportsComeAndGoEachWithConnectionsOfItsOwn() async throws {
        let server = try LoopbackServer()
        defer { server.stop() }
        _ = try await CurlTransport(.init(version: "1")).send(HTTPRequest(.get, server.url))
        for _ in 0..<50 {
            let transport = CurlTransport(.init(version: "1"))
            _ = try await transport.send(HTTPRequest(.get, server.url))
            transport.shutDown()
        }
        #expect(server.connections == 51)
    }
}

extension LoopbackServer {
    func firstArrival() async -> Request? {
        for await request in arrivals { return request }
        return nil
    }
}

/// Counts who is inside; threads can wait for arrivals.
private final class Gauge: Sendable {
    private struct Counts {
        var inside = 0
        var peak = 0
        var total = 0
    }

    // Guards the counts together with the waiting for them, which a Mutex can't do.
    private let condition = NSCondition()
    private let counts = Mutex(Counts())

    var peak: Int { counts.withLock { $0.peak } }

    func enter() {
        condition.withLock {
            counts.withLock { counts in
                counts.inside += 1
                counts.total += 1
                counts.peak = max(counts.peak, counts.inside)
            }
            condition.broadcast()
        }
    }

    func leave() {
        counts.withLock { $0.inside -= 1 }
    }

    func waitForTotal(_ total: Int) {
        condition.withLock {
            while counts.withLock({ $0.total }) < total { condition.wait() }
        }
    }
}
