import Synchronization

/// What phsync is doing right now, on stderr: one line that is redrawn, on a terminal only.
final class Progress: Sendable {
    private struct State {
        var shown = ""
        var lastDrawMilliseconds: Int64?
    }

    /// No line is redrawn more often than this.
    static let intervalMilliseconds: Int64 = 100

    private let isDrawn: Bool
    private let isVerbose: Bool
    private let width: Int
    private let clock: Clock
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    init(
        terminal: Terminal, isQuiet: Bool, isVerbose: Bool, clock: Clock, write: @escaping @Sendable (String) -> Void
    ) {
        isDrawn = terminal.isErrorTerminal && !isQuiet && !isVerbose
        self.isVerbose = isVerbose
        width = terminal.width
        self.clock = clock
        self.write = write
    }

    /// Shows this as the current state: "plugins 300 of 1200". Often called; most calls draw nothing.
    func update(_ text: @autoclosure () -> String) {
        guard isDrawn else { return }
        let now = clock.uptimeMilliseconds()
        state.withLock { state in
            if let last = state.lastDrawMilliseconds, now - last < Self.intervalMilliseconds { return }
            let line = Line(text()).rendered(colors: false, width: width - 1)
            guard line != state.shown else { return }
            write("\r\u{1B}[K" + line)
            state.shown = line
            state.lastDrawMilliseconds = now
        }
    }

    /// Says a step that was taken; only with `-v`, and then also without a terminal.
    func step(_ text: @autoclosure () -> String) {
        guard isVerbose else { return }
        write("phsync: \(TerminalEscape.line(text()))\n")
    }

    /// Takes the line away, before anything else is printed and at the end.
    func clear() {
        state.withLock { state in
            guard !state.shown.isEmpty else { return }
            write("\r\u{1B}[K")
            state = State()
        }
    }
}
