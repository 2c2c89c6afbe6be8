import Glibc

/// One client's socket: reads requests, writes answers. Owned by the thread that serves it.
struct Connection {
    /// Bounds that a careless client can't break.
    static let maximumHeadBytes = 65_536

    /// POLLRDHUP, which the headers show only to C with GNU extensions.
    private static let peerClosed: Int16 = 0x2000

    let descriptor: Int32
    let maximumBodyBytes: Int
    private var buffer: [UInt8] = []

    init(descriptor: Int32, maximumBodyBytes: Int) {
        self.descriptor = descriptor
        self.maximumBodyBytes = maximumBodyBytes
    }

    enum Incoming {
        case request(DemoRequest, keepsAlive: Bool)
        /// Refused with that status; the connection can't go on.
        case refused(Int)
        case closed
    }

    /// Waits for the next request and reads all of it.
    mutating func next() -> Incoming {
        guard let head = readHead() else { return buffer.count > Connection.maximumHeadBytes ? .refused(431) : .closed }
        guard head.count <= Connection.maximumHeadBytes else { return .refused(431) }
        guard let (request, isOld) = Connection.parse(head) else { return .refused(400) }
        var result = request
        switch readBody(of: request) {
        case .bytes(let bytes): result.body = bytes
        case .tooLarge: return .refused(413)
        case .bad: return .refused(400)
        case .closed: return .closed
        }
        let connection = request.header("Connection")?.lowercased()
        return .request(result, keepsAlive: isOld ? connection == "keep-alive" : connection != "close")
    }

    /// Writes everything; false when the client is gone.
    func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Reads what the client still sends, so that closing doesn't take the answer away from it.
    func drain() {
        shutdown(descriptor, Int32(SHUT_WR))
        var timeout = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var piece = [UInt8](repeating: 0, count: 65_536)
        var budget = 1000
        while budget > 0, recv(descriptor, &piece, piece.count, 0) > 0 { budget -= 1 }
    }

    /// Waits, but not longer than the client stays.
    func pause(milliseconds: Int) {
        guard milliseconds > 0 else { return }
        var entry = pollfd(fd: descriptor, events: Connection.peerClosed, revents: 0)
        _ = poll(&entry, 1, Int32(clamping: milliseconds))
    }
}

extension Connection {
    private enum Body {
        case bytes([UInt8])
        case tooLarge, bad, closed
    }

    private mutating func readHead() -> [UInt8]? {
        let end = Array("\r\n\r\n".utf8)
        var searched = 0
        while true {
            var index = searched
            while index + 4 <= buffer.count {
                if buffer[index] == 0x0D, buffer[index..<index + 4].elementsEqual(end) {
                    let head = Array(buffer[..<index])
                    buffer.removeSubrange(..<(index + 4))
                    return head
                }
                index += 1
            }
            searched = max(0, buffer.count - 3)
            guard buffer.count <= Connection.maximumHeadBytes, fill() else { return nil }
        }
    }

    private static func parse(_ head: [UInt8]) -> (DemoRequest, isOld: Bool)? {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0", words[1].hasPrefix("/") else { return nil }
        var headers: [DemoHeader] = []
        for line in lines.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[0].isEmpty else { return nil }
            headers.append(DemoHeader(String(halves[0]), halves[1].trimmed))
        }
        return (DemoRequest(String(words[0]), String(words[1]), headers: headers), words[2] == "HTTP/1.0")
    }

    private mutating func readBody(of request: DemoRequest) -> Body {
        let isChunked = request.header("Transfer-Encoding")?.lowercased() == "chunked"
        var length = 0
        if let text = request.header("Content-Length") {
            guard let number = Int(text), number >= 0 else { return .bad }
            length = number
        }
        guard isChunked || length > 0 else { return .bytes([]) }
        guard length <= maximumBodyBytes else { return .tooLarge }
        if request.header("Expect")?.lowercased() == "100-continue" {
            guard write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) else { return .closed }
        }
        guard isChunked else { return take(length).map(Body.bytes) ?? .closed }
        return readChunks()
    }

    private mutating func readChunks() -> Body {
        var body: [UInt8] = []
        while true {
            guard let line = takeLine() else { return .closed }
            guard let size = Int(line.split(separator: ";").first.map(\.trimmed) ?? "", radix: 16), size >= 0 else { return .bad }
            guard size <= maximumBodyBytes - body.count else { return .tooLarge }
            if size == 0 { break }
            guard let chunk = take(size), let end = takeLine() else { return .closed }
            guard end.isEmpty else { return .bad }
            body += chunk
        }
        // Trailers, up to the empty line.
        while let line = takeLine() {
            if line.isEmpty { return .bytes(body) }
        }
        return .closed
    }

    private mutating func take(_ count: Int) -> [UInt8]? {
        while buffer.count < count {
            guard fill() else { return nil }
        }
        defer { buffer.removeSubrange(..<count) }
        return Array(buffer[..<count])
    }

    private mutating func takeLine() -> String? {
        var start = 0
        while true {
            if let end = buffer[start...].firstIndex(of: 0x0A) {
                defer { buffer.removeSubrange(...end) }
                let line = buffer[..<end]
                return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
            }
            start = buffer.count
            guard start <= Connection.maximumHeadBytes, fill() else { return nil }
        }
    }

    private mutating func fill() -> Bool {
        let piece = [UInt8](unsafeUninitializedCapacity: 65_536) { space, count in
            var received = recv(descriptor, space.baseAddress, space.count, 0)
            while received < 0, errno == EINTR { received = recv(descriptor, space.baseAddress, space.count, 0) }
            count = max(0, received)
        }
        buffer += piece
        return !piece.isEmpty
    }
}
