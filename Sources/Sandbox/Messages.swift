import CLinux
import Glibc
import Models
import Runtime

/// Writes messages to the parent, gathered into few writes, within the bounds of the job.
final class Messages {
    private let limits: SandboxLimits
    private var writtenBytes = 0
    private var requests = 0
    private var doneEvent: Int?
    private var lastFlush = phsync_milliseconds()
    /// Used again for each line.
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var beginning: (method: String, members: [UInt8]) = ("", [])

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
            count(Messages.stepHead.count + bytes.count)
            guard let base = bytes.baseAddress else { return }
            check(phsync_output_append_parts(Messages.stepHead, Messages.stepHead.count, base + 1, bytes.count - 1, "\n", 1))
        }
    }

    /// The usual step, put together from its parts.
    func write(returned step: PluginSandbox.Returned) {
        guard step.result.count <= limits.maximumResultBytes + 4096 else { return write(step: step.json + "}") }
        head.removeAll(keepingCapacity: true)
        head += Messages.returnedHead
        Messages.append(step.event, to: &head)
        head += Messages.returnedMiddle
        tail.removeAll(keepingCapacity: true)
        tail += Messages.returnedTail
        Messages.append(step.microseconds, to: &tail)
        tail += step.isAfterStateLoss ? Messages.afterLoss : Messages.end
        count(head.count + step.result.count + tail.count)
        check(phsync_output_append_parts(head, head.count, step.result.baseAddress, step.result.count, tail, tail.count))
    }

    private static let returnedHead = Array(#"{"type":"step","method":"processEvent","event":"#.utf8)
    private static let returnedMiddle = Array(#","outcome":"returned","result":"#.utf8)
    private static let returnedTail = Array(#","error":null,"duration_us":"#.utf8)
    private static let afterLoss = Array(",\"after_state_loss\":true}\n".utf8)
    private static let end = Array("}\n".utf8)

    /// The digits of a number that is not negative.
    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        guard number >= 10 else { return bytes.append(UInt8(truncatingIfNeeded: max(0, number)) + 0x30) }
        append(number / 10, to: &bytes)
        bytes.append(UInt8(truncatingIfNeeded: number % 10) + 0x30)
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
        if method != beginning.method {
            // Plugins name their jobs and tasks: a long name must not push the rest out.
            let name: JSONValue = ["method": .string(String(method.prefix(60)))]
            beginning = (method, Array((name.text.dropLast() + ",\"event\":").utf8.dropFirst()))
        }
        head.removeAll(keepingCapacity: true)
        head += beginning.members
        if let event { Messages.append(event, to: &head) } else { head += Messages.null }
        phsync_output_at(head, head.count)
    }

    private static let null = Array("null".utf8)

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
