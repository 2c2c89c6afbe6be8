import DemoInstance
import Glibc
import Models
import Storage
import Testing

@testable import CLI

/// One history of real processes: two people with phsync, somebody in the web page, and SIGKILL, on one instance.
final class ProcessHistory {
    /// Somebody with phsync: a key and a home of their own.
    private struct Person {
        let key: String
        let home: TemporaryHome
    }

    private let server: DemoServer
    private let watcher = DatabaseWatcher()
    private let persons: [Person]

    private init(_ profile: DemoProfile) throws {
        var options = DemoServer.Options()
        options.observer = watcher.observer
        var state = DemoState.demo(profile: profile)
        // Both may change plugins.
        state.organizations[0].members[2] = 15
        watcher.look(state)
        server = try DemoServer(state: state, options: options)
        persons = [Person(key: DemoKeys.admin, home: try TemporaryHome()), Person(key: DemoKeys.member, home: try TemporaryHome())]
    }

    deinit { server.stop() }

    /// Plays a history, then lets everybody finish.
    ///
    /// - Returns: What went against what people meant; empty when nothing did.
    static func violations(of acts: [ProcessAct], _ profile: DemoProfile) throws -> [String] {
        let history = try ProcessHistory(profile)
        for person in history.persons { try history.phsync(person, ["pull", "--lists"]) }
        for act in acts {
            try history.play(act)
            for person in history.persons { try history.check(person) }
            guard history.watcher.violations.isEmpty else { return history.watcher.violations.map { "\($0), after: \(act)" } }
        }
        try history.finish()
        return history.watcher.violations
    }

    private func play(_ act: ProcessAct) throws {
        switch act {
        case .edit(let person, let field, let number): try edit(persons[person], field, field.value(number))
        case .theirs(let field, let number):
            let state = server.withState { state in
                state.save(field, field.value(number), at: DemoServer.systemClock())
                return state
            }
            watcher.theySave(state)
        case .draft(let person, let number): try phsync(persons[person], ["edit-config", "plugin:10@1", "start=\(number)"])
        case .pull(let person, let mishap): try run(persons[person], ["pull", "--lists"], mishap)
        case .push(let person, let form, let mishap): try push(persons[person], form, mishap)
        case .bothPush:
            let started = try persons.map { ($0, try start($0, ["push", "--yes", "--no-verify"], nil, mayTakeBack: false)) }
            for (person, process) in started { end(person, process) }
        case .resolve(let person, let isLocal): try resolve(persons[person], isLocal: isLocal)
        case .restore(let person, let config): try editing(persons[person], ["restore", "config:\(config)", "--version", "1"])
        case .heal(let person): try editing(persons[person], ["heal"])
        case .discard(let person, let config): try editing(persons[person], ["discard", "config:\(config)", "--yes"])
        }
    }

    private func push(_ person: Person, _ form: ProcessAct.PushForm, _ mishap: Mishap?) throws {
        let words: [String] =
            switch form {
            case .plain: ["push", "--yes", "--no-verify"]
            case .atomic: ["push", "--yes", "--no-verify", "--atomic"]
            case .ofOneConfig: ["push", "config:1", "--yes", "--no-verify"]
            case .resume: ["push", "--yes", "--no-verify", "--resume"]
            case .abort: ["push", "--yes", "--abort"]
            }
        let known = watcher.rolledBack.count
        let status = try run(person, words, mishap, mayTakeBack: [.atomic, .abort].contains(form))
        if status == 0 { try checkOffered(watcher.rolledBack.dropFirst(known), to: person) }
    }

    /// What a write has rolled back is offered where the activity log tells of it.
    private func checkOffered(_ rolledBack: ArraySlice<(field: SharedField, value: JSONValue)>, to person: Person) throws {
        guard server.withState({ $0.profile.name }) == DemoProfile.posthog2023_11.name else { return }
        let offered = try mirror(person).readSync { mirror in try mirror.lostFields.all() }
        for (field, value) in rolledBack where !field.isSecret && field.field != .order {
            if offered.contains(where: { $0.configID.rawValue == field.config && $0.field == field.field && $0.value == value }) { continue }
            watcher.note("\(value.text) in \(field) was rolled back and is not offered")
        }
    }
}

// MARK: Processes

extension ProcessHistory {
    private func variables(_ person: Person) -> [String: String] {
        // Behaviour is not what this is about: without a sandbox nothing runs, and a push says so.
        person.home.environment.merging(
            ["PHSYNC_HOST": server.url, "PHSYNC_TOKEN": person.key, "PHSYNC_SANDBOX": "/nonexistent"]) { $1 }
    }

    @discardableResult
    private func phsync(_ person: Person, _ words: [String], input: String = "") throws -> PhsyncProcess.Outcome {
        watcher.begin(person.key, nil, mayTakeBack: false)
        defer { watcher.ended(person.key) }
        return try PhsyncProcess.run(words, environment: variables(person), input: input)
    }

    @discardableResult
    private func run(_ person: Person, _ words: [String], _ mishap: Mishap?, mayTakeBack: Bool = false) throws -> Int32 {
        end(person, try start(person, words, mishap, mayTakeBack: mayTakeBack))
    }

    private func start(_ person: Person, _ words: [String], _ mishap: Mishap?, mayTakeBack: Bool) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for descriptor: Int32 in [1, 2] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "\(person.home.path)/output", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        watcher.begin(person.key, mishap, mayTakeBack: mayTakeBack)
        let process = try PhsyncProcess.spawn(PhsyncProcess.path, words, variables(person), &actions)
        watcher.started(person.key, process)
        return process
    }

    /// A signal other than SIGKILL is a crash.
    @discardableResult
    private func end(_ person: Person, _ process: pid_t) -> Int32 {
        let status = PhsyncProcess.wait(for: process)
        watcher.ended(person.key)
        if status > 130, status != 128 + SIGKILL { watcher.note("a process crashed: \(status)") }
        return status
    }

    private func mirror(_ person: Person) throws -> Storage.Mirror {
        try Storage.Mirror.open(directory: "\(person.home.path)/data/127.0.0.1-\(server.port)", mode: .readOnly)
    }
}

// MARK: What people do to their mirror

extension ProcessHistory {
    private struct Sides {
        var outbox: [SharedField: JSONValue] = [:]
        var base: [SharedField: JSONValue] = [:]
        var remote: [SharedField: JSONValue] = [:]
    }

    private func sides(_ person: Person) throws -> Sides {
        let mirror = try mirror(person)
        let versions = try mirror.readSync { mirror in
            var all: [Versions] = []
            for id in Set(SharedField.all.map(\.config)).sorted() {
                if let versions = try mirror.configs.versions(PluginConfigID(id)) { all.append(versions) }
            }
            return all
        }
        var sides = Sides()
        for field in SharedField.all {
            guard let versions = versions.first(where: { $0.id.rawValue == field.config }) else { continue }
            sides.base[field] = versions.base?[field.field]
            sides.remote[field] = versions.remote?[field.field]
            switch versions.edits.first(where: { $0.field == field.field })?.value {
            case .value(let value): sides.outbox[field] = value
            case .secret(let reference): sides.outbox[field] = try mirror.secrets.read(reference).map { .string($0.reveal()) }
            case .unset, .file, nil: break
            }
        }
        return sides
    }

    private func check(_ person: Person) throws {
        let sides = try sides(person)
        watcher.check(person.key, outbox: sides.outbox, base: sides.base)
    }

    private func edit(_ person: Person, _ field: SharedField, _ value: JSONValue) throws {
        let (words, input) = field.words(value)
        try editing(person, words, input: input)
    }

    /// A command that only edits: what it leaves in the outbox is wanted from now on, and what it takes out is not.
    private func editing(_ person: Person, _ words: [String], input: String = "") throws {
        let before = try sides(person)
        try phsync(person, words, input: input)
        let after = try sides(person)
        for field in SharedField.all where before.outbox[field] != after.outbox[field] {
            if let value = after.outbox[field] {
                // An edit that is there already stands on what was seen then.
                let seen = before.outbox[field] == nil ? after.base[field] : nil
                watcher.wants(person.key, field, value, seeing: seen ?? watcher.seen(person.key, field))
            } else {
                watcher.givesUp(person.key, field)
            }
        }
    }

    private func resolve(_ person: Person, isLocal: Bool) throws {
        let before = try sides(person)
        for config in Set(before.outbox.keys.map(\.config)).sorted() {
            try editing(person, ["resolve", "config:\(config)", isLocal ? "--local" : "--remote"])
        }
        guard isLocal else { return }
        for field in before.outbox.keys where before.base[field] != before.remote[field] {
            watcher.sees(person.key, field, before.remote[field])
        }
    }
}

// MARK: The end

extension ProcessHistory {
    /// Everything works, and both insist on what waits: then nothing is left, and each mirror equals the instance.
    private func finish() throws {
        for person in persons { try finish(person) }
        for person in persons {
            let left = try sides(person).outbox
            if !left.isEmpty { watcher.note("edits never arrived: \(left)") }
        }
        for person in persons {
            try phsync(person, ["pull"])
            let checked = try phsync(person, ["fsck", "--exit-code"])
            if checked.status != 0 { watcher.note("the mirror is not what the instance has: \(checked.output)\(checked.messages)") }
        }
    }

    private func finish(_ person: Person) throws {
        var last = ""
        for _ in 0..<8 {
            try phsync(person, ["pull", "--lists"])
            try resolve(person, isLocal: true)
            let pushed = try phsync(person, ["push", "--yes", "--no-verify"])
            try check(person)
            last = pushed.output + pushed.messages
            if pushed.messages.contains("phsync discard draft:") { try phsync(person, ["discard", "plugin:10@1", "--yes"]) }
            if pushed.status == 0 { return }
        }
        watcher.note("the pushes never came to an end: \(last)")
    }
}
