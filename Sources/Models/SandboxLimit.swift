/// Words for limits of the sandbox, which no plugin server has: the same wherever a limit is met.
package enum SandboxLimit {
    /// The error's name in a step.
    package static let name = "SandboxLimit"

    /// More output than a run may have.
    package static func output(_ bytes: Int) -> String {
        "the results, logs and requests of this run are more than \(bytes) bytes, and the sandbox was ended"
    }

    /// A call that no other limit ended.
    package static func wallTime(_ seconds: Double) -> String {
        "the call took more than \(text(seconds)) seconds of this machine's time, and the sandbox was ended"
    }

    /// The same, where only the plugin's context had to go.
    package static func callTime(_ seconds: Double) -> String {
        "the call took most of the \(text(seconds)) seconds of this machine's time that it may take, and was ended"
    }

    package static func memory(_ bytes: Int) -> String {
        "the plugin took more than \(bytes >> 20) MB of memory, and the sandbox was ended"
    }

    private static func text(_ seconds: Double) -> String {
        seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
    }
}
