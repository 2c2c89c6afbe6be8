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
    }

    /// Methods whose result goes somewhere; what others return is thrown away by the server.
    static let resultMethods: Set<String> = ["processEvent", "processEventBatch", "composeWebhook"]

    package init(base: DryRunVariant?, local: DryRunVariant, inputs: [JSONValue]) {
        self.base = base
        self.local = local
        let outcomes = (base.map(EventOutcomes.init), EventOutcomes(local))
        let failures = DryRunComparison.otherFailures(base, local)
        let isDead = !failures.isEmpty
        var changes: [EventChange] = []
        var summary = DryRunSummary()
        for (index, input) in inputs.enumerated() {
            summary.events += 1
            let change = DryRunComparison.change(
                event: index, input, base: base == nil ? nil : outcomes.0?[index] ?? [:], local: outcomes.1[index], isDead: isDead)
            summary.count(change?.kind)
            if let change { changes.append(change) }
        }
        self.changes = changes
        otherFailures = failures
        self.summary = summary
    }

    private static func otherFailures(_ base: DryRunVariant?, _ local: DryRunVariant) -> [OtherFailure] {
        if let error = local.loadError { return base?.loadError == nil ? [OtherFailure(method: nil, error: error, outcome: .failed)] : [] }
        let known = Set((base?.steps ?? []).filter { $0.event == nil && $0.outcome.isFailure }.map(\.method))
        return local.steps.filter { $0.event == nil && $0.outcome.isFailure && !known.contains($0.method) }
            .map { OtherFailure(method: $0.method, error: $0.error, outcome: $0.outcome) }
    }
}

// MARK: One event

extension DryRunComparison {
    /// nil when both sides do the same.
    ///
    /// - Parameters:
    ///   - base: Steps by method; nil without a base.
    ///   - isDead: The local version does not come to its events any more.
    private static func change(
        event: Int, _ input: JSONValue, base: [String: DryRunStep]?, local: [String: DryRunStep], isDead: Bool
    ) -> EventChange? {
        let before = base?.values.first { $0.outcome.isFailure }
        let after = local.values.sorted { $0.method < $1.method }.first { $0.outcome.isFailure && base?[$0.method]?.outcome.isFailure != true }
        let fields = differences(input, base: base, local: local)
        if let after { return EventChange(event: event, kind: .newlyFailing, fields: fields, error: after.error) }
        if isDead, local.isEmpty, base.map({ !$0.isEmpty }) ?? true {
            return EventChange(event: event, kind: .newlyFailing, fields: fields, error: nil)
        }
        let still = local.values.first { $0.outcome.isFailure }
        if let before, still == nil { return EventChange(event: event, kind: .fixed, fields: fields, error: before.error) }
        guard !fields.isEmpty else { return nil }
        if let still { return EventChange(event: event, kind: .failsOtherwise, fields: fields, error: still.error) }
        let isDropped = local["processEvent"]?.outcome == .dropped && base?["processEvent"]?.outcome != .dropped
        return EventChange(event: event, kind: isDropped ? .dropped : .changed, fields: fields, error: nil)
    }

    private static func differences(
        _ input: JSONValue, base: [String: DryRunStep]?, local: [String: DryRunStep]
    ) -> [MethodDifference] {
        let methods = Set(local.keys).union(base?.keys ?? [:].keys).sorted()
        return methods.flatMap { method -> [MethodDifference] in
            // Where there is no processEvent, the event goes on as it came.
            let untouched = method == "processEvent" ? input : nil
            let before = base.map { $0[method].map(value) ?? untouched } ?? untouched
            let after = local[method].map(value) ?? untouched
            return EventDiff.fields(base: before, local: after).map { MethodDifference(method: method, field: $0) }
        }
    }

    /// A step as a value: what goes on, nothing for a dropped event, and a failure as an object that says so.
    private static func value(_ step: DryRunStep) -> JSONValue {
        switch step.outcome {
        case .returned: resultMethods.contains(step.method) ? step.result ?? .null : .null
        case .dropped: .null
        case .failed, .timedOut, .stateLost:
            ["$": "Error", "name": JSONValue(step.error?.name), "message": JSONValue(step.error?.message), "outcome": .string(step.outcome.rawValue)]
        }
    }
}

/// The steps of a variant that are about an event, by event and method; of several of one method the one that failed, else the last.
private struct EventOutcomes {
    private var steps: [Int: [String: DryRunStep]] = [:]

    init(_ variant: DryRunVariant) {
        for step in variant.steps {
            guard let event = step.event else { continue }
            if steps[event]?[step.method]?.outcome.isFailure == true { continue }
            steps[event, default: [:]][step.method] = step
        }
    }

    subscript(event: Int) -> [String: DryRunStep] { steps[event] ?? [:] }
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
