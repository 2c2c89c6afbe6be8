import Glibc
import Models

/// Why a process ended before it had finished.
enum Fault: Equatable {
    /// We ended it: one call took longer than it may.
    case wallTime(seconds: Double)
    /// We ended it, or the engine did when the system gave it no more memory.
    case memory(bytes: Int)
    case output(bytes: Int)
    /// It wrote what is no message of the protocol.
    case garbage(String)
    /// It said itself why it can't go on.
    case broken(String)
    case crashed(signal: Int32)
    case exited(status: Int32, lastWords: String)
    /// It ended itself between two events, because a call that it had to end left too much behind; that call is in the report.
    case usedUp(memoryBytes: Int)

    /// What the step at fault came to.
    var outcome: DryRunStep.Outcome {
        if case .wallTime = self { .timedOut } else { .stateLost }
    }

    /// Whether another process would only meet the same end: the bound is one of the whole run.
    var endsRun: Bool {
        switch self {
        case .output, .broken: true
        case .wallTime, .memory, .garbage, .crashed, .exited, .usedUp: false
        }
    }

    var error: DryRunError {
        switch self {
        case .wallTime(let seconds): DryRunError(name: SandboxLimit.name, message: SandboxLimit.wallTime(seconds))
        case .memory(let bytes), .usedUp(let bytes): DryRunError(name: SandboxLimit.name, message: SandboxLimit.memory(bytes))
        case .output(let bytes): DryRunError(name: SandboxLimit.name, message: SandboxLimit.output(bytes))
        case .garbage(let what):
            DryRunError(name: Fault.failureName, message: "the sandbox answered what is no message (\(what)) and was ended")
        case .broken(let reason): DryRunError(name: SandboxLimit.name, message: reason)
        case .crashed(SIGSYS):
            DryRunError(name: Fault.failureName, message: "the sandbox asked the system for what it has given up, and the system ended it")
        case .crashed(SIGKILL):
            DryRunError(name: Fault.failureName, message: "something outside ended the sandbox; the system does so when memory runs out")
        case .crashed(let signal):
            DryRunError(name: Fault.failureName, message: "the JavaScript engine crashed (signal \(signal)), and the sandbox ended")
        case .exited(let status, let lastWords):
            DryRunError(
                name: Fault.failureName,
                message: "the sandbox ended with status \(status)" + (lastWords.isEmpty ? "" : ": \(lastWords.prefix(300))"))
        }
    }

    /// The error's name in a step when it was no limit.
    static let failureName = "SandboxFailure"
}
