import Foundation
import Glibc
import Synchronization

/// A raw server on 127.0.0.1 that does exactly what its handler writes, right or wrong.
///
/// Each connection has a thread, which parses requests and hands them to the handler until one side closes.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        let method: String
        let target: String
        /// By name in lower case.
        let headers: [String: String]
        let body: [UInt8]
    }

    private struct State {
        var requests: [Request] = []
        var open: Set<Int32> = []
        var connections = 0
        var isStopped = false
    }

    let port: UInt16
    /// Every request as soon as it has been read completely.
    let arrivals: AsyncStream<Request>
    private let arrived: AsyncStream<Request>.Continuation
    private let listener: Int32
    private let greeting: String
    private let handler: @Sendable (Request, Peer) -> Void
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.connections } }

    /// - Parameter greeting: Written at once to each new connection, which then gets no further service.
    init(greeting: String = "", _ handler: @escaping @Sendable (Request, Peer) -> Void = { $1.answer() }) throws {
        (arrivals, arrived) = AsyncStream.makeStream()
        self.greeting = greeting
        self.handler = handler
        (listener, port) = try Self.listen()
        run { server in server.acceptAll() }
    }

    /// Closes everything and waits for the threads.
    func stop() {
        let open = state.withLock { state in
            state.isStopped = true
            return state.open
        }
        for socket in open + [listener] { shutdown(socket, Int32(SHUT_RDWR)) }
        threads.wait()
        close(listener)
        arrived.finish()
    }

    private func run(_ body: @escaping @Sendable (LoopbackServer) -> Void) {
        threads.enter()
        Thread.detachNewThread { [self] in
            body(self)
            threads.leave()
        }
    }

    private func acceptAll() {
        while true {
            let socket = accept(listener, nil, nil)
            guard socket >= 0 else { return }
            let isStopped = state.withLock { state in
                if !state.isStopped { state.open.insert(socket) }
                state.connections += 1
                return state.isStopped
            }
            if isStopped { close(socket) } else { run { $0.serve(socket) } }
        }
    }

    private func serve(_ socket: Int32) {
        let peer = Peer(socket: socket)
        if !greeting.isEmpty {
            peer.write(greeting)
            peer.waitUntilClosed()
        }
        while let request = peer.readRequest() {
            state.withLock { $0.requests.append(request) }
            arrived.yield(request)
            handler(request, peer)
        }
        state.withLock { _ = $0.open.remove(socket) }
        close(socket)
    }

    private static func listen() throws -> (socket: Int32, port: UInt16) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && Glibc.listen(socket, 64) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard isListening else { throw CocoaError(.featureUnsupported) }
        return (socket, UInt16(bigEndian: address.sin_port))
    }
}

extension LoopbackServer {
    /// The server's end of one connection.
    final class Peer {
        private let socket: Int32
        private var pending: [UInt8] = []

        init(socket: Int32) { self.socket = socket }

        /// A complete answer on a connection that stays open.
        func answer(_ status: String = "200 OK", _ headers: [String] = [], body: [UInt8] = []) {
            let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers
            write(lines.joined(separator: "\r\n") + "\r\n\r\n")
            write(body)
        }

        @discardableResult
        func write(_ text: String) -> Bool { write(Array(text.utf8)) }

        /// - Returns: False when the client is gone.
        @discardableResult
        func write(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        func disconnect() { shutdown(socket, Int32(SHUT_RDWR)) }

        /// Returns when the client has closed its end, or the server stops.
        func waitUntilClosed() {
            while readMore() {}
        }

        fileprivate func readRequest() -> Request? {
            var end = headEnd()
            while end == nil {
                guard readMore() else { return nil }
                end = headEnd()
            }
            guard let end else { return nil }
            let lines = String(decoding: pending[..<end], as: UTF8.self).components(separatedBy: "\r\n")
            let words = lines[0].split(separator: " ").map(String.init)
            guard words.count == 3 else { return nil }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
            }
            let bodyEnd = end + 4 + (headers["content-length"].flatMap { Int($0) } ?? 0)
            while pending.count < bodyEnd { guard readMore() else { return nil } }
            defer { pending.removeFirst(bodyEnd) }
            return Request(method: words[0], target: words[1], headers: headers, body: Array(pending[(end + 4)..<bodyEnd]))
        }

        private func headEnd() -> Int? {
            guard pending.count >= 4 else { return nil }
            return (0...(pending.count - 4)).first { pending[$0..<($0 + 4)].elementsEqual("\r\n\r\n".utf8) }
        }

        private func readMore() -> Bool {
            var buffer = [UInt8](repeating: 0, count: 16_384)
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            pending += buffer[..<count]
            return true
        }
    }
}
