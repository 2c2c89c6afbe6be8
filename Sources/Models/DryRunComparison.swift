/// Two versions of a plugin's behaviour over the same events, and what it comes to.
///
/// Pure: takes what the sandbox reported, and the events as they went in. Without a base the events themselves are what
/// the local version is held against.
package struct DryRunComparison: Sendable {
    package let base: DryRunVariant?
    package let local: DryRunVariant
    /// By event, then the worst first.
    package let changes: [EventChange]
    /// Calls without an event, `setupPlugin` say, and the loading itself, that fail in local and not in base.
    package let otherFailures: [OtherFailure]
    package let summary: DryRunSummary

    /// What became of one event.
    package struct EventChange: Sendable, Equatable {
        package enum Kind: Int, Sendable, Comparable {
            case newlyFailing, dropped, changed, failsOtherwise, fixed

            package static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
        }

        package let event: Int
        package let kind: Kind
        package let fields: [MethodDifference]
        /// Why it fails, in local where it fails there, else in base.
        package let error: DryRunError?
        /// Whether a request was refused during the failing call: with an answer it might have gone well.
        package let isBlocked: Bool
    }

    /// One difference, with the method whose result it is in.
    package struct MethodDifference: Sendable, Equatable {
        package let method: String
        package let field: FieldDifference

        /// The result of `processEvent` is the event itself; other methods are named.
        package var path: String {
            guard method != "processEvent" else { return field.path }
            return field.path.isEmpty || field.path.hasPrefix("[") ? "\(method)()\(field.path)" : "\(method)().\(field.path)"
        }
    }

    package struct OtherFailure: Sendable, Equatable {
        /// nil: the plugin could not even be loaded.
        package let method: String?
        package let error: DryRunError?
        package let outcome: DryRunStep.Outcome
        package let isBlocked: Bool
    }

    /// Methods whose result goes somewhere; what others return is thrown away by the server.
    static let resultMethods: Set<String> = ["processEvent", "processEventBatch", "composeWebhook"]

    /// - Parameter input: The event of an index as it went in; asked only where an event was not handled on a side.
    package init(base: DryRunVariant?, local: DryRunVariant, eventCount: Int, input: (Int) -> JSONValue) {
        self.base = base
        self.local = local
        let before = base.map(EventOutcomes.init)
        let after = EventOutcomes(local)
        let failures = DryRunComparison.otherFailures(base, local)
        var changes: [EventChange] = []
        var summary = DryRunSummary()
        for index in 0..<eventCount {
            summary.events += 1
            let sides = Sides(event: index, base: before?[index], local: after[index], refused: after.refused, deadBy: failures.first { $0.method == nil || $0.method == "setupPlugin" })
            let change = sides.change { input(index) }
            summary.count(change?.kind)
            if let change { changes.append(change) }
        }
        self.changes = changes
        otherFailures = failures
        self.summary = summary
    }

    private static func otherFailures(_ base: DryRunVariant?, _ local: DryRunVariant) -> [OtherFailure] {
        if let error = local.loadError {
            return base?.loadError == nil ? [OtherFailure(method: nil, error: error, outcome: .failed, isBlocked: false)] : []
        }
        let known = Set((base?.steps ?? []).filter { $0.event == nil && $0.outcome.isFailure }.map(\.method))
        let refused = local.refusedSteps
        return local.steps.enumerated().filter { $1.event == nil && $1.outcome.isFailure && !known.contains($1.method) }
            .map { OtherFailure(method: $1.method, error: $1.error, outcome: $1.outcome, isBlocked: refused.contains($0)) }
    }
}

/// What both sides did with one event: steps by method.
private struct Sides {
    let event: Int
    /// nil without a base.
    let base: [String: EventOutcomes.Entry]?
    let local: [String: EventOutcomes.Entry]
    let refused: Set<Int>
    /// Why the local version does not come to its events any more; nil when it does.
    let deadBy: DryRunComparison.OtherFailure?

    /// nil when both do the same.
    func change(_ input: () -> JSONValue) -> DryRunComparison.EventChange? {
        let failing = local.values.filter { $0.step.outcome.isFailure }.sorted { $0.step.method < $1.step.method }
        let before = base?.values.first { $0.step.outcome.isFailure }
        if let new = failing.first(where: { base?[$0.step.method]?.step.outcome.isFailure != true }) {
            return change(.newlyFailing, input, error: new.step.error, isBlocked: refused.contains(new.index))
        }
        // The server lets events pass a plugin that could not be loaded or set up: what it is there for does not happen.
        if let deadBy {
            return change(.newlyFailing, input, error: deadBy.error, isBlocked: deadBy.isBlocked)
        }
        if let before, failing.isEmpty { return change(.fixed, input, error: before.step.error) }
        let fields = differences(input)
        guard !fields.isEmpty else { return nil }
        if let still = failing.first { return change(.failsOtherwise, input, error: still.step.error, isBlocked: refused.contains(still.index)) }
        let isDropped = local["processEvent"]?.step.outcome == .dropped && base?["processEvent"]?.step.outcome != .dropped
        return change(isDropped ? .dropped : .changed, input, error: nil)
    }

    private func change(
        _ kind: DryRunComparison.EventChange.Kind, _ input: () -> JSONValue, error: DryRunError?, isBlocked: Bool = false
    ) -> DryRunComparison.EventChange {
        DryRunComparison.EventChange(event: event, kind: kind, fields: differences(input), error: error, isBlocked: isBlocked)
    }

    private func differences(_ input: () -> JSONValue) -> [DryRunComparison.MethodDifference] {
        let methods = Set(local.keys).union(base.map { Set($0.keys) } ?? []).sorted()
        return methods.flatMap { method -> [DryRunComparison.MethodDifference] in
            // Where there is no processEvent, the event goes on as it came; without a base it is what there is to compare with.
            let untouched = method == "processEvent" && (local[method] == nil || base?[method] == nil) ? input() : nil
            let before = base?[method].map { Sides.value($0.step) } ?? untouched
            let after = local[method].map { Sides.value($0.step) } ?? untouched
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

/// The steps of a variant that are about an event, by event and method; of several of one method the one that failed, else the last.
private struct EventOutcomes {
    struct Entry {
        let step: DryRunStep
        /// Among all steps of the variant.
        let index: Int
    }

    private var entries: [Int: [String: Entry]] = [:]
    /// Steps during which a request was refused.
    let refused: Set<Int>

    init(_ variant: DryRunVariant) {
        refused = variant.refusedSteps
        for (index, step) in variant.steps.enumerated() {
            guard let event = step.event else { continue }
            if entries[event]?[step.method]?.step.outcome.isFailure == true { continue }
            entries[event, default: [:]][step.method] = Entry(step: step, index: index)
        }
    }

    subscript(event: Int) -> [String: Entry] { entries[event] ?? [:] }
}

extension DryRunVariant {
    fileprivate var refusedSteps: Set<Int> { Set(requests.filter { $0.answered == .denied }.compactMap(\.step)) }
}

extension DryRunStep.Outcome {
    /// Whether the event was lost to it, or at least went on without the plugin.
    package var isFailure: Bool {
        switch self {
        case .returned, .dropped: false
        case .failed, .timedOut, .stateLost: true
        }
    }
}

extension DryRunSummary {
    /// Every event is counted once, under the worst that became of it.
    fileprivate mutating func count(_ kind: DryRunComparison.EventChange.Kind?) {
        switch kind {
        case .newlyFailing: newlyFailing += 1
        case .dropped: dropped += 1
        case .changed, .failsOtherwise: changed += 1
        case .fixed: fixed += 1
        case nil: unchanged += 1
        }
    }

    package static func + (left: DryRunSummary, right: DryRunSummary) -> DryRunSummary {
        var sum = left
        sum.events += right.events
        sum.unchanged += right.unchanged
        sum.changed += right.changed
        sum.dropped += right.dropped
        sum.newlyFailing += right.newlyFailing
        sum.fixed += right.fixed
        return sum
    }
}

// MARK: What it comes to

extension DryRunComparison {
    /// Whether the local version fails where the base does not; without a base, whether it fails at all.
    package var hasNewFailures: Bool { summary.newlyFailing > 0 || !otherFailures.isEmpty }

    /// The same, without failures during which a request was refused: those prove nothing.
    package var hasProvenFailures: Bool {
        otherFailures.contains { !$0.isBlocked } || changes.contains { $0.kind == .newlyFailing && !$0.isBlocked }
    }

    /// The events that changed, the worst first, the earlier of equally bad ones first.
    package var worstFirst: [EventChange] {
        changes.sorted { ($0.kind, $0.worstRank, $0.event) < ($1.kind, $1.worstRank, $1.event) }
    }

    /// For the report: one entry for each place in each event. Without a base there is nothing to list.
    package var differences: [DryRunDifference] {
        guard base != nil else { return [] }
        return worstFirst.flatMap { change in
            change.fields.map { DryRunDifference(event: change.event, path: $0.path, base: $0.field.base, local: $0.field.local) }
        }
    }

    /// The report in the form that other tools rely on.
    package func report(notChecked: [String]) -> DryRunReport {
        DryRunReport(local: local, base: base, differences: differences, summary: summary, notChecked: notChecked)
    }

    package var gateFacts: GateFacts {
        var facts = GateFacts()
        facts.events = summary.events
        facts.changed = summary.changed
        facts.dropped = summary.dropped
        facts.newlyFailing = summary.newlyFailing + otherFailures.count
        facts.failing = Set(local.steps.filter(\.outcome.isFailure).map { $0.event ?? -1 }).count + (local.loadError == nil ? 0 : 1)
        facts.newHosts = hosts.added
        facts.localMicroseconds = local.totalMicroseconds
        facts.baseMicroseconds = base?.totalMicroseconds
        return facts
    }
}

extension DryRunComparison.EventChange {
    fileprivate var worstRank: Int { fields.map(\.field.rank).min() ?? 0 }
}

extension GateFacts {
    /// Of several configs together.
    package static func + (left: GateFacts, right: GateFacts) -> GateFacts {
        var sum = left
        sum.events += right.events
        sum.changed += right.changed
        sum.dropped += right.dropped
        sum.failing += right.failing
        sum.newlyFailing += right.newlyFailing
        sum.newHosts += right.newHosts.filter { !left.newHosts.contains($0) }
        sum.localMicroseconds = added(left.localMicroseconds, right.localMicroseconds)
        sum.baseMicroseconds = added(left.baseMicroseconds, right.baseMicroseconds)
        return sum
    }

    private static func added(_ left: Int64?, _ right: Int64?) -> Int64? {
        guard let left, let right else { return left ?? right }
        return left + right
    }
}
