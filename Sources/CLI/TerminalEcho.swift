import Glibc
import Synchronization

/// The terminal's echo, which must be on again whatever ends phsync.
struct TerminalEcho {
    /// What to put back; also read by the second ^C, which ends the process from another thread.
    private static let saved = Mutex<termios?>(nil)

    /// Stops the terminal from showing what is typed.
    static func off() -> TerminalEcho {
        saved.withLock { saved in
            var settings = termios()
            guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
            saved = settings
            settings.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        }
        return TerminalEcho()
    }

    func restore() { Self.restoreNow() }

    /// Puts the terminal back if its echo is off; harmless otherwise.
    static func restoreNow() {
        saved.withLock { saved in
            guard var settings = saved else { return }
            tcsetattr(STDIN_FILENO, TCSANOW, &settings)
            saved = nil
        }
    }
}
