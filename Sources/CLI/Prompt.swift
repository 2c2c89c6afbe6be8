import Glibc
import Models

/// Asks the person at the terminal; never assumes an answer.
struct Prompt: Sendable {
    let terminal: Terminal
    let messages: Output
    /// Set by `--no-input`.
    let isForbidden: Bool

    var isPossible: Bool { terminal.canPrompt && !isForbidden }

    /// One line of text without the white space around it.
    func line(_ question: String) throws(Problem) -> String {
        try ask(question)
        return try readLine()
    }

    /// One line that is not shown while it is typed. The terminal is put back on every way out, ^C included.
    func secret(_ question: String) throws(Problem) -> String {
        try ask(question)
        let echo = TerminalEcho.off()
        defer {
            echo.restore()
            messages.write("\n")
        }
        return try readLine()
    }

    /// True only for an answer of "y" or "yes".
    func confirm(_ question: String) throws(Problem) -> Bool {
        let answer = try line("\(question) [y/N] ").lowercased()
        return answer == "y" || answer == "yes"
    }

    private func ask(_ question: String) throws(Problem) {
        guard isPossible else {
            let reason = isForbidden ? "--no-input is set" : "this is not a terminal"
            throw Problem(.usage, code: "no-prompt", message: "phsync would have to ask, but \(reason)")
        }
        messages.write(TerminalEscape.line(question))
    }

    private func readLine() throws(Problem) -> String {
        var bytes: [UInt8] = []
        while true {
            guard let byte = try Input.standard.byte() else {
                throw Problem(.interrupted, code: "no-answer", message: "the input ended before an answer")
            }
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self).trimmingSpace
    }
}

extension String {
    /// Without white space and line ends at both ends.
    var trimmingSpace: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
