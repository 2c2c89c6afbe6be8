import Models

/// What is known of a run across all processes that it took.
struct RunRecord {
    private(set) var variant: DryRunVariant
    private let collects: Bool
    /// Steps of the processes before this one: a process counts its own from 0.
    private var earlierSteps = 0
    private var steps = 0
    private var isAfterLoss = false
    private(set) var hasLoaded = false
    /// The last step that came from the process that runs.
    private var lastStep: DryRunStep?
    private var lastDone: Int?
    /// The first event that processEvent has said nothing of.
    private var nextEvent = 0
    /// Whether every event has to have a step of processEvent.
    private var expectsSteps: Bool { variant.capabilities.methods.contains("processEvent") && isProcessEventAsked }
    private let isProcessEventAsked: Bool
    /// Whether the servers of the era keep snapshots from processEvent.
    private let separatesSnapshots: Bool
    /// What was at hand when the process was ended, as it said itself.
    private var atHand: (method: String, event: Int?)?

    init(_ job: DryRunJob, collects: Bool) {
        variant = DryRunVariant(configID: job.configID, plugin: job.plugin.name, sourceHash: job.sourceHash, era: job.era)
        self.collects = collects
        isProcessEventAsked = job.methods?.contains("processEvent") ?? true
        separatesSnapshots = [.october2021, .august2022].contains(job.era)
    }

    /// Takes a message in.
    ///
    /// - Returns: The message as an observer should see it: steps counted over all processes.
    mutating func take(_ output: DryRunOutput) -> DryRunOutput {
        switch output {
        case .loaded(let capabilities, let error):
            hasLoaded = true
            // A fresh process loads the same code again; what counts is the first time.
            guard !isAfterLoss else { return output }
            variant.capabilities = capabilities
            variant.loadError = error
            return output
        case .step(var step):
            // A process may also have lost its plugin's state and gone on by itself.
            step.isAfterStateLoss = step.isAfterStateLoss || isAfterLoss
            lastStep = step
            if step.method == "processEvent", let event = step.event { nextEvent = max(nextEvent, event + 1) }
            add(step)
            return .step(step)
        case .log(var log):
            log.step = log.step.map { $0 + earlierSteps }
            if collects { variant.logs.append(log) }
            return .log(log)
        case .request(var request):
            request.step = request.step.map { $0 + earlierSteps }
            if collects { variant.requests.append(request) }
            return .request(request)
        case .done(let event): lastDone = event
        case .at(let method, let event, _): atHand = (method, event)
        case .finished(let ending):
            let said = variant.ending.notChecked
            variant.ending = ending
            variant.ending.notChecked = said + ending.notChecked.filter { !said.contains($0) }
        case .ready, .compiled, .begin, .fetch, .findings, .broken: break
        }
        return output
    }

    private mutating func add(_ step: DryRunStep) {
        steps += 1
        if collects { variant.steps.append(step) }
    }

    /// Whether events up to this one may lack their step because they are no events for processEvent.
    func mayLackSnapshots(through event: Int) -> Bool { separatesSnapshots && nextEvent <= event }

    /// Steps for events that were dealt with and of which nothing was said: a plugin can break what reports, in its own heap.
    ///
    /// - Parameter snapshots: Events of which nothing is to be said.
    mutating func missingSteps(through event: Int, except snapshots: Set<Int>) -> [DryRunStep] {
        guard expectsSteps, variant.loadError == nil, nextEvent <= event else { return [] }
        let error = DryRunError(
            name: Fault.failureName, message: "nothing is known of this event: the plugin has broken what reports about it")
        let missing = (nextEvent...event).filter { !snapshots.contains($0) }.map { index in
            var step = DryRunStep(method: "processEvent", event: index, outcome: .stateLost, error: error)
            step.isAfterStateLoss = isAfterLoss
            return step
        }
        nextEvent = event + 1
        for step in missing { add(step) }
        return missing
    }

    mutating func note(_ sentence: String) {
        if !variant.ending.notChecked.contains(sentence) { variant.ending.notChecked.append(sentence) }
    }
}

extension RunRecord {
    /// What follows the end of a process.
    enum Consequence: Equatable {
        /// A fresh process goes on after this event.
        case resume(after: Int)
        /// Nothing more is run.
        case stop
    }

    /// Settles what an untimely end means: which call was at fault, and whether others can still be run.
    ///
    /// - Parameters:
    ///   - firstOpen: The first event that the process had been given and not dealt with.
    ///   - steps: Called with the step that stands for the end, when there is one.
    mutating func settle(_ fault: Fault, firstOpen: Int?, observe: (DryRunOutput) -> Void) -> Consequence {
        defer { beginAgain() }
        guard hasLoaded else {
            variant.loadError = fault.error
            note("no event was run: the plugin could not be loaded")
            return .stop
        }
        if case .usedUp = fault, let lastDone { return consequence(fault, ("", lastDone)) }
        let place = placeOfFault(firstOpen: firstOpen)
        // The engine's own limit has already been reported by the step that it ended.
        let isReported = lastStep.map { $0.outcome == .timedOut && $0.method == place.method && $0.event == place.event } ?? false
        if !isReported {
            var step = DryRunStep(method: place.method, event: place.event, outcome: fault.outcome, error: fault.error)
            step.isAfterStateLoss = isAfterLoss
            if let event = step.event { nextEvent = max(nextEvent, event + 1) }
            add(step)
            observe(.step(step))
        }
        return consequence(fault, place)
    }

    private mutating func consequence(_ fault: Fault, _ place: (method: String, event: Int?)) -> Consequence {
        guard let event = place.event else {
            note(
                place.method == RunRecord.setup
                    ? "no event was run after setupPlugin ended the sandbox"
                    : "what the plugin captured, stored, cached, counted and asked for is unknown: \(place.method) ended the sandbox")
            return .stop
        }
        guard !fault.endsRun else {
            note("events after event \(event) were not run: \(fault.error.message)")
            return .stop
        }
        note(
            "event \(event) ended the sandbox: the events after it ran in a fresh one, where setupPlugin ran again; "
                + "meta.global, cache and storage started empty once more, and what was captured, counted and asked for before is not listed")
        return .resume(after: event)
    }

    private static let setup = "setupPlugin"

    /// The call at fault: as the process said, else by what it had reported last.
    private func placeOfFault(firstOpen: Int?) -> (method: String, event: Int?) {
        if let atHand { return atHand }
        if let lastStep, let event = lastStep.event, lastDone.map({ $0 < event }) ?? true, lastStep.outcome == .timedOut {
            return (lastStep.method, event)
        }
        if let firstOpen { return (variant.capabilities.methods.first { $0 == "processEvent" } ?? "an event", firstOpen) }
        return ("the end of the run", nil)
    }

    private mutating func beginAgain() {
        isAfterLoss = true
        earlierSteps = steps
        hasLoaded = false
        lastStep = nil
        atHand = nil
    }
}
