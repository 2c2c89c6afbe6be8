/// What a dry run has to fulfil before a push may go on: a small file that a team keeps beside its code.
///
///     # At least a day's worth of events
///     events >= 100
///     no new failures
///     dropped <= 1%
///     time <= 2x
package struct Gates: Sendable, Equatable {
    package let gates: [Gate]

    package init(gates: [Gate]) {
        self.gates = gates
    }

    /// What is wrong with a line, and what was probably meant.
    package struct Mistake: Error, Sendable, Equatable, CustomStringConvertible {
        package let line: Int
        package let reason: String

        package var description: String { "line \(line): \(reason)" }
    }

    /// Reads the file; the first line that can't be read is the mistake.
    package init(parsing text: String) throws(Mistake) {
        var gates: [Gate] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var parser = GateParser(line: String(line.prefix { $0 != "#" }), number: index + 1)
            if let gate = try parser.gate() { gates.append(gate) }
        }
        self.gates = gates
    }

    /// How each gate stands to what was measured, in the order of the file.
    package func findings(_ facts: GateFacts) -> [GateFinding] {
        gates.map { $0.finding(facts) }
    }
}

/// What a dry run has measured, over all configs that ran.
package struct GateFacts: Sendable, Equatable {
    package var events = 0
    package var changed = 0
    package var dropped = 0
    package var failing = 0
    package var newlyFailing = 0
    package var newHosts: [String] = []
    /// Microseconds in the plugins' methods; nil without a base to compare with.
    package var baseMicroseconds: Int64?
    package var localMicroseconds: Int64?

    package init() {}
}

/// One line of the file.
package struct Gate: Sendable, Equatable {
    package enum Subject: String, Sendable, CaseIterable {
        case events, changed, dropped, failures
        case newFailures = "new failures"
        case newHosts = "new hosts"
        case time
    }

    package enum Comparison: String, Sendable {
        case atLeast = ">="
        case atMost = "<="
        case above = ">"
        case below = "<"
        case equal = "="
    }

    package enum Bound: Sendable, Equatable {
        case count(Int)
        /// Of the events.
        case percent(Double)
        /// Of the base's time.
        case ratio(Double)
    }

    package let subject: Subject
    package let comparison: Comparison
    package let bound: Bound
    package let line: Int

    package init(_ subject: Subject, _ comparison: Comparison, _ bound: Bound, line: Int) {
        self.subject = subject
        self.comparison = comparison
        self.bound = bound
        self.line = line
    }

    /// As a person would write it: "no new hosts", "dropped <= 1%".
    package var text: String {
        if bound == .count(0), comparison == .equal || comparison == .atMost { return "no \(subject == .dropped || subject == .changed ? "\(subject.rawValue) events" : subject.rawValue)" }
        return "\(subject.rawValue) \(comparison.rawValue) \(bound.text)"
    }
}

/// How a gate stands.
package struct GateFinding: Sendable, Equatable {
    package enum State: String, Sendable {
        case holds, fails
        /// Outside the bound, but time is only ever a hint: it depends on the machine.
        case advisory
        /// There was nothing to measure it by.
        case unknown
    }

    package let gate: Gate
    package let state: State
    /// What was found: "3", "0.4%", "api.example.com".
    package let found: String

    package var json: JSONValue {
        ["gate": .string(gate.text), "line": JSONValue(gate.line), "state": .string(state.rawValue), "found": .string(found)]
    }
}

extension Gate {
    fileprivate func finding(_ facts: GateFacts) -> GateFinding {
        guard subject != .time else { return timeFinding(facts) }
        let count = count(facts)
        let found: String
        let holds: Bool
        switch bound {
        case .count(let limit):
            holds = comparison.holds(Double(count), Double(limit))
            found = subject == .newHosts && count > 0 ? facts.newHosts.joined(separator: ", ") : String(count)
        case .percent(let limit):
            guard facts.events > 0 else { return GateFinding(gate: self, state: .unknown, found: "no events") }
            let share = Double(count) * 100 / Double(facts.events)
            holds = comparison.holds(share, limit)
            found = "\(count) of \(facts.events)"
        case .ratio: preconditionFailure("only time is bound by a ratio")
        }
        return GateFinding(gate: self, state: holds ? .holds : .fails, found: found)
    }

    private func timeFinding(_ facts: GateFacts) -> GateFinding {
        guard case .ratio(let limit) = bound, let base = facts.baseMicroseconds, let local = facts.localMicroseconds, base > 0 else {
            return GateFinding(gate: self, state: .unknown, found: "no base to compare with")
        }
        let ratio = Double(local) / Double(base)
        let shown = "\(Double(Int(ratio * 100)) / 100)x"
        return GateFinding(gate: self, state: comparison.holds(ratio, limit) ? .holds : .advisory, found: shown)
    }

    private func count(_ facts: GateFacts) -> Int {
        switch subject {
        case .events: facts.events
        case .changed: facts.changed
        case .dropped: facts.dropped
        case .failures: facts.failing
        case .newFailures: facts.newlyFailing
        case .newHosts: facts.newHosts.count
        case .time: preconditionFailure("time is no count")
        }
    }
}

extension Gate.Comparison {
    fileprivate func holds(_ value: Double, _ limit: Double) -> Bool {
        switch self {
        case .atLeast: value >= limit
        case .atMost: value <= limit
        case .above: value > limit
        case .below: value < limit
        case .equal: value == limit
        }
    }
}

extension Gate.Bound {
    fileprivate var text: String {
        switch self {
        case .count(let count): String(count)
        case .percent(let percent): "\(Gate.Bound.brief(percent))%"
        case .ratio(let ratio): "\(Gate.Bound.brief(ratio))x"
        }
    }

    private static func brief(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
    }
}
