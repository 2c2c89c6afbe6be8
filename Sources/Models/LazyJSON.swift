/// A JSON value, or its text as long as nobody has asked for the value: most results are only passed on.
struct LazyJSON: Sendable {
    private enum Form: Sendable {
        case value(JSONValue)
        /// Spelled as `JSONValue.text` would; in the array of the whole line, which is not copied.
        case text(ArraySlice<UInt8>)
    }

    private let form: Form

    init(_ value: JSONValue) {
        form = .value(value)
    }

    /// - Parameter text: Accepted by `JSONSpelling`.
    init(text: ArraySlice<UInt8>) {
        form = .text(text)
    }

    var value: JSONValue {
        switch form {
        case .value(let value): return value
        case .text(let bytes):
            do {
                return try JSONValue(parsing: Array(bytes))
            } catch {
                preconditionFailure("what JSONSpelling accepts is JSON: \(error)")
            }
        }
    }

    func write(to bytes: inout [UInt8]) {
        switch form {
        case .value(let value): bytes.append(contentsOf: value.text.utf8)
        case .text(let text): bytes.append(contentsOf: text)
        }
    }

    /// Calls `body` with the text, where there is one yet.
    func withText<Result>(_ body: (UnsafeRawBufferPointer) -> Result?) -> Result? {
        guard case .text(let bytes) = form else { return nil }
        return bytes.withUnsafeBytes(body)
    }
}

extension LazyJSON: Equatable {
    static func == (left: LazyJSON, right: LazyJSON) -> Bool {
        if case .text(let a) = left.form, case .text(let b) = right.form, a == b { return true }
        return left.value == right.value
    }
}
