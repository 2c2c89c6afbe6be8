import Glibc
import Models
import Synchronization

/// ^C and its relatives: the first asks the command to stop between steps, the second ends the process at once.
///
/// The signals are blocked in all threads and taken by the main thread, which waits for nothing else, so that no code of
/// ours runs in a signal handler. Children must unblock them: `ChildProcess` does.
enum Signals {
    private struct State {
        var wakeRead: Int32 = -1
        var wakeWrite: Int32 = -1
        var taken: [Int32] = []
        var count = 0
        var isChildsTerminal = false
    }

    private static let state = Mutex(State())

    /// Readable once the command was asked to stop: waits in `poll` include it. -1, which `poll` skips, before `hold`.
    static var wakeDescriptor: Int32 { state.withLock { $0.wakeRead } }

    /// Blocks the signals; they wait until `take`. Called by the main thread before there is another one: threads inherit
    /// what is blocked, and a single one that doesn't block would let the first ^C end the process.
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

    /// Leaves ^C and ^\ to the program that has the terminal while `body` runs: in an editor they are ordinary keys.
    static func leavingToChild<T>(_ body: () throws(Problem) -> T) throws(Problem) -> T {
        let quit = signal(SIGQUIT, SIG_IGN)
        state.withLock { $0.isChildsTerminal = true }
        defer {
            state.withLock { $0.isChildsTerminal = false }
            signal(SIGQUIT, quit)
        }
        return try body()
    }

    /// Takes signals until the process ends; `onFirst` asks the command to stop.
    static func take(onFirst: () -> Void) -> Never {
        var set = signalSet(state.withLock { $0.taken })
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            if number == SIGINT, state.withLock({ $0.isChildsTerminal }) { continue }
            let (count, wake) = state.withLock { state in
                state.count += 1
                return (state.count, state.wakeWrite)
            }
            if count > 1 {
                TerminalEcho.restoreNow()
                _exit(ExitStatus.interrupted.rawValue)
            }
            onFirst()
            var byte: UInt8 = 1
            write(wake, &byte, 1)
        }
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
