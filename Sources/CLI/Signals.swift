import Glibc
import Synchronization

/// ^C and its relatives: the first asks the command to stop between steps, the second ends the process at once.
///
/// The signals are blocked in all threads and taken by one that waits for them, so that no code of ours runs in a
/// signal handler. Children must unblock them: `ChildProcess` does.
enum Signals {
    private struct State {
        var wakeRead: Int32 = -1
        var wakeWrite: Int32 = -1
        var taken: [Int32] = []
        var onFirst: (@Sendable () -> Void)?
        var count = 0
    }

    private static let state = Mutex(State())

    /// Readable once the command was asked to stop: waits in `poll` include it. -1, which `poll` skips, before `hold`.
    static var wakeDescriptor: Int32 { state.withLock { $0.wakeRead } }

    /// Blocks the signals; they wait until `watch`. Called before any other thread exists.
    ///
    /// Signals that were ignored when phsync started stay ignored (`nohup`, a background job of a script).
    static func hold() {
        state.withLock { state in
            var ends: [Int32] = [-1, -1]
            if pipe(&ends) == 0 {
                for end in ends { setCloseOnExec(end) }
                (state.wakeRead, state.wakeWrite) = (ends[0], ends[1])
            }
            state.taken = [SIGINT, SIGTERM, SIGHUP].filter { !isIgnored($0) }
            var set = signalSet(state.taken)
            pthread_sigmask(SIG_BLOCK, &set, nil)
        }
    }

    /// Starts to take signals. `onFirst` runs on a thread of its own.
    static func watch(onFirst: @escaping @Sendable () -> Void) {
        state.withLock { $0.onFirst = onFirst }
        var thread = pthread_t()
        pthread_create(&thread, nil, { _ in Signals.takeForever() }, nil)
    }

    /// The signals that children have to get back as they were.
    static var blocked: sigset_t { signalSet(state.withLock { $0.taken }) }

    private static func takeForever() -> UnsafeMutableRawPointer? {
        var set = blocked
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            take()
        }
    }

    private static func take() {
        let (count, onFirst, wake) = state.withLock { state in
            state.count += 1
            return (state.count, state.onFirst, state.wakeWrite)
        }
        if count > 1 {
            TerminalEcho.restoreNow()
            _exit(ExitStatus.interrupted.rawValue)
        }
        onFirst?()
        var byte: UInt8 = 1
        write(wake, &byte, 1)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func signalSet(_ numbers: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }
}
