import DemoInstance
import Models
import Synchronization

/// Knows what each person meant, and holds the instance's database and the outbox against it.
final class Oracle: Sendable {
    fileprivate struct Inner {
        /// What our person wants and has not given up.
        var wanted: [SimulatedField: JSONValue] = [:]
        /// What the instance has held since the person wanted it.
        var held: [SimulatedField: [JSONValue]] = [:]
        var last: [SimulatedField: JSONValue] = [:]
        /// What our person has seen of the remote and meant to replace.
        var seen: [SimulatedField: JSONValue] = [:]
        /// What writes of ours have replaced.
        var replaced: [SimulatedField: [JSONValue?]] = [:]
        /// What was taken back, so that it must wait again.
        var takenBack: Set<SimulatedField> = []
        /// Whether what runs now may take back what was pushed.
        var mayTakeBack = false
        var violations: [String] = []
    }

    private let inner = Mutex(Inner())

    init(_ state: DemoState) {
        inner.withLock { $0.last = Oracle.values(state) }
    }

    var violations: [String] { inner.withLock { $0.violations } }

    func wants(_ field: SimulatedField, _ value: JSONValue) {
        inner.withLock {
            $0.wanted[field] = value
            $0.takenBack.remove(field)
            $0.held[field] = $0.last[field].map { [$0] } ?? []
        }
    }

    func givesUp(_ field: SimulatedField) {
        inner.withLock { $0.wanted[field] = nil }
    }

    func wanted(_ field: SimulatedField) -> JSONValue? { inner.withLock { $0.wanted[field] } }

    /// Our person looks at a field and decides to replace what the mirror shows.
    func sees(_ field: SimulatedField, _ value: JSONValue?) { inner.withLock { $0.seen[field] = value } }

    func takesBack(_ mayTakeBack: Bool) { inner.withLock { $0.mayTakeBack = mayTakeBack } }

    /// Takes in what the database holds now; `byUs` says who was writing since the last look.
    func look(_ state: DemoState, byUs: Bool) {
        inner.withLock { inner in
            let now = Oracle.values(state)
            for field in SimulatedField.all where inner.last[field] != now[field] {
                if byUs { inner.judge(field, from: inner.last[field], to: now[field]) }
                if let wanted = inner.wanted[field], now[field] == wanted { inner.takenBack.remove(field) }
                if let value = now[field] { inner.held[field, default: []].append(value) }
            }
            inner.last = now
            if state.configs.values.contains(where: { $0.config.text.contains("POSTHOG SECRET FIELD") }) {
                inner.violations.append("a mask was stored")
            }
            if state.configs.keys.count(where: { $0 > 3 }) > 1 { inner.violations.append("a config was created twice") }
            if state.configs[1]?.config["big"]?.text != "12345678901234567890123" { inner.violations.append("a number was damaged") }
            if state.configs[2]?.config["password"] != "hunter2" { inner.violations.append("an untouched secret was damaged") }
        }
    }

    /// Every edit waits in the outbox with its value, or the instance has held it since it was made and it was not taken back.
    func checkOutbox(_ outbox: [SimulatedField: JSONValue]) {
        inner.withLock { inner in
            for (field, value) in inner.wanted where outbox[field] != value {
                if inner.takenBack.contains(field), inner.last[field] != value {
                    inner.violations.append("\(field) = \(value.text) was taken back and does not wait again")
                } else if inner.held[field]?.contains(value) != true {
                    inner.violations.append("the edit of \(field) to \(value.text) is lost")
                }
            }
        }
    }

    /// Whether the instance has had the value since our person wanted it.
    func hasHeld(_ field: SimulatedField, _ value: JSONValue) -> Bool { inner.withLock { $0.held[field]?.contains(value) == true } }

    func note(_ violation: String) { inner.withLock { $0.violations.append(violation) } }

    static func values(_ state: DemoState) -> [SimulatedField: JSONValue] {
        SimulatedField.all.reduce(into: [:]) { values, field in values[field] = field.value(in: state) }
    }
}

extension Oracle.Inner {
    /// Holds what we have written against what our person meant.
    fileprivate mutating func judge(_ field: SimulatedField, from old: JSONValue?, to new: JSONValue?) {
        // A field that is not there is what nobody wants, not what somebody wants.
        if let wanted = wanted[field], wanted == new {
            if !field.isSecret, seen[field] != old {
                violations.append("we overwrote \(old?.text ?? "nothing") in \(field), which nobody decided")
            }
            replaced[field, default: []].append(old)
            takenBack.remove(field)
        } else if mayTakeBack, replaced[field]?.contains(new) == true {
            if wanted[field] == nil { wanted[field] = old }
            takenBack.insert(field)
        } else {
            violations.append("we wrote \(new?.text ?? "nothing") to \(field), which nobody wants")
        }
        seen[field] = new
    }
}
