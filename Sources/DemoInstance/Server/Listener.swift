import Glibc
import Models

/// The listening socket on 127.0.0.1.
enum Listener {
    /// - Parameter port: 0 for any free one.
    static func open(port: UInt16) throws(Problem) -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw problem(port) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard isOpen else {
            let failure = problem(port)
            close(descriptor)
            throw failure
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// The next client's socket; nil once the listening one is shut down.
    static func accept(_ descriptor: Int32) -> Int32? {
        while true {
            let client = Glibc.accept(descriptor, nil, nil)
            if client >= 0 {
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                var yes: Int32 = 1
                setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
                return client
            }
            if errno != EINTR, errno != ECONNABORTED { return nil }
        }
    }

    private static func problem(_ port: UInt16) -> Problem {
        let reason = String(cString: strerror(errno))
        return Problem(
            .failed, code: "demo-port", subject: "port:\(port)",
            message: "The demo instance can't listen on 127.0.0.1 port \(port): \(reason).",
            next: "phsync demo --port 0")
    }
}
