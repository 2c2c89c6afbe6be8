internal import Glibc

/// JSON text that the engine has written.
extension UnsafeRawBufferPointer {
    /// Whether it holds what has a form of its own in results: unpaired surrogates, and members named "$".
    var hasForms: Bool { hasSurrogateEscape || hasMark }

    /// The engine escapes only the surrogates that are not paired, which other readers refuse.
    private var hasSurrogateEscape: Bool {
        var start = 0
        // Most texts have no escape at all.
        while let place = place(of: "\\", from: start) {
            guard place + 2 < count else { return false }
            if self[place + 1] == UInt8(ascii: "u"), self[place + 2] == UInt8(ascii: "d") { return true }
            start = place + 2
        }
        return false
    }

    /// Only behind a name stands a colon: quotes in a text are escaped.
    private var hasMark: Bool {
        var start = 1
        while let place = place(of: "$", from: start) {
            guard place + 2 < count else { return false }
            if self[place - 1] == UInt8(ascii: "\""), self[place + 1] == UInt8(ascii: "\""), self[place + 2] == UInt8(ascii: ":") { return true }
            start = place + 1
        }
        return false
    }

    private func place(of scalar: Unicode.Scalar, from start: Int) -> Int? {
        guard let baseAddress, start < count, let found = memchr(baseAddress + start, Int32(scalar.value), count - start) else { return nil }
        return baseAddress.distance(to: UnsafeRawPointer(found))
    }
}
