import CLinux
import Glibc
import Models
import Runtime

/// One job from its first line to its last.
enum SandboxMain {
    /// The parent sent what this program doesn't understand.
    static let protocolStatus: Int32 = 2
    /// A limit that the report names ended the run.
    static let limitStatus: Int32 = 3

    /// A call that was ended left so much memory behind that a fresh process should go on.
    static let freshStatus: Int32 = 4

    static func run() -> Int32 {
        let descriptors = Lockdown.closeDescriptors()
        guard phsync_output_open() == 0 else { return 1 }
        // Where it can't be had, the calls only take longer.
        _ = phsync_ease_engine_calls()
        let input = InputLines()
        guard let first = input.next() else { return 0 }
        do {
            switch try InputMessage(first) {
            case .job(let job): try run(job, input, descriptors)
            case .end: try announce(job: nil, descriptors, WarmUp.run()).flush()
            case .event: throw DecodeFailure(text: "an event before a job")
            }
            return 0
        } catch {
            let messages = Messages(limits: SandboxLimits())
            messages.write(.broken("\(error)"))
            messages.flush()
            return protocolStatus
        }
    }

    /// Gives up, after the engine's warm-up, everything else and says what holds.
    ///
    /// With a gap, nothing of the plugin is touched unless the parent has allowed that in the environment.
    private static func announce(job: DryRunJob?, _ descriptors: (closed: Int, gap: String?), _: Engine) throws -> Messages {
        let limits = job?.limits ?? SandboxLimits()
        let messages = Messages(limits: limits)
        var protections = Lockdown.close(
            limits: limits, needsCompiler: job.map { $0.compiled == nil } ?? false, closedDescriptors: descriptors)
        protections.usesJIT = WarmUp.usesJIT
        protections.engine = WarmUp.engine
        messages.write(.ready(version: DryRunOutput.version, protections: protections))
        messages.flush()
        guard job == nil || protections.areComplete || getenv("PHSYNC_SANDBOX_UNPROTECTED") != nil else {
            throw DecodeFailure(text: "the system does not enforce the sandbox: \(protections.gaps.joined(separator: "; "))")
        }
        return messages
    }

    private static func run(_ job: DryRunJob, _ lines: InputLines, _ descriptors: (closed: Int, gap: String?)) throws {
        let files = SandboxFiles(for: job)
        let engine = WarmUp.run()
        let messages = try announce(job: job, descriptors, engine)
        let conversation = Conversation(lines, messages)
        guard job.kind == .run else {
            // Nothing of the plugin is evaluated: its text only goes through the compiler.
            messages.write(.findings(try SourceChecks.findings(job: job, files: files)))
            return messages.flush()
        }
        let sandbox = PluginSandbox(job: job, files: files, output: messages.write, fetch: conversation.fetch)
        sandbox.warmEngine = engine
        sandbox.rawStep = messages.write(step:)
        sandbox.rawReturn = messages.write(returned:)
        sandbox.load()
        let resting = phsync_peak_memory()
        try conversation.events { index, text in
            sandbox.run(terminated: text, index: index)
            guard sandbox.hasLostState, phsync_peak_memory() - resting > job.limits.memoryBytes / 2 else { return }
            // What the ended call took may never come back, and the next event would pay for it.
            messages.done(index)
            messages.flush()
            _exit(freshStatus)
        }
        // No event is to blame for what the end costs.
        messages.write(.begin(method: "the end of the run", event: nil))
        sandbox.finish()
        messages.flush()
    }
}

/// The two directions of a running job: events that come, requests that wait for their answers.
final class Conversation {
    private let input: InputLines
    private let messages: Messages
    private var requests = 0

    init(_ input: InputLines, _ messages: Messages) {
        self.input = input
        self.messages = messages
    }

    /// Hands over one event after the other until the parent says that there are no more.
    func events(_ body: (Int, UnsafeBufferPointer<UInt8>) -> Void) throws {
        while true {
            if !input.hasLine { messages.flush() }
            guard let line = input.next() else { throw DecodeFailure(text: "the input ended before its end was said") }
            switch try InputMessage(line) {
            case .event(let index, let text):
                body(index, text)
                messages.done(index)
            case .end: return
            case .job: throw DecodeFailure(text: "a second job")
            }
        }
    }

    /// Asks the parent to send the request, and waits.
    func fetch(_ request: DryRunRequest) -> FetchAnswer {
        requests += 1
        messages.write(.fetch(id: requests, request))
        messages.flush()
        guard let line = input.next(withPrefix: InputMessage.answerStart) else { return .failed("the run was ended") }
        do {
            return try InputMessage.answer(line, id: requests)
        } catch {
            return .failed("the answer can't be read: \(error)")
        }
    }
}
