import DemoInstance
import Models
import Synchronization

/// Knows what each person meant, and holds the instance's database and the outbox against it.
final class Oracle: Sendable {
    private struct Inner {
        /// What our person wants and has not given up.
        var wanted: [SimulatedField: JSONValue] = [:]
        /// What the instance has held since the person wanted it.
        var held: [SimulatedField: [JSONValue]] = [:]
        var last: [SimulatedField: JSONValue] = [:]
        /// What our person has seen of the remote and meant to replace.
        var seen: [SimulatedField: JSONValue] = [:]
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
            $0.held[field] = $0.last[field].map { [$0] } ?? []
        }
    }

    func givesUp(_ field: SimulatedField) {
        inner.withLock { $0.wanted[field] = nil }
    }

    func wanted(_ field: SimulatedField) -> JSONValue? { inner.withLock { $0.wanted[field] } }

    /// Our person looks at a field and decides to replace what the mirror shows.
    func sees(_ field: SimulatedField, _ value: JSONValue?) { inner.withLock { $0.seen[field] = value } }

    /// Takes in what the database holds now; `byUs` says who was writing since the last look.
    func look(_ state: DemoState, byUs: Bool) {
        inner.withLock { inner in
            let now = Oracle.values(state)
            for field in SimulatedField.all where inner.last[field] != now[field] {
                let shown = now[field]?.text ?? "nothing"
                if byUs, inner.wanted[field] != now[field] {
                    inner.violations.append("we wrote \(shown) to \(field), which nobody wants")
                }
                if byUs, !field.isSecret, inner.seen[field] != inner.last[field] {
                    inner.violations.append("we overwrote \(inner.last[field]?.text ?? "nothing") in \(field), which nobody decided")
                }
                if byUs { inner.seen[field] = now[field] }
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

    /// Every edit waits in the outbox with its value, or the instance has held it since it was made.
    func checkOutbox(_ outbox: [SimulatedField: JSONValue]) {
        inner.withLock { inner in
            for (field, value) in inner.wanted where outbox[field] != value && inner.held[field]?.contains(value) != true {
                inner.violations.append("the edit of \(field) to \(value.text) is lost")
            }
        }
    }

    func note(_ violation: String) { inner.withLock { $0.violations.append(violation) } }

    static func values(_ state: DemoState) -> [SimulatedField: JSONValue] {
        SimulatedField.all.reduce(into: [:]) { values, field in
            guard let config = state.configs[field.config] else { return }
            values[field] =
                switch field.field {
                case .order: JSONValue(config.order)
                case .enabled: .bool(config.isEnabled)
                default: config.config[field.field.label]
                }
        }
    }
}
