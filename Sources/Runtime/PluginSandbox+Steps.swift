import Models

/// What the plugin's calls come to, on its way out.
extension PluginSandbox {
    /// The step that a log entry or a request belongs to; nil while the entry is loaded.
    var stepIndex: Int? {
        let index = isIdle ? stepCount - 1 : stepCount
        return isLoading || index < 0 ? nil : index
    }

    func log(_ type: String, _ message: String) {
        guard !isMuted else { return }
        ending.logs += 1
        guard ending.logs <= job.limits.maximumLogEntries else { return }
        let level = DryRunLog.Level(rawValue: type) ?? .log
        output(.log(DryRunLog(type: level, message: message, step: stepIndex)))
    }

    /// A call on a stand-in for a service's SDK would have gone over the network.
    func recordedCall(module: String, path: String, arguments: String) {
        guard !isMuted else { return }
        ending.standIn(module)
        do {
            output(
                .request(
                    DryRunRequest(
                        method: "CALL", url: "\(module):\(path)", body: try JSONValue(parsing: arguments), answered: .stubbed,
                        step: stepIndex)))
        } catch {
            output(.broken("a recorded call can't be read: \(error)"))
        }
    }

    func fetch(_ request: DryRunRequest) -> FetchAnswer {
        var request = request
        request.step = stepIndex
        let (answer, how) = desk.answer(request, live: liveFetch)
        request.answered = how
        if !isMuted { output(.request(request)) }
        return answer
    }

    /// What processEvent returned, on the short way.
    func returned(_ result: UnsafeRawBufferPointer) {
        guard !isMuted else { return }
        let step = Returned(event: current.event ?? 0, result: result, microseconds: elapsedMicroseconds, isAfterStateLoss: isAfterStateLoss)
        guard step.isWithin(job.limits.maximumResultBytes) else { return emit(tooLarge(step.textCount)) }
        guard let rawReturn else { return self.step(step.json) }
        stepCount += 1
        rawReturn(step)
    }

    var elapsedMicroseconds: Int {
        let (seconds, attoseconds) = startedAt.duration(to: .now).components
        return Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    }

    func step(_ json: String) {
        guard !isMuted else { return }
        let duration = elapsedMicroseconds
        guard json.utf8.count <= job.limits.maximumResultBytes else { return emit(tooLarge(json.utf8.count)) }
        let text = "\(json),\"duration_us\":\(duration)\(isAfterStateLoss ? ",\"after_state_loss\":true" : "")}"
        if let rawStep {
            stepCount += 1
            return rawStep(text)
        }
        do {
            emit(try DryRunStep(JSONValue(parsing: text)))
        } catch {
            output(.broken("a step can't be read: \(error)"))
        }
    }

    func tooLarge(_ count: Int) -> DryRunStep {
        DryRunStep(
            method: current.method, event: current.event, outcome: .failed,
            error: DryRunError(
                name: SandboxLimit.name,
                message: "the result of \(current.method) has \(count) bytes, the limit is \(job.limits.maximumResultBytes)"
                    + "; it is left out of the report"))
    }

    func emit(_ step: DryRunStep) {
        var step = step
        step.isAfterStateLoss = isAfterStateLoss
        stepCount += 1
        if let rawStep { rawStep(step.json.text) } else { output(.step(step)) }
    }
}

extension PluginSandbox {
    /// An event that processEvent has returned, as the parts of its step.
    package struct Returned {
        package let event: Int
        /// JSON; valid only while it is told.
        package let result: UnsafeRawBufferPointer
        package let microseconds: Int
        package let isAfterStateLoss: Bool

        /// The step as the driver would have written it, without what this half adds and the brace that closes it.
        package var json: String { head + String(decoding: result, as: UTF8.self) + Returned.tail }

        /// Without making the text, for all but the largest.
        func isWithin(_ limit: Int) -> Bool { result.count + Returned.mostBytesBeside <= limit || textCount <= limit }

        private static let mostBytesBeside = 128

        var textCount: Int { head.utf8.count + result.count + Returned.tail.utf8.count }

        private var head: String { #"{"method":"processEvent","event":\#(event),"outcome":"returned","result":"# }
        private static let tail = #","error":null"#
    }
}
