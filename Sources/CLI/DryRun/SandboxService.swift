import Models

/// Who is told of a run while it goes on.
struct StepObserver: Sendable {
    var onStep: @Sendable (DryRunStep) -> Void = { _ in }
    /// Nothing more comes for a moment: what was held back to be written together should go out.
    var onIdle: @Sendable () -> Void = {}
}

/// How commands reach the sandbox: functions that are put in from outside, so that commands can be tested without one.
struct SandboxService: Sendable {
    /// Runs one job over events, in order, in a process of its own; `observer` is told of each step as it happens.
    ///
    /// Throws when the sandbox could not be used at all; what the plugin does is never an error.
    typealias Run = @Sendable (
        _ job: DryRunJob, _ events: [EventText], _ observer: StepObserver
    ) async throws(Problem) -> DryRunVariant

    /// Looks at the code without running it.
    typealias Check = @Sendable (DryRunJob) async throws(Problem) -> [JSONValue]

    var run: Run
    var check: Check
}
