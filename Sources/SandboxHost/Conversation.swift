import Models

/// One process from its start to its end.
final class Conversation {
    private enum Phase: Comparable {
        case starting, loading, running, finished
    }

    private let job: DryRunJob?
    private let runner: SandboxRunner
    private let child: SandboxChild
    private let limits: SandboxLimits
    private let redactor: Redactor
    private var phase = Phase.starting
    private(set) var announced: SandboxProtections?
    private var mayBeCompiled = false
    private var hasSentEnd = false
    private var requests = 0
    private var lastProgress = Monotonic.milliseconds
    /// Processor time when the last progress was seen; nil until it is measured again.
    private var processorStart: UInt64?
    private var lastMeasure: UInt64 = 0
    private var restingBytes: Int?
    private var peakBytes = 0

    init(job: DryRunJob?, runner: SandboxRunner) throws {
        self.job = job
        self.runner = runner
        limits = job?.limits ?? SandboxLimits()
        redactor = Redactor(secrets: job?.secretsToRedact ?? [])
        child = try SandboxChild(runner.settings.program, settings: runner.settings)
        if let job {
            child.send(Conversation.line("job", job.json))
        } else {
            child.send(Array(#"{"type":"end"}"#.utf8))
        }
    }

    /// - Returns: nil when it ended as it should, else why it did not.
    func run(
        _ feed: inout EventFeed, _ record: inout RunRecord, onIdle: () -> Void = {}, observe: (DryRunOutput) -> Void
    ) throws -> Fault? {
        do {
            while true {
                if let fault = try takeLines(&feed, &record, observe) { return fault }
                // The process has no more to say; it ends by itself, at the latest with this object.
                if phase == .finished { return nil }
                guard child.isOutputOpen else { return try ended(&record) }
                try give(&feed)
                onIdle()
                child.turn(timeoutMilliseconds: Conversation.turnMilliseconds)
                if runner.isCancelled() {
                    throw SandboxError(.cancelled, subject: runner.settings.program.path, message: "the run was interrupted")
                }
                if let fault = watch(feed) {
                    stop(fault)
                    _ = try takeLines(&feed, &record, observe)
                    return phase == .finished ? nil : fault
                }
            }
        } catch {
            child.end(graceMilliseconds: 0)
            throw error
        }
    }

    func protections() throws -> SandboxProtections {
        var feed = EventFeed { nil }
        var record = RunRecord(
            DryRunJob(plugin: PluginIdentity(name: ""), pluginJSON: "", files: [:], clock: Timestamp(milliseconds: 0)), collects: false)
        _ = try run(&feed, &record) { _ in }
        guard let announced else { throw failure(.died, "it ended without a word") }
        return announced
    }

    private static let turnMilliseconds: Int32 = 25
}

extension Conversation {
    /// Bytes of events that a process may have without having dealt with them: they may have to be given again.
    private static let windowBytes = 4 << 20
    private static let writeAheadBytes = 1 << 18

    private func give(_ feed: inout EventFeed) throws {
        guard let job, job.kind == .run, phase >= .loading, !hasSentEnd else { return }
        while child.pendingBytes < Conversation.writeAheadBytes, feed.outstandingBytes < Conversation.windowBytes {
            guard let event = try feed.next() else {
                child.send(Array(#"{"type":"end"}"#.utf8))
                hasSentEnd = true
                return
            }
            child.sendEvent(index: event.index, text: event.text)
        }
    }

    private func takeLines(
        _ feed: inout EventFeed, _ record: inout RunRecord, _ observe: (DryRunOutput) -> Void
    ) throws -> Fault? {
        var isFirst = true
        while let line = child.nextLine() {
            guard phase != .finished else { return nil }
            if isFirst { noteProgress() }
            isFirst = false
            let output: DryRunOutput
            do {
                output = try decode(line)
            } catch {
                guard phase != .starting else { throw failure(.mismatch, "its first message is none that it should be") }
                let fault = Fault.garbage("\(error)")
                stop(fault)
                return fault
            }
            if case .fetch(let id, let request) = output {
                answer(id, request)
                continue
            }
            var snapshots: Set<Int> = []
            if case .done(let event) = output, record.mayLackSnapshots(through: event) { snapshots = feed.snapshots(through: event) }
            if let fault = try take(output, &feed) {
                stop(fault)
                return fault
            }
            observe(record.take(output))
            if case .done(let event) = output {
                for step in record.missingSteps(through: event, except: snapshots) { observe(.step(step)) }
            }
        }
        return nil
    }

    private func decode(_ line: [UInt8]) throws -> DryRunOutput {
        // Most of a run are steps without errors: their results stay the text that they came as.
        if let step = DryRunStep(message: line), !redactor.mayConcern(spelled: line) { return .step(step) }
        var json = try JSONValue(parsing: line)
        // What is sent must be whole, and what is cached must be what was compiled.
        let isInternal = json["type"] == "fetch" || json["type"] == "compiled"
        if !isInternal, redactor.mayConcern(line) { json = redactor.value(json) }
        return try DryRunOutput(json)
    }

    /// Checks that the message may come now.
    private func take(_ output: DryRunOutput, _ feed: inout EventFeed) throws -> Fault? {
        switch output {
        case .ready(let version, let protections):
            guard phase == .starting else { return .garbage("ready twice") }
            try accept(version, protections)
            phase = .loading
            mayBeCompiled = true
            restingBytes = child.pipes.residentBytes
            return nil
        case _ where phase == .starting:
            if case .broken(let reason) = output { throw failure(.mismatch, reason) }
            throw failure(.mismatch, "its first message is none that it should be")
        case .compiled:
            // Only as the first message: later ones could be a plugin's work.
            guard mayBeCompiled else { return .garbage("compiled too late") }
        case .loaded:
            guard phase == .loading else { return .garbage("loaded twice") }
            phase = .running
        case .done(let event): feed.settle(through: event)
        case .finished, .findings: phase = .finished
        case .broken(let reason): return .broken(reason)
        case .begin: return .garbage("begin")
        case .step, .log, .request, .at, .fetch: break
        }
        mayBeCompiled = false
        return nil
    }

    private func accept(_ version: Int, _ protections: SandboxProtections) throws {
        announced = protections
        guard version == DryRunOutput.version else {
            throw failure(.mismatch, "it speaks version \(version), phsync speaks \(DryRunOutput.version): install both from the same release")
        }
        guard job != nil else {
            phase = .finished
            return
        }
        guard protections.areComplete || runner.settings.allowsGaps else {
            throw failure(.unprotected, protections.gaps.joined(separator: "; "))
        }
    }

    private func answer(_ id: Int, _ request: DryRunRequest) {
        requests += 1
        let answer: FetchAnswer =
            if requests > limits.maximumRequests {
                .refused("more than \(limits.maximumRequests) requests")
            } else if let job, job.fetch.mode == .live, let fetch = runner.liveFetch {
                fetch(request)
            } else {
                .refused("requests are not sent in this run")
            }
        var object = JSONObject([.init(key: "type", value: "answer"), .init(key: "id", value: JSONValue(id))])
        for member in answer.json.object?.members ?? [] { object[member.key] = member.value }
        child.send(Array(JSONValue.object(object).text.utf8))
        noteProgress()
    }

    private static func line(_ type: String, _ json: JSONValue) -> [UInt8] {
        let members = [JSONObject.Member(key: "type", value: .string(type))] + (json.object?.members ?? [])
        return Array(JSONValue.object(JSONObject(members)).text.utf8)
    }

    private func failure(_ code: SandboxError.Code, _ reason: String) -> SandboxError {
        let path = runner.settings.program.path
        let message =
            switch code {
            case .unprotected: "the system does not enforce what keeps plugins in their sandbox: \(reason)"
            case .missing, .notStarted, .mismatch, .died, .cancelled: "\(path) can't be used: \(reason)"
            }
        return SandboxError(code, subject: path, message: message)
    }
}

extension Conversation {
    /// Processor time without a word after which the process counts as stuck. The engine's own limit comes first; this is for
    /// what it can't end.
    private var stuckMilliseconds: UInt64 {
        let limit = UInt64(limits.wallSecondsPerCall * 1000)
        return switch phase {
        case .starting: 20_000
        // Compiling is the slow part; the entry itself runs under the engine's limit.
        case .loading: 30_000 + limit
        case .running, .finished: 2 * limit + 1000
        }
    }

    private func noteProgress() {
        lastProgress = Monotonic.milliseconds
        processorStart = nil
    }

    /// By processor time, so that a busy machine makes no plugin look slow; by the clock only for one that just waits.
    private func isStuck(_ now: UInt64) -> Bool {
        guard now - lastProgress > stuckMilliseconds else { return false }
        guard now - lastProgress < 10 * stuckMilliseconds, let used = child.pipes.processorMilliseconds else { return true }
        guard let start = processorStart else {
            processorStart = used
            return false
        }
        return used - start > stuckMilliseconds
    }

    /// Memory beside the plugin's own: buffers of output, and the compiler where it is loaded.
    private var ownBytes: Int { (job?.compiled == nil ? 256 : 64) << 20 }

    private func watch(_ feed: EventFeed) -> Fault? {
        let now = Monotonic.milliseconds
        let isWaiting = phase != .running || feed.hasGiven || hasSentEnd
        if !isWaiting { noteProgress() }
        if isStuck(now) { return .wallTime(seconds: limits.wallSecondsPerCall) }
        if child.receivedBytes > limits.maximumOutputBytes + (1 << 20) { return .output(bytes: limits.maximumOutputBytes) }
        if child.partialBytes > 2 * limits.maximumResultBytes + (1 << 20) { return .garbage("a line that does not end") }
        guard now - lastMeasure >= UInt64(Conversation.turnMilliseconds), let resting = restingBytes else { return nil }
        lastMeasure = now
        peakBytes = max(peakBytes, (child.pipes.residentBytes ?? 0) - resting)
        return peakBytes > limits.memoryBytes + ownBytes ? .memory(bytes: limits.memoryBytes) : nil
    }

    private func stop(_ fault: Fault) {
        let grace =
            switch fault {
            case .wallTime: 300
            case .memory: 100
            case .output, .garbage, .broken, .crashed, .exited, .usedUp: 0
            }
        child.end(graceMilliseconds: grace)
    }

    /// The process closed its output before it was finished.
    private func ended(_ record: inout RunRecord) throws -> Fault {
        let ending = Conversation.bySignal(child.close(withinMilliseconds: 1000))
        guard phase != .starting else {
            throw failure(.died, Conversation.text(ending) + (child.lastWords.isEmpty ? "" : ": \(child.lastWords.prefix(300))"))
        }
        let used = max(peakBytes, child.maximumResidentBytes - (restingBytes ?? 0))
        switch ending {
        case .exited(Conversation.wantsFreshProcess): return .usedUp(memoryBytes: limits.memoryBytes)
        case .exited(let status): return .exited(status: status, lastWords: child.lastWords)
        // The engine ends itself when it gets no memory.
        case .signalled(let signal) where used > limits.memoryBytes / 2 && !Conversation.fromOutside.contains(signal):
            return .memory(bytes: limits.memoryBytes)
        case .signalled(let signal): return .crashed(signal: signal)
        }
    }

    /// How it ends when a call that was ended left its memory behind.
    private static let wantsFreshProcess: Int32 = 4

    /// Its handlers write what is left and then end it with the status that a shell would give to the signal.
    private static func bySignal(_ ending: SandboxChild.Ending) -> SandboxChild.Ending {
        if case .exited(let status) = ending, status > 128 { .signalled(status - 128) } else { ending }
    }

    private static let fromOutside: [Int32] = [9, 15, 31]

    private static func text(_ ending: SandboxChild.Ending) -> String {
        switch ending {
        case .exited(let status): "it ended with status \(status) before it was ready"
        case .signalled(let signal): "signal \(signal) ended it before it was ready"
        }
    }
}
