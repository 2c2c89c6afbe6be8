/// What both sides did with one event.
struct EventSides {
    let event: Int
    /// nil without a base.
    let base: ArraySlice<EventOutcomes.Entry>?
    let local: ArraySlice<EventOutcomes.Entry>
    /// Steps of local during which a request was refused.
    let refused: Set<Int>
    /// Why the local version does not come to its events any more; nil when it does.
    let deadBy: DryRunComparison.OtherFailure?
    let hasFields: Bool

    /// nil when both do the same.
    func change(inputText: () -> EventText?, _ input: () -> JSONValue) -> DryRunComparison.EventChange? {
        let failing = local.filter { $0.step.outcome.isFailure }.sorted { $0.step.method < $1.step.method }
        let before = base?.first { $0.step.outcome.isFailure }
        if let new = failing.first(where: { entry($0.step.method, in: base)?.step.outcome.isFailure != true }) {
            return change(.newlyFailing, input, error: new.step.error, isBlocked: refused.contains(new.index))
        }
        // The server lets events pass a plugin that could not be loaded or set up: what it is there for does not happen.
        if let deadBy {
            return change(.newlyFailing, input, error: deadBy.error, isBlocked: deadBy.isBlocked)
        }
        if let before, failing.isEmpty { return change(.fixed, input, error: before.step.error) }
        if failing.isEmpty, let isDifferent = differ(inputText) {
            guard isDifferent else { return nil }
            if !hasFields {
                return DryRunComparison.EventChange(event: event, kind: .changed, fields: [], error: nil, isBlocked: false)
            }
        }
        let fields = differences(input)
        guard !fields.isEmpty else { return nil }
        if let still = failing.first { return change(.failsOtherwise, input, error: still.step.error, isBlocked: refused.contains(still.index)) }
        let isDropped = entry("processEvent", in: local)?.step.outcome == .dropped && entry("processEvent", in: base)?.step.outcome != .dropped
        return change(isDropped ? .dropped : .changed, input, error: nil)
    }

    /// Told from the texts of results alone, in the usual case: processEvent returned on each side that there is, and nothing else was called.
    private func differ(_ inputText: () -> EventText?) -> Bool? {
        guard let after = EventSides.only(local) else { return nil }
        guard let base else {
            return after.withText { local in
                inputText().flatMap { $0.bytes.withUnsafeBytes { EventDiff.differ(base: $0, local: local) } }
            }
        }
        guard let before = EventSides.only(base) else { return nil }
        return after.withText { local in before.withText { EventDiff.differ(base: $0, local: local) } }
    }

    private static func only(_ entries: ArraySlice<EventOutcomes.Entry>) -> LazyJSON? {
        guard entries.count == 1, let step = entries.first?.step, step.method == "processEvent", step.outcome == .returned else { return nil }
        return step.storedResult
    }

    private func entry(_ method: String, in entries: ArraySlice<EventOutcomes.Entry>?) -> EventOutcomes.Entry? {
        entries?.first { $0.step.method == method }
    }

    private func change(
        _ kind: DryRunComparison.EventChange.Kind, _ input: () -> JSONValue, error: DryRunError?, isBlocked: Bool = false
    ) -> DryRunComparison.EventChange {
        DryRunComparison.EventChange(event: event, kind: kind, fields: differences(input), error: error, isBlocked: isBlocked)
    }

    private func differences(_ input: () -> JSONValue) -> [DryRunComparison.MethodDifference] {
        let methods = Set((local + (base ?? [])).map(\.step.method)).sorted()
        return methods.flatMap { method -> [DryRunComparison.MethodDifference] in
            let (old, new) = (entry(method, in: base), entry(method, in: local))
            // Where there is no processEvent, the event goes on as it came; without a base it is what there is to compare with.
            let untouched = method == "processEvent" && (new == nil || old == nil) ? input() : nil
            let before = old.map { EventSides.value($0.step) } ?? untouched
            let after = new.map { EventSides.value($0.step) } ?? untouched
            return EventDiff.fields(base: before, local: after).filter { !$0.isBookkeeping }.map { .init(method: method, field: $0) }
        }
    }

    /// A step as a value: what goes on, nothing for a dropped event, and a failure as an object that says so.
    private static func value(_ step: DryRunStep) -> JSONValue {
        switch step.outcome {
        case .returned: DryRunComparison.resultMethods.contains(step.method) ? step.result ?? .null : .null
        case .dropped: .null
        case .failed, .timedOut, .stateLost:
            [
                "$": "Error", "name": JSONValue(step.error?.name), "message": JSONValue(step.error?.message),
                "outcome": .string(step.outcome.rawValue),
            ]
        }
    }
}

/// The steps of a variant that are about an event, by event; of several of one method the one that failed, else the last.
struct EventOutcomes {
    struct Entry {
        let step: DryRunStep
        /// Among all steps of the variant.
        let index: Int
    }

    private var entries: [Entry] = []
    /// Where the entries of each event begin, and behind the last one where they end.
    private var starts: [Int] = []

    init(_ variant: DryRunVariant, eventCount: Int) {
        var order = variant.steps.indices.filter { index in variant.steps[index].event.map { (0..<eventCount).contains($0) } ?? false }
        let number = { (index: Int) in variant.steps[index].event ?? 0 }
        // They come in the order of the events, but for what is told late.
        if !zip(order, order.dropFirst()).allSatisfy({ number($0) <= number($1) }) {
            order.sort { (number($0), $0) < (number($1), $1) }
        }
        starts.reserveCapacity(eventCount + 1)
        entries.reserveCapacity(order.count)
        for index in order {
            let step = variant.steps[index]
            let event = number(index)
            while starts.count <= event { starts.append(entries.count) }
            add(Entry(step: step, index: index), from: starts[event])
        }
        while starts.count <= eventCount { starts.append(entries.count) }
    }

    private mutating func add(_ entry: Entry, from start: Int) {
        guard let known = entries[start...].firstIndex(where: { $0.step.method == entry.step.method }) else { return entries.append(entry) }
        if !entries[known].step.outcome.isFailure { entries[known] = entry }
    }

    subscript(event: Int) -> ArraySlice<Entry> { entries[starts[event]..<starts[event + 1]] }
}
