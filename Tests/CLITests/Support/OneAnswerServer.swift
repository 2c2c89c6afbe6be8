@preconcurrency import Foundation
import Glibc
import Synchronization
import Testing

/// A server on loopback that gives one file to whoever asks first.
final class OneAnswerServer: Sendable {
    private let listener: Int32
    private let seen = Mutex("")
    let url: String

    init(file: String) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(listener >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, generic, &length) == 0
            }
        } ? UInt16(bigEndian: address.sin_port) : 0
        try #require(port != 0)
        self.listener = listener
        url = "http://127.0.0.1:\(port)"
        let descriptor = open(file, O_RDONLY)
        try #require(descriptor >= 0)
        var body = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(descriptor, &body, body.count)
        close(descriptor)
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n".utf8) + body.prefix(count)
        Thread.detachNewThread { [self] in answer(bytes) }
    }

    deinit { close(listener) }

    var request: String { seen.withLock { $0 } }

    private func answer(_ bytes: [UInt8]) {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 65536)
        var text = ""
        while !text.contains("\r\n\r\n"), case let count = recv(connection, &buffer, buffer.count, 0), count > 0 {
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        seen.withLock { $0 = text }
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { break }
            sent += count
        }
        close(connection)
    }
}
