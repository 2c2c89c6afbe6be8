@preconcurrency import Glibc
import Models

/// One running phsync-sandbox: bytes in and out without ever waiting for only one of them, and its end.
///
/// One thread uses it. The process is gone when this is.
final class SandboxChild {
    /// How the process ended.
    enum Ending: Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    let pipes: ChildPipes
    private let input: Int32
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var incoming: [UInt8] = []
    private var searched = 0
    private(set) var receivedBytes = 0
    private(set) var isOutputOpen = true
    private(set) var ending: Ending?
    private var areErrorsOpen = true
    private var errorBytes: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: Int(ChildPipes.outputBytes))

    private static let maximumErrorBytes = 4096

    init(_ program: SandboxProgram, settings: SandboxSettings) throws(SandboxError) {
        pipes = try ChildPipes.start(program.path, variables: program.variables(settings))
        input = pipes.input
    }

    deinit {
        end(graceMilliseconds: 0)
        for descriptor in [input, pipes.output, pipes.errors] { Glibc.close(descriptor) }
    }

    /// Bytes that wait to be taken.
    var pendingBytes: Int { outgoing.count - sent }

    /// What the process wrote to its stderr: the engine's or the Swift runtime's last words, untrusted.
    var lastWords: String { String(decoding: errorBytes, as: UTF8.self) }

    /// The most memory that it ever held; known when it has ended.
    private(set) var maximumResidentBytes = 0

    /// An event as the process expects it, byte by byte.
    func sendEvent(index: Int, text: EventText) {
        outgoing.append(contentsOf: #"{"type":"event","index":"#.utf8)
        outgoing.append(contentsOf: String(index).utf8)
        outgoing.append(contentsOf: #","event":"#.utf8)
        outgoing.append(contentsOf: text.bytes)
        outgoing.append(contentsOf: "}\n".utf8)
    }

    func send(_ line: [UInt8]) {
        outgoing.append(contentsOf: line)
        outgoing.append(10)
    }

    /// Waits until something moved, at most that long, and moves it.
    func turn(timeoutMilliseconds: Int32) {
        var waits = [
            pollfd(fd: isOutputOpen ? pipes.output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: areErrorsOpen ? pipes.errors : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pendingBytes > 0 ? input : -1, events: Int16(POLLOUT), revents: 0),
        ]
        guard poll(&waits, nfds_t(waits.count), timeoutMilliseconds) > 0 else { return }
        if waits[2].revents != 0 { write() }
        if waits[0].revents != 0 { readOutput() }
        if waits[1].revents != 0 { readErrors() }
    }

    /// The next whole line that has come, without its end.
    func nextLine() -> [UInt8]? {
        let found = incoming.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, searched < bytes.count,
                let place = memchr(base + searched, 10, bytes.count - searched)
            else { return nil }
            return UnsafeRawPointer(place) - base
        }
        guard let found else {
            incoming.removeSubrange(..<lineStart)
            lineStart = 0
            searched = incoming.count
            return nil
        }
        defer {
            lineStart = found + 1
            searched = lineStart
        }
        return Array(incoming[lineStart..<found])
    }

    private var lineStart = 0

    /// Bytes of a line that has not ended yet.
    var partialBytes: Int { incoming.count - lineStart }

    private func write() {
        let count = outgoing.withUnsafeBytes { Glibc.send(input, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL)) }
        if count > 0 {
            sent += count
        } else if count < 0, errno != EAGAIN, errno != EINTR {
            // It reads no more: how it ended is seen at its output.
            sent = outgoing.count
        }
        if sent == outgoing.count || sent > 1 << 20 {
            outgoing.removeSubrange(..<sent)
            sent = 0
        }
    }

    private func readOutput() {
        let count = read(pipes.output, &buffer, buffer.count)
        if count > 0 {
            receivedBytes += count
            incoming.append(contentsOf: buffer[..<count])
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            isOutputOpen = false
        }
    }

    private func readErrors() {
        let count = read(pipes.errors, &buffer, buffer.count)
        if count > 0 {
            errorBytes.append(contentsOf: buffer[..<count].prefix(SandboxChild.maximumErrorBytes - errorBytes.count))
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            areErrorsOpen = false
        }
    }

    /// Ends the process and reads what it still had to say: a signal that it can answer first, then one that it can't.
    @discardableResult
    func end(graceMilliseconds: Int) -> Ending {
        if let ending { return ending }
        if graceMilliseconds > 0 {
            kill(pipes.pid, SIGTERM)
            drain(milliseconds: graceMilliseconds)
        }
        kill(pipes.pid, SIGKILL)
        // Only a child that isn't ours could not be waited for.
        return reap(0) ?? settle(SIGKILL)
    }

    /// Waits for the end of a process whose output has ended, and ends one that lingers.
    func close(withinMilliseconds grace: Int) -> Ending {
        if let ending { return ending }
        let deadline = Monotonic.milliseconds + UInt64(grace)
        while ending == nil, Monotonic.milliseconds < deadline {
            if let ending = reap(WNOHANG) { return ending }
            // Its descriptors are closed already: there is nothing that would wake a wait.
            poll(nil, 0, 2)
        }
        return end(graceMilliseconds: 0)
    }

    private func drain(milliseconds: Int) {
        let deadline = Monotonic.milliseconds + UInt64(milliseconds)
        while isOutputOpen, Monotonic.milliseconds < deadline { turn(timeoutMilliseconds: 10) }
    }

    private func reap(_ options: Int32) -> Ending? {
        var status: Int32 = 0
        var usage = rusage()
        var found: pid_t
        repeat { found = wait4(pipes.pid, &status, options, &usage) } while found < 0 && errno == EINTR
        guard found == pipes.pid else { return nil }
        maximumResidentBytes = usage.ru_maxrss * 1024
        return settle(status)
    }

    private func settle(_ status: Int32) -> Ending {
        let signal = status & 0x7F
        let result: Ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
        ending = result
        while areErrorsOpen, errorBytes.count < SandboxChild.maximumErrorBytes {
            let before = errorBytes.count
            readErrors()
            if errorBytes.count == before { break }
        }
        return result
    }
}

/// A clock that only runs forward.
enum Monotonic {
    static var milliseconds: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
    }
}
