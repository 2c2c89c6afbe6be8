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

    /// - Parameters:
    ///   - hasFields: Whether the fields of changed events are wanted; without, those that are told from texts alone have none.
    ///   - inputText: The text of the event of an index as it went in.
    package init(
        base: DryRunVariant?, local: DryRunVariant, eventCount: Int, hasFields: Bool = true, inputText: @escaping (Int) -> EventText?,
        input: (Int) -> JSONValue
    ) {
        self.base = base
        self.local = local
        let before = base.map { EventOutcomes($0, eventCount: eventCount) }
        let after = EventOutcomes(local, eventCount: eventCount)
        let failures = DryRunComparison.otherFailures(base, local)
        let refused = local.refusedSteps
        let deadBy = failures.first { $0.method == nil || $0.method == "setupPlugin" }
        var changes: [EventChange] = []
        var summary = DryRunSummary()
        for index in 0..<eventCount {
            summary.events += 1
            let sides = EventSides(
                event: index, base: before?[index], local: after[index], refused: refused, deadBy: deadBy, hasFields: hasFields)
            let change = sides.change(inputText: { inputText(index) }) { input(index) }
            summary.count(change?.kind)
            if let change { changes.append(change) }
        }
        self.changes = changes
        otherFailures = failures
        self.summary = summary
    }

    /// - Parameter input: The event of an index as it went in; asked only where an event was not handled on a side.
    package init(base: DryRunVariant?, local: DryRunVariant, eventCount: Int, input: (Int) -> JSONValue) {
        self.init(base: base, local: local, eventCount: eventCount, inputText: { _ in nil }, input: input)
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

extension DryRunVariant {
    var refusedSteps: Set<Int> { Set(requests.filter { $0.answered == .denied }.compactMap(\.step)) }
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
