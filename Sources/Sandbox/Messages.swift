import CLinux
import Glibc
import Models

/// Writes messages to the parent, gathered into few writes, within the bounds of the job.
final class Messages {
    private let limits: SandboxLimits
    private var writtenBytes = 0
    private var requests = 0
    private var doneEvent: Int?
    private var lastFlush = phsync_milliseconds()

    init(limits: SandboxLimits) {
        self.limits = limits
    }

    func write(_ output: DryRunOutput) {
        switch output {
        case .begin(let method, let event): begin(method, event)
        case .step(let step): write(line: bytes(output), or: { .step(self.tooLarge(step)) })
        case .log(let log): write(line: bytes(output), or: { .log(self.cut(log)) })
        case .request(let request):
            // The runtime counts the rest, and says how many.
            requests += 1
            guard requests <= limits.maximumRequests else { return }
            write(line: bytes(output), or: { .request(self.withoutBody(request)) })
        default: write(line: bytes(output), or: { output })
        }
    }

    /// A step as its own JSON text, which is not read again: most of a run is steps.
    func write(step text: String) {
        guard text.utf8.count <= limits.maximumResultBytes + 4096 else {
            // Only its result is left out; what it was a step of must not be lost with it.
            do {
                write(.step(try DryRunStep(JSONValue(parsing: text))))
            } catch {
                write(.broken("a step can't be read: \(error)"))
            }
            return
        }
        var text = text
        text.withUTF8 { bytes in
            let head = Messages.stepHead
            count(head.count + bytes.count)
            append(head)
            if let base = bytes.baseAddress { check(phsync_output_append(base + 1, bytes.count - 1)) }
            append([10])
        }
    }

    private static let stepHead = Array(#"{"type":"step","#.utf8)

    /// Everything up to this event has been dealt with; said with the next write.
    func done(_ event: Int) {
        doneEvent = event
        // Seldom enough to cost nothing, often enough for the parent to see that this process lives.
        if phsync_milliseconds() - lastFlush > 10 { flush() }
    }

    func flush() {
        if let event = doneEvent {
            doneEvent = nil
            append(bytes(.done(event: event)))
        }
        check(phsync_output_flush())
        lastFlush = phsync_milliseconds()
    }

    private func begin(_ method: String, _ event: Int?) {
        // Plugins name their jobs and tasks: a long name must not push the rest out.
        let call: JSONValue = ["method": .string(String(method.prefix(60))), "event": event.map(JSONValue.init) ?? .null]
        var members = String(call.text.dropFirst().dropLast())
        members.withUTF8 { phsync_output_at($0.baseAddress, $0.count) }
    }

    private func bytes(_ output: DryRunOutput) -> [UInt8] {
        var bytes = Array(output.json.text.utf8)
        bytes.append(10)
        return bytes
    }

    private func write(line: [UInt8], or smaller: () -> DryRunOutput) {
        let line = line.count > limits.maximumResultBytes + 4096 ? bytes(smaller()) : line
        count(line.count)
        append(line)
    }

    private func count(_ bytes: Int) {
        writtenBytes += bytes
        guard writtenBytes > limits.maximumOutputBytes else { return }
        flush()
        append(self.bytes(.broken(SandboxLimit.output(limits.maximumOutputBytes))))
        check(phsync_output_flush())
        _exit(SandboxMain.limitStatus)
    }

    private func append(_ line: [UInt8]) {
        check(phsync_output_append(line, line.count))
    }

    /// A parent that reads no more is gone: there is nobody to tell.
    private func check(_ code: Int32) {
        if code != 0 { _exit(1) }
    }
}

extension Messages {
    private func tooLarge(_ step: DryRunStep) -> DryRunStep {
        var step = step
        step.result = nil
        step.outcome = .failed
        step.error = DryRunError(
            name: SandboxLimit.name,
            message: "the result of \(step.method) is larger than \(limits.maximumResultBytes) bytes; it is left out of the report")
        return step
    }

    private func cut(_ log: DryRunLog) -> DryRunLog {
        var log = log
        log.message = String(log.message.prefix(1000)) + "… (cut: the whole message is larger than \(limits.maximumResultBytes) bytes)"
        return log
    }

    private func withoutBody(_ request: DryRunRequest) -> DryRunRequest {
        var request = request
        request.url = String(request.url.prefix(1000))
        request.headers = JSONObject()
        request.body = ["$": "cut", "v": .string("larger than \(limits.maximumResultBytes) bytes")]
        return request
    }
}
