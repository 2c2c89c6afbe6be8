import DemoInstance
import Glibc
import Models
import Synchronization

/// What goes wrong with one run of phsync.
enum Mishap: Sendable, CustomStringConvertible {
    enum Kind: Sendable, CaseIterable {
        /// SIGKILL, before or after the instance has acted on the request.
        case killedBefore, killedAfter
        case dropped, answerLost
        /// From this request on nothing reaches the instance.
        case offline
    }

    case request(Kind, Int)
    /// Somebody saves in the web page, after our re-read and right before our write of that config.
    case theirSave(SharedField, Int)

    var description: String {
        switch self {
        case .request(let kind, let number): "\(kind) at request \(number)"
        case .theirSave(let field, let number): "they set \(field) to \(number) right before our write"
        }
    }
}

/// Sees every request and the database before and after it, lets mishaps happen, and holds what is written against what
/// each person meant.
final class DatabaseWatcher: Sendable {
    fileprivate struct Run {
        let mishap: Mishap?
        /// Whether it may take back what was pushed.
        let mayTakeBack: Bool
        var requests = 0
    }

    fileprivate struct Person {
        /// What they want and no command has told them to be done.
        var wanted: [SharedField: JSONValue] = [:]
        /// What they have seen there and meant to replace.
        var seen: [SharedField: JSONValue] = [:]
        /// What the instance has held since they wanted something of it.
        var held: [SharedField: [JSONValue]] = [:]
        /// What writes of theirs have replaced.
        var replaced: [SharedField: [JSONValue]] = [:]
        /// What was taken back, so that it must be wanted again.
        var takenBack: Set<SharedField> = []
        /// The shared fields when the config was last read by them.
        var lastRead: [Int64: [SharedField: JSONValue]] = [:]
        var run: Run?
    }

    fileprivate struct Inner {
        var persons: [String: Person] = [:]
        var last: [SharedField: JSONValue] = [:]
        /// Fields of others that a write has rolled back between its re-read and itself, which the API can't prevent.
        var rolledBack: [(field: SharedField, value: JSONValue)] = []
        var violations: [String] = []
    }

    private let inner = Mutex(Inner())
    private let processes = Mutex<[String: pid_t]>([:])

    var observer: DemoServer.Observer {
        DemoServer.Observer(before: { [self] request, state in before(request, &state) }, after: { [self] in after($0, $1) })
    }

    func look(_ state: DemoState) { inner.withLock { $0.last = state.shared } }

    /// Somebody saves while no process of ours runs.
    func theySave(_ state: DemoState) {
        inner.withLock { inner in
            for (field, value) in state.shared where inner.last[field] != value { inner.holds(field, value) }
            inner.last = state.shared
        }
    }

    var violations: [String] { inner.withLock { $0.violations } }
    var rolledBack: [(field: SharedField, value: JSONValue)] { inner.withLock { $0.rolledBack } }
    func note(_ violation: String) { inner.withLock { $0.violations.append(violation) } }

    // MARK: What people mean

    /// A new edit replaces what they wanted; it stands on what they see.
    func wants(_ key: String, _ field: SharedField, _ value: JSONValue, seeing seen: JSONValue?) {
        inner.withLock { inner in
            inner.persons[key, default: Person()].wanted[field] = value
            inner.persons[key]?.seen[field] = seen
            inner.persons[key]?.takenBack.remove(field)
            inner.persons[key]?.held[field] = inner.last[field].map { [$0] } ?? []
        }
    }

    func seen(_ key: String, _ field: SharedField) -> JSONValue? { inner.withLock { $0.persons[key]?.seen[field] } }
    func sees(_ key: String, _ field: SharedField, _ value: JSONValue?) { inner.withLock { $0.persons[key]?.seen[field] = value } }
    func givesUp(_ key: String, _ field: SharedField) { inner.withLock { $0.persons[key]?.wanted[field] = nil } }

    /// Every edit waits in the outbox with its value, or the instance has held it since it was made and it was not taken back.
    ///
    /// - Parameter base: What edits in the outbox stand on.
    func check(_ key: String, outbox: [SharedField: JSONValue], base: [SharedField: JSONValue]) {
        inner.withLock { inner in
            for (field, value) in inner.persons[key]?.wanted ?? [:] where outbox[field] != value {
                let isTakenBack = inner.persons[key]?.takenBack.contains(field) == true && inner.last[field] != value
                if isTakenBack, !field.isSecret {
                    inner.violations.append("\(field) = \(value.text) was taken back and is not wanted any more")
                } else if !isTakenBack, inner.persons[key]?.held[field]?.contains(value) != true {
                    inner.violations.append("the edit of \(field) to \(value.text) is lost")
                }
                inner.persons[key]?.wanted[field] = nil
            }
            for (field, value) in outbox where inner.persons[key]?.wanted[field] == nil {
                guard inner.persons[key]?.replaced[field] != nil else {
                    inner.violations.append("an edit of \(field) to \(value.text) came from nowhere")
                    continue
                }
                // What was to be taken back is an edit again, whether or not the write that takes it back arrived.
                inner.persons[key]?.wanted[field] = value
                inner.persons[key]?.seen[field] = base[field]
            }
        }
    }

    // MARK: What processes do

    func begin(_ key: String, _ mishap: Mishap?, mayTakeBack: Bool) {
        inner.withLock { $0.persons[key, default: Person()].run = Run(mishap: mishap, mayTakeBack: mayTakeBack) }
        processes.withLock { $0[key] = nil }
    }

    func started(_ key: String, _ process: pid_t) { processes.withLock { $0[key] = process } }
    func ended(_ key: String) { inner.withLock { $0.persons[key]?.run = nil } }

    /// The request arrives some milliseconds after the start, so that this waits hardly ever.
    private func kill(_ key: String) {
        while true {
            if let process = processes.withLock({ $0[key] }) {
                _ = Glibc.kill(process, SIGKILL)
                return
            }
            usleep(100)
        }
    }

    private static func key(_ request: DemoRequest) -> String {
        request.header("Authorization")?.split(separator: " ").last.map(String.init) ?? ""
    }

    private static func config(_ request: DemoRequest) -> Int64? {
        let segments = request.path.split(separator: "/").map(String.init)
        guard let index = segments.firstIndex(of: "plugin_configs"), segments.count == index + 2 else { return nil }
        return Int64(segments[index + 1])
    }
}

extension DatabaseWatcher {
    private func before(_ request: DemoRequest, _ state: inout DemoState) -> Bool {
        let key = DatabaseWatcher.key(request)
        let mishap = inner.withLock { inner -> (Mishap, Int)? in
            inner.persons[key]?.run?.requests += 1
            guard let run = inner.persons[key]?.run, let mishap = run.mishap else { return nil }
            return (mishap, run.requests)
        }
        switch mishap {
        case (.request(.killedBefore, let at), let number)? where number == at:
            kill(key)
            return false
        case (.request(.dropped, let at), let number)? where number == at: return false
        case (.request(.offline, let at), let number)? where number >= at: return false
        case (.theirSave(let field, let number), _)? where request.method == "PATCH" && DatabaseWatcher.config(request) == field.config:
            state.save(field, field.value(number), at: DemoServer.systemClock())
            theySave(state)
            return true
        default: return true
        }
    }

    private func after(_ request: DemoRequest, _ state: DemoState) -> Bool {
        let key = DatabaseWatcher.key(request)
        let mishap = inner.withLock { inner -> (Mishap, Int)? in
            if request.method == "GET" {
                if let id = DatabaseWatcher.config(request) { inner.persons[key]?.lastRead[id] = state.shared }
            } else {
                inner.judge(state, by: key)
            }
            guard let run = inner.persons[key]?.run, let mishap = run.mishap else { return nil }
            return (mishap, run.requests)
        }
        switch mishap {
        case (.request(.killedAfter, let at), let number)? where number == at:
            kill(key)
            return false
        case (.request(.answerLost, let at), let number)? where number == at: return false
        default: return true
        }
    }
}

extension DatabaseWatcher.Inner {
    /// Holds what a write of that person has changed against what they meant.
    fileprivate mutating func judge(_ state: DemoState, by key: String) {
        let now = state.shared
        for field in SharedField.all where last[field] != now[field] { judge(field, from: last[field], to: now[field], by: key) }
        last = now
        if state.configs.values.contains(where: { $0.config.text.contains("POSTHOG SECRET FIELD") }) { violations.append("a mask was stored") }
        for plugin in Set(state.configs.values.map(\.pluginID)) {
            let count = state.configs.values.count { $0.pluginID == plugin && $0.projectID == 1 }
            if count > 1 { violations.append("a config of plugin \(plugin) was created twice") }
        }
    }

    mutating func holds(_ field: SharedField, _ value: JSONValue) {
        for key in persons.keys { persons[key]?.held[field, default: []].append(value) }
    }

    private mutating func judge(_ field: SharedField, from old: JSONValue?, to new: JSONValue?, by key: String) {
        if let new { holds(field, new) }
        guard var person = persons[key] else { return violations.append("somebody unknown wrote \(field)") }
        defer { persons[key] = person }
        let read = person.lastRead[field.config]?[field]
        if let new, person.wanted[field] == new {
            // What was saved after the re-read can't be seen; everything else was decided.
            if !field.isSecret, person.seen[field] != old, person.seen[field] != read {
                violations.append("\(old?.text ?? "nothing") in \(field) was overwritten with \(new.text), which nobody decided")
            }
            person.replaced[field, default: []].append(old ?? .null)
            person.takenBack.remove(field)
        } else if person.run?.mayTakeBack == true, person.replaced[field]?.contains(new ?? .null) == true {
            if let old, person.wanted[field] == nil { person.wanted[field] = old }
            person.takenBack.insert(field)
        } else if new == read, let old {
            rolledBack.append((field, old))
        } else {
            violations.append("\(new?.text ?? "nothing") was written to \(field), which nobody wants; it was \(old?.text ?? "nothing")")
        }
        person.seen[field] = new
    }
}
