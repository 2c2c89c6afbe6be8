import Glibc

/// What the standard streams are connected to, found once at the start.
struct Terminal: Sendable, Equatable {
    let isInputTerminal: Bool
    let isOutputTerminal: Bool
    let isErrorTerminal: Bool
    /// Columns, also when no stream is a terminal: texts are wrapped to it.
    let width: Int
    /// Whether the surroundings leave colours on; they are used on terminals only.
    let allowsColors: Bool

    var outputColors: Bool { isOutputTerminal && allowsColors }
    var messageColors: Bool { isErrorTerminal && allowsColors }
    /// Questions are written to stderr and read from stdin.
    var canPrompt: Bool { isInputTerminal && isErrorTerminal }

    static func detect(_ environment: Environment, noColor: Bool) -> Terminal {
        Terminal(
            isInputTerminal: isatty(STDIN_FILENO) == 1,
            isOutputTerminal: isatty(STDOUT_FILENO) == 1,
            isErrorTerminal: isatty(STDERR_FILENO) == 1,
            width: width(environment, measured: measuredWidth()),
            allowsColors: allowsColors(environment, noColor: noColor))
    }

    /// The measured width, else COLUMNS, else 80; never narrower than a message can be read in.
    static func width(_ environment: Environment, measured: Int?) -> Int {
        let stated = environment[.columns].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        return max(20, measured ?? stated ?? 80)
    }

    static func allowsColors(_ environment: Environment, noColor: Bool) -> Bool {
        !noColor && environment[.noColor] == nil && environment[.term] != "dumb"
    }

    private static func measuredWidth() -> Int? {
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            var size = winsize()
            if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        }
        return nil
    }
}
