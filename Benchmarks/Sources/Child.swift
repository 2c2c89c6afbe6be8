import Glibc

/// One child process, measured from outside.
struct Child {
    let milliseconds: Double
    let peakKilobytes: Int

    /// - Throws: `Failure` also when the command fails: a time of something that did not work means nothing.
    static func run(_ words: [String]) throws(Failure) -> Child {
        let text = try output(of: [thisProgram, Timed.mode] + words)
        let figures = text.split(whereSeparator: \.isWhitespace)
        guard figures.count == 3, let milliseconds = Double(figures[0]), let peak = Int(figures[1]) else {
            throw Failure("\(words.prefix(3).joined(separator: " ")): no figures, but \"\(text)\"")
        }
        guard figures[2] == "0" else {
            throw Failure("\(words.prefix(3).joined(separator: " ")): exit status \(figures[2])")
        }
        return Child(milliseconds: milliseconds, peakKilobytes: peak)
    }

    static let thisProgram = "/proc/self/exe"

    /// What a command prints.
    static func text(_ words: [String]) throws(Failure) -> String { try output(of: words) }

    private static func output(of words: [String]) throws(Failure) -> String {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure("no pipe: \(String(cString: strerror(errno)))") }
        defer { close(ends[0]) }
        let pid: pid_t
        do {
            defer { close(ends[1]) }
            pid = try Spawn.start(words, output: .descriptor(ends[1]))
        }
        let text = readAll(ends[0])
        _ = try Spawn.wait(for: pid)
        return text
    }

    private static func readAll(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }
}
