import Glibc

/// Lines from the parent, one at a time; what is read ahead stays in a buffer of its own.
struct InputLines {
    private var buffer: [UInt8] = []
    private var start = 0
    /// Where to look for the next end of a line: what lies before has been searched.
    private var searched = 0
    private var isAtEnd = false
    /// Lines that were passed over while an answer was waited for.
    private var waiting: [[UInt8]] = []

    /// Whether a line is there without waiting.
    var hasLine: Bool {
        mutating get { !waiting.isEmpty || endOfLine() != nil }
    }

    /// The next line without its end, or nil when the parent has no more.
    mutating func next() -> [UInt8]? {
        if !waiting.isEmpty { return waiting.removeFirst() }
        return read()
    }

    /// The next line that begins with `prefix`; the others keep their order.
    mutating func next(withPrefix prefix: [UInt8]) -> [UInt8]? {
        while let line = read() {
            if line.starts(with: prefix) { return line }
            waiting.append(line)
        }
        return nil
    }

    private mutating func read() -> [UInt8]? {
        while true {
            if let end = endOfLine() {
                defer {
                    start = end + 1
                    searched = start
                }
                return Array(buffer[start..<end])
            }
            guard !isAtEnd, fill() else { return nil }
        }
    }

    private mutating func endOfLine() -> Int? {
        guard searched < buffer.count else { return nil }
        let found = buffer.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, let place = memchr(base + searched, 10, bytes.count - searched) else { return nil }
            return UnsafeRawPointer(place) - base
        }
        searched = found ?? buffer.count
        return found
    }

    /// Reads what the pipe holds. A last line without an end is none: the parent died while it wrote it.
    private mutating func fill() -> Bool {
        buffer.removeSubrange(..<start)
        searched -= start
        start = 0
        let held = buffer.count
        let chunk = 1 << 16
        buffer.append(contentsOf: repeatElement(0, count: chunk))
        var count: Int
        repeat {
            count = buffer.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress.map { $0 + held }, chunk) }
        } while count < 0 && errno == EINTR
        buffer.removeLast(chunk - max(count, 0))
        isAtEnd = count <= 0
        return !isAtEnd
    }
}
