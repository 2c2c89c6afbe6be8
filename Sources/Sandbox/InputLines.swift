import Glibc

/// Lines from the parent, one at a time; what is read ahead stays in a buffer of its own.
final class InputLines {
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = 1 << 17
    /// Where the next line begins, and where what was read ends.
    private var start = 0
    private var end = 0
    /// Where to look for the next end of a line: what lies before has been searched.
    private var searched = 0
    private var isAtEnd = false
    /// Lines that were passed over while an answer was waited for, the oldest first.
    private var waiting: ArraySlice<[UInt8]> = []
    /// One of them that is being looked at.
    private var current: UnsafeMutableBufferPointer<UInt8>?

    init() {
        buffer = .allocate(capacity: capacity)
    }

    deinit {
        buffer.deallocate()
        current?.deallocate()
    }

    /// Whether a line is there without waiting.
    var hasLine: Bool { !waiting.isEmpty || endOfLine() != nil }

    /// The next line without its end, or nil when the parent has no more.
    ///
    /// It lies in this object's own memory and may be written to, one byte behind it too, until the next call.
    func next() -> UnsafeMutableBufferPointer<UInt8>? {
        current?.deallocate()
        current = nil
        guard let line = waiting.popFirst() else { return read() }
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: line.count + 1)
        _ = copy.update(fromContentsOf: line)
        current = copy
        return UnsafeMutableBufferPointer(rebasing: copy[..<line.count])
    }

    /// The next line that begins with `prefix`; the others keep their order.
    func next(withPrefix prefix: [UInt8]) -> [UInt8]? {
        while let line = read() {
            if line.starts(with: prefix) { return Array(line) }
            waiting.append(Array(line))
        }
        return nil
    }

    private func read() -> UnsafeMutableBufferPointer<UInt8>? {
        while true {
            if let place = endOfLine() {
                defer {
                    start = place + 1
                    searched = start
                }
                return UnsafeMutableBufferPointer(start: buffer + start, count: place - start)
            }
            guard !isAtEnd, fill() else { return nil }
        }
    }

    /// Found once and asked twice: `searched` stands at the end of the line.
    private func endOfLine() -> Int? {
        guard searched < end else { return nil }
        guard let place = memchr(buffer + searched, 10, end - searched) else {
            searched = end
            return nil
        }
        searched = UnsafeMutableRawPointer(buffer).distance(to: place)
        return searched
    }

    /// Reads what the pipe holds. A last line without an end is none: the parent died while it wrote it.
    private func fill() -> Bool {
        makeRoom()
        var count: Int
        repeat {
            count = Glibc.read(STDIN_FILENO, buffer + end, capacity - end)
        } while count < 0 && errno == EINTR
        end += max(count, 0)
        isAtEnd = count <= 0
        return !isAtEnd
    }

    /// Moves what is left to the front; doubles the buffer where that is not enough.
    private func makeRoom() {
        let held = end - start
        if held * 2 > capacity {
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
            larger.update(from: buffer + start, count: held)
            buffer.deallocate()
            buffer = larger
            capacity *= 2
        } else if start > 0 {
            memmove(buffer, buffer + start, held)
        }
        searched -= start
        start = 0
        end = held
    }
}
