@preconcurrency import Glibc
package import Models
import Synchronization

/// The sandbox for code that waits by `await`: each run has a thread of its own, and ends when its task is cancelled.
package struct SandboxRuns: Sendable {
    package typealias LiveFetch = @Sendable (DryRunRequest) -> FetchAnswer

    private let settings: SandboxSettings
    private let liveFetch: LiveFetch?

    package init(settings: SandboxSettings, liveFetch: LiveFetch? = nil) {
        self.settings = settings
        self.liveFetch = liveFetch
    }

    /// Runs the events through the plugin.
    ///
    /// - Parameters:
    ///   - onIdle: Called on the run's thread whenever it waits for the process.
    ///   - observe: Called on the run's thread with every message, in order, redacted.
    package func run(
        _ job: DryRunJob, events: [EventText], onIdle: @escaping @Sendable () -> Void = {},
        observe: @escaping @Sendable (DryRunOutput) -> Void = { _ in }
    ) async throws(SandboxError) -> DryRunVariant {
        try await onOwnThread { runner in
            var next = events.startIndex
            return try runner.run(
                job,
                events: {
                    guard next < events.endIndex else { return nil }
                    defer { next += 1 }
                    return events[next]
                }, observe: observe, onIdle: onIdle)
        }
    }

    /// Checks the plugin's sources; nothing of it is executed.
    package func check(_ job: DryRunJob) async throws(SandboxError) -> [JSONValue] {
        try await onOwnThread { try $0.check(job) }
    }

    /// Starts a sandbox without a job and asks what protects it.
    package func protections() async throws(SandboxError) -> SandboxProtections {
        try await onOwnThread { try $0.protections() }
    }

    private func onOwnThread<Value: Sendable>(
        _ body: @escaping @Sendable (SandboxRunner) throws -> Value
    ) async throws(SandboxError) -> Value {
        let flag = CancelFlag()
        let result = await withTaskCancellationHandler {
            await OwnThread.run { leftovers in
                var runner = SandboxRunner(settings: settings, liveFetch: liveFetch, isCancelled: { flag.isSet })
                runner.leftovers = leftovers
                return Result { try body(runner) }
            }
        } onCancel: {
            flag.set()
        }
        guard let result else {
            throw SandboxError(.notStarted, subject: settings.program.path, message: "the system gives no more threads")
        }
        switch result {
        case .success(let value): return value
        case .failure(let error as SandboxError): throw error
        // The events are in memory: nothing else throws.
        case .failure(let error): throw SandboxError(.died, subject: settings.program.path, message: "\(error)")
        }
    }
}

/// Set once, by whoever cancels the task.
private final class CancelFlag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}

/// Runs what blocks on a thread of its own, off the cooperative pool.
///
/// The sandbox follows the thread that started it into death, so this one lives exactly as long as the run.
package enum OwnThread {
    /// - Returns: nil when the system has no more threads to give; the body is then never called.
    package static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
        await run { _ in body() }
    }

    /// The same; what the body leaves over is ended on the thread while the caller goes on with the value.
    static func run<Value: Sendable>(_ body: @escaping @Sendable (Leftovers) -> Value) async -> Value? {
        await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
            let work = Body {
                let leftovers = Leftovers()
                continuation.resume(returning: body(leftovers))
                leftovers.end()
            }
            let box = Unmanaged.passRetained(work)
            var id = pthread_t()
            let status = pthread_create(&id, nil, { context in
                guard let context else { return nil }
                // Signals belong to the main thread; a pipe that nobody reads is an error of write here.
                var all = sigset_t()
                sigfillset(&all)
                pthread_sigmask(SIG_BLOCK, &all, nil)
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
            guard status == 0 else {
                box.release()
                continuation.resume(returning: nil)
                return
            }
            pthread_detach(id)
        }
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
