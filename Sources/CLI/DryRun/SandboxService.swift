import Models

/// How commands reach the sandbox: functions that are put in from outside, so that commands can be tested without one.
struct SandboxService: Sendable {
    /// Runs one job over events, in order, in a process of its own; `onOutput` is told of each step as it happens.
    ///
    /// Throws when the sandbox could not be used at all; what the plugin does is never an error.
    typealias Run = @Sendable (
        _ job: DryRunJob, _ events: [String], _ onStep: @escaping @Sendable (DryRunStep) -> Void
    ) async throws(Problem) -> DryRunVariant

    /// Looks at the code without running it.
    typealias Check = @Sendable (DryRunJob) async throws(Problem) -> [JSONValue]

    var run: Run
    var check: Check
}
