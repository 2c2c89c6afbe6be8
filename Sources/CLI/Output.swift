import Glibc
import Synchronization

/// One of the two standard streams: writes everything or remembers why it could not.
///
/// A reader that went away is no failure: what is left is dropped quietly. Anything else, a full disk, is.
final class Output: Sendable {
    private struct State {
        var failure: Int32?
        var isClosed = false
        /// Appended and not written yet.
        var waiting: [UInt8] = []
    }

    private static let maximumWaiting = 1 << 16

    private let descriptor: Int32
    private let state = Mutex(State())

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The number of the error that stopped the stream; nil while all went well or the reader closed it.
    var failure: Int32? { state.withLock { $0.failure } }

    /// Writes the whole text before it returns.
    func write(_ text: String) {
        guard !text.isEmpty else { return }
        var text = text
        state.withLock { state in
            Self.flush(&state, to: descriptor)
            text.withUTF8 { bytes in Self.write(UnsafeRawBufferPointer(bytes), to: descriptor, &state) }
        }
    }

    /// Writes the bytes and the end of their line with the next ones, or at `flush`.
    func append(line: [UInt8]) {
        state.withLock { state in
            state.waiting += line
            state.waiting.append(0x0A)
            if state.waiting.count >= Self.maximumWaiting { Self.flush(&state, to: descriptor) }
        }
    }

    /// Writes what waits before it returns.
    func flush() {
        state.withLock { Self.flush(&$0, to: descriptor) }
    }

    private static func flush(_ state: inout State, to descriptor: Int32) {
        guard !state.waiting.isEmpty else { return }
        let waiting = state.waiting
        state.waiting.removeAll(keepingCapacity: true)
        waiting.withUnsafeBytes { write($0, to: descriptor, &state) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ state: inout State) {
        guard !state.isClosed, state.failure == nil else { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Somebody made the terminal non-blocking; wait until it takes more.
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, -1)
            } else if errno != EINTR {
                if errno == EPIPE { state.isClosed = true } else { state.failure = errno }
                return
            }
        }
    }
}

/// The three standard streams as the process was given them.
enum StandardStreams {
    /// Makes a reader that went away an error of `write` instead of a signal that ends the process.
    static func ignoreClosedPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    /// Fills streams that were closed by whoever started phsync.
    ///
    /// Otherwise the next file that is opened, the mirror say, would become stdout and messages would be written into
    /// it. Output streams get a read-only descriptor, so that writing to them still fails as it did.
    static func fillClosed() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            let opened = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
            if opened != descriptor, opened >= 0 { close(opened) }
        }
    }
}

/// Keeps a descriptor from children.
func setCloseOnExec(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
}
