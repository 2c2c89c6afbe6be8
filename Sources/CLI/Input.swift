import Glibc
import Models

/// Reads a descriptor such that ^C ends the wait.
struct Input: Sendable {
    static let standard = Input(descriptor: STDIN_FILENO, name: "stdin")

    let descriptor: Int32
    let name: String

    /// The next byte; nil at the end.
    func byte() throws(Problem) -> UInt8? {
        try read(atMost: 1).first
    }

    /// Everything up to the end.
    ///
    /// - Throws: `Problem`, also when there are more than `limit` bytes: then it is not what was asked for.
    func all(limit: Int) throws(Problem) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try read(atMost: 65536)
            if more.isEmpty { return bytes }
            bytes += more
            guard bytes.count <= limit else {
                throw Problem(.failed, code: "too-long", subject: name, message: "\(name) gives more than \(limit) bytes")
            }
        }
    }

    private func read(atMost count: Int) throws(Problem) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        while true {
            try waitForInput()
            let received = Glibc.read(descriptor, &buffer, count)
            if received >= 0 { return Array(buffer.prefix(received)) }
            guard errno == EINTR || errno == EAGAIN else {
                let reason = FileError.text(of: errno)
                throw Problem(.failed, code: "unreadable", subject: name, message: "\(name) can't be read: \(reason)")
            }
        }
    }

    private func waitForInput() throws(Problem) {
        var waits = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: Signals.wakeDescriptor, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&waits, 2, -1) < 0 {}
        if waits[1].revents != 0 { throw Interruption.problem }
    }
}

/// The end of a command that was asked to stop.
enum Interruption {
    static let problem = Problem(.interrupted, code: "interrupted", message: "interrupted")

    /// Throws when the running command was asked to stop; called between steps.
    static func check() throws(Problem) {
        if Task.isCancelled { throw problem }
    }
}
