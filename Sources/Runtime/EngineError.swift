/// Why a call into the engine gave no value.
///
/// Unchecked: an error travels up the calls of the one thread that owns the engine and never leaves it.
package enum EngineError: Error, @unchecked Sendable {
    /// The script threw this.
    case thrown(EngineValue)
    /// The time limit ended it; no script could catch that.
    case terminated

    init(exception: EngineValue) {
        self = exception.isTermination ? .terminated : .thrown(exception)
    }

    /// The thrown value; nil when the time limit ended the script.
    package var value: EngineValue? {
        if case .thrown(let value) = self { value } else { nil }
    }
}

extension EngineError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .thrown(let value): value.text
        case .terminated: "the time limit ended the script"
        }
    }
}

extension EngineValue {
    /// The engine's own exception for an ended script: a string that no object wraps, or an error of its own making.
    var isTermination: Bool {
        text == "JavaScript execution terminated."
    }
}
