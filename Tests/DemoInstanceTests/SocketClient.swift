import DemoInstance
import Glibc
import Models

/// A plain socket that says exactly what a test wants it to say.
final class SocketClient {
    struct Response {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue? { try? JSONValue(parsing: body) }  // Nil fails the expectation that looks at it.
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // A server that hangs fails the test instead of hanging it.
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw RecordingError(subject: "connect to \(port)")
        }
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Sends one request with the demo administrator's key and reads its answer.
    func exchange(_ method: String, _ target: String, headers: [String] = [], body: [UInt8] = []) -> Response? {
        request(method, target, headers: headers, body: body)
        return response()
    }

    func request(_ method: String, _ target: String, headers: [String] = [], body: [UInt8] = []) {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer \(DemoKeys.admin)"] + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }

    /// The next answer with a known length; nil when the connection ends before it is complete.
    func response() -> Response? {
        guard var response = head() else { return nil }
        let length = Int(response.headers["content-length"] ?? "0") ?? 0
        while buffer.count < length {
            guard receive() else { return nil }
        }
        response.body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        return response
    }

    /// Status and headers of the next answer.
    func head() -> Response? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if buffer.count >= 4, let index = (0...buffer.count - 4).first(where: { buffer[$0..<$0 + 4].elementsEqual(end) }) {
                let lines = String(decoding: buffer[..<index], as: UTF8.self).split(separator: "\r\n")
                buffer.removeFirst(index + 4)
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let halves = line.split(separator: ":", maxSplits: 1)
                    headers[halves[0].lowercased()] = String(halves.last?.drop { $0 == " " } ?? "")
                }
                let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
                return Response(status: status, headers: headers, body: [])
            }
            guard receive() else { return nil }
        }
    }

    /// Everything until the server closes, but at most about that much.
    func rest(atMost limit: Int = .max) -> [UInt8] {
        while buffer.count < limit, receive() {}
        return buffer
    }

    private func receive() -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count > 0 else { return false }
        buffer += piece[..<count]
        return true
    }
}
